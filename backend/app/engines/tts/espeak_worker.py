"""The process in which eSpeak NG runs: its library has one global voice and no locks.

A request is JSON. `{"task": "say", "text", "voice", "speed"}` is answered with 4 bytes (little-endian, unsigned), the
rate in Hz, and PCM16 mono; rate 0 means that it failed. `{"task": "phonemes", "text", "voice", "tie"}` is answered with
the phonemes in UTF-8. eSpeak NG is licensed under the GPL 3; it is loaded here and nowhere else.
"""

import ctypes
import json
import re
from collections.abc import Callable
from typing import Any

from app.engines.workers import LENGTH, serve

# Numbers of espeak-ng's speak_lib.h.
OUTPUT_SYNCHRONOUS = 2
PARAMETER_RATE = 1
POSITION_CHARACTER = 1
CHARACTERS_UTF8 = 1
PHONEMES_IPA = 0x02
PHONEMES_TIED = 0x80
TIE_SHIFT = 8
OK = 0

CLAUSE_END = re.compile(r"([.,:](?!\d)|[;!?])")
"""The library drops punctuation from phonemes, so it is given what stands between; `3.5` and `400,000` stay whole."""
LANGUAGE_MARK = re.compile(r"\([a-z-]+\)")
"""Stands before and after a word that the library reads in another language."""


def prepare() -> Callable[[bytes], bytes]:
    """Loads the library and its data (20 ms)."""
    voice = Espeak()

    def answer(request: bytes) -> bytes:
        wanted = json.loads(request)
        if wanted["task"] == "phonemes":
            return voice.phonemes(wanted["text"], wanted["voice"], wanted["tie"]).encode()
        return voice.say(wanted["text"], wanted["voice"], wanted["speed"])

    return answer


class Espeak:
    """The library, with a buffer into which it calls back."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        data = espeakng_loader.get_data_path().encode()
        self._rate = int(self._library.espeak_Initialize(OUTPUT_SYNCHRONOUS, 0, data, 0))
        if self._rate <= 0:
            raise RuntimeError("eSpeak NG finds no data: install espeakng-loader again")
        self._sound = bytearray()
        shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = shape(self._collect)  # kept: the library holds only the address
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, speed: int) -> bytes:
        """The rate and the sound; `speed` in words a minute."""
        self._sound.clear()
        library, spoken = self._library, _text(text) + b"\0"
        if library.espeak_SetVoiceByName(voice.encode()) != OK:
            return LENGTH.pack(0)
        library.espeak_SetParameter(PARAMETER_RATE, speed, 0)
        done = library.espeak_Synth(
            spoken, ctypes.c_size_t(len(spoken)), 0, POSITION_CHARACTER, 0, CHARACTERS_UTF8, None, None
        )
        if done != OK or library.espeak_Synchronize() != OK:
            return LENGTH.pack(0)
        return LENGTH.pack(self._rate) + bytes(self._sound)

    def phonemes(self, text: str, voice: str, tie: str) -> str:
        """See `app.engines.tts.phonemes.Phonemiser.phonemes`; empty for a voice that does not exist."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != OK:
            return ""
        mode = PHONEMES_IPA | (PHONEMES_TIED | ord(tie) << TIE_SHIFT if tie else 0)
        found = [
            part if CLAUSE_END.fullmatch(part) else f" {self._clause(part, mode)}" for part in CLAUSE_END.split(text)
        ]
        return " ".join(LANGUAGE_MARK.sub("", "".join(found)).split())

    def _clause(self, text: str, mode: int) -> str:
        """The phonemes of text without punctuation. The library takes what it likes of it and moves the pointer on."""
        rest = ctypes.c_char_p(_text(text.strip()))
        parts = []
        while rest.value:
            found = self._library.espeak_TextToPhonemes(ctypes.byref(rest), CHARACTERS_UTF8, mode)
            parts.append((found or b"").decode(errors="ignore"))
        return " ".join(parts)

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, 2 * count)
        return 0


def _text(text: str) -> bytes:
    return text.replace("\0", " ").encode(errors="replace")


if __name__ == "__main__":
    serve(prepare)
