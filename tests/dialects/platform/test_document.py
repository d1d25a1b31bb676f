"""The platform's document from its first page to its last, by raw HTTP and a plain WebSocket against a real server."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from tests.conftest import settle
from tests.dialects.platform.client import INTERVIEW, NOBODYS, SIGNUP, Platform
from tests.live.support import FRAME, PROFILER, LiveServer, clip, silence

SCORES = ("overall_score", "technical_depth_score", "communication_score", "structure_score", "confidence_score")
USER = {"id", "email", "full_name", "target_role", "experience_level", "interviews_remaining"}


def moment(text: str) -> datetime:
    """A time as the document writes it: ISO 8601 in UTC."""
    assert text.endswith("Z"), text
    return datetime.fromisoformat(text)


async def talk(server: LiveServer, session: str, cookie: str) -> list[dict[str, Any]]:
    """Answer every question of an interview by the document alone; returns the server's messages."""
    spoken = np.concatenate([silence(0.3), clip(PROFILER), silence(0.5)]).astype("<i2").tobytes()
    messages: list[dict[str, Any]] = []
    address = f"/api/interview/stream/{session}"
    async with server.open(address, additional_headers={"Cookie": cookie}, max_size=1 << 22) as socket:
        try:
            async with asyncio.timeout(120):
                async for message in socket:
                    messages.append(json.loads(message))
                    if messages[-1] == {"type": "status", "state": "listening"}:
                        for at in range(0, len(spoken), 2 * FRAME):
                            data = base64.b64encode(spoken[at : at + 2 * FRAME]).decode()
                            chunk = {"type": "audio_chunk", "data": data, "sample_rate": 16000}
                            await socket.send(json.dumps(chunk))
                        await socket.send('{"type": "speech_end"}')
        except ConnectionClosed:
            pass
        assert socket.close_code == 1000
    return messages


async def test_from_top_to_bottom(any_server: LiveServer) -> None:
    """With the session cookie, which the document recommends."""
    http = any_server.http

    response = await http.post("/api/auth/signup", json=SIGNUP)
    assert response.status_code == 200
    account = response.json()
    assert account.keys() == {"user", "session"}
    assert account["user"].keys() == USER
    assert {**account["user"], "id": None} == {
        "id": None,
        **{name: SIGNUP[name] for name in USER & SIGNUP.keys()},
        "interviews_remaining": 3,
    }
    assert account["session"].keys() == {"access_token", "expires_at"}
    assert moment(account["session"]["expires_at"]) > datetime.now(UTC)

    credentials = {"email": SIGNUP["email"], "password": SIGNUP["password"]}
    response = await http.post("/api/auth/login", json=credentials)
    assert response.status_code == 200
    assert response.json()["user"] == account["user"]

    response = await http.post("/api/auth/logout")
    assert (response.status_code, response.json()) == (200, {"message": "Logged out successfully"})
    assert (await http.get("/api/user/profile")).status_code == 401
    assert (await http.post("/api/auth/login", json=credentials)).status_code == 200

    profile = (await http.get("/api/user/profile")).json()
    assert moment(profile.pop("created_at"))
    assert profile == account["user"]

    changes = {"full_name": "John Smith", "target_role": "Senior Software Engineer", "experience_level": "senior"}
    response = await http.patch("/api/user/profile", json=changes)
    assert (response.status_code, response.json()) == (200, {**account["user"], **changes})

    response = await http.post("/api/interviews/create", json={**INTERVIEW, "duration_minutes": 10})
    assert response.status_code == 201
    created = response.json()
    session = created["session"]["id"]
    started = moment(created["session"].pop("started_at"))
    assert created == {
        "session": {
            "id": session,
            "user_id": account["user"]["id"],
            **INTERVIEW,
            "duration_minutes": 10,
            "status": "in_progress",
        },
        "interviews_remaining": 2,
    }

    messages = await talk(any_server, session, f"greenroom_session={http.cookies['greenroom_session']}")
    assert {message["type"] for message in messages} == {"transcription", "audio_response", "status"}
    states = [message["state"] for message in messages if message["type"] == "status"]
    assert set(states) == {"listening", "processing", "speaking"}
    assert states.count("listening") == 2, "ten minutes are two questions"

    response = await http.post(f"/api/interviews/{session}/complete")
    assert response.status_code == 200
    completed = response.json()
    assert completed.keys() == {"message", "feedback_id", "status"}
    assert completed["message"] == "Interview completed"
    assert completed["status"] in ("generating", "completed"), "it ended by itself, so the feedback may be there"

    interview = (await http.get(f"/api/interviews/{session}")).json()
    details, said = interview["session"], interview["messages"]
    assert details.keys() == {*created["session"], "started_at", "completed_at", "recording_url"} - {"user_id"}
    assert (details["status"], moment(details["started_at"])) == ("completed", started)
    assert moment(details["completed_at"]) >= started
    assert all(message.keys() == {"id", "role", "content", "timestamp"} for message in said)
    assert [message["role"] for message in said][:2] == ["assistant", "user"]
    answers = [message["content"] for message in said if message["role"] == "user"]
    assert answers == ["i used a profiler to find the leak"] * 2
    times = [moment(message["timestamp"]) for message in said]
    assert times == sorted(times)

    async with httpx.AsyncClient(timeout=60) as player:
        part = await player.get(details["recording_url"], headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.content[:4]) == (206, b"RIFF")

    response = await http.get("/api/interviews/history")
    assert response.status_code == 200
    history = response.json()
    assert (history["total"], history["limit"], history["offset"]) == (1, 10, 0)
    assert history["interviews"] == [
        {name: details[name] for name in ("id", "role", "interview_type", "status", "started_at", "completed_at")}
    ]

    await settle(any_server.app)
    response = await http.get(f"/api/feedback/{session}")
    assert response.status_code == 200
    feedback = response.json()
    assert (feedback["id"], feedback["session_id"]) == (completed["feedback_id"], session)
    assert feedback["status"] == "completed"
    assert all(isinstance(feedback[name], int) and 0 <= feedback[name] <= 100 for name in SCORES)
    assert isinstance(feedback["strengths"], str)
    assert len(feedback["improvements"]) > 20
    questions = feedback["detailed_feedback"]["questions"]
    assert len(questions) == 2
    assert all(question.keys() == {"question", "answer_quality", "score", "feedback"} for question in questions)
    asked = {message["content"] for message in said if message["role"] == "assistant"}
    assert {question["question"] for question in questions} <= asked


