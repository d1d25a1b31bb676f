"""Fixtures: a server that speaks the protocol, and engines that talk to it."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from openai import AsyncOpenAI
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


@pytest_asyncio.fixture(scope="session")
async def connections() -> AsyncIterator[AsyncOpenAI]:
    """One client for all tests: a new one reads the certificates of the machine each time."""
    settings = LlmSettings(provider="compatible", model="test-model", base_url="http://127.0.0.1:9/v1")
    async with make_client(settings) as client:
        yield client


@pytest.fixture
def make_engine(server: LlmServer, connections: AsyncOpenAI) -> MakeEngine:
    """Makes engines for the server, with short waits; settings by keyword."""

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
        client = connections.copy(base_url=chosen.base_url, api_key="test-key")
        return OpenAiEngine(chosen, client, breaker=breaker, backoff=backoff)

    return make


@pytest.fixture
def engine(make_engine: MakeEngine) -> OpenAiEngine:
    return make_engine()
