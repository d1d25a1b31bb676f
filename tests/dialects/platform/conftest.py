"""Servers as the tests of live interviews have them, and a client that knows only the platform's document."""

import httpx
import pytest

from tests.dialects.platform.client import Platform
from tests.live.conftest import any_server, live_settings, no_haste, settings

__all__ = ["any_server", "live_settings", "no_haste", "settings"]


@pytest.fixture
async def platform(http: httpx.AsyncClient) -> Platform:
    """Somebody who signed up, on each kind of database."""
    return await Platform(http).signed_up()
