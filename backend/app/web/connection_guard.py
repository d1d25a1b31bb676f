"""Limits and clean-up around Socket.IO, and the only file that reaches into python-socketio and python-engineio.

Engine.IO trusts its clients and has no settings for that: a malformed frame ends a reader without cleaning up, a
connection may stay idle for ever, and a client that does not read fills the memory. So the guard counts connections by
address, checks each packet, gives a connection so long to join an interview, bounds what waits for a client, and makes
sure that nothing is left of a connection that is over. What a client is told, the face says (`ErrorOf`).

Internals that it relies on, in the versions that pyproject.toml pins; `tests/live/test_engineio_internals.py` checks
each of them and names it when the library has changed:

    handlers     `server.eio.handlers` holds Socket.IO's handlers of connect, message and disconnect, each awaited with
                 the connection's key and what came; `server.eio.on` replaces them.
    scope        `environ["asgi.scope"]` of a connect is the very scope with which the application was called.
    sockets      `server.eio.sockets` maps the key of a connection to its AsyncSocket.
    socket       AsyncSocket has `sid`, `upgraded`, `upgrading`, `queue` and `close(wait, abort)`.
    poll         None in `queue` ends an open poll with an empty answer.
    upgrade      `upgrading` stays set when the WebSocket of an upgrade breaks; every poll is then answered with no-op.
    names        `server.manager` maps between the key of a connection and its Socket.IO name in the namespace "/".
    websocket    a disconnect message ends the reader of a WebSocket, an OSError of `send` its writer.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs

import socketio
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.runtime.runtime import Runtime
from app.services.accounts.rate_limits import network_of
from app.services.live.closing import LEFT, START_TIMEOUT, TOO_MANY_MESSAGES, CloseReason
from app.services.live.limits import ConnectionLimiter, TokenBucket
from app.web import live
from app.web.frame_filter import ErrorOf, FrameFilter, ServerEvent
from app.web.origins import origins_of

PACKETS = ("0", "1", "2")
"""Connect, disconnect, event (Socket.IO protocol 5). No documented event has acknowledgements or attachments."""
MAX_QUEUED_PACKETS = 16
"""Packets that may wait for a client in Engine.IO; the interview's event queue keeps and counts what comes after."""
POLL_SECONDS = 0.05
"""How often to look whether a client has read something."""
WAIT_SECONDS = 2.0
"""How long a connection that is one too many waits for others of its address to join: those of a classroom get in one
after the other."""
OWN_SECONDS = 5.0
"""How long after its last message a connection that has joined nothing keeps its place when another of its address
needs one. Official clients connect again by themselves, so pages that wait for their candidates take turns."""
SCOPE_KEY = "greenroom.pending_connection"
"""Where the scope of a request carries what the guard knows of it."""
NAMESPACE = "/"

Handler = Callable[..., Awaitable[None]]
P = TypeVar("P")
"""What a face holds for a client that takes part in an interview."""
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Client(Generic[P]):
    """One connection, by WebSocket or by long polling; `key` is Engine.IO's name for it."""

    key: str
    runtime: Runtime
    slot: ExitStack
    """The connection's place in the limiter, until it joins an interview."""
    address: str
    websocket: FrameFilter | None
    participant: P | None = None
    gone: bool = False
    waits: bool = True
    """Whether it has joined nothing yet, and holds a place for that."""
    last_heard: float = field(default_factory=time.monotonic)
    bucket: TokenBucket = field(default_factory=TokenBucket)
    join_deadline: asyncio.TimerHandle | None = None


@dataclass(eq=False)
class PendingConnection(Generic[P]):
    """A request for a new connection, until Engine.IO makes a connection of it."""

    slot: ExitStack
    address: str
    websocket: FrameFilter | None = None
    client: Client[P] | None = None


