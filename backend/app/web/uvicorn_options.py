"""How uvicorn is run by `greenroom serve`."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.services.live.limits import MAX_MESSAGE_BYTES

HEADER_SECONDS = 15.0
"""How long a client may take to send the head of a request."""
HEADER_BYTES = 512 * 1024
LINGER_SECONDS = 10.0
"""How long the rest of a body is read, and thrown away, after the answer was given without it. A connection that is
closed at once would take the answer with it."""

KEEP_ALIVE_SECONDS = 65
"""How long a connection without a request is kept: longer than proxies and clients keep theirs (5 to 60 s), since a
request that is sent just while the server closes is lost, and the client cannot know whether it was done."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with an end to its patience for heads of requests, and for bodies that nobody reads."""

    _deadline: asyncio.TimerHandle | None = None
    _is_head = True
    _head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows the type
        self._within(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._is_head and self._head_bytes > HEADER_BYTES:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_head, self._head_bytes = True, 0
        self._within(HEADER_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_time()
        self._is_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.more_body and not self.pipeline:
            self._within(LINGER_SECONDS)

    def _within(self, seconds: float) -> None:
        """Close the connection unless `_in_time` is called within so many seconds."""
        self._in_time()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


OPTIONS: dict[str, Any] = {
    "http": PatientProtocol,
    "access_log": False,  # the application has one of its own
    "ws_max_size": MAX_MESSAGE_BYTES,
    "proxy_headers": False,  # the application knows TRUSTED_PROXIES
    "timeout_graceful_shutdown": 10,
    "timeout_keep_alive": KEEP_ALIVE_SECONDS,
}
