"""The WebSocket under Engine.IO: passes on what is an Engine.IO frame and nothing else, and can be closed from outside.

Engine.IO ends the reader of a connection at the first malformed frame and cleans nothing up. Here such a frame is
answered with an event and goes no further.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar, Protocol, TypeVar

from starlette.types import Message, Receive, Send

from app.services.live.closing import LEFT, TOO_BIG, TOO_MANY_MESSAGES, CloseReason
from app.services.live.limits import MAX_MESSAGE_BYTES, TokenBucket
from app.web import live

FRAME = re.compile(r"1|2(?:probe)?|3(?:probe)?|5|6|4[0-6].*", re.DOTALL)
"""What clients send: close, ping, pong, upgrade, no-op, and messages (Engine.IO protocol 4)."""

T = TypeVar("T")


class ServerEvent(Protocol):
    """What a face emits: a model with the name of its event."""

    event: ClassVar[str]

    def model_dump(self) -> dict[str, Any]: ...


ErrorOf = Callable[[str, str], ServerEvent]
"""Makes a face's event of an error from its code and a sentence."""


class FrameFilter:
    """Stands between the ASGI server's WebSocket and Engine.IO, in both directions."""

    def __init__(self, receive: Receive, send: Send, error_of: ErrorOf) -> None:
        self._receive, self._send, self._error_of = receive, send, error_of
        self._bucket = TokenBucket()
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Message:
        """The next well-formed frame; a disconnect message once the connection is over, from whichever side."""
        while (message := await self._unless_closed(self._receive())) is not None:
            if message["type"] != "websocket.receive" or await self._is_well_formed(message):
                return message
        return {"type": "websocket.disconnect", "code": LEFT.code}

    async def send(self, message: Message) -> None:
        """Send a message. OSError after `close`, which also ends a send that waits for the client to read."""
        if self._closed.done():
            raise OSError("the connection is closed")
        await self._unless_closed(self._send(message))

    async def close(self, reason: CloseReason) -> None:
        """End the connection, whether or not the client reads; may be called twice."""
        if not self._closed.done():
            self._closed.set_result(None)
            message = {"type": "websocket.close", "code": reason.code, "reason": reason.text}
            with suppress(Exception):  # the client may have gone
                await asyncio.wait_for(self._send(message), live.CLOSE_SECONDS)

    async def _is_well_formed(self, message: Message) -> bool:
        frame = message.get("text")
        if len(frame or message.get("bytes") or "") > MAX_MESSAGE_BYTES:
            await self.close(TOO_BIG)
        elif not self._bucket.take():
            await self.close(TOO_MANY_MESSAGES)
        elif frame is not None and FRAME.fullmatch(frame):
            return True
        else:
            error = self._error_of("INVALID_EVENT", "This frame is not understood.")
            event = json.dumps([error.event, error.model_dump()])
            await self.send({"type": "websocket.send", "text": f"42{event}"})
        return False

    async def _unless_closed(self, step: Awaitable[T]) -> T | None:
        """The result of a step, or None when the connection is closed first."""
        task = asyncio.ensure_future(step)
        either: set[asyncio.Future[Any]] = {task, self._closed}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
