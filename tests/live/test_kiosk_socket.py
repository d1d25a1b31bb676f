"""The kiosk's Socket.IO over a real port, with the official JavaScript client and the Python one."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import select, update

from app.engines.audio import decode, encode, encode_mp3
from app.models import Message, Question
from tests.live.kiosk_clients import JavaScriptClient, KioskClient, PythonClient
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import PROFILER, QUEUE, LiveServer, clip, silence, until

Heard = type[ScriptedTranscriber]
API = "/api/v1/interviews/sessions"
DOCUMENTED = {
    "transcription_update": {"session_id", "transcript", "confidence", "is_final"},
    "ai_response": {"session_id", "response_type", "message", "question_id"},
    "interview_status": {"session_id", "status", "current_question"},
    "error": {"error", "code", "details"},
}
HINTS = ["Think of the first thing.", "Think of the second thing.", "Think of the third thing."]


def address(server: LiveServer) -> str:
    return f"http://127.0.0.1:{server.port}"


async def questions(server: LiveServer) -> list[Question]:
    """The rows of all questions in the order they came."""
    async with server.app.state.runtime.database.reading() as session:
        return list((await session.execute(select(Question).order_by(Question.id))).scalars())


async def messages(server: LiveServer, kind: str) -> list[str]:
    async with server.app.state.runtime.database.reading() as session:
        rows = (await session.execute(select(Message).where(Message.kind == kind).order_by(Message.id))).scalars()
        return [row.content for row in rows]


@pytest.mark.parametrize(
    ("kind", "transports"),
    [
        (JavaScriptClient, ("polling", "websocket")),
        (JavaScriptClient, ("websocket",)),
        (JavaScriptClient, ("polling",)),
        (PythonClient, ("polling", "websocket")),
        (PythonClient, ("polling",)),
    ],
)
async def test_an_interview_by_the_document(
    server: LiveServer, kind: type[KioskClient], transports: tuple[str, ...]
) -> None:
    session = await server.code_interview(2, categories=("technical",), skills=("python",))
    async with kind(address(server), transports) as client:
        joined = await client.join(session)
        asked = await client.response("question")
        await client.ask("hint")
        hint = await client.response("hint")
        await client.speak(np.concatenate([silence(0.3), clip(PROFILER), silence(4.5)]), pause=0.02)
        heard = await client.final()
        await client.status("processing")
        done = await client.status("question_completed")
        reply = await client.response("speech")
    first = (await questions(server))[0]
    assert (asked["message"], hint["message"]) == (first.text, first.hints[0])
    assert asked["question_id"] == hint["question_id"] == joined["current_question"] == 1
    assert heard["transcript"] == "i used a profiler to find the leak"
    assert 0 < heard["confidence"] <= 1
    assert done["current_question"] == 2
    assert [status["status"] for status in client.of("interview_status")][:2] == ["in_progress", "speaking"]
    for spoken in (asked, reply):
        assert len(decode((await server.http.get(spoken["audio_url"])).content)) > 4_000
    for name, data in client.events:
        if name in DOCUMENTED:
            assert DOCUMENTED[name] <= data.keys() <= DOCUMENTED[name] | {"audio_url"}
            assert data["session_id"] == session
    assert hint.keys() == DOCUMENTED["ai_response"]
    assert not client.of("error")
    assert await messages(server, "answer") == [heard["transcript"]]


class TestEvents:
    """What the recogniser hears is up to the test."""

    @pytest.fixture(autouse=True)
    def _scripted_before_the_server_starts(self, scripted: Heard) -> None: ...

    @pytest.fixture
    async def session(self, server: LiveServer) -> str:
        """An interview with two questions and three hints."""
        found = await server.code_interview(2, categories=("technical",), skills=("python",))
        async with server.app.state.runtime.database.writing() as session:
            await session.execute(update(Question).values(hints=HINTS))
        return found

    @pytest.fixture
    async def client(self, server: LiveServer, session: str) -> AsyncIterator[KioskClient]:
        async with PythonClient(address(server)) as client:
            await client.join(session)
            await client.response("question")
            yield client

    async def test_each_request_brings_the_next_hint(
        self, server: LiveServer, session: str, client: KioskClient
    ) -> None:
        for _ in HINTS:
            await client.ask("hint")
        await until(lambda: sum(told["response_type"] == "hint" for told in client.of("ai_response")) == len(HINTS))
        async with PythonClient(address(server)) as again:
            await again.join(session)
            await again.ask("hint")
            assert (await again.response("hint"))["message"] == HINTS[-1], "it knows what was given before"
        given = [data["message"] for data in client.of("ai_response") if data["response_type"] == "hint"]
        assert given == HINTS
        assert await messages(server, "hint") == [*HINTS, HINTS[-1]]

    async def test_help_never_tells_what_is_expected(self, server: LiveServer, client: KioskClient) -> None:
        async with server.app.state.runtime.database.writing() as session:
            await session.execute(update(Question).values(hints=[], expected_points=["Use a tuple for what is fixed."]))
        for wish in ("hint", "clarify", "clarification", "encourage", "encouragement"):
            await client.ask(wish, transcript="A list is")
            told = await client.response(wish)
            assert told["message"]
            assert "tuple for" not in told["message"]

    async def test_too_much_help_at_once_is_refused(self, client: KioskClient) -> None:
        for _ in range(30):
            await client.ask("hint")
        assert (await client.error())["code"] == "AI_SERVICE_ERROR"

    async def test_texts_come_as_they_are_heard(self, client: KioskClient, scripted: Heard) -> None:
        await client.speak(silence(0.4))
        await until(lambda: bool(scripted.made))
        scripted.made[0].guess(1, "i used", "a")
        partial = await client.until("transcription_update")
        assert (partial["transcript"], partial["is_final"], partial["confidence"]) == ("i used a", False, 0.67)
        scripted.made[0].say("i used a profiler")
        assert (await client.final())["transcript"] == "i used a profiler"

    async def test_the_interview_goes_on_when_asked_and_ends(
        self, server: LiveServer, client: KioskClient, scripted: Heard
    ) -> None:
        first = client.current
        since = len(client.events)
        await client.ask("repeat")
        assert (await client.response("repeat", since))["question_id"] == first
        await client.ask("skip")
        second = (await client.status("question_completed"))["current_question"]
        assert second > first
        await client.response("question", since=len(client.events) - 1)
        since = len(client.events)
        await client.ask("skip")
        assert (await client.status("completed", since))["current_question"] is None
        await client.until("disconnect")
        spoken = " ".join(told["message"] for told in client.of("ai_response"))
        assert "those who invited you" in spoken
        assert "feedback" not in spoken, "a candidate of a screening gets none"
        await until(lambda: server.app.state.runtime.live.interviews == 0)
        async with PythonClient(address(server)) as later:
            await later.emit("join_interview", {"session_id": client.session})
            assert (await later.error())["code"] == "SESSION_CLOSED"

    async def test_follow_ups_may_be_answered_under_the_number_of_their_question(
        self, client: KioskClient, scripted: Heard
    ) -> None:
        first = client.current
        await client.speak(silence(0.4))
        await until(lambda: bool(scripted.made))
        scripted.made[0].say("i would say it depends on the program and what other people need")
        await client.final()
        since = len(client.events)
        await client.ask("follow_up")
        follow_up = await client.status("question_completed", since)
        assert follow_up["current_question"] != first
        await client.response("follow_up", since)
        await client.sound(silence(0.5).tobytes(), question=first)
        await client.sound(silence(0.25).tobytes(), question=follow_up["current_question"])
        await until(lambda: len(scripted.made) == 2 and len(scripted.made[1].heard) == 12_000)

    @pytest.mark.parametrize(("follow_ups", "kinds"), [(None, ["question"]), (1, ["question", "follow_up"])])
    async def test_follow_ups_come_only_where_they_are_asked_for(
        self, server: LiveServer, scripted: Heard, follow_ups: int | None, kinds: list[str]
    ) -> None:
        session = await server.code_interview(1, categories=("technical",), skills=("python",))
        wanted = {} if follow_ups is None else {"follow_ups": follow_ups, "language": "en_US"}
        async with PythonClient(address(server)) as client:
            await client.join(session, **wanted)
            for number, kind in enumerate(kinds, 1):
                await client.response(kind)
                await client.speak(silence(0.4))
                await until(lambda: len(scripted.made) == number)  # noqa: B023
                scripted.made[-1].say("i would say it depends on the program and what other people need")
                await client.until("transcription_update", where=lambda data: data["is_final"])
                await client.ask("next")
            await client.status("completed")
            spoken = [data["response_type"] for data in client.of("ai_response")]
        assert [kind for kind in spoken if kind != "speech"] == kinds

    @pytest.mark.parametrize("wrong", [{"language": "klingon"}, {"follow_ups": 3}])
    async def test_a_wish_that_means_nothing_is_told_and_joining_goes_on(
        self, server: LiveServer, session: str, wrong: dict[str, Any]
    ) -> None:
        async with PythonClient(address(server)) as client:
            await client.emit("join_interview", {"session_id": session, **wrong})
            assert list((await client.error())["details"]) == list(wrong)
            await client.join(session)

    async def test_sound_for_another_question_is_dropped_and_told_once(
        self, client: KioskClient, scripted: Heard
    ) -> None:
        for _ in range(5):
            await client.sound(silence(0.1).tobytes(), question=client.current + 1)
        assert (await client.error())["code"] == "QUESTION_NOT_CURRENT"
        await client.sound(silence(0.1).tobytes())
        await until(lambda: bool(scripted.made) and len(scripted.made[0].heard) == 1_600)
        assert len(client.of("error")) == 1

    @pytest.mark.parametrize("kind", ["webm", "mp3"])
    async def test_sound_comes_in_any_wrapping(self, client: KioskClient, scripted: Heard, kind: Any) -> None:
        content = encode(clip(QUEUE), 16_000, kind) if kind == "webm" else encode_mp3(clip(QUEUE), 16_000)
        for at in range(0, len(content), 1_500):
            await client.sound(content[at : at + 1_500])
        await until(lambda: bool(scripted.made) and abs(len(scripted.made[0].heard) - len(clip(QUEUE))) < 3_500)
        assert not client.of("error")

    async def test_a_client_of_the_document_gets_only_what_it_lists(
        self, server: LiveServer, session: str, scripted: Heard
    ) -> None:
        async with PythonClient(address(server)) as client:
            await client.join(session, speech=None)
            await client.sound(silence(0.4).tobytes())
            await until(lambda: bool(scripted.made))
            scripted.made[0].say("i would say it depends on the program and what other people need")
            await client.final()
            await client.ask("hint")
            await client.response("hint")
            await client.ask("repeat")
            asked = await client.response("repeat")
            await client.ask("next")
            await client.status("question_completed")
            await client.ask("skip")
            await client.status("completed")
        assert asked["message"] == (await questions(server))[0].text
        assert [told["response_type"] for told in client.of("ai_response")] == ["hint", "repeat"]
        statuses = [(told["status"], told["current_question"]) for told in client.of("interview_status")]
        assert statuses == [("in_progress", 1), ("question_completed", 2), ("completed", None)]
        for name, data in client.events:
            assert name in ("connect", "disconnect") or data.keys() == DOCUMENTED[name]

    async def test_another_client_event_is_served_while_sound_for_a_wrong_question_comes(
        self, client: KioskClient
    ) -> None:
        """In the order in which they were sent, and without waiting for the question."""
        since = len(client.events)
        await client.sound(silence(0.1).tobytes(), question=client.current + 1)
        await client.ask("encourage")
        await client.response("encourage")
        told = [name for name, _ in client.events[since:] if name in ("error", "ai_response")]
        assert told[0] == "error"

    async def test_who_comes_back_finds_question_and_words_and_takes_over(
        self, server: LiveServer, session: str, client: KioskClient, scripted: Heard
    ) -> None:
        await client.speak(silence(0.2))
        await until(lambda: bool(scripted.made))
        scripted.made[0].starts(0.0)
        await client.speak(silence(0.6))
        scripted.made[0].say("i used a profiler")
        await client.status("listening")
        async with PythonClient(address(server)) as again:
            joined = await again.join(session)
            await client.until("disconnect")
            assert joined["current_question"] == client.current
            assert (await again.response("question"))["message"] == client.of("ai_response")[0]["message"]
            assert (await again.final())["transcript"] == "i used a profiler"
            await again.status("listening")
            await again.speak(silence(0.2))
            await until(lambda: len(scripted.made[0].heard) == 16_000)

    async def test_another_interview_may_be_joined_on_the_same_socket(
        self, server: LiveServer, client: KioskClient
    ) -> None:
        other = await server.code_interview()
        since = len(client.events)
        await client.join(other)
        assert (await client.response("question", since))["session_id"] == other
        assert not client.of("disconnect")


BROKEN_WEBM = base64.b64encode(b"\x1aE\xdf\xa3" + b"\xff" * 9_000).decode()
AIFF = base64.b64encode(b"FORM\x00\x00\x10\x00AIFFCOMM" + bytes(4_000)).decode()
MISTAKES: list[tuple[str, Any, str]] = [
    ("join_interview", None, "INVALID_EVENT"),
    ("join_interview", "text", "INVALID_EVENT"),
    ("join_interview", {}, "INVALID_EVENT"),
    ("join_interview", {"session_id": 7}, "INVALID_EVENT"),
    ("join_interview", {"session_id": "no-such-id"}, "SESSION_NOT_FOUND"),
    ("join_interview", {"session_id": str(uuid4())}, "SESSION_NOT_FOUND"),
    ("audio_data", {"session_id": "SESSION", "question_id": 1}, "INVALID_EVENT"),
    ("audio_data", {"session_id": "SESSION", "audio_data": "%%", "question_id": 1}, "INVALID_EVENT"),
    ("audio_data", {"session_id": "SESSION", "audio_data": "AAAA", "question_id": 2**70}, "INVALID_EVENT"),
    ("audio_data", {"session_id": str(uuid4()), "audio_data": "AAAA", "question_id": 1}, "NOT_JOINED"),
    ("audio_data", {"session_id": "SESSION", "audio_data": BROKEN_WEBM, "question_id": 1}, "INVALID_AUDIO"),
    ("audio_data", {"session_id": "SESSION", "audio_data": AIFF, "question_id": 1}, "INVALID_AUDIO"),
    ("request_ai_response", {"session_id": "SESSION", "question_id": 1, "transcript": []}, "INVALID_EVENT"),
    ("request_ai_response", {"session_id": "SESSION", "question_id": 1, "response_type": "x"}, "INVALID_RESPONSE_TYPE"),
    ("request_ai_response", {"session_id": "SESSION", "question_id": 9}, "QUESTION_NOT_CURRENT"),
    ("request_ai_response", {"session_id": "SESSION", "question_id": 1, "response_type": "next"}, "NOTHING_RECORDED"),
    ("no_such_event", {}, "UNKNOWN_EVENT"),
]


async def test_mistakes_are_told_in_the_shape_of_the_document_and_the_socket_lives(
    scripted: Heard, server: LiveServer
) -> None:
    session = await server.code_interview()
    async with PythonClient(address(server)) as client:
        await client.emit("audio_data", {"session_id": session, "audio_data": "AAAA", "question_id": 1})
        assert (await client.error())["code"] == "NOT_JOINED"
        await client.join(session)
        await client.response("question")
        for event, data, code in MISTAKES:
            since = len(client.events)
            sent = data
            if isinstance(data, dict):
                sent = {name: session if value == "SESSION" else value for name, value in data.items()}
            await client.emit(event, sent)
            told = await client.error(since)
            assert (told["code"], set(told)) == (code, DOCUMENTED["error"]), (event, data)
        assert not client.of("disconnect")
        await client.ask("hint")
        await client.response("hint")
