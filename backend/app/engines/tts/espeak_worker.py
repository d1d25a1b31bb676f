"""The process in which eSpeak NG runs: its library has one global voice and no locks.

A request is JSON {"text", "voice", "speed"}; the answer 4 bytes (little-endian, unsigned): the rate in Hz, then PCM16
mono. Rate 0 means that it failed. eSpeak NG is licensed under the GPL 3; it is loaded here and nowhere else.
"""

import ctypes
import json
from collections.abc import Callable
from typing import Any

from app.engines.workers import LENGTH, serve

# Numbers of espeak-ng's speak_lib.h.
OUTPUT_SYNCHRONOUS = 2
PARAMETER_RATE = 1
POSITION_CHARACTER = 1
CHARACTERS_UTF8 = 1
OK = 0


def prepare() -> Callable[[bytes], bytes]:
    """Loads the library and its data (20 ms)."""
    voice = Espeak()

    def answer(request: bytes) -> bytes:
        wanted = json.loads(request)
        return voice.say(wanted["text"], wanted["voice"], wanted["speed"])

    return answer


class Espeak:
    """The library, with a buffer into which it calls back."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
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
        library, spoken = self._library, text.replace("\0", " ").encode() + b"\0"
        if library.espeak_SetVoiceByName(voice.encode()) != OK:
            return LENGTH.pack(0)
        library.espeak_SetParameter(PARAMETER_RATE, speed, 0)
        done = library.espeak_Synth(
            spoken, ctypes.c_size_t(len(spoken)), 0, POSITION_CHARACTER, 0, CHARACTERS_UTF8, None, None
        )
        if done != OK or library.espeak_Synchronize() != OK:
            return LENGTH.pack(0)
        return LENGTH.pack(self._rate) + bytes(self._sound)

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, 2 * count)
        return 0


if __name__ == "__main__":
    serve(prepare)
