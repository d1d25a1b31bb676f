"""Pure ASGI middleware: a request id and one access-log line for each request, and a limit for its body."""

import re
import time
from collections.abc import Callable, Mapping
from random import getrandbits

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import render, respond, too_large
from app.web.faces import Faces, path_of
from app.web.request_id import request_id

WELL_FORMED = re.compile(rb"^[A-Za-z0-9_.\-]{8,64}$")
LOOKING = re.compile(r"/(?:$|health|docs|redoc|openapi|favicon)")
HEADER = b"x-request-id"


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
                path=scope["path"],
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


class BodyLimit:
    """Refuses bodies that are too large, by their announced length or while they are read.

    `uploads` are patterns of paths that may receive more, with their limits in bytes. The framework has a limit of its
    own, but answers in plain text where our faces have shapes for it.
    """

    def __init__(self, app: ASGIApp, *, faces: Faces, limit: int, uploads: Mapping[re.Pattern[str], int]) -> None:
        self.app = app
        self.faces = faces
        self.limit = limit
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = path_of(scope)
        limit = next((most for pattern, most in self.uploads.items() if pattern.search(path)), self.limit)
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > limit:
            await respond(self.faces.owner(path), too_large(limit))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
