"""What `app.web.connection_guard` relies on inside python-engineio and python-socketio.

Each test is named after a word in the list at the top of that file and shows the behaviour on a bare server. When one
fails after an update, read its message and what the guard does about that word, change the guard, then this test.
"""

import asyncio
import inspect
import json
import tomllib
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

import pytest_asyncio
import socketio
from engineio.async_socket import AsyncSocket

from tests.conftest import ROOT
from tests.live.support import PATIENCE

GUARD = "backend/app/web/connection_guard.py"
Message = dict[str, Any]


class BareServer:
    """A Socket.IO server as the kiosk makes it, without the guard; requests come from tests, not from a network."""

    def __init__(self) -> None:
        self.server = socketio.AsyncServer(async_mode="asgi", async_handlers=False, monitor_clients=False)
        self.app = socketio.ASGIApp(self.server, socketio_path=None)
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        for name in ("connect", "message", "disconnect"):
            self.server.eio.on(name, self._noting(name, self.server.eio.handlers[name]))

    def _noting(self, name: str, handler: Any) -> Any:
        async def handle(*arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return await handler(*arguments)

        return handle

    def of(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of a handler."""
        return [arguments for called, arguments in self.calls if called == name]

    async def request(self, method: str = "GET", body: bytes = b"", **query: str) -> tuple[int, str]:
        """One request of a polling client: status and body."""
        sent: list[Message] = []
        came = asyncio.Queue[Message]()
        came.put_nowait({"type": "http.request", "body": body})

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope("http", method, len(body), **query), came.get, send)
        return sent[0]["status"], sent[1]["body"].decode()

    async def open(self) -> str:
        """A polling connection that is connected to the events; returns its key."""
        _, text = await self.request()
        key: str = json.loads(text[1:])["sid"]
        await self.request("POST", b"40", sid=key)
        await self.request(sid=key)
        return key

    def socket(self, key: str) -> Any:
        return self.server.eio.sockets[key]


class WebSocket:
    """A WebSocket connection to a bare server."""

    def __init__(self, bare: BareServer, **query: str) -> None:
        self.scope = scope("websocket", "GET", 0, **query)
        self.came = asyncio.Queue[Message]()
        self.sent = asyncio.Queue[Message]()
        self.is_broken = False
        self.came.put_nowait({"type": "websocket.connect"})
        self.served = asyncio.create_task(bare.app(self.scope, self.came.get, self._send))

    async def _send(self, message: Message) -> None:
        if self.is_broken:
            raise OSError("the connection is closed")
        self.sent.put_nowait(message)

    def text(self, frame: str) -> None:
        self.came.put_nowait({"type": "websocket.receive", "text": frame})

    async def frame(self) -> str:
        """The next text from the server."""
        while True:
            message = await asyncio.wait_for(self.sent.get(), PATIENCE)
            if message["type"] == "websocket.send":
                return str(message["text"])


def scope(kind: str, method: str = "GET", size: int = 0, **query: str) -> Message:
    parts = {"EIO": "4", "transport": "polling" if kind == "http" else "websocket", **query}
    headers = [(b"content-length", str(size).encode())]
    if kind == "websocket":
        headers += [(b"upgrade", b"websocket"), (b"connection", b"upgrade")]
    text = "&".join(f"{name}={value}" for name, value in parts.items())
    return {"type": kind, "method": method, "path": "/", "query_string": text.encode(), "headers": headers}


@pytest_asyncio.fixture
async def bare() -> AsyncIterator[BareServer]:
    """The pings of its connections are far in the future; they are cancelled at the end."""
    before = asyncio.all_tasks()
    yield BareServer()
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def test_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for name in ("python-socketio", "python-engineio"):
        pinned = f"{name}=={version(name)}"
        assert pinned in project, f"pyproject.toml must pin what {GUARD} was read against; installed is {pinned}"


async def test_handlers(bare: BareServer) -> None:
    assert set(bare.server.eio.handlers) == {"connect", "message", "disconnect"}, (
        "Socket.IO listens to other events of Engine.IO: the guard has to wrap those, too"
    )
    key = await bare.open()
    assert bare.of("connect")[0][0] == key, "connect is called with the key and the environment"
    assert bare.of("message") == [(key, "0")], "message is called with the key and the packet"
    await bare.socket(key).close(wait=False)
    ((gone, reason),) = bare.of("disconnect")
    assert (gone, isinstance(reason, str)) == (key, True), "disconnect is called once, with the key and a reason"


async def test_scope(bare: BareServer) -> None:
    socket = WebSocket(bare)
    await socket.frame()
    environ = bare.of("connect")[0][1]
    assert environ["asgi.scope"] is socket.scope, "the guard finds in the scope what it has put there"


async def test_sockets(bare: BareServer) -> None:
    key = await bare.open()
    assert isinstance(bare.server.eio.sockets, dict)
    assert isinstance(bare.socket(key), AsyncSocket), "sockets maps the key of a connection to its AsyncSocket"


async def test_socket(bare: BareServer) -> None:
    key = await bare.open()
    socket = bare.socket(key)
    assert socket.sid == key
    assert (socket.upgraded, socket.upgrading) == (False, False)
    before = socket.queue.qsize()
    await bare.server.emit("event", {}, to=bare.server.manager.sid_from_eio_sid(key, "/"))
    assert socket.queue.qsize() == before + 1, "what waits for a client is counted by `queue`"
    assert {"wait", "abort"} <= set(inspect.signature(AsyncSocket.close).parameters)
    assert inspect.iscoroutinefunction(AsyncSocket.close)


async def test_poll(bare: BareServer) -> None:
    key = await bare.open()
    poll = asyncio.create_task(bare.request(sid=key))
    await asyncio.sleep(0)
    bare.socket(key).queue.put_nowait(None)
    answer = await asyncio.wait_for(poll, PATIENCE)
    assert answer == (200, ""), "None in `queue` ends an open poll"


async def test_upgrade(bare: BareServer) -> None:
    key = await bare.open()
    socket = WebSocket(bare, sid=key)
    socket.came.put_nowait({"type": "websocket.disconnect", "code": 1006})
    await asyncio.wait_for(socket.served, PATIENCE)
    assert bare.socket(key).upgrading, "a broken upgrade is reset by the library now: the guard need not do it any more"
    assert await bare.request(sid=key) == (200, "6"), "while `upgrading` is set, polls are answered with no-op"
    bare.socket(key).upgrading = False
    bare.socket(key).queue.put_nowait(None)
    assert await bare.request(sid=key) == (200, ""), "and polling goes on once it is reset"


async def test_names(bare: BareServer) -> None:
    key = await bare.open()
    name = bare.server.manager.sid_from_eio_sid(key, "/")
    assert isinstance(name, str)
    assert bare.server.manager.eio_sid_from_sid(name, "/") == key
    assert bare.server.manager.sid_from_eio_sid("nobody", "/") is None
    assert bare.server.manager.eio_sid_from_sid("nobody", "/") is None


async def test_websocket(bare: BareServer) -> None:
    reading = WebSocket(bare)
    await reading.frame()
    reading.came.put_nowait({"type": "websocket.disconnect", "code": 1006})
    await asyncio.wait_for(reading.served, PATIENCE)

    writing = WebSocket(bare)
    await writing.frame()
    key = bare.of("connect")[1][0]
    writing.is_broken = True
    await bare.socket(key).close(wait=False)
    writing.came.put_nowait({"type": "websocket.disconnect", "code": 1006})
    await asyncio.wait_for(writing.served, PATIENCE)


async def test_malformed_frames(bare: BareServer) -> None:
    socket = WebSocket(bare)
    await socket.frame()
    key = bare.of("connect")[0][0]
    socket.text("x")
    (result,) = await asyncio.wait_for(asyncio.gather(socket.served, return_exceptions=True), PATIENCE)
    assert isinstance(result, Exception), "a malformed frame ends the reader no more: see FrameFilter"
    assert key in bare.server.eio.sockets, "the library cleans up after a malformed frame now: see ConnectionGuard._end"
    assert not bare.of("disconnect")
