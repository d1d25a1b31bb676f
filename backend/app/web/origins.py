"""Which web pages may call: one policy for requests (CORS) and for live connections, to which CORS does not apply."""

import logging
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import Settings

LOCAL = re.compile(r"https?://(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(?::\d+)?")
"""Where development servers run. In development any of them may call."""
EXPOSED = (
    "Accept-Ranges", "Allow", "Content-Disposition", "Content-Length", "Content-Range", "Location", "Retry-After",
    "X-Request-ID",
)  # fmt: skip
"""Headers that pages of other origins may read."""
NAMED_AT_MOST = 100
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
log = logging.getLogger(__name__)


class Origins:
    """Tells which origins may call, and names in the log, once, those that may not."""

    def __init__(self, settings: Settings) -> None:
        self._listed = frozenset(settings.allowed_origins)
        self._local = settings.environment == "development"
        self._named: set[str] = set()

    def trusts(self, origin: str | None, host: str | None) -> bool:
        """Whether pages of this origin may act for who is logged in by a cookie: the server's own pages, those of
        listed origins and, in development, of this machine. Programs send no origin."""
        if origin is None or origin in self._listed or _is_own(origin, host):
            return True
        return self._local and LOCAL.fullmatch(origin) is not None

    def allows(self, origin: str | None, host: str | None) -> bool:
        """Whether pages of this origin may call at all; with CORS_ORIGINS=* any may, who then count as nobody unless
        they send a token."""
        if self.trusts(origin, host) or "*" in self._listed:
            return True
        self._name(str(origin))
        return False

    def _name(self, origin: str) -> None:
        if origin not in self._named and len(self._named) < NAMED_AT_MOST:
            self._named.add(origin)
            log.warning("a page of %r may not call. To let it: CORS_ORIGINS=%s", origin[:200], origin[:200])


def _is_own(origin: str, host: str | None) -> bool:
    """Schemes are not compared, because behind a proxy that ends TLS the server does not know its own."""
    parts = urlsplit(origin)
    names = {parts.netloc.lower().removesuffix(DEFAULT_PORTS.get(parts.scheme, "-")), parts.netloc.lower()}
    given = (host or "").lower()
    return bool(host) and bool(names & {given, *(given.removesuffix(port) for port in DEFAULT_PORTS.values())})


def origins_of(connection: HTTPConnection) -> Origins:
    """The policy of the application."""
    found: Origins = connection.app.state.origins
    return found


def is_trusted(connection: HTTPConnection) -> bool:
    """Whether a cookie counts here: for pages that are trusted, and for programs, which are no pages.

    Browsers name the origin in whatever may change something; should one not, it still says that the page is another.
    """
    headers = connection.headers
    origin = headers.get("origin")
    if origin is None and connection.scope.get("method", "GET") not in ("GET", "HEAD"):
        return headers.get("sec-fetch-site") in (None, "none", "same-origin")
    return origins_of(connection).trusts(origin, headers.get("host"))


class Cors:
    """ASGI middleware: the headers with which a browser lets pages of other origins read answers.

    It is the outermost, so errors that no route makes have them too.
    """

    def __init__(self, app: ASGIApp, *, origins: Origins) -> None:
        self.app = app
        self._origins = origins
        self._trusted = _cors(app, allow_origin_regex=".*", allow_credentials=True)
        self._anybody = _cors(app, allow_origins=["*"])
        self._refused = _cors(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http":
            return self.app
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host")
        if origin is None or _is_own(origin, host):
            return self.app
        if self._origins.trusts(origin, host):
            return self._trusted
        return self._anybody if self._origins.allows(origin, host) else self._refused


def _cors(app: ASGIApp, **origins: object) -> CORSMiddleware:
    options = {"allow_methods": ["*"], "allow_headers": ["*"], "expose_headers": EXPOSED, **origins}
    return CORSMiddleware(app, **options)  # type: ignore[arg-type]  # options of several types
