"""Who may join an interview over Socket.IO: the holder of an access code, and nobody who only knows a UUID."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.models import Answer, Message
from tests.conftest import Candidate
from tests.live.kiosk_clients import JavaScriptClient, KioskClient, PythonClient
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import LiveServer, silence, until
from tests.live.test_kiosk_socket import address
from tests.live.test_transport import code_after

API = "/api/v1/interviews/sessions"
Heard = type[ScriptedTranscriber]
CLIENTS = pytest.mark.parametrize("kind", [PythonClient, JavaScriptClient])


async def refusal(client: KioskClient, session: str) -> dict[str, Any]:
    """The error that answers an attempt to join."""
    since = len(client.events)
    await client.emit("join_interview", {"session_id": session})
    return await client.error(since)


@CLIENTS
async def test_a_v1_interview_cannot_be_joined_read_answered_or_taken_over_by_its_uuid(
    scripted: Heard, server: LiveServer, kind: type[KioskClient]
) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate)
    async with server.client(session, candidate) as owner:
        await owner.start()
        await owner.until("question")
        question = owner.of("question")[0]["id"]
        async with kind(address(server)) as stranger:
            unknown = await refusal(stranger, str(uuid4()))
            assert unknown["code"] == "SESSION_NOT_FOUND"
            for spelling in (session, session.upper(), UUID(session).hex, f"urn:uuid:{session}", f"{{{session}}}", "1"):
                assert await refusal(stranger, spelling) == unknown, spelling
            for event in ("audio_data", "request_ai_response"):
                since = len(stranger.events)
                data = {"session_id": session, "question_id": 1, "audio_data": "AAAA", "response_type": "skip"}
                await stranger.emit(event, data)
                assert (await stranger.error(since))["code"] == "NOT_JOINED"
            assert {name for name, _ in stranger.events} <= {"connect", "error"}, "nothing was told"
        await owner.say("ping")
        await owner.until("pong")
        assert owner.close_code is None, "the owner was not pushed out"
        assert [event["id"] for event in owner.of("question")] == [question]
    async with server.app.state.runtime.database.reading() as reading:
        assert not (await reading.execute(select(Answer))).scalars().all()
        kinds = {message.kind for message in (await reading.execute(select(Message))).scalars()}
    assert kinds == {"question"}


@CLIENTS
async def test_an_interview_that_was_started_with_a_code_can_be_joined_and_answered_by_its_uuid(
    scripted: Heard, server: LiveServer, kind: type[KioskClient]
) -> None:
    session = await server.code_interview()
    async with kind(address(server)) as client:
        await client.join(session)
        await client.response("question")
        await client.sound(silence(0.5).tobytes())
        await until(lambda: bool(scripted.made))
        scripted.made[0].say("that is my answer")
        await client.final()
        since = len(client.events)
        await client.ask("next")
        await client.until(
            "interview_status", since, lambda data: data["status"] in ("question_completed", "completed")
        )
    async with server.app.state.runtime.database.reading() as reading:
        answers = (await reading.execute(select(Answer))).scalars().all()
    assert [answer.text for answer in answers] == ["that is my answer"]


async def test_a_uuid_alone_opens_nothing_over_any_transport(scripted: Heard, server: LiveServer) -> None:
    owner, stranger = await server.candidate(), await server.candidate("bob@example.com")
    session = await server.interview(owner)
    question = (await owner.data("GET", f"{API}/{session}/questions"))["questions"][0]["id"]
    async with server.client(session, owner) as connected:
        await connected.start()
        await connected.until("question")
        # v1 takes an id as the token of an interview that was entered with a code, and knows no such interview here.
        for path, first, unknown in (
            (f"{API}/{session}/stream", '{"type":"start"}', 4404),
            (f"/api/interview/stream/{session}", None, 4401),
        ):
            code_of_id = {"Authorization": f"Bearer {session}"}, unknown
            for headers, code in ((stranger.headers, 4404), ({}, 4401), code_of_id):
                async with server.open(path, additional_headers=headers) as connection:
                    assert await code_after(connection, *filter(None, [first])) == code, (path, headers)
        for transports in (("polling", "websocket"), ("websocket",), ("polling",)):
            async with PythonClient(address(server), transports) as client:
                assert (await refusal(client, session))["code"] == "SESSION_NOT_FOUND"
        for method, path in (
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/questions"),
            ("POST", "/complete"),
            ("GET", "/resume"),
            ("GET", f"/questions/{question}/audio"),
            ("GET", f"/questions/{question}/transcript"),
            ("POST", f"/questions/{question}/skip"),
            ("POST", f"/questions/{question}/evaluate"),
        ):
            url = f"{API}/{session}{path}"
            assert (await stranger.call(method, url)).status_code == 404, (method, path)
            assert (await server.http.request(method, url)).status_code == 401, (method, path)
        await connected.say("ping")
        await connected.until("pong")
        assert connected.close_code is None, "the owner was not pushed out"


async def test_a_code_interview_belongs_to_no_account(scripted: Heard, server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.code_interview()
    for path in (f"/api/v1/interviews/sessions/{session}/stream", f"/api/interview/stream/{session}"):
        async with server.open(path, additional_headers=candidate.headers) as connection:
            assert await code_after(connection, '{"type":"start"}') == 4404, path


async def test_its_holder_takes_part_in_the_protocol_of_v1_too(scripted: Heard, server: LiveServer) -> None:
    session = await server.code_interview()
    async with server.client(session, Candidate(server.http, {"token": session})) as holder:
        await holder.start()
        await holder.until("question")
        await holder.say("text", text="That is my answer.")
        assert (await holder.until("answer"))["transcript"] == "That is my answer."
    candidate = await server.candidate()
    owned = await server.interview(candidate)
    async with server.client(owned, candidate) as stranger:
        await stranger.say("start", token=owned, sample_rate=16_000)
        assert await stranger.closed() == 4404
