"""Fixtures: a server that speaks the protocol, and engines that talk to it."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.config import LlmSettings
from app.engines.llm.breaker import CircuitBreaker
from app.engines.llm.openai_engine import OpenAiEngine, make_client
from tests.support.llm_server import LlmServer, llm_server

MakeEngine = Callable[..., OpenAiEngine]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LlmServer]:
    async with llm_server() as running:
        yield running


@pytest_asyncio.fixture
async def make_engine(server: LlmServer) -> AsyncIterator[MakeEngine]:
    """Makes engines for the server, with short waits; settings by keyword."""
    made: list[OpenAiEngine] = []

    def make(*, breaker: CircuitBreaker | None = None, backoff: float = 0.005, **settings: object) -> OpenAiEngine:
        values: dict[str, object] = {
            "provider": "compatible",
            "model": "test-model",
            "base_url": server.url,
            "api_key": SecretStr("test-key"),
            "timeout_seconds": 5.0,
            "retries": 2,
            "price_per_million_input": 2.0,
            "price_per_million_output": 10.0,
        }
        chosen = LlmSettings.model_validate(values | settings)
        made.append(OpenAiEngine(chosen, make_client(chosen), breaker=breaker, backoff=backoff))
        return made[-1]

    yield make
    for engine in made:
        await engine.close()


@pytest.fixture
def engine(make_engine: MakeEngine) -> OpenAiEngine:
    return make_engine()
