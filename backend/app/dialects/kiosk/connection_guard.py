"""What stands between the network and Socket.IO: who may connect, how much, how fast, and that nobody is forgotten.

Engine.IO, which Socket.IO runs on, believes its clients: a frame that is none ends its reader without cleaning up, a
connection may do nothing for ever, a client that does not read fills the memory. So a `Gate` counts connections by
address, a `Line` passes on only frames that are some, and both see to it that a connection which is over is over.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs

import socketio
from engineio.async_socket import AsyncSocket
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from app.dialects.kiosk.events import Said, Trouble
from app.runtime.runtime import Runtime
from app.services.live.admission import MAX_MESSAGE_BYTES, TOO_BIG, TOO_FAST, TOO_LATE, Doorkeeper, Pace
from app.services.live.outbox import LEFT, Close

PACKETS = ("0", "1", "2")
"""Connect, disconnect, event (Socket.IO protocol 5). No documented event has acknowledgements or attachments."""
FRAME = re.compile(r"1|2(?:probe)?|3(?:probe)?|5|6|4[0-6].*", re.DOTALL)
"""What clients send: close, ping, pong, upgrade, no-op, and messages (Engine.IO protocol 4)."""
WAITING = 16
"""Packets that may wait for a client; the interview's outbox keeps and counts what comes after."""
LOOK_SECONDS = 0.05
"""How often to look whether a client has read something."""
CLOSE_SECONDS = 2.0
"""How long a close may take with a client that does not read."""
ENTRANCE = "greenroom.entrance"
"""Where a request carries what the gate knows of it."""

T = TypeVar("T")
Handler = Callable[..., Awaitable[None]]
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Client:
    """One connection, by whichever transport; `key` is Engine.IO's name for it, `seat` what the dialect keeps here."""

    key: str
    resources: Runtime
    place: ExitStack
    line: "Line | None"
    seat: Any = None
    gone: bool = False
    pace: Pace = field(default_factory=Pace)
    latest: asyncio.TimerHandle | None = None
    pinging: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Entrance:
    """What a request for a new connection brings along."""

    place: ExitStack
    line: "Line | None" = None
    client: Client | None = None


