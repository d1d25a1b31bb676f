"""The built page on a server of its own, and a browser that speaks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from app import installation
from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.live.conftest import no_haste, with_database
from tests.live.support import PROFILER, LiveServer, clip, serving
from tests.page.browser import NoBrowser, opened, say
from tests.support.databases import SqliteDatabases

__all__ = ["no_haste"]


@pytest_asyncio.fixture
async def server(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> AsyncIterator[LiveServer]:
    if installation.page() is None:
        pytest.skip("the page is not built: make page")
    async with sqlite.fresh() as url, serving(create_app(with_database(settings, url), engines=engines)) as running:
        yield running


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears over and over: "i used a profiler to find the leak"."""
    return say(tmp_path_factory.mktemp("voice") / "voice.wav", clip(PROFILER))


@pytest_asyncio.fixture(scope="session")
async def browser(voice: Path) -> AsyncIterator[Browser]:
    async with AsyncExitStack() as stack:
        try:
            found = await stack.enter_async_context(opened(voice))
        except NoBrowser as error:
            pytest.skip(str(error))
        yield found
