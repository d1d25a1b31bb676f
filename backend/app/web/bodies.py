"""Limits for request bodies: how large, how slow, and how many at once. A pure ASGI middleware.

The framework has a limit of its own, but answers in plain text where our faces have shapes for it.
"""

import asyncio
import re
import time
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import respond, too_large
from app.web.faces import Faces, path_of

SILENT_SECONDS = 20.0
"""How long a client may send nothing in the middle of a body."""
PATIENCE_SECONDS = 30.0
SLOWEST = 16 * 1024
"""Bytes a second that a body has to come with, on average after PATIENCE_SECONDS: a poor telephone line."""
SMALL_AT_ONCE = 256
"""Ordinary bodies at once; how many uploads there may be is a setting."""
BUSY = HTTPException(503, "Too many requests send data at once. Try again in a moment.", {"Retry-After": "2"})
SLOW = HTTPException(408, "The request came too slowly. Send it again.", {"Connection": "close"})


class BodyLimits:
    """Refuses bodies that are too large, by their announced length or while they are read; those that come too slowly;
    and, while they are read, more than so many at once.

    `uploads` are patterns of paths that may receive more than `limit`, with their limits in bytes; `uploads_at_once`
    is how many of those may be received at the same time. A body that no route reads, because the caller may not send
    one, takes no place.
    """

    def __init__(
        self, app: ASGIApp, *, faces: Faces, limit: int, uploads: Mapping[re.Pattern[str], int], uploads_at_once: int
    ) -> None:
        self.app = app
        self.faces = faces
        self.limit = limit
        self.uploads = uploads
        self._free = {True: uploads_at_once, False: SMALL_AT_ONCE}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = path_of(scope)
        limit = next((most for pattern, most in self.uploads.items() if pattern.search(path)), None)
        body = _Body(self._free, limit is not None, self.limit if limit is None else limit, receive)
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > body.limit:
            await respond(self.faces.owner(path), too_large(body.limit))(scope, receive, send)
            return
        try:
            await self.app(scope, body.receive, send)
        finally:
            body.give_place_back()


class _Body:
    """One body on its way in."""

    def __init__(self, free: dict[bool, int], is_upload: bool, limit: int, receive: Receive) -> None:
        self.limit = limit
        self._free, self._is_upload, self._receive = free, is_upload, receive
        self._has_place = self._is_over = False
        self._read = 0
        self._began = 0.0

    async def receive(self) -> Message:
        """The next message. HTTPException for a body that is refused."""
        if self._is_over:
            return await self._receive()  # waits for the client to go
        self._take_place()
        message = await self._next()
        self._read += len(message.get("body", b""))
        if self._read > self.limit:
            raise HTTPException(413)
        if not message.get("more_body", False):
            self._is_over = True
            self.give_place_back()
        return message

    def give_place_back(self) -> None:
        """The body is read, or nobody will read it."""
        if self._has_place:
            self._has_place = False
            self._free[self._is_upload] += 1

    def _take_place(self) -> None:
        if self._has_place:
            return
        if self._free[self._is_upload] < 1:
            raise BUSY
        self._free[self._is_upload] -= 1
        self._has_place, self._began = True, time.monotonic()

    async def _next(self) -> Message:
        left = PATIENCE_SECONDS + self._read / SLOWEST - (time.monotonic() - self._began)
        try:
            async with asyncio.timeout(max(0.0, min(SILENT_SECONDS, left))):
                return await self._receive()
        except TimeoutError:
            raise SLOW from None
