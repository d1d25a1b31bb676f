"""Interviews that are entered by a code and spoken over Socket.IO, with the official clients; a whole classroom."""

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.config import RateLimitSettings, Settings
from tests.conftest import settle
from tests.dialects.kiosk.client import QUESTION, REST, SECOND, SET, Kiosk
from tests.live import kiosk_clients
from tests.live.kiosk_clients import JavaScriptClient, KioskClient, PythonClient
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import LiveServer, silence, until

Heard = type[ScriptedTranscriber]
CLIENTS = pytest.mark.parametrize("kind", [PythonClient, JavaScriptClient])
CLASS = 30
ENTERED = "An index costs writes and room, and it is worth that where reads filter by it."


def address(server: LiveServer) -> str:
    return f"http://127.0.0.1:{server.port}"


async def entered(kiosk: Kiosk, name: str = "John Doe") -> dict[str, Any]:
    await kiosk.data("POST", "/admin/question-sets", json=SET)
    return await kiosk.enter(await kiosk.code(), name)


def transcribers(heard: Heard, count: int) -> Any:
    return until(lambda: len(heard.made) >= count)


@CLIENTS
async def test_the_questions_of_the_set_are_asked_heard_and_shown_to_administrators(
    scripted: Heard, kiosk: Kiosk, server: LiveServer, kind: type[KioskClient]
) -> None:
    interview = await entered(kiosk)
    first, second = interview["questions"]
    async with kind(address(server)) as client:
        status = await client.join(interview["session_id"], speech=None)
        assert (status["current_question"], status["session_id"]) == (first["id"], interview["session_id"])
        await client.sound(silence(0.5).tobytes(), first["id"])
        await transcribers(scripted, 1)
        scripted.made[0].say(REST)
        final = await client.final()
        assert (final["transcript"], final["is_final"]) == (REST, True)
        await client.ask("hint")
        assert (await client.response("hint"))["message"] == QUESTION["hints"]
        # The page of the document now sends what it heard, and goes on with the next question at once.
        response = await kiosk.submit(interview["session_id"], first["id"], REST.lower(), ai_score=9.5)
        since = len(client.events)
        await client.sound(silence(0.5).tobytes(), second["id"])
        await transcribers(scripted, 2)
        await until(lambda: len(scripted.made[1].heard) == 8_000)  # nothing of the next answer was lost
        scripted.made[1].say(ENTERED)
        await client.final(since)
        assert not client.of("error")
        await kiosk.submit(interview["session_id"], second["id"], ENTERED)
        await client.status("completed", since)
    assert await kiosk.submit(interview["session_id"], first["id"], REST) == response, "sent again, after the end"
    await settle(server.app)
    details = await kiosk.details(interview["session_id"])
    assert details["session"]["status"] == "completed"
    assert [found["transcript"] for found in details["responses"]] == [REST, ENTERED]
    assert all(0 < found["ai_score"] <= 10 for found in details["responses"])
    assert details["responses"][0]["client_claim"] == {"ai_score": 9.5, "ai_analysis": None}
    assert [found["text"] for found in details["transcripts"]] == [REST, ENTERED]
    assert details["transcripts"][0]["end_time"] > details["transcripts"][0]["start_time"] >= 0
    assert [found["question_id"] for found in details["recordings"]] == [first["id"], second["id"]]


async def test_an_answer_that_is_sent_while_nothing_was_said_moves_the_conversation_on(
    scripted: Heard, kiosk: Kiosk, server: LiveServer
) -> None:
    interview = await entered(kiosk)
    first, second = interview["questions"]
    async with PythonClient(address(server)) as client:
        await client.join(interview["session_id"])
        await client.response("question")
        await kiosk.submit(interview["session_id"], first["id"])
        status = await client.status("question_completed")
        assert status["current_question"] == second["id"]
        await client.until("ai_response", where=lambda data: data["message"] == SECOND["text"])
    assert [found["transcript"] for found in await kiosk.scored(interview["session_id"])] == [REST]