class ConnectionGuard(Generic[P]):
    """The ASGI application around a Socket.IO server."""

    def __init__(self, server: Any, limiter: ConnectionLimiter, join_seconds: float, error_of: ErrorOf) -> None:
        self.server = server
        self.limiter = limiter
        self.clients: dict[str, Client[P]] = {}
        self._join_seconds, self._error_of = join_seconds, error_of
        self._app = socketio.ASGIApp(server, socketio_path=None)
        self._tasks: set[asyncio.Task[None]] = set()
        handlers = server.eio.handlers
        for name, handler in (
            ("connect", self._on_connect),
            ("message", self._on_message),
            ("disconnect", self._on_disconnect),
        ):
            server.eio.on(name, partial(handler, handlers[name]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not origins_of(HTTPConnection(scope)).allows(headers.get("origin"), headers.get("host")):
            refusal = self._error_of("WRONG_ORIGIN", "Pages of this origin may not connect.")
            await _refuse(400, refusal, {}, scope, receive, send)
            return
        query = parse_qs(scope["query_string"])
        if b"sid" not in query:
            await self._open(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._upgrade(self.clients.get(query[b"sid"][0].decode("latin-1")), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    # what the face does with a connection

    def client(self, name: str) -> Client[P] | None:
        """The connection with this Socket.IO name."""
        return self.clients.get(self.server.manager.eio_sid_from_sid(name, NAMESPACE) or "")

    def name(self, client: Client[P]) -> str | None:
        """The connection's Socket.IO name, while it is connected to the namespace of the events."""
        name: str | None = self.server.manager.sid_from_eio_sid(client.key, NAMESPACE)
        return name

    async def emit(self, client: Client[P], event: ServerEvent) -> None:
        """Emit an event once there is room for it; nothing is sent to a client that has gone."""
        while not client.gone and self._queued(client) >= MAX_QUEUED_PACKETS:  # noqa: ASYNC110  the queue has no event
            await asyncio.sleep(POLL_SECONDS)
        if not client.gone and (name := self.name(client)) is not None:
            await self.server.emit(event.event, event.model_dump(), to=name)

    async def close_connection(self, client: Client[P], reason: CloseReason) -> None:
        """Close the connection. An official client connects again by itself."""
        socket = self.server.eio.sockets.get(client.key)
        if client.websocket is not None:
            await client.websocket.close(reason)
        if socket is not None and not socket.upgraded:
            await socket.close(wait=False)

    async def disconnect(self, client: Client[P]) -> None:
        """Disconnect the client from the events. An official client does not connect again by itself."""
        if (name := self.name(client)) is not None:
            await self.server.disconnect(name)

    async def dismiss(self, client: Client[P], code: str, message: str, reason: CloseReason) -> None:
        """Tell the client why, and close the connection, unless it takes part in an interview meanwhile."""
        await self.emit(client, self._error_of(code, message))
        end = time.monotonic() + live.CLOSE_SECONDS
        await asyncio.sleep(POLL_SECONDS)
        while self._queued(client) and time.monotonic() < end:  # noqa: ASYNC110  the queue has no event
            await asyncio.sleep(POLL_SECONDS)
        if client.participant is None:
            await self.close_connection(client, reason)

    def start_join_deadline(self, client: Client[P]) -> None:
        """Close the connection unless it joins an interview within LIVE_JOIN_SECONDS from now."""
        self._cancel_join_deadline(client)
        if not client.gone:
            client.join_deadline = asyncio.get_running_loop().call_later(
                self._join_seconds, lambda: self._give_up(client, f"No join_interview came in {self._join_seconds:g} s")
            )

    def _give_up(self, client: Client[P], why: str) -> None:
        """The connection that has joined nothing loses its place at once, and is closed."""
        self._release(client)
        message = f"{why}: connect again and join an interview."
        self.run_in_background(self.dismiss(client, "JOIN_TIMEOUT", message, START_TIMEOUT))

    def recognised(self, client: Client[P]) -> None:
        """The client joins an interview, which has one connection: it does not count for its address any more, which a
        whole classroom may have."""
        self._release(client)

    def _release(self, client: Client[P]) -> None:
        self._cancel_join_deadline(client)
        client.waits = False
        client.slot.close()

    def _cancel_join_deadline(self, client: Client[P]) -> None:
        """The client has joined, or has gone."""
        if client.join_deadline is not None:
            client.join_deadline.cancel()

    def run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task that `close` waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Close every connection, when the server stops."""
        for client in list(self.clients.values()):
            await self.close_connection(client, LEFT)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=live.CLOSE_SECONDS)
            for task in late:
                task.cancel()
        await self.server.shutdown()

    # requests

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A new connection. One by long polling outlives this request and takes its slot in the limiter with it."""
        address = network_of(scope["client"][0] if scope.get("client") else "unknown")
        self._make_room(address)
        await self.limiter.wait(address, WAIT_SECONDS)
        with ExitStack() as slot:
            if not slot.enter_context(self.limiter.connection(address)):
                refusal = self._error_of("TOO_MANY_CONNECTIONS", "Too many connections from this address.")
                await _refuse(429, refusal, {"Retry-After": "5"}, scope, receive, send)
                return
            pending = scope[SCOPE_KEY] = PendingConnection[P](slot, address)
            if scope["type"] != "websocket":
                await self._app(scope, receive, send)
                return
            pending.websocket = FrameFilter(receive, send, self._error_of)
            try:
                await self._app(scope, pending.websocket.receive, pending.websocket.send)
            finally:
                if pending.client is not None:
                    await self._end(pending.client)

    def _make_room(self, address: str) -> None:
        """Where the address has no place left, the one that has been silent the longest gives up its own."""
        waiting = [client for client in self.clients.values() if client.waits and client.address == address]
        if self.limiter.is_full(address) and waiting:
            quietest = min(waiting, key=lambda client: client.last_heard)
            if time.monotonic() - quietest.last_heard >= OWN_SECONDS:
                self._give_up(quietest, "Another client of this address needs the place")

    async def _upgrade(self, client: Client[P] | None, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket that is to replace long polling; when that fails, the polling goes on."""
        if client is None or client.websocket is not None:
            await send({"type": "websocket.close"})
            return
        websocket = client.websocket = FrameFilter(receive, send, self._error_of)
        try:
            await self._app(scope, websocket.receive, websocket.send)
        finally:
            socket = self.server.eio.sockets.get(client.key)
            if socket is not None and not socket.upgraded:
                client.websocket, socket.upgrading = None, False
            else:
                await self._end(client)

    async def _end(self, client: Client[P]) -> None:
        """The WebSocket of this connection is over, for whatever reason, and so is the connection."""
        socket = self.server.eio.sockets.pop(client.key, None)
        if socket is not None:
            await socket.close(wait=False, abort=True)

    # what Engine.IO calls

    async def _on_connect(self, handle: Handler, key: str, environ: dict[str, Any]) -> None:
        scope = environ["asgi.scope"]
        pending: PendingConnection[P] = scope[SCOPE_KEY]
        runtime: Runtime = scope["app"].state.runtime
        client = Client[P](key, runtime, pending.slot.pop_all(), pending.address, pending.websocket)
        pending.client = self.clients[key] = client
        self.start_join_deadline(client)
        await handle(key, environ)

    async def _on_message(self, handle: Handler, key: str, data: Any) -> None:
        client = self.clients.get(key)
        if client is None or client.gone:
            return
        client.last_heard = time.monotonic()
        if not client.bucket.take():
            await self.close_connection(client, TOO_MANY_MESSAGES)
            return
        try:
            if not isinstance(data, str) or data[:1] not in PACKETS:
                raise ValueError("a packet that no documented event needs")
            await handle(key, data)
        except Exception as error:  # whatever the decoder raises; the handlers of events catch their own
            log.debug("a malformed packet: %r", error)
            await self.emit(client, self._error_of("INVALID_EVENT", "This packet is not understood."))

    async def _on_disconnect(self, handle: Handler, key: str, reason: str) -> None:
        client = self.clients.get(key)
        if client is None:
            return
        client.gone = True
        if client.websocket is not None:
            self.run_in_background(client.websocket.close(LEFT))
        try:
            await handle(key, reason)
        finally:
            del self.clients[key]
            self._release(client)
            asyncio.get_running_loop().call_soon(self._forget, key)

    def _forget(self, key: str) -> None:
        """Runs when Engine.IO is done with a connection: an open poll ends, and later ones find no such session."""
        if (socket := self.server.eio.sockets.pop(key, None)) is not None:
            socket.queue.put_nowait(None)

    def _queued(self, client: Client[P]) -> int:
        socket = self.server.eio.sockets.get(client.key)
        return socket.queue.qsize() if socket is not None else 0


async def _refuse(
    status: int, refusal: ServerEvent, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Open no connection."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    else:
        await JSONResponse(refusal.model_dump(), status, headers)(scope, receive, send)
