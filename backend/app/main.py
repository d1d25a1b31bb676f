"""The application: what is mounted where, and what lives as long as the process."""

import gc
import logging
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from app import dialects
from app.config import Settings
from app.routers import feedback, health, interviews, tts, uploads, users, websocket
from app.runtime.engines import Engines
from app.runtime.resources import open_resources
from app.web import docs, errors
from app.web.middleware import BodyLimit, FirstUse, RequestContext

TITLE = "Greenroom"
DESCRIPTION = """
Mock interviews that hear, judge with evidence, answer and remember.

Register, send the `token` as `Authorization: Bearer`, create a session, generate questions, upload spoken answers.
Every response of `/api/v1` has the same envelope; times are UTC, scores 0-100.
"""


def configure_logging(settings: Settings) -> None:
    """Structured logs: readable lines on a terminal, JSON with LOG_JSON."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "faster_whisper", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        cache_logger_on_first_use=False,
    )


def operation_id(route: APIRoute) -> str:
    """The name of the handler: generated clients get `create_session()` instead of a path in words."""
    return route.name


def create_app(settings: Settings | None = None, *, engines: Engines | None = None) -> FastAPI:
    """Build the application. Nothing is opened before its lifespan starts; engines may be shared by several."""
    settings = settings or Settings()
    configure_logging(settings)
    mimetypes.add_type("audio/webm", ".webm")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_resources(settings, engines) as resources, dialects.serving(app):
            app.state.resources = resources
            gc.freeze()  # what is there now never dies; walking it would stall requests for a tenth of a second
            yield

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version("greenroom"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    errors.install(app)
    docs.install(app)
    app.include_router(health.router)
    app.include_router(users.router)
    app.include_router(interviews.router)
    app.include_router(uploads.router)
    app.include_router(feedback.router)
    app.include_router(tts.router)
    app.include_router(websocket.router)
    dialects.install(app, settings)

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-ID"],
        )
    app.add_middleware(
        BodyLimit,
        limit=settings.limits.json_kb * 1024,
        uploads={
            uploads.AUDIO_PATH: settings.limits.audio_bytes + uploads.MULTIPART_BYTES,
            uploads.DOCUMENT_PATH: settings.limits.document_bytes + uploads.MULTIPART_BYTES,
        },
    )
    app.add_middleware(FirstUse, begin=lambda: app.state.resources.engines.warm_up.begin())
    app.add_middleware(RequestContext)
    return app


app = create_app()
