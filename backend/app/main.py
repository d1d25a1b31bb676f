"""The application: what is mounted where, and what lives as long as the process."""

import gc
import logging
import mimetypes
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import RedirectResponse

from app.config import Settings
from app.dialects.kiosk.face import KIOSK
from app.dialects.platform.face import PLATFORM
from app.jobs.worker import open_worker
from app.routers.face import V1
from app.runtime.engines import Engines
from app.runtime.runtime import open_runtime
from app.web import docs, errors
from app.web.faces import Face, Faces, operation_id
from app.web.middleware import BodyLimit, FirstUse, RequestContext

EXPOSED = (
    *("X-Request-ID", "Location", "Content-Range", "ETag"),
    *("Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata"),
)
"""Headers of responses that pages of other origins may read; clients of uploads in pieces need theirs."""


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


def faces_for(settings: Settings) -> list[Face]:
    """The faces that the settings switch on; the first one answers for paths that are nobody's."""
    switched = ((PLATFORM, settings.dialects.platform), (KIOSK, settings.dialects.kiosk))
    return [V1, *(face for face, is_on in switched if is_on)]


def create_app(
    settings: Settings | None = None, *, engines: Engines | None = None, more_faces: Sequence[Face] = ()
) -> FastAPI:
    """Build the application. Nothing is opened before its lifespan starts; engines may be shared by several."""
    settings = settings or Settings()
    configure_logging(settings)
    mimetypes.add_type("audio/webm", ".webm")
    faces = Faces([*faces_for(settings), *more_faces])

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings, engines=engines) as runtime, open_worker(runtime, "api") as worker:
            app.state.runtime, app.state.worker = runtime, worker
            gc.freeze()  # what is there now never dies; walking it would stall requests for a tenth of a second
            try:
                yield
            finally:
                for application in mounted:
                    await application.close()

    app = FastAPI(
        title="Greenroom",
        version=version("greenroom"),
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    errors.install(app)
    mounted = faces.install(app, settings)
    docs.install(app, faces)

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
            expose_headers=EXPOSED,
        )
    app.add_middleware(
        BodyLimit, faces=faces, limit=settings.limits.json_kb * 1024, uploads=faces.body_limits(settings)
    )
    app.add_middleware(FirstUse, begin=lambda: app.state.runtime.engines.warm_up.begin())
    app.add_middleware(RequestContext)
    return app


app = create_app()
