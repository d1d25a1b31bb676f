"""The WebSocket itself: who may connect, what is refused, and that nothing is left of a connection that is over."""

import asyncio
import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.config import LiveSettings, RateLimitSettings, Settings
from app.services.live.limits import TokenBucket
from tests.conftest import Candidate, spoken_ahead
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import (
    PATIENCE,
    PROFILER,
    LiveClient,
    LiveServer,
    clip,
    files_in,
    frame,
    serving,
    silence,
    until,
)

Heard = type[ScriptedTranscriber]


@pytest.fixture
def live_settings() -> LiveSettings:
    return LiveSettings(nudge_seconds=0, start_seconds=60.0, park_seconds=1.0)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = RateLimitSettings(enabled=False, socket_connections=8)
    return settings.model_copy(update={"rate_limit": limits, "cors_origins": "https://web.example.com"})


@pytest_asyncio.fixture
async def candidate(scripted: Heard, server: LiveServer) -> Candidate:
    return await server.candidate()


@pytest_asyncio.fixture
async def session(candidate: Candidate, server: LiveServer) -> str:
    return await server.interview(candidate)


@pytest_asyncio.fixture
async def client(session: str, candidate: Candidate, server: LiveServer) -> AsyncIterator[LiveClient]:
    async with server.client(session, candidate) as connected:
        yield connected


async def code_after(connection: ClientConnection, *messages: str | bytes) -> int | None:
    """The close code that follows these messages."""
    try:
        for message in messages:
            await connection.send(message)
        async with asyncio.timeout(PATIENCE):
            async for _ in connection:
                pass
    except ConnectionClosed:
        pass
    return connection.close_code


def start(token: str | None) -> str:
    return json.dumps({"type": "start", "token": token, "sample_rate": 16_000})


