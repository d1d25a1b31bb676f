"""What a clause does, by meaning: tells the situation, an action, a result, a lesson, or nothing."""

from functools import cache

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.judge.content.stories.reading import Reading
from app.judge.language.lexicon import DATA
from app.yaml_files import read_yaml

NEAREST = 2
"""Sentences of a kind that a clause is compared with: the closest two, so that no single one decides."""
LIKENESS_LOW, LIKENESS_RANGE = 0.15, 0.30
"""Cosine of a clause and the nearest sentences of a kind where likeness begins, and how far it is from there to 1."""
MARGIN = 5.0
"""Share of the likeness that counts falls by this for each 1.0 of cosine by which another kind is nearer."""


class Meanings:
    """Compares clauses with the sentences of `data/parts.yaml`."""

    def __init__(self, engine: EmbeddingEngine) -> None:
        self._kinds: dict[str, Vectors] = {kind: engine.sentences(texts) for kind, texts in _sentences().items()}

    def likeness(self, reading: Reading) -> dict[str, Vectors]:
        """For each kind how much each clause is of that kind and no other, 0-1."""
        count = len(reading.clauses)
        if not count:
            return {kind: np.zeros(count, np.float32) for kind in _sentences()}
        near = {
            kind: np.sort(reading.clause_vectors @ vectors.T, axis=1)[:, -NEAREST:].mean(axis=1)
            for kind, vectors in self._kinds.items()
        }
        return {kind: self._alone(kind, near) for kind in near}

    @staticmethod
    def _alone(kind: str, near: dict[str, Vectors]) -> Vectors:
        rivals = np.max([cosines for other, cosines in near.items() if other != kind], axis=0)
        like = np.clip((near[kind] - LIKENESS_LOW) / LIKENESS_RANGE, 0, 1)
        value: Vectors = like * np.clip(0.5 + MARGIN * (near[kind] - rivals), 0, 1)
        return value


@cache
def _sentences() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = read_yaml(DATA / "parts.yaml")
    return loaded
