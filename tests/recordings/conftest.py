"""A server that keeps files in a folder, and one that keeps them in a bucket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import S3Settings, Settings
from app.engines.storage import FOLDERS
from app.main import create_app
from app.runtime.engines import Engines
from tests.conftest import Candidate
from tests.live.support import PATIENCE
from tests.support.databases import SqliteDatabases
from tests.support.s3 import s3_server


@pytest.fixture(scope="session")
def bucket() -> Iterator[S3Settings]:
    with s3_server() as settings:
        yield settings


@pytest.fixture(params=["local", "cloud"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings for each kind of storage."""
    if request.param == "local":
        return settings
    bucket: S3Settings = request.getfixturevalue("bucket")
    own = bucket.model_copy(update={"prefix": f"media-{uuid4().hex}"})
    return settings.model_copy(update={"storage_type": "cloud", "s3": own})


@pytest_asyncio.fixture
async def app(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> AsyncIterator[FastAPI]:
    """The application on SQLite: what differs here is storage, and the database elsewhere."""
    async with sqlite.fresh() as url:
        ready = settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(url)})})
        application = create_app(ready, engines=engines)
        async with application.router.lifespan_context(application):
            yield application


async def kept(app: FastAPI, *folders: str) -> list[str]:
    """Keys of what is in storage."""
    storage = app.state.runtime.storage
    return [found.key for folder in folders or FOLDERS if folder != "tts" async for found in storage.list(folder)]


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for background work."""
    async with asyncio.timeout(PATIENCE):
        while not await check():  # noqa: ASYNC110 - it is looked at from outside, as a client does
            await asyncio.sleep(0.05)


async def processed(candidate: Candidate, recording: str) -> dict[str, object]:
    """The recording once background work is done with it."""
    found: dict[str, object] = {}

    async def is_done() -> bool:
        found.update(await candidate.data("GET", f"/api/v1/recordings/{recording}"))
        return found["status"] in ("completed", "failed")

    await until(is_done)
    return found
