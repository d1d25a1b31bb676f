"""Other documented systems' words for the same interviews: thin faces that translate and hold no rule of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.config import Settings
from app.dialects.kiosk.socket import PATH, Kiosk
from app.dialects.platform import stream as platform_stream


def install(app: FastAPI, settings: Settings) -> None:
    """Add the faces that the settings switch on."""
    if settings.dialects.platform:
        app.include_router(platform_stream.router)
    if settings.dialects.kiosk:
        app.state.kiosk = Kiosk(settings)
        app.mount(PATH, app.state.kiosk.app)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[None]:
    """While the application runs; afterwards nobody is connected any more."""
    try:
        yield
    finally:
        kiosk: Kiosk | None = getattr(app.state, "kiosk", None)
        if kiosk is not None:
            await kiosk.close()
