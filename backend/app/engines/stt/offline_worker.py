"""The process in which PocketSphinx runs: it holds Python's lock while it decodes, so it gets a Python of its own.

A request is PCM16 mono at 16 kHz, one utterance; the answer JSON: [[text, start, end, probability], ...], times in
seconds. Since it ends with its stdin, it outlives its parent by one utterance at most.
"""

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.engines.workers import serve

SETTINGS: dict[str, Any] = {
    # Trust the sound more than the default of 6.5 does: the language model was made from other texts (findings 5).
    "lw": 5.0,
    "loglevel": "FATAL",
}
FRAMES_A_SECOND = 100
_NO_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
"""Silence, noise and breath, as PocketSphinx writes them."""
_PRONUNCIATION = re.compile(r"\(\d+\)$")


def prepare() -> Callable[[bytes], bytes]:
    """Loads the model (0.5 s)."""
    recogniser = Recogniser()
    return lambda pcm: json.dumps(recogniser.words(pcm)).encode()


class Recogniser:
    """One decoder with the added terms. Nothing is carried from one utterance to the next."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(**SETTINGS)
        add_terms(self._decoder, Path(__file__).with_name("offline_terms.txt"))

    def words(self, pcm: bytes) -> list[list[Any]]:
        """The words with their times and posterior probabilities.

        `full_utt` normalises the cepstrum over the whole utterance and `start_stream` forgets the noise of the last
        one: otherwise what was said before changes what is heard now.
        """
        decoder = self._decoder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # called unnecessary, but only this resets the noise
            decoder.start_stream()
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return []
        return [
            [
                _PRONUNCIATION.sub("", segment.word),
                segment.start_frame / FRAMES_A_SECOND,
                (segment.end_frame + 1) / FRAMES_A_SECOND,
                round(min(1.0, segment.prob), 4),
            ]
            for segment in decoder.seg()
            if not _NO_WORD.match(segment.word)
        ]


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
