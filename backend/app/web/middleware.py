"""Pure ASGI middleware: a request id, one access-log line, HEAD, and headers for each request."""

import re
import time
from collections.abc import Callable, Sequence
from random import getrandbits

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import render
from app.web.faces import path_of
from app.web.files import HEAD_MARK
from app.web.request_id import request_id

WELL_FORMED = re.compile(rb"^[A-Za-z0-9_.\-]{8,64}$")
LOOKING = re.compile(r"/(?:$|health|docs|redoc|openapi|asyncapi|favicon)")
HEADER = b"x-request-id"
CREDENTIAL = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,}|(?<=/media/)[^/]+")
"""What opens something for whoever knows it: interviews of a kiosk, spoken texts, links. No log has it."""
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}


class RequestContext:
    """Gives each request an id (the client's, when well formed), returns it as a header, and logs the outcome.

    It also answers for whatever nobody caught, so that such a response carries the id too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._log = structlog.get_logger("greenroom.access").bind()  # bound once: each use of the proxy makes a logger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        identifier = given.decode() if WELL_FORMED.match(given) else f"{getrandbits(128):032x}"
        token = request_id.set(identifier)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.accept"):
                status = message.get("status", 101)
                message["headers"] = [*message.get("headers", ()), (HEADER, identifier.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            if scope["type"] != "http" or status:
                raise
            await render(HTTPConnection(scope), error)(scope, receive, send_with_id)
        finally:
            client = scope.get("client")
            self._log.info(
                "request",
                method=scope.get("method", "WS"),
                path=CREDENTIAL.sub("...", scope["path"]),
                status=status or 500,
                ms=round((time.perf_counter() - started) * 1000, 1),
                client=client[0] if client else None,
                request_id=identifier,
            )
            request_id.reset(token)


class FirstUse:
    """Calls `begin` when somebody uses the server: at the first request that looks at more than health or documents."""

    def __init__(self, app: ASGIApp, *, begin: Callable[[], None]) -> None:
        self.app = app
        self._begin = begin
        self._is_used = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_used and scope["type"] != "lifespan" and not LOOKING.match(path_of(scope)):
            self._is_used = True
            self._begin()
        await self.app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD wherever GET is answered: the route does its work, and the server sends no body.

    `apart` are paths of applications that know HEAD themselves. A route that sends a file finds the mark in the scope
    and does not read it.
    """

    def __init__(self, app: ASGIApp, *, apart: Sequence[str]) -> None:
        self.app = app
        self._apart = tuple(apart)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and not path_of(scope).startswith(self._apart):
            await self.app({**scope, "method": "GET", HEAD_MARK: True}, receive, send)
        else:
            await self.app(scope, receive, send)


class SecurityHeaders:
    """Headers that take rights from browsers that show our answers. What a route has set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
