"""A live server on SQLite, and one on each database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import LiveSettings, Settings
from app.main import create_app
from app.runtime.engines import Engines
from app.services.live import interview, live_service
from tests.live.scripted import BrokenTranscriber, ScriptedTranscriber
from tests.live.support import LiveServer, serving
from tests.support.databases import PostgresDatabases, SqliteDatabases


@pytest.fixture
def live_settings() -> LiveSettings:
    """No encouragement in tests; whoever wants it asks for it."""
    return LiveSettings(nudge_seconds=0)


@pytest.fixture(autouse=True)
def no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine changes nothing: follow-ups wait for the judge as long as it takes."""
    monkeypatch.setattr(interview, "FOLLOW_UP_PATIENCE", 30.0)
    monkeypatch.setattr(interview, "LAST_EVALUATIONS", 30.0)


@pytest.fixture
def settings(settings: Settings, live_settings: LiveSettings) -> Settings:
    return settings.model_copy(update={"live": live_settings})


@pytest_asyncio.fixture
async def live_app(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> AsyncIterator[FastAPI]:
    async with sqlite.fresh() as url:
        yield create_app(with_database(settings, url), engines=engines)


@pytest_asyncio.fixture
async def server(live_app: FastAPI) -> AsyncIterator[LiveServer]:
    """A server on SQLite."""
    async with serving(live_app) as running:
        yield running


@pytest_asyncio.fixture
async def any_server(
    settings: Settings, databases: SqliteDatabases | PostgresDatabases, engines: Engines
) -> AsyncIterator[LiveServer]:
    """A server on each kind of database."""
    async with (
        databases.fresh() as url,
        serving(create_app(with_database(settings, url), engines=engines)) as running,
    ):
        yield running


def with_database(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(url)})})


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> type[ScriptedTranscriber]:
    """Servers started in this test hear what it tells them to."""
    monkeypatch.setattr(live_service, "LiveTranscriber", ScriptedTranscriber)
    ScriptedTranscriber.made.clear()
    return ScriptedTranscriber


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers started in this test cannot hear anything live."""
    monkeypatch.setattr(live_service, "LiveTranscriber", BrokenTranscriber)