class TestConnecting:
    @pytest.mark.parametrize("token", [None, "", "nonsense", "e30.e30.e30"])
    async def test_needs_a_good_token(self, server: LiveServer, session: str, token: str | None) -> None:
        async with server.connect(session) as connection:
            assert await code_after(connection, start(token)) == 4401

    async def test_is_refused_after_logout(self, server: LiveServer, session: str, candidate: Candidate) -> None:
        await candidate.call("POST", "/api/v1/users/logout")
        async with server.connect(session) as connection:
            assert await code_after(connection, start(candidate.account["token"])) == 4401

    async def test_takes_the_token_from_the_header_or_the_cookie(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        token = candidate.account["token"]
        for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"greenroom_access={token}"}):
            async with server.connect(session, additional_headers=headers) as connection:
                await connection.send(json.dumps({"type": "start"}))
                assert json.loads(await connection.recv())["type"] == "ready"

    async def test_hides_the_interviews_of_others(self, server: LiveServer, session: str) -> None:
        stranger = await server.candidate("bob@example.com")
        for wanted in (session, str(uuid4()), "no-such-id"):
            async with server.connect(wanted) as connection:
                assert await code_after(connection, start(stranger.account["token"])) == 4404

    async def test_has_to_be_followed_by_a_start(
        self, server: LiveServer, session: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server.app.state.runtime.settings.live, "start_seconds", 0.5)
        async with server.connect(session) as connection:
            assert await code_after(connection) == 4408
        async with server.connect(session) as connection:
            assert await code_after(connection, "hello", b"\0" * 100, '{"type":"skip"}') == 4408

    async def test_is_refused_to_pages_of_other_sites(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        message = start(candidate.account["token"])
        for origin in ("https://evil.example.com", "null", f"http://127.0.0.1:{server.port}.evil.example.com"):
            async with server.connect(session, origin=origin) as connection:
                assert await code_after(connection, message) == 1008
        for origin in (f"http://127.0.0.1:{server.port}", "https://web.example.com"):
            async with server.connect(session, origin=origin) as connection:
                await connection.send(message)
                assert json.loads(await connection.recv())["type"] == "ready"

    async def test_is_limited_by_address(self, server: LiveServer, session: str) -> None:
        first = [await server.connect(session) for _ in range(8)]
        async with server.connect(session) as one_more:
            assert await code_after(one_more) == 1008
        await asyncio.gather(*(connection.close() for connection in first))
        await until(lambda: server.app.state.runtime.live.connections.total == 0)
        async with server.connect(session) as later:
            assert await code_after(later, start(None)) == 4401

    async def test_needs_questions_behind_it(self, server: LiveServer, candidate: Candidate) -> None:
        async with server.connect(await candidate.session()) as connection:
            await connection.send(start(candidate.account["token"]))
            refused = json.loads(await connection.recv())
            assert (refused["type"], refused["code"]) == ("error", "no_questions")
            assert await code_after(connection) == 1008

    async def test_is_refused_when_the_interview_is_over(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        await candidate.data("POST", f"/api/v1/interviews/sessions/{session}/complete")
        async with server.connect(session) as connection:
            await connection.send(start(candidate.account["token"]))
            assert json.loads(await connection.recv())["code"] == "session_closed"
            assert json.loads(await connection.recv())["type"] == "ended"
            assert await code_after(connection) == 1000


class TestStart:
    @pytest.mark.parametrize(
        "language", [None, "", "auto", "en", "EN", "en_US", "en-GB", "english", "Deutsch", "de-AT"]
    )
    async def test_takes_a_language_in_the_forms_that_clients_send(
        self, client: LiveClient, language: str | None
    ) -> None:
        await client.start(language=language)
        assert not client.of("error")

    @pytest.mark.parametrize(
        "wrong", [{"language": "klingon"}, {"language": "x" * 400}, {"language": 7}, {"follow_ups": 3}]
    )
    async def test_that_means_nothing_is_told_and_can_be_sent_again(
        self, client: LiveClient, wrong: dict[str, object]
    ) -> None:
        await client.say("start", token=client.candidate.account["token"], **wrong)
        problem = await client.until("error")
        assert problem["code"] == "bad_message"
        assert next(iter(wrong)) in problem["message"]
        await client.start()


async def test_a_fault_of_ours_is_logged_and_the_client_may_try_again(
    server: LiveServer,
    session: str,
    candidate: Candidate,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(server.app.state.runtime.live, "join", broken)
    async with server.connect(session) as connection:
        assert await code_after(connection, start(candidate.account["token"])) == 1013
    assert "a fault of ours" in caplog.text


class TestFrames:
    @pytest.mark.parametrize(
        "message",
        [
            "",
            "not json",
            "[]",
            "{}",
            '{"type":"dance"}',
            '{"type":"text"}',
            '{"type":"text","text":""}',
            '{"type":"text","text":"\\u0000"}',
            '{"type":"text","text":"\\ud800"}',
            '{"type":"text","text":' + "[" * 5_000 + "}",
            '{"type":"start","sample_rate":1e400}',
        ],
    )
    async def test_that_make_no_sense_are_refused_and_the_socket_lives(self, client: LiveClient, message: str) -> None:
        await client.start()
        await client.socket.send(message)
        assert (await client.until("error"))["code"] == "bad_message"
        await client.say("ping")
        await client.until("pong")

    async def test_of_no_known_type_are_told_the_types(self, client: LiveClient) -> None:
        await client.start()
        await client.socket.send('{"type":"dance"}')
        message = (await client.until("error"))["message"]
        assert message.startswith("type: Use one of 'start', 'speech_end'")

    @pytest.mark.parametrize("data", [b"", b"\0", b"\0" * 7])
    async def test_without_a_number_are_refused(self, client: LiveClient, data: bytes) -> None:
        await client.start()
        await client.socket.send(data)
        assert (await client.until("error"))["code"] == "bad_frame"
        await client.speak(silence(1))
        await client.until("ack", where=lambda event: event["next_sample"] == 16_000)

    async def test_with_half_a_sample_are_taken_without_it(self, client: LiveClient) -> None:
        await client.start()
        for data in (b"\0" * 8, b"\0" * 9, b"\0" * 13):
            await client.socket.send(data)
        await client.speak(silence(1), first=2)
        await client.until("ack", where=lambda event: event["next_sample"] == 16_002)
        assert not client.of("error")

    async def test_far_ahead_are_a_gap(self, client: LiveClient) -> None:
        await client.start()
        for first in (1, 2**63, 2**64 - 1):
            await client.socket.send(frame(first, silence(0.1)))
        refused = await client.until("error")
        assert (refused["code"], refused["next_sample"]) == ("gap", 0)

    async def test_that_begin_again_are_refused(self, client: LiveClient) -> None:
        await client.start()
        await client.say("start", sample_rate=16_000)
        assert (await client.until("error"))["code"] == "already_started"

    async def test_that_are_too_big_end_it(self, client: LiveClient) -> None:
        await client.start()
        await client.socket.send(b"\0" * (1 << 20) + b"\0" * 16)
        assert await client.closed() == 1009

    async def test_that_flood_end_it(
        self, server: LiveServer, session: str, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(TokenBucket.__init__, "__defaults__", (10.0, 50.0))
        async with server.client(session, candidate) as client:
            await client.start()
            for _ in range(60):
                await client.say("ping")
            assert await client.closed() == 1008


class TestConnections:
    async def test_are_closed_when_the_client_reads_too_slowly(
        self, scripted: Heard, live_app: FastAPI, settings: Settings
    ) -> None:
        async with serving(live_app, send_buffer=4_096) as server:
            candidate = await server.candidate()
            session = await server.interview(candidate)
            sock = socket.create_connection(("127.0.0.1", server.port))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection = await server.connect(session, sock=sock, max_queue=1)
            await connection.send(start(candidate.account["token"]))
            await connection.send(frame(0, silence(1)))
            await until(lambda: bool(scripted.made))
            live = server.app.state.runtime.live
            ((interview, _),) = live._live.values()
            for number in range(1_000):
                if interview.link is None or interview.link.closing is not None:
                    break
                scripted.made[0].say("word " * 100, at=float(number))
                await asyncio.sleep(0.005)
            else:
                pytest.fail("a reader that takes nothing was kept")
            assert await code_after(connection) in (1013, 1006), "1006 when the close itself could not be sent"
            await until(lambda: live.connections.total == 0)

    async def test_leave_nothing_behind(self, scripted: Heard, server: LiveServer, candidate: Candidate) -> None:
        live = server.app.state.runtime.live
        sessions = [await server.interview(candidate) for _ in range(4)]
        await fill_pools(server)
        await come_and_go(server, candidate, sessions, 8)
        await until(lambda: live.interviews == 0 and live.connections.total == 0)
        before = await at_rest(server)
        await come_and_go(server, candidate, sessions, 200)
        await until(lambda: live.interviews == 0 and live.connections.total == 0)
        await until(lambda: all(now <= then for now, then in zip(traces(server), before, strict=True)))
        assert all(ear.closed for ear in scripted.made)
        await asyncio.sleep(live.settings.park_seconds)
        await live.sweep()  # four interviews took turns in three places: what was left when one gave way is closed here
        await until(lambda: not files_in(server.app.state.runtime.settings.upload_dir / "live"))


async def come_and_go(server: LiveServer, candidate: Candidate, sessions: list[str], times: int) -> None:
    """Open connections in groups of four, say more or less on each, and cut the line."""
    for number in range(0, times, 4):
        await asyncio.gather(*(one(server, candidate, sessions[at], number + at) for at in range(4)))


async def one(server: LiveServer, candidate: Candidate, session: str, number: int) -> None:
    connection = await server.connect(session)
    if number % 5:
        await connection.send(start(candidate.account["token"]))
    if number % 5 > 1:
        await connection.recv()
    if number % 5 > 2:
        await connection.send(frame(0, silence(0.5)))
    if number % 5 > 3:
        await connection.close()
    else:
        connection.transport.abort()


async def fill_pools(server: LiveServer) -> None:
    """Open what is kept open anyway: models, database connections and worker threads."""
    runtime = server.app.state.runtime
    await runtime.engines.warm_up.finish()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(runtime.settings.database.pool_size):
            session = await stack.enter_async_context(runtime.database.reading())
            await session.execute(text("SELECT 1"))
    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(64)))
    await asyncio.gather(*(runtime.engines.stt.transcribe(clip(PROFILER)) for _ in range(runtime.settings.stt.workers)))


async def at_rest(server: LiveServer) -> tuple[int, ...]:
    """The traces once nothing is spoken ahead any more: a voice has a thread more while it waits to be unloaded than
    while it speaks."""
    await spoken_ahead(server.app)
    return traces(server)


def traces(server: LiveServer) -> tuple[int, ...]:
    """Tasks, threads and open files of this process."""
    return len(asyncio.all_tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))
