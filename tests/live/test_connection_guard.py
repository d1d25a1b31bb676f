"""The guard around the kiosk's Socket.IO: malformed packets, limits, and that nothing is left behind."""

import asyncio
import base64
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import httpx
import pytest
from starlette.routing import Mount
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.config import DialectSettings, LiveSettings, Settings
from app.dialects.kiosk.socket import PATH
from app.engines.audio import encode
from app.main import create_app
from app.runtime.engines import Engines
from app.services.answers.answer_service import HeardSegment
from app.services.live.limits import TokenBucket
from app.web import connection_guard
from app.web import live as web_live
from app.web.connection_guard import ConnectionGuard
from tests.live.conftest import with_database
from tests.live.kiosk_clients import JavaScriptClient
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import PATIENCE, LiveServer, files_in, serving, silence, until
from tests.live.test_transport import at_rest, fill_pools, traces
from tests.support.databases import SqliteDatabases

Heard = type[ScriptedTranscriber]
GARBAGE: tuple[str | bytes, ...] = (
    "",
    "x",
    "7",
    "4",
    "4{}",
    "4" + "[" * 5_000,
    "42",
    "42not json",
    "42[]",
    "42{}",
    "42[[]]",
    "42" + "[" * 5_000,
    "43[]",
    '451-["audio_data",{"_placeholder":true,"num":0}]',
    "459999999999-[]",
    "4☃",
    b"",
    b"\x00\xff",
    b"4",
)
"""Frames that no official client sends. "42..." are events, "4..." messages, the others no frames at all."""


class Raw:
    """A WebSocket that speaks Engine.IO by hand."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, event: str, data: Any) -> None:
        await self.socket.send("42" + json.dumps([event, data]))

    async def hear(self, event: str) -> Any:
        """The data of the next such event; pings are answered on the way."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = await self.socket.recv(decode=True)
                if frame == "2":
                    await self.socket.send("3")
                elif frame.startswith(f'42["{event}"'):
                    return json.loads(frame[2:])[1]

    async def code(self) -> int | None:
        """The code with which the server closes."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE):
                async for _ in self.socket:
                    pass
        return self.socket.close_code


@contextlib.asynccontextmanager
async def raw(server: LiveServer, **arguments: Any) -> AsyncIterator[Raw]:
    """Connected to the events, and in no interview."""
    place = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    async with connect(place, compression=None, **arguments) as socket:
        assert str(await socket.recv()).startswith("0{")
        await socket.send("40")
        assert str(await socket.recv()).startswith("40{")
        yield Raw(socket)


async def poll(server: LiveServer, **more: str) -> httpx.Response:
    """The first request of a client that polls, or a later one."""
    return await server.http.get("/socket.io/", params={"EIO": "4", "transport": "polling", **more})


@dataclass
class Polling:
    """A client that polls by hand; `key` is Engine.IO's name for it."""

    server: LiveServer
    key: str

    @classmethod
    async def begin(cls, server: LiveServer) -> Self:
        return cls(server, json.loads((await poll(server)).text[1:])["sid"])

    async def get(self) -> str:
        """What the next poll is answered with."""
        answer = await poll(self.server, sid=self.key)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, body: str | bytes) -> int:
        """Sends packets; returns the status."""
        params = {"EIO": "4", "transport": "polling", "sid": self.key}
        return (await self.server.http.post("/socket.io/", content=body, params=params)).status_code

    async def join(self, session: str) -> None:
        assert await self.post("42" + json.dumps(["join_interview", {"session_id": session}])) == 200


async def test_garbage_is_refused_and_the_socket_lives(scripted: Heard, server: LiveServer) -> None:
    session = await server.code_interview()
    async with raw(server) as client:
        for frame in GARBAGE:
            await client.socket.send(frame)
            refused = await client.hear("error")
            assert (refused["code"], refused.keys()) == ("INVALID_EVENT", {"error", "code", "details"}), frame
        for frame in ('42["connect",{}]', "40/admin,", "40", '42["disconnect"]', "3", "6", "5"):
            await client.socket.send(frame)
        await client.say("join_interview", {"session_id": session})
        assert (await client.hear("interview_status"))["status"] == "in_progress"


async def test_garbage_over_long_polling_is_refused_and_the_session_lives(scripted: Heard, server: LiveServer) -> None:
    session = await server.code_interview()
    client = await Polling.begin(server)
    await client.post("40")
    assert (await client.get()).startswith("40{")
    for body in (b"", b"x", b"42not json", b"4" + b"[" * 5_000, b"\xff\xfe", b"b%%%", b"\x1e".join([b"42x"] * 40)):
        assert await client.post(body) == 200
    await client.join(session)
    told = await client.get()
    assert '"INVALID_EVENT"' in told
    assert '"in_progress"' in told


