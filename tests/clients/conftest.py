"""A server on SQLite that generated clients reach through the network."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.config import AdminSettings, Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.live.conftest import no_haste, with_database
from tests.live.support import LiveServer, serving
from tests.support.databases import SqliteDatabases

__all__ = ["no_haste"]


PASSWORD = "correct horse battery"
"""Of the administrator that the server has from its settings."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"admin": AdminSettings(password=SecretStr(PASSWORD))})


@pytest_asyncio.fixture
async def server(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> AsyncIterator[LiveServer]:
    async with sqlite.fresh() as url, serving(create_app(with_database(settings, url), engines=engines)) as running:
        yield running
