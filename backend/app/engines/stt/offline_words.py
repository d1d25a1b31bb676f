"""What the offline engine sends to its processes and gets from them, for recordings and streams alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.engines.audio import Pcm
from app.engines.stt.base import TimedWord

LOUD = 8_000
"""The level that the loudest hundredth of the samples is brought to: a quarter of full scale."""
FAINT = 100
"""Nothing is made louder than if its peaks were here."""
PATIENCE_SECONDS, PATIENCE_FACTOR = 30.0, 10.0
"""An utterance may take so long, plus so many times its own length, before its process is taken for hung."""


def level(pcm: Pcm) -> float:
    """How loud the loudest hundredth of the samples is, at least `FAINT`."""
    return max(float(np.percentile(np.abs(pcm.astype(np.float32)), 99)), FAINT) if len(pcm) else FAINT


def levelled(pcm: Pcm, loud: float | None = None) -> Pcm:
    """The same sound at a common loudness, as if `loud` were its level: what is faint drowns in the recogniser's own
    noise estimate."""
    loud = level(pcm) if loud is None else loud
    louder: Pcm = np.clip(pcm * np.float32(LOUD / loud), -32768, 32767).astype(np.int16)
    return louder


def read_words(found: Sequence[Sequence[Any]], offset: float = 0.0) -> list[TimedWord]:
    """The words of an answer, `offset` seconds later."""
    return [
        TimedWord(_spelt(text), round(offset + start, 3), round(offset + end, 3), probability)
        for text, start, end, probability in found
    ]


def _spelt(word: str) -> str:
    """English writes the pronoun with a capital, PocketSphinx does not."""
    return "I" + word[1:] if word == "i" or word.startswith("i'") else word
