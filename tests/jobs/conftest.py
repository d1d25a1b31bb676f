"""Fixtures of the tests of jobs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.redis import RedisServer, program


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of its own, which the test may stop and start."""
    server = RedisServer(program(), tmp_path)
    yield server
    server.stop()
