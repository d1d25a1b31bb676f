"""The application: what is mounted where, and what lives as long as the process."""

import gc
import logging
import mimetypes
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import FastAPI

from app import installation
from app.config import Settings, StartError
from app.dialects.coach.face import COACH
from app.dialects.hiring.face import HIRING
from app.dialects.kiosk.face import KIOSK
from app.dialects.platform.face import PLATFORM
from app.jobs.worker import open_worker
from app.load_settings import load_settings
from app.routers import tus
from app.routers.face import V1
from app.runtime.engines import Engines
from app.runtime.runtime import open_runtime
from app.services.accounts.first_admin import address_of, ensure_admin
from app.web import docs, errors, page
from app.web.bodies import BodyLimits
from app.web.faces import Face, Faces, operation_id
from app.web.middleware import FirstUse, HeadAsGet, RequestContext, SecurityHeaders
from app.web.origins import Cors, Origins
from app.web.prefix import BehindProxies
from app.web.start import ReportStartErrors, announce_admin, report

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
    logging.getLogger("uvicorn.access").disabled = True  # ours has no ids that open something
    logging.getLogger("uvicorn.error").addFilter(_is_no_address)
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


def _is_no_address(record: logging.LogRecord) -> bool:
    """uvicorn logs the whole address of each WebSocket, which may be all that is needed to enter an interview."""
    return "WebSocket" not in str(record.msg)


def faces_for(settings: Settings) -> list[Face]:
    """The faces that the settings switch on; the first one answers for paths that are nobody's."""
    on = settings.dialects
    switched = ((COACH, on.coach), (PLATFORM, on.platform), (HIRING, on.hiring), (KIOSK, on.kiosk))
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
            if (password := await ensure_admin(runtime.services.auth, settings)) is not None:
                announce_admin(address_of(settings.admin.username), password)
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
    page.install(app, faces, installation.page())

    origins = app.state.origins = Origins(settings)
    # The last one is the first to see a request.
    app.add_middleware(HeadAsGet, apart=[tus.PREFIX, *(inner.path for inner in mounted)])
    app.add_middleware(
        BodyLimits,
        faces=faces,
        limit=settings.limits.json_kb * 1024,
        uploads=faces.body_limits(settings),
        uploads_at_once=settings.limits.uploads_at_once,
    )
    app.add_middleware(FirstUse, begin=lambda: app.state.runtime.engines.warm_up.begin())
    app.add_middleware(RequestContext)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Cors, origins=origins)
    app.add_middleware(
        BehindProxies, trusted=settings.trusted_proxies, prefix=settings.root_path, is_known=faces.are_served(app)
    )
    app.add_middleware(ReportStartErrors)
    return app


def from_environment() -> FastAPI:
    """The application with the settings of the environment; a wrong one ends the process with a line."""
    try:
        return create_app(load_settings())
    except StartError as error:
        report(error)
        sys.exit(1)


app = from_environment()