class Line:
    """A WebSocket under Engine.IO. It passes on good frames, answers others with an `error` event, and can be cut."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._pace = Pace()
        self._cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Message:
        """The next good frame, or the end."""
        while (message := await self._unless_cut(self._receive())) is not None:
            if message["type"] != "websocket.receive" or await self._is_good(message):
                return message
        return {"type": "websocket.disconnect", "code": LEFT.code}

    async def send(self, message: Message) -> None:
        """Send, unless the line is cut first: then an OSError."""
        if self._cut.done():
            raise OSError("the line is cut")
        await self._unless_cut(self._send(message))

    async def cut(self, close: Close) -> None:
        """End the connection, whether or not the client reads; may be repeated."""
        if not self._cut.done():
            self._cut.set_result(None)
            message = {"type": "websocket.close", "code": close.code, "reason": close.reason}
            with suppress(Exception):  # the client may be gone, or not read
                await asyncio.wait_for(self._send(message), CLOSE_SECONDS)

    async def _is_good(self, message: Message) -> bool:
        frame = message.get("text")
        if len(frame or message.get("bytes") or "") > MAX_MESSAGE_BYTES:
            await self.cut(TOO_BIG)
        elif not self._pace.admit():
            await self.cut(TOO_FAST)
        elif frame is not None and FRAME.fullmatch(frame):
            return True
        else:
            refusal = Trouble(code="INVALID_EVENT", error="This frame is not understood.")
            event = json.dumps([refusal.event, refusal.model_dump()])
            await self.send({"type": "websocket.send", "text": f"42{event}"})
        return False

    async def _unless_cut(self, step: Awaitable[T]) -> T | None:
        """What a step gives, or None when the line is cut first."""
        task = asyncio.ensure_future(step)
        either: set[asyncio.Future[Any]] = {task, self._cut}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()


class Gate:
    """The ASGI application around a Socket.IO server."""

    def __init__(self, server: Any, doors: Doorkeeper, join_seconds: float) -> None:
        self.server = server
        self.doors = doors
        self.clients: dict[str, Client] = {}
        self._join_seconds = join_seconds
        self._app = socketio.ASGIApp(server, socketio_path=None)
        self._tasks: set[asyncio.Task[None]] = set()
        handlers = server.eio.handlers
        for name, handler in (("connect", self._connect), ("message", self._message), ("disconnect", self._disconnect)):
            server.eio.on(name, partial(handler, handlers[name]))
        server.eio.start_background_task = self._start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"])
        if b"sid" not in query:
            await self._enter(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._upgrade(self.clients.get(query[b"sid"][0].decode("latin-1")), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def client(self, name: str) -> Client | None:
        """The connection with this Socket.IO name."""
        return self.clients.get(self.server.manager.eio_sid_from_sid(name, "/") or "")

    async def tell(self, client: Client, said: Said) -> None:
        """Emit an event once there is room for it; a client that is gone gets nothing."""
        while not client.gone and self._waiting(client) >= WAITING:  # noqa: ASYNC110  a queue tells nobody of gets
            await asyncio.sleep(LOOK_SECONDS)
        if not client.gone and (name := self.name(client)) is not None:
            await self.server.emit(said.event, said.model_dump(), to=name)

    async def dismiss(self, client: Client, close: Close) -> None:
        """End the connection; an official client tries to come back."""
        socket = self.server.eio.sockets.get(client.key)
        if client.line is not None:
            await client.line.cut(close)
        if socket is not None and not socket.upgraded:
            await socket.close(wait=False)

    async def see_off(self, client: Client) -> None:
        """End the conversation; an official client does not come back by itself."""
        if (name := self.name(client)) is not None:
            await self.server.disconnect(name)

    def wait_for_join(self, client: Client) -> None:
        """From now on the client has so long to join an interview."""
        self.stop_waiting(client)
        if not client.gone:
            loop = asyncio.get_running_loop()
            client.latest = loop.call_later(self._join_seconds, lambda: self.spawn(self.dismiss(client, TOO_LATE)))

    def stop_waiting(self, client: Client) -> None:
        """The client has joined, or is gone."""
        if client.latest is not None:
            client.latest.cancel()

    def spawn(self, work: Any) -> None:
        """Do something beside; `close` waits for it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let everybody go."""
        for client in list(self.clients.values()):
            await self.dismiss(client, LEFT)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()
        await self.server.shutdown()

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A new connection. A long-polling one outlives this request and takes its place with it."""
        address = scope["client"][0] if scope.get("client") else "unknown"
        with ExitStack() as place:
            if not place.enter_context(self.doors.place(address)):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close"})
                    return
                refusal = Trouble(code="TOO_MANY_CONNECTIONS", error="Too many connections from this address.")
                await JSONResponse(refusal.model_dump(), 429, {"Retry-After": "10"})(scope, receive, send)
                return
            entrance = scope[ENTRANCE] = Entrance(place)
            if scope["type"] != "websocket":
                await self._app(scope, receive, send)
                return
            entrance.line = Line(receive, send)
            try:
                await self._app(scope, entrance.line.receive, entrance.line.send)
            finally:
                if entrance.client is not None:
                    await self._end(entrance.client)

    async def _upgrade(self, client: Client | None, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket that is to take the place of long polling; when that fails, the polling goes on."""
        if client is None or client.line is not None:
            await send({"type": "websocket.close"})
            return
        line = client.line = Line(receive, send)
        try:
            await self._app(scope, line.receive, line.send)
        finally:
            socket = self.server.eio.sockets.get(client.key)
            if socket is not None and not socket.upgraded:
                client.line, socket.upgrading = None, False  # the engine would answer polls with nothing for ever
            else:
                await self._end(client)

    async def _end(self, client: Client) -> None:
        """The WebSocket of this connection is over, however that came about, and so is the connection."""
        socket = self.server.eio.sockets.pop(client.key, None)
        if socket is not None:
            await socket.close(wait=False, abort=True)

    async def _connect(self, handle: Handler, key: str, environ: dict[str, Any]) -> None:
        scope = environ["asgi.scope"]
        entrance: Entrance = scope[ENTRANCE]
        client = Client(key, scope["app"].state.runtime, entrance.place.pop_all(), entrance.line)
        entrance.client = self.clients[key] = client
        self.wait_for_join(client)
        await handle(key, environ)

    async def _message(self, handle: Handler, key: str, data: Any) -> None:
        client = self.clients.get(key)
        if client is None or client.gone:
            return
        if not client.pace.admit():
            await self.dismiss(client, TOO_FAST)
            return
        try:
            if not isinstance(data, str) or data[:1] not in PACKETS:
                raise ValueError("a packet that no documented event needs")
            await handle(key, data)
        except Exception as error:  # whatever the decoder makes of it; handlers of events let nothing out
            log.debug("a packet that is none: %r", error)
            await self.tell(client, Trouble(code="INVALID_EVENT", error="This packet is not understood."))

    async def _disconnect(self, handle: Handler, key: str, reason: str) -> None:
        client = self.clients.get(key)
        if client is None:
            return
        client.gone = True
        self.stop_waiting(client)
        if client.pinging is not None:
            client.pinging.cancel()
        if client.line is not None:
            self.spawn(client.line.cut(LEFT))
        try:
            await handle(key, reason)
        finally:
            del self.clients[key]
            client.place.close()
            asyncio.get_running_loop().call_soon(self._forget, key)

    def _forget(self, key: str) -> None:
        """After the engine's last word: a poll that is open ends with it, and later ones find no session."""
        if (socket := self.server.eio.sockets.pop(key, None)) is not None:
            socket.queue.put_nowait(None)

    def _start(self, target: Callable[..., Any], *arguments: Any) -> asyncio.Task[Any]:
        """As the engine starts its tasks; but the timer of a connection's next ping ends with the connection."""
        task: asyncio.Task[Any] = asyncio.ensure_future(target(*arguments))
        owner = getattr(target, "__self__", None)
        if isinstance(owner, AsyncSocket) and (client := self.clients.get(owner.sid)) is not None:
            client.pinging = task
        return task

    def name(self, client: Client) -> str | None:
        """Its Socket.IO name while it is connected to the events, too."""
        name: str | None = self.server.manager.sid_from_eio_sid(client.key, "/")
        return name

    def _waiting(self, client: Client) -> int:
        socket = self.server.eio.sockets.get(client.key)
        return socket.queue.qsize() if socket is not None else 0