class TestConnecting:
    @pytest.fixture(autouse=True)
    def _scripted_before_the_server_starts(self, scripted: Heard) -> None: ...

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        live = LiveSettings(nudge_seconds=0, park_seconds=0.3, join_seconds=600.0)
        return settings.model_copy(update={"cors_origins": "https://web.example.com", "live": live})

    @pytest.fixture
    async def session(self, server: LiveServer) -> str:
        return await server.code_interview()

    @pytest.mark.parametrize("transport", ["websocket", "polling"])
    async def test_has_to_be_followed_by_a_join(
        self, server: LiveServer, transport: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard(server), "_join_seconds", 3.0)
        async with JavaScriptClient(f"http://127.0.0.1:{server.port}", (transport,)) as client:
            await client.emit("join_interview", {"session_id": "nowhere"})
            await client.until("disconnect")
        assert [told["code"] for told in client.of("error")] == ["SESSION_NOT_FOUND", "JOIN_TIMEOUT"]
        await until(lambda: guard(server).limiter.total == 0)

    async def test_closes_with_a_code_that_says_why(self, server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(guard(server), "_join_seconds", 3.0)
        async with raw(server) as client:
            assert await client.code() == 4408

    async def test_is_limited_to_five_from_one_address_that_join_nothing(
        self, server: LiveServer, session: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection_guard, "WAIT_SECONDS", 0.3)
        monkeypatch.setattr(connection_guard, "OWN_SECONDS", 600.0)
        async with contextlib.AsyncExitStack() as stack:
            first = await stack.enter_async_context(raw(server))
            second, _ = [await stack.enter_async_context(raw(server)) for _ in range(2)]
            polls = await asyncio.gather(*(poll(server) for _ in range(4)))
            assert sorted(answer.status_code for answer in polls) == [200, 200, 429, 429]
            refused = next(answer for answer in polls if answer.status_code == 429)
            assert (refused.json()["code"], refused.headers["retry-after"]) == ("TOO_MANY_CONNECTIONS", "5")
            with pytest.raises(InvalidStatus, match="403"):
                await stack.enter_async_context(raw(server))
            await stack.enter_async_context(raw(server, local_addr=("127.0.0.2", 0)))
            await first.socket.close()
            await until(lambda: guard(server).limiter.total == 5)
            await stack.enter_async_context(raw(server))
            monkeypatch.setattr(connection_guard, "WAIT_SECONDS", 60.0)
            late = asyncio.create_task(stack.enter_async_context(raw(server)))
            await second.say("join_interview", {"session_id": session})
            await second.hear("interview_status")
            await (await late).say("join_interview", {"session_id": "nowhere"})
        await until(lambda: guard(server).limiter.total <= 2)  # long polling goes when its time is over

    async def test_that_was_silent_the_longest_gives_its_place_to_another_of_its_address(
        self, server: LiveServer, session: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection_guard, "OWN_SECONDS", 0.0)
        async with contextlib.AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(raw(server)) for _ in range(5)]
            await clients[1].say("join_interview", {"session_id": session})
            await clients[1].hear("interview_status")
            clients += [await stack.enter_async_context(raw(server)) for _ in range(2)]
            assert (await clients[0].hear("error"))["code"] == "JOIN_TIMEOUT"
            assert await clients[0].code() == 4408
            for client in (*clients[2:], clients[1]):
                await client.say("join_interview", {"session_id": "nowhere"})
                assert (await client.hear("error"))["code"] == "SESSION_NOT_FOUND"

    async def test_is_refused_to_pages_of_other_sites(self, server: LiveServer, session: str) -> None:
        for origin in ("https://evil.example.com", "null", "http://127.0.0.1:9"):
            with pytest.raises(InvalidStatus, match="403"):
                async with raw(server, origin=origin):
                    pass
            answer = await server.http.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
            assert answer.status_code == 400
            assert "access-control-allow-origin" not in answer.headers
        for origin in (f"https://127.0.0.1:{server.port}", "https://web.example.com"):
            async with raw(server, origin=origin) as client:
                await client.say("join_interview", {"session_id": session})
                await client.hear("interview_status")
        await until(lambda: guard(server).limiter.total == 0)

    async def test_is_closed_by_a_message_that_is_too_big(self, server: LiveServer, session: str) -> None:
        async with raw(server) as client:
            await client.say("join_interview", {"session_id": session})
            await client.hear("interview_status")
            await client.socket.send("4" + "x" * (1 << 20))
            assert await client.code() == 1009
        assert await (await Polling.begin(server)).post("4" * ((1 << 20) + 1)) == 413

    async def test_is_closed_by_too_many_messages(self, server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TokenBucket.__init__, "__defaults__", (10.0, 50.0))
        for frame in ("3", "x", '42["no_such_event"]'):
            async with raw(server) as client:
                with contextlib.suppress(ConnectionClosed):
                    for _ in range(60):
                        await client.socket.send(frame)
                assert await client.code() == 1008
        await until(lambda: guard(server).limiter.total == 0)

    async def test_is_closed_by_too_many_messages_over_long_polling(
        self, server: LiveServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(TokenBucket.__init__, "__defaults__", (10.0, 20.0))
        client = await Polling.begin(server)
        body = "\x1e".join(["40", *['42["no_such_event"]'] * 15])
        statuses = [await client.post(body) for _ in range(3)]
        assert statuses[-1] == 400, "there is no such session any more"
        assert guard(server).limiter.total == 0

    async def test_is_closed_when_the_client_reads_too_slowly(
        self, settings: Settings, sqlite: SqliteDatabases, engines: Engines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(web_live, "CLOSE_SECONDS", 0.3)
        async with (
            sqlite.fresh() as url,
            serving(create_app(with_database(settings, url), engines=engines), send_buffer=4_096) as server,
        ):
            session = await server.code_interview()
            sock = socket.create_connection(("127.0.0.1", server.port))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            async with raw(server, sock=sock, max_queue=1) as client:
                await client.say("join_interview", {"session_id": session})
                await client.hear("interview_status")
                ((interview, _),) = server.app.state.runtime.live._live.values()
                for number in range(1_000):
                    if not guard(server).clients:
                        break
                    interview.emit(final(number, "word " * 1_000))
                    await asyncio.sleep(0.005)
                else:
                    pytest.fail("a reader that takes nothing was kept")
                assert interview.link is None
                assert await client.code() in (1013, 1006), "1006 when the close itself could not be sent"
            await until(lambda: guard(server).limiter.total == 0)

    async def test_leaves_nothing_behind(self, server: LiveServer) -> None:
        live, uploads = server.app.state.runtime.live, server.app.state.runtime.settings.upload_dir
        sessions = [await server.code_interview() for _ in range(4)]
        sound = base64.b64encode(encode(silence(2.0), 16_000, "webm")[:4_000]).decode()

        async def one(session: str, number: int) -> None:
            async with raw(server) as client:
                if number % 4:
                    await client.say("join_interview", {"session_id": session})
                if number % 4 > 1:
                    question = (await client.hear("interview_status"))["current_question"]
                    data = {"session_id": session, "audio_data": sound, "question_id": question}
                    await client.say("audio_data", data)
                    await client.say("request_ai_response", {"session_id": session, "question_id": question})
                if number % 4 > 2:
                    await client.hear("ai_response")
                if number % 8 > 4:
                    client.socket.transport.abort()

        async def come_and_go(times: int) -> None:
            for number in range(times):
                await asyncio.gather(*(one(session, number) for session in sessions))
                await until(lambda: guard(server).limiter.total == 0)

        await fill_pools(server)
        await come_and_go(16)  # as often as below, so that all that is kept open anyway has been opened
        await until(lambda: live.interviews == 0)
        before = await at_rest(server)
        await come_and_go(16)
        await until(lambda: live.interviews == 0)
        await until(lambda: all(now <= then for now, then in zip(traces(server), before, strict=True)))
        assert not guard(server).clients
        assert not guard(server).server.eio.sockets
        assert not files_in(uploads / "live")


async def test_a_failed_upgrade_leaves_the_polling_as_it_was(scripted: Heard, server: LiveServer) -> None:
    session = await server.code_interview()
    client = await Polling.begin(server)
    await client.post("40")
    await client.get()
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket&sid={client.key}"
    for frames in ((), ("5",), ("2probe", "3"), ("x",)):
        async with connect(address, compression=None) as probe:
            for frame in frames:
                await probe.send(frame)
            probe.transport.abort()
        await until(lambda: guard(server).clients[client.key].websocket is None)
    await client.join(session)
    async with asyncio.timeout(PATIENCE):
        told = ""
        while '"in_progress"' not in told:
            told += (answer := await client.get())
            assert answer != "6", "the polls are answered with nothing"


def final(number: int, text: str) -> HeardSegment:
    return HeardSegment(number=number, text=text, start=0, end=1, words=(), confidence=None, engine="scripted")


def guard(server: LiveServer) -> ConnectionGuard[Any]:
    """The kiosk's guard inside the server."""
    mounts = (route for route in server.app.routes if isinstance(route, Mount) and route.path == PATH)
    found = next(mount.app for mount in mounts)
    assert isinstance(found, ConnectionGuard)
    return found


async def test_it_can_be_switched_off(settings: Settings, server: LiveServer) -> None:
    changes = {"database": server.app.state.runtime.settings.database, "dialects": DialectSettings(kiosk=False)}
    app = create_app(settings.model_copy(update=changes), engines=server.app.state.runtime.engines)
    async with serving(app) as without:
        assert (await poll(without)).status_code == 404
