"""Which sentences are no answer: those that say "I don't know" in some dress, those that speak to the grader, and talk
of private life.

A linear model on the sentence's meaning, so that it does not depend on certain words (`benchmarks/learn_screening.py`).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engines.embedding.base import EmbeddingEngine

WEIGHTS_FILE = Path(__file__).parents[1] / "model" / "screening.npz"
KINDS = ("unknown", "grader", "private")


def sentence_odds(engine: EmbeddingEngine, sentences: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
    """For each kind the log-odds of every sentence, where both sides are taken to be equally common."""
    if not sentences:
        return {kind: np.zeros(0, np.float32) for kind in KINDS}
    vectors = engine.sentences(sentences)
    return {kind: vectors @ weights[:-1] + weights[-1] for kind, weights in _weights().items()}


@cache
def _weights() -> Mapping[str, NDArray[np.float32]]:
    with np.load(WEIGHTS_FILE) as stored:
        return {kind: stored[kind] for kind in KINDS}
