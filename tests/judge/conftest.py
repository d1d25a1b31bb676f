"""The embedding engine, opened once: built into `var/models` of the checkout the first time."""

from pathlib import Path

import pytest

from app.engines.embedding import minilm
from app.engines.embedding.minilm import MiniLmEngine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def engine() -> MiniLmEngine:
    return minilm.load(ROOT / "var" / "models")
