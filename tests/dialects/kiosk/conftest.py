"""A real server with the administrator of the document, and clients that know only the document."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.config import AdminSettings, LiveSettings, Settings
from tests.dialects.kiosk.client import Kiosk
from tests.live.conftest import any_server, live_app, live_settings, no_haste, scripted, server
from tests.live.support import LiveServer

__all__ = ["any_server", "live_app", "live_settings", "no_haste", "scripted", "server"]


@pytest.fixture
def settings(settings: Settings, live_settings: LiveSettings) -> Settings:
    admin = AdminSettings(username="admin", password=SecretStr("admin123"))
    return settings.model_copy(update={"live": live_settings, "admin": admin})


@pytest_asyncio.fixture
async def kiosk(server: LiveServer) -> AsyncIterator[Kiosk]:
    """An administrator who is logged in."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as http:
        yield await Kiosk(http).logged_in()
