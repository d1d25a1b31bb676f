"""Which sentences are no answer: those that say "I don't know" in some dress, those that speak to the grader, and talk
of private life.

A linear model on the sentence's meaning and on its runs of one to three words, learned from sentences of several
authors (`benchmarks/learn_screening.py`). Meaning alone does not hear a "not".
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import words

WEIGHTS_FILE = Path(__file__).parents[1] / "model" / "screening.npz"
KINDS = ("unknown", "grader", "private")
LONGEST_RUN = 3


def sentence_odds(engine: EmbeddingEngine, sentences: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
    """For each kind the log-odds of every sentence, where both sides are taken to be equally common."""
    if not sentences:
        return {kind: np.zeros(0, np.float32) for kind in KINDS}
    vectors = engine.sentences(sentences)
    told = [runs(sentence) for sentence in sentences]
    return {
        kind: vectors @ meaning + np.array([_of_runs(said, weights) for said in told], np.float32) + constant
        for kind, (meaning, weights, constant) in _weights().items()
    }


def runs(sentence: str) -> set[str]:
    """The different runs of one to three words, with marks for where the sentence begins and ends."""
    said = ["<", *words(sentence), ">"]
    return {" ".join(said[at : at + size]) for size in range(1, LONGEST_RUN + 1) for at in range(len(said) - size + 1)}


def _of_runs(said: set[str], weights: Mapping[str, float]) -> float:
    """The known runs of a sentence are a vector of length 1, so that long sentences do not weigh more."""
    known = [weights[run] for run in said if run in weights]
    return sum(known) / math.sqrt(max(1, len(known)))


@cache
def _weights() -> Mapping[str, tuple[NDArray[np.float32], Mapping[str, float], float]]:
    with np.load(WEIGHTS_FILE) as stored:
        return {
            kind: (
                stored[kind][:-1],
                dict(zip(stored[f"{kind}_runs"].tolist(), stored[f"{kind}_weights"].tolist(), strict=True)),
                float(stored[kind][-1]),
            )
            for kind in KINDS
        }
