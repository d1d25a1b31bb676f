"""Servers that are reached through the network, and work on answers as soon as they have come."""

import pytest

from app.config import Settings
from tests.live.conftest import any_server, live_app, live_settings, no_haste, server

__all__ = ["any_server", "live_app", "live_settings", "no_haste", "server"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """This document has no call for the transcript, so nobody asks for it before the server does."""
    return settings.model_copy(update={"job": settings.job.model_copy(update={"grace_seconds": 0.0})})
