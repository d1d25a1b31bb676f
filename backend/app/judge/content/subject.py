"""Whether an answer about knowledge is about the subject of its question, or about that of another.

A good answer to another question of the field is near any question of it. What gives it away is another question that
it is nearer to: answer and points are compared beside the bank's answers, the middle of which is taken off
(`benchmarks/learn_fit.py`).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors

SUBJECTS_FILE = Path(__file__).parents[1] / "model" / "subjects.npy"
SAME_SUBJECT = 0.6
"""Cosine of two subjects from which they are one."""
ELSEWHERE, HERE = -0.40, -0.15
"""By how much an answer is nearer to its question than to any other, from where it is wholly about the other to where
it is about its own: of 700 fitting answers by nine authors 2 % lie below -.11, of 56 to another question three quarters
below -.23, half below -.41."""
LEAST = 0.2
"""What remains of an answer about something else."""
FEW_POINTS = 3
"""Fewer points do not tell what their question is about: graded against one sentence r fell from .614 to .608."""


def subject_share(engine: EmbeddingEngine, points: Sequence[str], sentences: Sequence[str]) -> float:
    """What remains (0.2-1) of an answer by its subject; `points` are what is expected of it."""
    if len(points) < FEW_POINTS or not sentences:
        return 1.0
    centre, subjects = _subjects()
    wanted, said = (unit(meaning(engine, texts) - centre) for texts in (points, sentences))
    rivals = subjects[subjects @ wanted < SAME_SUBJECT]
    nearer = float(said @ wanted) - float((rivals @ said).max())
    return float(np.interp(nearer, (ELSEWHERE, HERE), (LEAST, 1.0)))


def meaning(engine: EmbeddingEngine, texts: Sequence[str]) -> Vectors:
    """The meaning of some sentences together."""
    return unit(engine.sentences(texts).mean(axis=0))


def unit(vectors: Vectors) -> Vectors:
    """Each vector with length 1."""
    found: Vectors = vectors / np.maximum(1e-6, np.linalg.norm(vectors, axis=-1, keepdims=True))
    return found


@cache
def _subjects() -> tuple[Vectors, Vectors]:
    """The middle of what the bank's questions about knowledge are about, and each of them from there."""
    found: Vectors = np.load(SUBJECTS_FILE).astype(np.float32)
    centre: Vectors = found.mean(axis=0)
    return centre, unit(found - centre)