async def test_other_words_than_were_heard_are_a_correction(scripted: Heard, kiosk: Kiosk, server: LiveServer) -> None:
    interview = await entered(kiosk)
    first = interview["questions"][0]
    async with PythonClient(address(server)) as client:
        await client.join(interview["session_id"])
        await client.sound(silence(0.5).tobytes(), first["id"])
        await transcribers(scripted, 1)
        scripted.made[0].say("rest api use verbs")
        await client.final()
        await kiosk.submit(interview["session_id"], first["id"], REST)
        await client.status("question_completed")
    admin = await kiosk.http.post("/api/v1/users/login", json={"email": "admin@localhost", "password": "admin123"})
    headers = {"Authorization": f"Bearer {admin.json()['data']['token']}"}
    found = await kiosk.http.get(f"/api/v1/admin/sessions/{interview['session_id']}", headers=headers)
    assert "rest api use verbs" in found.text
    assert (await kiosk.details(interview["session_id"]))["responses"][0]["transcript"] == REST


async def test_what_another_process_was_told_is_noticed(
    scripted: Heard, kiosk: Kiosk, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def elsewhere(*_: Any) -> None:
        """The conversation is conducted by another process than the one that is asked."""

    monkeypatch.setattr(server.app.state.runtime.live, "take_text", elsewhere)
    interview = await entered(kiosk)
    first, second = interview["questions"]
    async with PythonClient(address(server)) as client:
        await client.join(interview["session_id"])
        await kiosk.submit(interview["session_id"], first["id"])
        assert (await client.status("question_completed"))["current_question"] == second["id"]


class TestAClassroom:
    """Thirty candidates behind one address, with the limits as they are by default."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rate_limit": RateLimitSettings()})

    async def test_gets_in_answers_at_once_and_loses_nothing(
        self, scripted: Heard, kiosk: Kiosk, server: LiveServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kiosk_clients, "PATIENCE", 240.0)
        await kiosk.data("POST", "/admin/question-sets", json={**SET, "questions": [QUESTION]})
        created = await kiosk.data("POST", "/admin/codes", json={"count": CLASS})
        told: dict[str, str] = {}

        async with contextlib.AsyncExitStack() as room:
            http = await room.enter_async_context(httpx.AsyncClient(base_url=address(server), timeout=120))
            candidates = Kiosk(http)
            unknown = [await candidates.call("GET", f"/interview/session/{uuid4()}/status") for _ in range(60)]
            assert [one.status_code for one in unknown] == [404] * 50 + [429] * 10
            interviews = await asyncio.gather(
                *(candidates.enter(code, f"Candidate {number}") for number, code in enumerate(created["codes"]))
            )

            async def seat(interview: dict[str, Any]) -> KioskClient:
                client = await room.enter_async_context(PythonClient(address(server)))
                await client.join(interview["session_id"], speech=None)
                return client

            clients = await asyncio.gather(*(seat(interview) for interview in interviews))

            async def answer(number: int) -> None:
                client, interview = clients[number], interviews[number]
                mark = silence(0.5)
                mark[:] = number + 1  # by which the recogniser of this candidate is known
                await client.sound(mark.astype("<i2").tobytes(), interview["questions"][0]["id"])
                own = None
                while own is None:
                    await asyncio.sleep(0.02)
                    own = next((one for one in scripted.made if len(one.heard) and one.heard[0] == number + 1), None)
                told[interview["session_id"]] = f"{REST} That is what candidate number {number} says."
                own.say(told[interview["session_id"]])
                await client.final()
                await client.ask("next")
                await client.status("completed")

            await asyncio.gather(*(answer(number) for number in range(CLASS)))
            for interview in interviews:
                status = await candidates.data("GET", f"/interview/session/{interview['session_id']}/status")
                assert status["session"]["status"] == "completed"
        await settle(server.app)
        listed = (await kiosk.data("GET", "/admin/sessions?status=completed"))["sessions"]
        assert len(listed) == CLASS
        for session in listed:
            details = await kiosk.details(session["session_id"])
            (response,) = details["responses"]
            assert response["transcript"] == told[session["session_id"]]
            assert response["ai_score"] is not None
            assert len(details["recordings"]) == 1
