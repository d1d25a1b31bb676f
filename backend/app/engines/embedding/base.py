"""Meaning as vectors: the engine behind content coverage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Contextual vectors of one text: `spans[i]` are the character offsets of row i of `vectors` (unit rows)."""

    spans: tuple[tuple[int, int], ...]
    vectors: Vectors


class EmbeddingEngine(Protocol):
    """Thread-safe; calls are CPU-bound (about 1 ms a sentence) and belong in a worker thread."""

    name: str
    version: str

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled unit vectors, shape (len(texts), dimensions)."""
        ...

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Last-layer vectors of the word pieces of each text."""
        ...


OpenEmbedding = Callable[[], EmbeddingEngine | None]
"""Gives the engine, or None where there is none. The first call opens it and blocks, so call it in a thread."""


def no_embedding() -> None:
    """An `OpenEmbedding` where there is no sentence model."""


class EmbeddingUnavailable(RuntimeError):
    """No embedding model can be used; the message says what to do. Nothing is judged then."""
