"""What the platform's document leaves open: credits, cookies, feedback on its way, interviews of other faces."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.engines.audio import wav_content
from app.errors import Unavailable
from app.models import User
from app.repositories.base import Ref
from app.services.accounts.subject import Subject
from app.services.interviews.question_generation import QuestionGeneration
from app.services.results.feedback_service import FeedbackService
from tests.conftest import Candidate, settle
from tests.dialects.platform.client import INTERVIEW, SIGNUP, Platform
from tests.support.clock import Clock

COOKIE = "greenroom_session"
API = "/api/v1/interviews/sessions"


async def on_v1(http: httpx.AsyncClient, email: str = "user@example.com") -> Candidate:
    """The same account on v1."""
    body = {"email": email, "password": SIGNUP["password"]}
    return Candidate(http, (await http.post("/api/v1/users/login", json=body)).json()["data"])


async def ledger(candidate: Candidate) -> list[tuple[int, int, str]]:
    path = f"/api/v1/users/{candidate.account['id']}/credits"
    entries = (await candidate.data("GET", path))["entries"]
    return [(entry["change"], entry["balance"], entry["reason"]) for entry in entries]


async def administrator(app: FastAPI, http: httpx.AsyncClient) -> Candidate:
    await Platform(http).signed_up("admin@example.com")
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == "admin@example.com").values(role="admin"))
    return await on_v1(http, "admin@example.com")


class TestCredits:
    async def test_the_last_one_is_spent_once(self, platform: Platform, http: httpx.AsyncClient) -> None:
        """Six at once for three credits, and the ledger says where they went."""
        calls = [platform.call("POST", "/interviews/create", json=INTERVIEW) for _ in range(6)]
        responses = await asyncio.gather(*calls)
        assert sorted(response.status_code for response in responses) == [201] * 3 + [403] * 3
        refused = next(response.json() for response in responses if response.status_code == 403)
        assert refused["error"]["code"] == "INSUFFICIENT_CREDITS"
        assert await platform.remaining() == 0
        assert (await platform.data("GET", "/interviews/history"))["total"] == 3
        assert await ledger(await on_v1(http)) == [(-1, 0, "interview"), (-1, 1, "interview"), (-1, 2, "interview")]

    async def test_comes_back_when_no_interview_came_of_it(
        self, platform: Platform, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def busy(*_arguments: object, **_more: object) -> None:
            raise Unavailable("Too busy.")

        with monkeypatch.context() as broken:
            broken.setattr(QuestionGeneration, "generate", busy)
            wanted: dict[str, Any] = {"json": INTERVIEW, "headers": {"Idempotency-Key": "again"}}
            assert (await platform.error("POST", "/interviews/create", **wanted))[:2] == (503, "INTERNAL_ERROR")
        assert await platform.remaining() == 3
        assert (await platform.data("GET", "/interviews/history"))["total"] == 0
        assert await ledger(await on_v1(http)) == [(1, 3, "refund"), (-1, 2, "interview")]
        assert (await platform.data("POST", "/interviews/create", **wanted))["interviews_remaining"] == 2

    async def test_a_key_makes_one_interview(self, platform: Platform, http: httpx.AsyncClient) -> None:
        """Also when the same request comes several times at once."""
        wanted: dict[str, Any] = {"json": INTERVIEW, "headers": {"Idempotency-Key": "8e03978e-40d5-43dd-bc93"}}
        found = await asyncio.gather(*(platform.data("POST", "/interviews/create", **wanted) for _ in range(3)))
        found.append(await platform.data("POST", "/interviews/create", **wanted))
        assert len({answer["session"]["id"] for answer in found}) == 1
        assert {answer["session"]["status"] for answer in found} == {"in_progress"}
        assert await platform.remaining() == 2
        views = await (await on_v1(http)).data("GET", f"{API}/{found[0]['session']['id']}/questions")
        assert len(views["questions"]) == 6, "thirty minutes are six questions, and they were written once"

        other = {**wanted, "json": {**INTERVIEW, "role": "Designer"}}
        assert await platform.error("POST", "/interviews/create", **other) == (
            400,
            "INVALID_REQUEST",
            "idempotency_key_reused",
        )
        stranger = await Platform(http).signed_up("other@example.com")
        own = await stranger.data("POST", "/interviews/create", **wanted)
        assert own["session"]["id"] != found[0]["session"]["id"], "keys of other people are other keys"

    async def test_a_key_still_means_its_interview_when_that_is_over(self, platform: Platform) -> None:
        wanted: dict[str, Any] = {"json": INTERVIEW, "headers": {"Idempotency-Key": "k"}}
        session = (await platform.data("POST", "/interviews/create", **wanted))["session"]["id"]
        await platform.data("POST", f"/interviews/{session}/complete")
        again = (await platform.data("POST", "/interviews/create", **wanted))["session"]
        assert (again["id"], again["status"]) == (session, "completed")

    async def test_are_granted_by_administrators(
        self, app: FastAPI, platform: Platform, http: httpx.AsyncClient
    ) -> None:
        admin, owner = await administrator(app, http), await on_v1(http)
        path = f"/api/v1/admin/users/{platform.id}/credits"
        body = {"interviews": 5, "note": "class of May"}
        assert (await owner.call("POST", path, json=body)).status_code == 403
        assert (await admin.data("POST", path, json=body))["interviews_remaining"] == 8
        assert await platform.remaining() == 8
        assert (await admin.data("POST", path, json={"interviews": -8}))["interviews_remaining"] == 0
        for interviews, status in ((-1, 409), (0, 422), (10_001, 422)):
            refused = await admin.call("POST", path, json={"interviews": interviews})
            assert refused.status_code == status
            assert status == 422 or "no credits to take away" in refused.text
        assert await ledger(owner) == [(-8, 0, "grant"), (5, 8, "grant")]
        missing = path.replace(platform.id, "018f0000-0000-7000-8000-000000000000")
        assert (await admin.call("POST", missing, json=body)).status_code == 404
        events = (await admin.data("GET", "/api/v1/admin/audit-events"))["events"]
        assert [event["action"] for event in events] == ["credits_granted"] * 2

    async def test_are_seen_by_their_owner_and_administrators(
        self, app: FastAPI, platform: Platform, http: httpx.AsyncClient
    ) -> None:
        await platform.interview()
        await Platform(http).signed_up("other@example.com")
        path = f"/api/v1/users/{platform.id}/credits"
        assert (await (await on_v1(http, "other@example.com")).call("GET", path)).status_code == 404
        entries = (await (await administrator(app, http)).data("GET", path))["entries"]
        assert [entry["reason"] for entry in entries] == ["interview"]

    async def test_are_not_taken_by_v1(self, platform: Platform, http: httpx.AsyncClient) -> None:
        await (await on_v1(http)).session()
        assert await platform.remaining() == 3


class TestCookie:
    @pytest.fixture
    async def token(self, http: httpx.AsyncClient) -> str:
        """What the cookie holds after signup; from here on only the cookie is sent."""
        response = await http.post("/api/auth/signup", json=SIGNUP)
        cookie = response.headers["set-cookie"]
        assert {"HttpOnly", "Path=/api", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Secure" not in cookie, "this server is not reached by TLS"
        return str(http.cookies[COOKIE])

    async def test_is_secure_behind_tls(self, app: FastAPI) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://test") as http:
            response = await http.post("/api/auth/signup", json=SIGNUP)
        assert "Secure" in response.headers["set-cookie"].split("; ")

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://test.evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    async def test_is_no_use_to_pages_of_other_sites(
        self, http: httpx.AsyncClient, token: str, headers: dict[str, str]
    ) -> None:
        for method, path in (("PATCH", "/api/user/profile"), ("POST", "/api/interviews/create")):
            response = await http.request(method, path, headers=headers, json={"full_name": "Evil", "role": "Evil"})
            assert (response.status_code, response.json()["error"]["code"]) == (401, "UNAUTHORIZED")
        assert (await http.post("/api/auth/logout", headers=headers)).status_code == 401
        assert (await http.get("/api/user/profile")).json()["full_name"] == "John Doe"

        answer = await http.post("/api/auth/login", headers=headers, json=SIGNUP)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers, "nobody is logged in behind their back"
        bearer = {"Authorization": f"Bearer {token}", **headers}
        assert (await http.patch("/api/user/profile", headers=bearer, json={})).status_code == 200

    @pytest.mark.parametrize("headers", [{"Origin": "http://test"}, {"Sec-Fetch-Site": "same-origin"}, {}])
    async def test_serves_pages_of_this_server_and_programs(
        self, http: httpx.AsyncClient, token: str, headers: dict[str, str]
    ) -> None:
        response = await http.patch("/api/user/profile", headers=headers, json={"full_name": "Jane"})
        assert (response.status_code, response.json()["full_name"]) == (200, "Jane")

    async def test_ends_with_the_login(self, http: httpx.AsyncClient, token: str) -> None:
        response = await http.post("/api/auth/logout")
        assert response.status_code == 200
        assert COOKIE not in http.cookies
        http.cookies.set(COOKIE, token, domain="test.local", path="/api")
        assert (await http.get("/api/user/profile")).status_code == 401


class TestLogin:
    """The document has no call for a new token, so one is good as long as the login: its example says a week."""

    @pytest.fixture(params=["header", "cookie"])
    async def headers(self, request: pytest.FixtureRequest, http: httpx.AsyncClient) -> dict[str, str]:
        account = (await http.post("/api/auth/signup", json=SIGNUP)).json()
        token = account["session"]["access_token"]
        assert http.cookies[COOKIE] == token
        http.cookies.clear()
        seconds = datetime.fromisoformat(account["session"]["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=7) - timedelta(minutes=1) < seconds <= timedelta(days=7)
        return {"Cookie": f"{COOKIE}={token}"} if request.param == "cookie" else {"Authorization": f"Bearer {token}"}

    async def test_outlasts_a_long_interview(
        self, http: httpx.AsyncClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock(monkeypatch)
        for _ in range(4):
            clock.forward(minutes=40)
            assert (await http.get("/api/user/profile", headers=headers)).status_code == 200
        clock.forward(days=7)
        response = await http.get("/api/user/profile", headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "UNAUTHORIZED")

    async def test_is_over_after_logout(
        self, http: httpx.AsyncClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Clock(monkeypatch).forward(minutes=40)
        assert (await http.post("/api/auth/logout", headers=headers)).status_code == 200
        for path in ("/api/user/profile", "/api/v1/users/me"):
            assert (await http.get(path, headers=headers)).status_code == 401


class TestFeedback:
    async def test_is_generating_at_first(
        self, app: FastAPI, platform: Platform, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        may_begin, generate = asyncio.Event(), FeedbackService.generate

        async def slow(service: FeedbackService, subject: Subject, ref: Ref, *, anew: bool) -> object:
            await may_begin.wait()
            return await generate(service, subject, ref, anew=anew)

        monkeypatch.setattr(FeedbackService, "generate", slow)
        session, questions = await answered(platform, http)
        completed = await platform.data("POST", f"/interviews/{session}/complete")
        assert completed["status"] == "generating"
        early = await platform.data("GET", f"/feedback/{session}")
        assert early["status"] == "generating"
        assert [early[name] for name in early if name.endswith("_score")] == [None] * 5
        assert early["detailed_feedback"] == {"questions": []}
        may_begin.set()
        late = await platform.feedback(session)
        assert late["id"] == early["id"] == completed["feedback_id"]
        assert late["overall_score"] > 0
        qualities = [found["answer_quality"] for found in late["detailed_feedback"]["questions"]]
        assert qualities[0] in ("excellent", "good", "fair", "needs_work")
        assert qualities[1:] == ["not_answered"] * (len(questions) - 1)

        await settle(app)
        again = await platform.data("POST", f"/interviews/{session}/complete")
        assert again == {**completed, "status": "completed"}, "a client whose answer was lost asks again"

    async def test_of_an_interview_in_which_nothing_was_said(self, app: FastAPI, platform: Platform) -> None:
        session = await platform.interview()
        await platform.data("POST", f"/interviews/{session}/complete")
        await settle(app)
        found = await platform.data("GET", f"/feedback/{session}")
        assert (found["status"], found["overall_score"], found["strengths"]) == ("completed", None, "")
        assert "nothing to give feedback on" in found["improvements"]


class TestOtherFaces:
    async def test_answers_have_a_place_in_the_conversation_however_they_came(
        self, app: FastAPI, platform: Platform, http: httpx.AsyncClient, speech: Path
    ) -> None:
        session = await platform.interview()
        owner = await on_v1(http)
        questions = (await owner.data("GET", f"{API}/{session}/questions"))["questions"]
        base = f"{API}/{session}/questions"
        upload = {"file": ("answer.wav", speech.read_bytes(), "audio/wav")}
        await owner.data("POST", f"{base}/{questions[0]['id']}/audio", files=upload)
        await owner.data("POST", f"{base}/{questions[0]['id']}/transcribe")
        await owner.data("PUT", f"{base}/{questions[0]['id']}/transcript", json={"transcript": "I used a profiler."})
        await owner.data("POST", f"{base}/{questions[1]['id']}/answer", json={"answer": "I typed this."})
        await owner.data("POST", f"{base}/{questions[2]['id']}/skip")

        interview = await platform.data("GET", f"/interviews/{session}")
        assert [(said["role"], said["content"]) for said in interview["messages"]] == [
            ("assistant", questions[0]["question_text"]),
            ("user", "I used a profiler."),
            ("assistant", questions[1]["question_text"]),
            ("user", "I typed this."),
        ]
        assert len({said["id"] for said in interview["messages"]}) == 4
        address = interview["session"]["recording_url"]
        player = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        assert (await player.get(address)).content == speech.read_bytes()
        assert (await player.get(address[:-2])).status_code == 401

    async def test_several_spoken_answers_are_heard_as_one(
        self, app: FastAPI, platform: Platform, http: httpx.AsyncClient
    ) -> None:
        session = await platform.interview()
        owner, base = await on_v1(http), f"{API}/{session}"
        questions = (await owner.data("GET", f"{base}/questions"))["questions"]
        sounds = [wav_content(np.arange(1_000 * n, 1_000 * n + 20_000, dtype=np.int16)) for n in (1, 2, 3)]
        for question, sound in zip(reversed(questions[:3]), reversed(sounds), strict=True):  # asked in any order
            upload = {"file": ("answer.wav", sound, "audio/wav")}
            await owner.data("POST", f"{base}/questions/{question['id']}/audio", files=upload)
        address = (await platform.data("GET", f"/interviews/{session}"))["session"]["recording_url"]

        player = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        whole = await player.get(address)
        assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
        assert whole.content[44:] == b"".join(sound[44:] for sound in sounds)
        assert whole.content[:44] == wav_content(np.zeros(60_000, np.int16))[:44]
        for first, last in ((0, 43), (40, 50), (44, 40_043), (40_000, 90_000), (120_040, 200_000)):
            part = await player.get(address, headers={"Range": f"bytes={first}-{last}"})
            assert (part.status_code, part.content) == (206, whole.content[first : last + 1])
        assert (await player.get(address, headers={"Range": "bytes=120044-"})).status_code == 416
        assert (await player.get(address[:-2])).status_code == 401

        for kept in (sounds[:2], sounds[:1]):  # what is deleted is gone from what was joined
            recordings = (await owner.data("GET", f"{base}/recordings"))["recordings"]
            last_answer = next(one for one in recordings if one["question_id"] == questions[len(kept)]["id"])
            await owner.call("DELETE", f"/api/v1/recordings/{last_answer['id']}")
            now_at = (await platform.data("GET", f"/interviews/{session}"))["session"]["recording_url"]
            assert (await player.get(now_at)).content[44:] == b"".join(sound[44:] for sound in kept)
        assert (await player.get(address)).status_code == 404

    async def test_an_interview_of_v1_is_seen(self, platform: Platform, http: httpx.AsyncClient) -> None:
        session = await (await on_v1(http)).session(title="By v1")
        [found] = (await platform.data("GET", "/interviews/history"))["interviews"]
        assert found == {
            "id": session,
            "role": "By v1",
            "interview_type": "mixed",
            "status": "created",
            "started_at": None,
            "completed_at": None,
        }
        assert (await platform.data("GET", f"/interviews/{session}"))["messages"] == []
        assert await platform.error("POST", f"/interviews/{session}/complete") == (400, "INVALID_REQUEST", "conflict")


async def answered(platform: Platform, http: httpx.AsyncClient) -> tuple[str, list[dict[str, Any]]]:
    """An interview whose first question was answered."""
    session = await platform.interview(interview_type="behavioral", duration_minutes=10)
    owner = await on_v1(http)
    questions = (await owner.data("GET", f"{API}/{session}/questions"))["questions"]
    text = "At Acme I found that the nightly job failed. I wrote a check, and failures fell from 20 to 2 a month."
    await owner.data("POST", f"{API}/{session}/questions/{questions[0]['id']}/answer", json={"answer": text})
    return session, questions
