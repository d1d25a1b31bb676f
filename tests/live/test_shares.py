"""Live places are shared by account, and junk instead of a token is no trouble for a socket."""

import json
import logging
from typing import Any

import pytest
import socketio
from websockets.exceptions import ConnectionClosed

from app.config import LiveSettings
from app.services.live import live_service
from tests.api.test_logins import JUNK
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import LiveServer, until


@pytest.fixture
def live_settings() -> LiveSettings:
    return LiveSettings(nudge_seconds=0, max_sessions=4, max_sessions_per_account=2)


class TestPlaces:
    async def test_an_account_takes_part_in_so_many_at_once(
        self, server: LiveServer, scripted: type[ScriptedTranscriber]
    ) -> None:
        ada, bob = await server.candidate(), await server.candidate("bob@example.com")
        sessions = [await server.interview(ada) for _ in range(3)]
        async with server.client(sessions[0], ada) as first, server.client(sessions[1], ada) as second:
            await first.start()
            await second.start()
            async with server.client(sessions[2], ada) as third:
                await third.say("start", token=ada.account["token"], sample_rate=16_000)
                refused = await third.until("error")
                assert refused["code"] == "too_many_interviews"
                assert await third.closed() == 1008
            async with server.client(await server.interview(bob), bob) as other:
                await other.start()

    async def test_one_that_was_left_gives_its_place_and_goes_on_later(
        self, server: LiveServer, scripted: type[ScriptedTranscriber]
    ) -> None:
        ada = await server.candidate()
        sessions = [await server.interview(ada) for _ in range(4)]
        live = server.app.state.runtime.live
        for session in sessions:
            async with server.client(session, ada) as client:
                await client.start()
            await until(lambda: all(interview.left_at for interview, _ in live._live.values()))
        assert live.interviews == 2
        async with server.client(sessions[0], ada) as back:
            ready = await back.start()
            assert ready["question"]["number"] == 1
            await back.say("text", text="I came back and answered.")
            assert (await back.until("answer"))["transcript"] == "I came back and answered."

    async def test_a_full_server_takes_the_place_of_who_left(
        self, server: LiveServer, scripted: type[ScriptedTranscriber], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = [await server.candidate(f"person{at}@example.com") for at in range(4)]
        sessions = [await server.interview(person) for person in people]
        late = await server.code_interview()
        join = {"session_id": late}
        live = server.app.state.runtime.live
        monkeypatch.setattr(live_service, "MAY_COME_BACK", 600.0)
        for person, session in zip(people, sessions, strict=True):
            async with server.client(session, person) as client:
                await client.start()
        await until(lambda: all(interview.left_at for interview, _ in live._live.values()))
        async with socketio.AsyncSimpleClient() as kiosk:
            await kiosk.connect(f"http://127.0.0.1:{server.port}", transports=["websocket"])
            await kiosk.emit("join_interview", join)
            assert (await kiosk.receive(30))[1]["code"] == "UNAVAILABLE", "they may come back in a moment"
            monkeypatch.setattr(live_service, "MAY_COME_BACK", 0.0)
            await kiosk.emit("join_interview", join)
            assert (await kiosk.receive(30))[1]["status"] == "in_progress"
        assert live.interviews == 4


class TestJunk:
    async def test_in_a_header_or_cookie_is_not_authenticated(
        self, server: LiveServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        session = await server.interview(await server.candidate())
        with caplog.at_level(logging.WARNING):
            for token in filter(str.isascii, JUNK.values()):
                for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"greenroom_access={token}"}):
                    path = f"/api/interview/stream/{session}"
                    assert await _close_code(server, path, None, headers) == 4401
                    path = f"/api/v1/interviews/sessions/{session}/stream"
                    assert await _close_code(server, path, {"type": "start"}, headers) == 4401
        assert not [record for record in caplog.records if record.exc_info]

    async def test_in_a_message_is_answered_and_leaves_no_trace(
        self, server: LiveServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        session = await server.interview(await server.candidate())
        path = f"/api/v1/interviews/sessions/{session}/stream"
        with caplog.at_level(logging.WARNING):
            for token in JUNK.values():
                assert await _close_code(server, path, {"type": "start", "token": token}, {}) == 4401
            async with socketio.AsyncSimpleClient() as kiosk:
                await kiosk.connect(f"http://127.0.0.1:{server.port}", transports=["websocket"])
                nested: Any = []
                for _ in range(200):
                    nested = [nested]
                for session_id in ("[" * 60, nested, "\x00", JUNK["nested"][:64]):
                    await kiosk.emit("join_interview", {"session_id": session_id})
                    assert (await kiosk.receive(30))[0] == "error"
        assert not [record for record in caplog.records if record.exc_info]


async def _close_code(
    server: LiveServer, path: str, first: dict[str, Any] | None, headers: dict[str, str]
) -> int | None:
    """The code with which the server closes a socket after its first message."""
    async with server.open(path, additional_headers=headers) as socket:
        try:
            if first is not None:
                await socket.send(json.dumps(first))
            while True:
                await socket.recv()
        except ConnectionClosed:
            return socket.close_code