class TestErrors:
    """Each documented status with its code, in the documented shape."""

    @pytest.mark.parametrize(
        ("method", "path", "arguments"),
        [
            ("POST", "/auth/signup", {"json": {**SIGNUP, "email": "nobody"}}),
            ("POST", "/auth/signup", {"json": {**SIGNUP, "email": "new@example.com", "password": "password"}}),
            ("POST", "/auth/signup", {"json": SIGNUP}),
            ("POST", "/auth/login", {"json": {"email": "user@example.com"}}),
            ("PATCH", "/user/profile", {"json": {"experience_level": "wizard"}}),
            ("PATCH", "/user/profile", {"json": {"full_name": None}}),
            ("POST", "/interviews/create", {"json": {}}),
            ("POST", "/interviews/create", {"json": {**INTERVIEW, "duration_minutes": "30"}}),
            ("POST", "/interviews/create", {"content": b"{"}),
            ("POST", "/interviews/create", {"json": INTERVIEW, "headers": {"Idempotency-Key": "k" * 256}}),
            ("GET", "/interviews/history?limit=0", {}),
            ("GET", "/interviews/history?offset=-1", {}),
        ],
    )
    async def test_a_request_that_is_wrong(
        self, platform: Platform, method: str, path: str, arguments: dict[str, Any]
    ) -> None:
        status, code, _ = await platform.error(method, path, **arguments)
        assert (status, code) == (400, "INVALID_REQUEST")

    @pytest.mark.parametrize("token", [None, "e30.e30.e30"])
    async def test_nobody_is_logged_in(self, http: httpx.AsyncClient, token: str | None) -> None:
        stranger = Platform(http, {"Authorization": f"Bearer {token}"} if token else {})
        for method, path in (
            ("POST", "/auth/logout"),
            ("GET", "/user/profile"),
            ("PATCH", "/user/profile"),
            ("POST", "/interviews/create"),
            ("GET", f"/interviews/{NOBODYS}"),
            ("GET", "/interviews/history"),
            ("POST", f"/interviews/{NOBODYS}/complete"),
            ("GET", f"/feedback/{NOBODYS}"),
        ):
            assert (await stranger.error(method, path))[:2] == (401, "UNAUTHORIZED"), path

    async def test_a_wrong_password(self, platform: Platform) -> None:
        body = {"email": SIGNUP["email"], "password": "securePassword124"}
        assert await platform.error("POST", "/auth/login", json=body) == (401, "UNAUTHORIZED", "invalid_credentials")

    async def test_what_is_not_there_or_not_yours(self, platform: Platform, http: httpx.AsyncClient) -> None:
        session = await platform.interview()
        other = await Platform(http).signed_up("other@example.com")
        for asks, wanted in ((other, session), (platform, NOBODYS), (platform, "1"), (platform, "no-id")):
            for method, path in (("GET", ""), ("POST", "/complete")):
                assert (await asks.error(method, f"/interviews/{wanted}{path}"))[:2] == (404, "NOT_FOUND")
            assert (await asks.error("GET", f"/feedback/{wanted}"))[:2] == (404, "NOT_FOUND")
        assert (await other.data("GET", "/interviews/history"))["total"] == 0

    async def test_feedback_before_the_interview_is_over(self, platform: Platform) -> None:
        session = await platform.interview()
        assert await platform.error("GET", f"/feedback/{session}") == (404, "NOT_FOUND", "no_feedback")

    async def test_something_that_nobody_expected(self, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
        async def broken(*_arguments: object, **_more: object) -> None:
            raise RuntimeError("nobody expected this")

        monkeypatch.setattr("app.services.results.overview.OverviewService.get", broken)
        status, code, reason = await platform.error("GET", f"/feedback/{NOBODYS}")
        assert (status, code, reason) == (500, "INTERNAL_ERROR", "internal_error")


async def test_a_page_of_the_history(platform: Platform) -> None:
    sessions = [await platform.interview() for _ in range(3)][::-1]
    page = await platform.data("GET", "/interviews/history?limit=2&offset=1")
    assert [found["id"] for found in page["interviews"]] == sessions[1:]
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 1)
    assert (await platform.data("GET", "/interviews/history?offset=9"))["interviews"] == []


async def test_times_are_those_of_a_moment_ago(platform: Platform) -> None:
    created = await platform.data("POST", "/interviews/create", json=INTERVIEW)
    age = datetime.now(UTC) - moment(created["session"]["started_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)
