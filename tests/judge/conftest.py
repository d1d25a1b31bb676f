"""The embedding engine, opened once: built into `models` of the checkout the first time."""

import pytest

from app import installation
from app.engines.embedding import minilm
from app.engines.embedding.minilm import MiniLmEngine


@pytest.fixture(scope="session")
def engine() -> MiniLmEngine:
    return minilm.load(installation.models())
