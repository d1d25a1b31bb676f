"""An embedding engine without a model, for tests of what is around the judge."""

from collections.abc import Sequence

import numpy as np

from app.engines.embedding.base import TokenVectors, Vectors

SIZE = 384


class CountingEngine:
    """Vectors without meaning, and how many different texts they were asked for."""

    name, version = "counting", "1"

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def sentences(self, texts: Sequence[str]) -> Vectors:
        self.texts.update(texts)
        return np.full((len(texts), SIZE), SIZE**-0.5, np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.texts.update(texts)
        spans = [tuple((at, at + 1) for at in range(len(text))) for text in texts]
        return [TokenVectors(found, np.full((len(found), SIZE), SIZE**-0.5, np.float32)) for found in spans]
