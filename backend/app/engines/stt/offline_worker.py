"""The process in which PocketSphinx runs: it holds Python's lock while it decodes, so it gets a Python of its own.

A request is a letter and what belongs to it; sound is PCM16 mono at 16 kHz. The answer is JSON.

- `w` + sound: a whole utterance. Answer: its words.
- `v` + text: the cepstral mean of the voice that is about to speak, as an earlier `e` told it. Answer: null.
- `f` + sound: the next sound of the utterance. Answer: its words so far.
- `e`: the utterance is over. Answer: {"words": its words, "voice": cepstral mean}.

Words are [[text, start, end, probability], ...], times in seconds; so far there are no probabilities.
"""

import json
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.engines.workers import serve

SETTINGS: dict[str, Any] = {
    # Trust the sound more than the default of 6.5 does: the language model was made from other texts (findings 5).
    "lw": 5.0,
    # Follow the likeliest 5,000 states of a frame and narrower word ends. With the defaults (30,000 and 7e-29) it
    # takes half as long again and 24.8 % of the words are wrong instead of 25.2 %; with 3,000 it is 31.6 %.
    "maxhmmpf": 5000,
    "wbeam": 1e-26,
    # The second pass only looks for a word about where the first has seen it (25 and 4 by default): half the time.
    "fwdflatsfwin": 15,
    "fwdflatefwid": 6,
    "loglevel": "FATAL",
}
FRAMES_A_SECOND = 100
SAMPLES_A_SECOND = 16_000
FIRST_SECONDS = 1.0
"""Sound from which the loudness and the cepstral mean of a voice can be told; less is too little."""
LISTEN = "listen"
"""The search that finds no words, see `_mean_of`."""
NICENESS = 5
"""The loop of the server goes first: it takes sound in and is never long at work."""
PRIOR_FRAMES = 500
"""PocketSphinx weighs the mean it begins with as if it had been heard for so long (CMN_WIN)."""
_NO_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
"""Silence, noise and breath, as PocketSphinx writes them."""
_PRONUNCIATION = re.compile(r"\(\d+\)$")


def prepare() -> Callable[[bytes], bytes]:
    """Loads the model (0.7 s)."""
    recogniser = Recogniser()
    os.nice(NICENESS)

    def answer(request: bytes) -> bytes:
        kind, body = request[:1], request[1:]
        found: Any = None
        match kind:
            case b"w":
                found = recogniser.words(body)
            case b"v":
                recogniser.expect(body.decode())
            case b"f":
                found = recogniser.feed(body)
            case _:
                found = recogniser.finish()
        return json.dumps(found).encode()

    return answer


class Recogniser:
    """One decoder with the added terms. Nothing is carried from one utterance to the next."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(**SETTINGS)
        add_terms(self._decoder, Path(__file__).with_name("offline_terms.txt"))
        self._decoder.add_keyphrase(LISTEN, "zoologists")
        self._first_mean = _numbers(self._decoder.get_cmn(False))
        self._voice = ""
        self._is_open = False

    def words(self, pcm: bytes) -> list[list[Any]]:
        """The words of a whole utterance, with their times and posterior probabilities.

        `full_utt` normalises the cepstrum over the whole utterance and `start_stream` forgets the noise of the last
        one: otherwise what was said before changes what is heard now.
        """
        self._start()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        return self._found()

    def expect(self, voice: str) -> None:
        """The mean to begin the next utterance with."""
        self._voice = voice

    def feed(self, pcm: bytes) -> list[list[Any]]:
        """Decodes the next sound of an utterance, at first `FIRST_SECONDS` at least; the words so far."""
        if not self._is_open:
            self._decoder.set_cmn(self._voice or self._mean_of(pcm[: round(2 * FIRST_SECONDS * SAMPLES_A_SECOND)]))
            self._start()
            self._is_open = True
        self._decoder.process_raw(pcm)
        return self._found()

    def finish(self) -> dict[str, Any]:
        """The words of the utterance that was fed, after all passes, and the mean of the voice."""
        if not self._is_open:
            return {"words": [], "voice": self._voice}
        self._decoder.end_utt()
        self._is_open = False
        return {"words": self._found(), "voice": self._decoder.get_cmn(True)}

    def _mean_of(self, pcm: bytes) -> str:
        """The cepstral mean of a sound, told by a search for one phrase, which costs next to nothing.

        The mean is what the recogniser subtracts from a voice; within an utterance it learns it too late.
        """
        decoder = self._decoder
        speech = decoder.current_search()
        decoder.activate_search(LISTEN)
        decoder.set_cmn(",".join(map(str, self._first_mean)))
        self._start()
        decoder.process_raw(pcm)
        frames = max(1, decoder.n_frames())
        decoder.end_utt()
        seen = _numbers(decoder.get_cmn(True))
        decoder.activate_search(speech)
        whole = PRIOR_FRAMES + frames
        pairs = zip(seen, self._first_mean, strict=True)
        return ",".join(f"{(whole * mean - PRIOR_FRAMES * prior) / frames:.3f}" for mean, prior in pairs)

    def _start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # called unnecessary, but only this resets the noise
            self._decoder.start_stream()
        self._decoder.start_utt()

    def _found(self) -> list[list[Any]]:
        if self._decoder.hyp() is None:
            return []
        return [
            [
                _PRONUNCIATION.sub("", segment.word),
                segment.start_frame / FRAMES_A_SECOND,
                (segment.end_frame + 1) / FRAMES_A_SECOND,
                None if self._is_open else round(min(1.0, segment.prob), 4),
            ]
            for segment in self._decoder.seg()
            if not _NO_WORD.match(segment.word)
        ]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def add_terms(decoder: Any, file: Path) -> None:
    """Teaches the decoder the words of `file`; one that is in the dictionary only needs its place in the model."""
    lines = [line.split(maxsplit=1) for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    model = decoder.get_lm()
    unknown = []
    for word, phones in lines:
        if decoder.lookup_word(word) is not None:
            model.add_word(word, 1.0)
        else:
            unknown.append((word, phones))
    for place, (word, phones) in enumerate(unknown):
        decoder.add_word(word, phones, update=place == len(unknown) - 1)  # rebuilding the search tree takes 0.1 s


if __name__ == "__main__":
    serve(prepare)
