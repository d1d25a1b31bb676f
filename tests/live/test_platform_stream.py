"""The platform's live interview over a real socket, as its document has it."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import numpy as np
import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.config import DialectSettings, LiveSettings, RateLimitSettings, Settings
from app.engines.audio import Pcm, decode, encode, wav_content
from app.main import create_app
from app.services.live.limits import TokenBucket
from tests.conftest import Candidate
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import (
    FRAME,
    PATIENCE,
    PROFILER,
    QUEUE,
    LiveServer,
    clip,
    files_in,
    serving,
    silence,
    stored_pcm,
    until,
)
from tests.live.test_transport import at_rest, fill_pools, traces

Heard = type[ScriptedTranscriber]
API = "/api/v1/interviews/sessions"
DOCUMENTED: dict[str, dict[str, type]] = {
    "transcription": {"type": str, "text": str, "is_final": bool},
    "audio_response": {"type": str, "data": str, "text": str},
    "status": {"type": str, "state": str},
}

NONSENSE: dict[str | bytes, str] = {
    "": "message",
    "not json": "message",
    "[]": "message",
    "[" * 5_000: "message",
    '{"type":"dance"}': "type",
    '{"type":"audio_chunk"}': "audio_chunk.data",
    '{"type":"audio_chunk","data":"%%%"}': "audio_chunk.data",
    '{"type":"audio_chunk","data":7}': "audio_chunk.data",
    '{"type":"audio_chunk","data":"AAAA","sample_rate":1e400}': "audio_chunk.sample_rate",
    '{"type":"audio_chunk","data":"AAAA","sample_rate":7}': "audio_chunk.sample_rate",
    b"\xff\xfe": "message",
}
"""What a client should not send, and the field that is to blame."""


@dataclass
class PlatformClient:
    """A client that knows nothing but the document; keeps every message that came."""

    server: LiveServer
    session: str
    headers: dict[str, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    socket: ClientConnection = field(init=False)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        address = f"ws://127.0.0.1:{self.server.port}/api/interview/stream/{self.session}"
        self.socket = await connect(address, compression=None, additional_headers=self.headers, max_size=1 << 22)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.socket.close()
        if self._reader is not None:
            await self._reader

    async def say(self, type_: str, **values: Any) -> None:
        await self.socket.send(json.dumps({"type": type_, **values}))

    async def chunk(self, data: bytes, **values: Any) -> None:
        await self.say("audio_chunk", data=base64.b64encode(data).decode(), **{"sample_rate": 16_000, **values})

    async def speak(self, pcm: Pcm, rate: int = 16_000) -> None:
        """Bare samples in pieces of 100 ms."""
        for at in range(0, len(pcm), FRAME):
            await self.chunk(pcm[at : at + FRAME].astype("<i2").tobytes(), sample_rate=rate)

    async def until(
        self, type_: str, since: int = 0, where: Callable[[dict[str, Any]], bool] = lambda message: True
    ) -> dict[str, Any]:
        """The first message of a type that fits; waits for it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for message in self.messages[since:]:
                        if message["type"] == type_ and where(message):
                            return message
                    self._arrived.clear()
                    assert self._reader is not None
                    assert not self._reader.done(), f"closed without {type_}: {self.socket.close_code}, {self.messages}"
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"no {type_} came, only {self.messages}") from None

    async def state(self, name: str, since: int = 0) -> None:
        await self.until("status", since, lambda message: message["state"] == name)

    async def final(self, since: int = 0) -> str:
        text: str = (await self.until("transcription", since, lambda message: message["is_final"]))["text"]
        return text

    async def error(self, since: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = (await self.until("error", since))["error"]
        return found

    async def closed(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        return self.socket.close_code

    def of(self, type_: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == type_]

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                self.messages.append(json.loads(message))
                self._arrived.set()
        except ConnectionClosed:
            pass
        finally:
            self._arrived.set()


def connected(server: LiveServer, session: str, candidate: Candidate) -> PlatformClient:
    return PlatformClient(server, session, dict(candidate.headers))


def is_documented(message: dict[str, Any]) -> bool:
    """Whether a message has exactly the fields of the document."""
    shape = DOCUMENTED[message["type"]]
    return message.keys() == shape.keys() and all(isinstance(message[name], kind) for name, kind in shape.items())


async def test_an_interview_by_the_document(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await candidate.session(interview_type="behavioral")
    async with connected(server, session, candidate) as client:
        await client.state("speaking")
        asked = await client.until("audio_response")
        await client.state("listening")
        await client.speak(np.concatenate([silence(0.3), clip(PROFILER), silence(0.5)]))
        await client.say("speech_end")
        heard = await client.final()
        await client.state("processing")
        since = len(client.messages)
        reply = await client.until("audio_response", since)
        await client.state("speaking", since)

    assert heard == "i used a profiler to find the leak"
    assert all(is_documented(message) for message in client.messages), client.messages
    states = [message["state"] for message in client.of("status")]
    assert states == ["speaking", "listening", "processing", "speaking"]
    for spoken in (asked, reply):
        assert len(decode(base64.b64decode(spoken["data"]))) > 4_000, "a quarter of a second of sound"
    questions = (await candidate.data("GET", f"{API}/{session}/questions"))["questions"]
    assert questions[0]["question_text"].startswith(asked["text"][:10])
    transcript = await candidate.data("GET", f"{API}/{session}/questions/{questions[0]['id']}/transcript")
    assert transcript["transcript"] == heard


async def test_an_interview_without_questions_gets_some_and_one_with_keeps_them(any_server: LiveServer) -> None:
    candidate = await any_server.candidate()
    session = await candidate.session()
    found: list[list[str]] = []
    for _ in range(2):
        async with connected(any_server, session, candidate) as client:
            await client.until("audio_response")
        rows = (await candidate.data("GET", f"{API}/{session}/questions"))["questions"]
        found.append([row["id"] for row in rows])
    assert len(found[0]) >= 3
    assert found[0] == found[1]


class TestSound:
    """Every kind of chunk ends as the words that were spoken: docs/design.md, "Sound in messages"."""

    @pytest.fixture
    async def candidate(self, server: LiveServer) -> Candidate:
        return await server.candidate()

    @pytest.mark.parametrize("kind", ["webm", "ogg", "pcm at 48 kHz", "a file a chunk"])
    async def test_is_understood(self, server: LiveServer, candidate: Candidate, kind: str) -> None:
        session = await server.interview(candidate)
        voice = np.concatenate([clip(PROFILER), silence(0.5)])
        async with connected(server, session, candidate) as client:
            await client.state("speaking")
            if kind == "pcm at 48 kHz":
                await client.speak(np.repeat(voice, 3), rate=48_000)
            elif kind == "a file a chunk":
                for at in range(0, len(voice), 8_000):
                    await client.chunk(wav_content(voice[at : at + 8_000]))
            else:
                await pieces(client, encode(voice, 16_000, "webm" if kind == "webm" else "ogg"), 1_000)
            await client.say("speech_end")
            assert await client.final() == "i used a profiler to find the leak"
            await client.state("processing")

    async def test_goes_on_in_the_next_answer_or_begins_anew(
        self, scripted: Heard, server: LiveServer, candidate: Candidate
    ) -> None:
        session, made = await server.interview(candidate, 4, categories=["hr"]), scripted.made
        pages = [b"OggS" + page for page in encode(np.tile(clip(QUEUE), 2), 16_000, "ogg").split(b"OggS")[1:]]
        half = 2 + (len(pages) - 2) // 2
        async with connected(server, session, candidate) as client:
            await client.state("speaking")
            for number, content in enumerate((pages[:half], pages[half:], [encode(clip(QUEUE), 16_000, "webm")]), 1):
                since = len(client.messages)
                for chunk in content:
                    await client.chunk(chunk)
                await until(lambda: len(made) == number and len(made[-1].heard) > 12_000)  # noqa: B023
                await client.say("speech_end")
                await client.state("speaking", since)
        assert abs(len(made[2].heard) - len(clip(QUEUE))) < 1_600
        assert abs(sum(len(ear.heard) for ear in made[:2]) - 2 * len(clip(QUEUE))) < 3_200

    async def test_that_is_none_is_refused_and_the_socket_lives(
        self, scripted: Heard, server: LiveServer, candidate: Candidate
    ) -> None:
        session = await server.interview(candidate)
        async with connected(server, session, candidate) as client:
            for broken in (b"\x1aE\xdf\xa3" + b"\xff" * 9_000, b"in the middle of a broken stream!"):
                since = len(client.messages)
                await client.chunk(broken)
                problem = await client.error(since)
                assert (problem["code"], problem["details"]) == ("INVALID_REQUEST", {"reason": "broken"})
            await pieces(client, wav_content(clip(QUEUE)), 5_001)
            url = f"data:audio/wav;base64,{base64.b64encode(wav_content(silence(0.1))).decode()}"
            await client.say("audio_chunk", data=url, sample_rate=16_000)
            await until(lambda: bool(scripted.made) and len(scripted.made[0].heard) == len(clip(QUEUE)) + 1_600)


class TestWishes:
    """What a client may add to the address."""

    @pytest.mark.parametrize("query", ["", "?language=", "?language=en_US", "?language=english&follow_ups=2"])
    async def test_are_taken_in_the_forms_that_clients_send(
        self, scripted: Heard, server: LiveServer, query: str
    ) -> None:
        candidate = await server.candidate()
        async with connected(server, await server.interview(candidate) + query, candidate) as client:
            await client.state("speaking")
            assert not client.of("error")

    @pytest.mark.parametrize("query", ["?language=klingon", "?follow_ups=3", "?follow_ups=many"])
    async def test_that_mean_nothing_are_told(self, scripted: Heard, server: LiveServer, query: str) -> None:
        candidate = await server.candidate()
        async with connected(server, await server.interview(candidate) + query, candidate) as client:
            problem = await client.error()
            assert problem["code"] == "INVALID_REQUEST"
            assert problem["message"].startswith(query[1:].partition("=")[0])
            await client.socket.wait_closed()
            assert client.socket.close_code == 1008

    @pytest.mark.parametrize(("query", "questions"), [("", 1), ("?follow_ups=1", 2)])
    async def test_follow_ups_come_only_where_they_are_asked_for(
        self, scripted: Heard, server: LiveServer, query: str, questions: int
    ) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate, 1, categories=["technical"], skills=["python"])
        async with connected(server, session + query, candidate) as client:
            for number in range(1, questions + 1):
                await client.state("speaking", len(client.messages) if number > 1 else 0)
                await client.speak(silence(0.4))
                await until(lambda: len(scripted.made) == number)  # noqa: B023
                scripted.made[-1].say("i would say it depends on the program and what other people need")
                await client.final(len(client.messages) - 1 if number > 1 else 0)
                await client.say("speech_end")
            await client.socket.wait_closed()
            assert client.socket.close_code == 1000
        rows = (await candidate.data("GET", f"{API}/{session}/questions"))["questions"]
        assert len(rows) == questions


async def pieces(client: PlatformClient, content: bytes, size: int) -> None:
    for at in range(0, len(content), size):
        await client.chunk(content[at : at + size])


class TestWithAScript:
    """What the recogniser hears is up to the test."""

    @pytest.fixture(autouse=True)
    def _scripted_before_the_server_starts(self, scripted: Heard) -> None: ...

    @pytest.fixture
    async def candidate(self, server: LiveServer) -> Candidate:
        return await server.candidate()

    @pytest.fixture
    async def client(self, candidate: Candidate, server: LiveServer) -> AsyncIterator[PlatformClient]:
        async with connected(server, await server.interview(candidate), candidate) as client:
            await client.state("speaking")
            yield client

    async def test_partial_texts_come_before_the_final_one(self, client: PlatformClient, scripted: Heard) -> None:
        await client.speak(silence(0.2))
        await until(lambda: bool(scripted.made))
        scripted.made[0].guess(1, "i used", "a")
        assert (await client.until("transcription"))["text"] == "i used a"
        scripted.made[0].say("i used a profiler")
        assert await client.final() == "i used a profiler"
        assert [message["is_final"] for message in client.of("transcription")] == [False, True]

    async def test_what_makes_no_sense_is_refused_and_the_socket_lives(self, client: PlatformClient) -> None:
        for message, wrong in NONSENSE.items():
            since = len(client.messages)
            await client.socket.send(message)
            refused = await client.until("error", since)
            assert refused.keys() == {"type", "error"}
            assert refused["error"].keys() == {"code", "message", "details"}
            assert (refused["error"]["code"], list(refused["error"]["details"])) == ("INVALID_REQUEST", [wrong]), (
                message
            )
        since = len(client.messages)
        await client.say("speech_end")
        assert (await client.error(since))["details"] == {"reason": "nothing_recorded"}

    async def test_who_comes_back_hears_the_question_and_sees_the_words(
        self, server: LiveServer, candidate: Candidate, scripted: Heard, client: PlatformClient
    ) -> None:
        asked = await client.until("audio_response")
        await client.speak(silence(0.2))
        await until(lambda: bool(scripted.made))
        scripted.made[0].starts(0.0)
        await client.speak(silence(0.6))
        scripted.made[0].say("i used a profiler")
        await client.state("listening")
        async with connected(server, client.session, candidate) as again:
            assert await client.closed() == 4409
            assert await again.final() == "i used a profiler"
            await again.state("speaking")
            assert (await again.until("audio_response"))["text"] == asked["text"]
            await again.speak(silence(0.2))
            await again.say("speech_end")
            await again.state("processing")
            await again.until("audio_response", again.messages.index({"type": "status", "state": "processing"}))
        question = (await candidate.data("GET", f"{API}/{client.session}/questions"))["questions"][0]["id"]
        audio = await candidate.call("GET", f"{API}/{client.session}/questions/{question}/audio")
        assert len(stored_pcm(audio.content)) == 16_000, "the sound of both connections"

    async def test_coming_goes_on_after_a_pause(
        self, server: LiveServer, candidate: Candidate, client: PlatformClient
    ) -> None:
        async with server.client(client.session, candidate) as v1:
            await v1.start()
            await v1.say("pause")
            await v1.state("paused")
            async with connected(server, client.session, candidate) as again:
                await again.state("speaking")
                await again.until("audio_response")

    async def test_the_end_is_spoken_and_the_socket_closes(self, client: PlatformClient, scripted: Heard) -> None:
        await client.speak(silence(0.2))
        await until(lambda: bool(scripted.made))
        scripted.made[0].say("no")
        await client.final()
        await client.say("speech_end")
        await client.until("audio_response", where=lambda message: "last question" in message["text"])
        assert await client.closed() == 1000
        assert all(is_documented(message) for message in client.messages)


class TestConnecting:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        limits = RateLimitSettings(enabled=False, socket_connections=8)
        live = LiveSettings(nudge_seconds=0, park_seconds=0.3)
        changes = {"rate_limit": limits, "cors_origins": "https://web.example.com", "live": live}
        return settings.model_copy(update=changes)

    @pytest.fixture(autouse=True)
    def _scripted_before_the_server_starts(self, scripted: Heard) -> None: ...

    @pytest.fixture
    async def candidate(self, server: LiveServer) -> Candidate:
        return await server.candidate()

    @pytest.fixture
    async def session(self, candidate: Candidate, server: LiveServer) -> str:
        return await server.interview(candidate)

    async def test_needs_a_login(self, server: LiveServer, session: str) -> None:
        for headers in ({}, {"Authorization": "Bearer e30.e30.e30"}, {"Cookie": "greenroom_access=x"}):
            async with PlatformClient(server, session, headers) as client:
                assert (await client.error())["code"] == "UNAUTHORIZED"
                assert await client.closed() == 4401

    async def test_takes_the_token_of_the_cookie(self, server: LiveServer, session: str, candidate: Candidate) -> None:
        cookie = f"greenroom_access={candidate.account['token']}"
        async with PlatformClient(server, session, {"Cookie": cookie}) as client:
            await client.state("speaking")

    async def test_hides_the_interviews_of_others(self, server: LiveServer, session: str) -> None:
        stranger = await server.candidate("bob@example.com")
        for wanted in (session, str(uuid4()), "no-such-id"):
            async with connected(server, wanted, stranger) as client:
                assert (await client.error())["code"] == "NOT_FOUND"
                assert await client.closed() == 4404

    async def test_is_refused_to_pages_of_other_sites(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        for origin in ("https://evil.example.com", "null", "http://127.0.0.1:9"):
            async with PlatformClient(server, session, {**candidate.headers, "Origin": origin}) as client:
                assert await client.closed() == 1008
        for origin in (f"https://127.0.0.1:{server.port}", "https://web.example.com"):
            async with PlatformClient(server, session, {**candidate.headers, "Origin": origin}) as client:
                await client.state("speaking")

    async def test_is_refused_when_the_interview_is_over(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        await candidate.data("POST", f"{API}/{session}/complete")
        async with connected(server, session, candidate) as client:
            assert (await client.error())["details"] == {"reason": "session_closed"}
            assert await client.closed() == 1000

    async def test_is_limited_by_address(self, server: LiveServer, session: str, candidate: Candidate) -> None:
        limiter = server.app.state.runtime.live.connections
        with contextlib.ExitStack() as others:
            for _ in range(8):
                others.enter_context(limiter.connection("127.0.0.1"))
            async with connected(server, session, candidate) as client:
                assert await client.closed() == 1008
        async with connected(server, session, candidate) as client:
            await client.state("speaking")

    async def test_is_closed_by_a_message_that_is_too_big(
        self, server: LiveServer, session: str, candidate: Candidate
    ) -> None:
        async with connected(server, session, candidate) as client:
            await client.state("speaking")
            await client.chunk(b"\0" * (1 << 20))
            assert await client.closed() == 1009

    async def test_is_closed_by_too_many_messages(
        self, server: LiveServer, session: str, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(TokenBucket.__init__, "__defaults__", (10.0, 50.0))
        async with connected(server, session, candidate) as client:
            await client.state("speaking")
            with contextlib.suppress(ConnectionClosed):
                for _ in range(60):
                    await client.say("speech_end")
            assert await client.closed() == 1008

    async def test_leaves_nothing_behind(self, scripted: Heard, server: LiveServer, candidate: Candidate) -> None:
        live = server.app.state.runtime.live
        sessions = [await server.interview(candidate) for _ in range(3)]
        content = encode(silence(2.0), 16_000, "webm")

        async def come_and_go(times: int) -> None:
            for number in range(times):
                async with asyncio.TaskGroup() as group:
                    for session in sessions:
                        group.create_task(one(session, number))
                await until(lambda: live.connections.total == 0)

        async def one(session: str, number: int) -> None:
            async with connected(server, session, candidate) as client:
                if number % 3:
                    await client.state("speaking")
                if number % 3 == 2:
                    await client.chunk(content[:4_000])
                    await until(lambda: "live" in str(files_in(uploads)))
                client.socket.transport.abort()

        uploads = server.app.state.runtime.settings.upload_dir
        await fill_pools(server)
        await come_and_go(3)
        await until(lambda: live.interviews == 0 and live.connections.total == 0)
        before = await at_rest(server)
        await come_and_go(9)
        await until(lambda: live.interviews == 0 and live.connections.total == 0)
        await until(lambda: all(now <= then for now, then in zip(traces(server), before, strict=True)))
        assert not files_in(uploads / "live")


async def test_it_can_be_switched_off(settings: Settings, live_app: FastAPI, server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate)
    off = settings.model_copy(
        update={
            "database": server.app.state.runtime.settings.database,
            "dialects": DialectSettings(platform=False),
        }
    )
    async with serving(create_app(off, engines=server.app.state.runtime.engines)) as without:
        with pytest.raises(InvalidStatus, match="403"):
            async with connected(without, session, candidate):
                pass
