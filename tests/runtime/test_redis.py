"""Requests counted in a real Redis: for all processes, by whatever address, and what happens when it is not there."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.config import RateLimitSettings, Settings, StartError
from app.main import create_app
from app.runtime.counters import open_counters
from app.runtime.engines import Engines
from app.services.accounts import rate_limits
from tests.support.databases import SqliteDatabases
from tests.support.redis import NoRedis, RedisServer, program

LOGIN = "/api/v1/users/login"
WHO = {"email": "a@example.com", "password": "whatever1"}


@pytest.fixture(scope="session")
def redis_program() -> str:
    try:
        return program()
    except NoRedis as error:
        pytest.skip(str(error))


@pytest.fixture
def redis(redis_program: str, tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(redis_program, tmp_path)
    yield server
    server.stop()


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> str:
    """A server that is only used, not stopped: the one of the environment where there is one."""
    given = os.environ.get("TEST_REDIS_URL")
    server: RedisServer | None = None if given else request.getfixturevalue("redis")
    return given or (server.url if server else "")


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def process(stack: AsyncExitStack, settings: Settings, engines: Engines, url: str) -> httpx.AsyncClient:
    """A client of one more process."""
    app = create_app(settings.model_copy(update={"redis_url": SecretStr(url)}), engines=engines)
    await stack.enter_async_context(app.router.lifespan_context(app))
    return await stack.enter_async_context(
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    )


@pytest_asyncio.fixture
async def limited(settings: Settings, sqlite: SqliteDatabases) -> AsyncIterator[Settings]:
    """Settings with a database of their own, and rate limits."""
    async with sqlite.fresh() as url:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        yield settings.model_copy(update={"database": database, "rate_limit": RateLimitSettings(auth=5)})


async def statuses(http: httpx.AsyncClient, count: int) -> list[int]:
    """What that many logins get, each with another account: wrong passwords for one are counted in the database."""
    people = [WHO | {"email": f"{uuid4().hex}@example.com"} for _ in range(count)]
    return [(await http.post(LOGIN, json=who)).status_code for who in people]


async def test_several_processes_count_together(
    stack: AsyncExitStack, limited: Settings, engines: Engines, redis: RedisServer
) -> None:
    one, other = [await process(stack, limited, engines, redis.url) for _ in range(2)]
    assert await statuses(one, 3) == [401] * 3
    assert await statuses(other, 2) == [401] * 2
    refused = await one.post(LOGIN, json=WHO)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert (await one.get("/health/ready")).json()["rate_limits"] == "counted in Redis"


async def test_the_redis_of_the_environment_is_used(redis_url: str, settings: Settings) -> None:
    async with open_counters(settings.model_copy(update={"redis_url": SecretStr(redis_url)})) as storage:
        assert storage is not None
        assert await storage.check()


async def test_a_redis_that_is_lost_stops_nobody_and_is_found_again(
    stack: AsyncExitStack, limited: Settings, engines: Engines, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = await process(stack, limited, engines, redis.url)
    assert await statuses(http, 2) == [401] * 2
    redis.stop()
    assert await statuses(http, 6) == [401] * 5 + [429], "this process counts for itself, from nothing"
    ready = await http.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert "does not answer" in ready.json()["rate_limits"]
    redis.start()
    monkeypatch.setattr(rate_limits, "RETRY_SECONDS", 0.0)
    assert await statuses(http, 1) == [401]
    assert (await http.get("/health/ready")).json()["rate_limits"] == "counted in Redis"


class TestAStartWithout:
    @pytest.mark.parametrize(
        ("end", "says"),
        [
            ("@127.0.0.1:1/0", "does not answer"),
            ("@no.such.host.invalid/0", "does not answer"),
            ("@h:port/0", "REDIS_URL"),
        ],
    )
    async def test_it_is_a_line_without_the_password(self, settings: Settings, end: str, says: str) -> None:
        wrong = settings.model_copy(update={"redis_url": SecretStr(f"redis://:secret{end}")})
        with pytest.raises(StartError) as caught:
            async with open_counters(wrong):
                pass
        assert says in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)

    async def test_the_right_password_is_a_line(self, settings: Settings, redis_program: str, tmp_path: Path) -> None:
        server = RedisServer(redis_program, tmp_path, "--requirepass", "right")
        try:
            for given in ("", ":wrong@"):
                url = server.url.replace("redis://", f"redis://{given}")
                with pytest.raises(StartError, match="password"):
                    async with open_counters(settings.model_copy(update={"redis_url": SecretStr(url)})):
                        pass
            url = server.url.replace("redis://", "redis://:right@")
            async with open_counters(settings.model_copy(update={"redis_url": SecretStr(url)})) as storage:
                assert storage is not None
        finally:
            server.stop()
