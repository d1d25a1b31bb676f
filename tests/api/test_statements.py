"""How often each route asks the database: with BEGIN and COMMIT, as the driver sends them, on both databases.

Work behind the scenes that a request causes is counted with it. Each is a round trip to PostgreSQL. A route that needs
more than its entry, or has none, fails here: a query in a loop shows at once.
"""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import event, update

from app.config import JobSettings, LiveSettings, Settings
from app.database import Database
from app.jobs.kinds import sweep
from app.main import faces_for
from app.models import User
from app.repositories.jobs import JobRepository
from app.services.jobs import job_service
from app.services.privacy import deletion_service
from tests.api.walks import (
    ADMIN,
    CONDUCTED,
    DOCX,
    KIOSK,
    QUESTION,
    RECORDING,
    RESULTS,
    SESSION,
    TAKING,
    UPLOADS,
    resume,
    walk_coach,
    walk_hiring,
    walk_kiosk,
    walk_page,
    walk_platform,
    walk_recordings,
    walk_recruiting,
    walk_rounds,
)
from tests.conftest import Candidate

MOST = {
    ("GET", "/health"): 0,
    ("GET", "/health/ready"): 2,
    ("POST", "/api/v1/users/register"): 5,
    ("POST", "/api/v1/users/login"): 10,
    ("POST", "/api/v1/users/refresh"): 5,
    ("GET", "/api/v1/users/me"): 1,
    ("PUT", "/api/v1/users/me"): 4,
    ("POST", "/api/v1/users/me/password"): 11,
    ("GET", "/api/v1/web/session"): 2,
    ("POST", "/api/v1/web/login"): 10,
    ("POST", "/api/v1/web/register"): 5,
    ("POST", "/api/v1/web/guest"): 5,
    ("POST", "/api/v1/web/keep"): 5,
    ("POST", "/api/v1/web/refresh"): 7,
    ("POST", "/api/v1/web/logout"): 4,
    ("POST", "/api/v1/web/join"): 18,
    ("GET", "/api/v1/web/interview"): 3,
    ("POST", "/api/v1/web/leave"): 0,
    ("POST", "/api/v1/users/password/forgot"): 5,  # what is done after the answer included
    ("POST", "/api/v1/users/password/reset"): 7,
    ("GET", "/api/v1/users/me/logins"): 1,
    ("DELETE", "/api/v1/users/me/logins/{login_id}"): 3,
    ("GET", "/api/v1/users/{user_id}"): 1,
    ("PUT", "/api/v1/users/{user_id}/skills"): 4,
    ("POST", "/api/v1/admin/users/{user_id}/credits"): 7,
    ("GET", "/api/v1/users/{user_id}/credits"): 3,
    ("POST", "/api/v1/interviews/sessions"): 3,
    ("GET", "/api/v1/interviews/sessions"): 2,
    ("GET", SESSION): 1,
    ("PUT", SESSION): 4,
    ("POST", f"{SESSION}/resume"): 5,
    ("GET", f"{SESSION}/resume"): 1,
    ("POST", f"{SESSION}/match"): 4,
    ("GET", f"{SESSION}/match"): 1,
    ("POST", f"{SESSION}/questions/generate"): 16,  # SQLite takes the four questions one by one
    ("GET", f"{SESSION}/questions"): 2,
    ("GET", QUESTION): 3,
    ("POST", f"{QUESTION}/audio"): 41,
    ("GET", f"{QUESTION}/audio"): 3,
    ("POST", f"{QUESTION}/transcribe"): 41,
    ("GET", f"{QUESTION}/transcript"): 3,
    ("PUT", f"{QUESTION}/transcript"): 10,
    ("POST", f"{QUESTION}/evaluate"): 26,
    ("PUT", f"{QUESTION}/own-view"): 8,
    ("POST", f"{QUESTION}/answer"): 11,
    ("POST", f"{QUESTION}/skip"): 12,
    ("GET", f"{SESSION}/evaluation"): 2,
    ("POST", f"{RESULTS}/scores"): 15,
    ("GET", f"{RESULTS}/scores"): 3,
    ("POST", f"{RESULTS}/feedback"): 36,
    ("GET", f"{RESULTS}/feedback"): 3,
    ("POST", f"{SESSION}/complete"): 61,  # scores of before are made anew, because questions are left
    ("POST", f"{SESSION}/report"): 36,
    ("GET", f"{SESSION}/report"): 3,
    ("GET", f"{SESSION}/report.pdf"): 7,
    ("GET", f"{SESSION}/status"): 4,
    ("POST", f"{SESSION}/start"): 7,
    ("GET", f"{SESSION}/current-question"): 3,
    ("POST", f"{SESSION}/advance"): 9,
    ("GET", "/api/v1/jobs"): 2,
    ("GET", "/api/v1/jobs/{job_id}"): 1,
    ("GET", "/api/v1/jobs/{job_id}/events"): 2,
    ("POST", "/api/v1/jobs/{job_id}/retry"): 33,
    ("GET", "/api/v1/feedback/history"): 2,
    ("GET", "/api/v1/feedback/dashboard"): 5,
    ("GET", "/api/v1/feedback/charts/{type}"): 1,
    ("GET", "/api/v1/feedback/charts/{type}.svg"): 1,
    ("POST", "/api/v1/tts"): 0,
    ("GET", "/uploads/tts/{name}"): 0,
    ("DELETE", f"{QUESTION}/answer"): 19,
    ("POST", f"{QUESTION}/redo"): 8,
    ("GET", f"{QUESTION}/attempts"): 3,
    ("POST", f"{SESSION}/recordings"): 44,  # two of them keep what was seen, where the face model is installed
    ("GET", f"{SESSION}/recordings"): 2,
    ("GET", RECORDING): 1,
    ("GET", f"{RECORDING}/file"): 1,
    ("GET", f"{RECORDING}/thumbnail"): 1,
    ("POST", f"{RECORDING}/link"): 1,
    ("GET", "/api/v1/media/{token}"): 1,
    ("DELETE", RECORDING): 14,
    ("OPTIONS", UPLOADS): 0,
    ("POST", UPLOADS): 7,
    ("HEAD", f"{UPLOADS}/{{upload_id}}"): 3,
    ("GET", f"{UPLOADS}/{{upload_id}}"): 4,
    ("PATCH", f"{UPLOADS}/{{upload_id}}"): 57,
    ("DELETE", f"{UPLOADS}/{{upload_id}}"): 19,
    ("POST", f"{SESSION}/consent"): 4,
    ("GET", f"{SESSION}/consent"): 2,
    ("GET", "/api/v1/users/me/export"): 18,
    ("GET", f"{ADMIN}/audit-events"): 3,
    ("GET", f"{ADMIN}/system"): 7,
    ("GET", f"{ADMIN}/users"): 2,
    ("GET", f"{ADMIN}/users/{{user_id}}"): 4,
    ("PUT", f"{ADMIN}/users/{{user_id}}"): 6,
    ("POST", f"{ADMIN}/users/{{user_id}}/reset-password"): 10,
    ("POST", "/api/v1/join"): 15,
    ("POST", f"{ADMIN}/codes"): 5,
    ("POST", f"{ADMIN}/codes/bulk"): 34,  # SQLite takes the thirty codes one by one
    ("GET", f"{ADMIN}/codes"): 3,
    ("GET", f"{ADMIN}/codes/{{code_id}}"): 1,
    ("DELETE", f"{ADMIN}/codes/{{code_id}}"): 5,
    ("GET", f"{ADMIN}/bank-questions"): 0,
    ("POST", f"{ADMIN}/question-sets"): 12,
    ("GET", f"{ADMIN}/question-sets"): 2,
    ("GET", f"{ADMIN}/question-sets/{{set_id}}"): 2,
    ("PUT", f"{ADMIN}/question-sets/{{set_id}}"): 9,
    ("POST", f"{ADMIN}/question-sets/{{set_id}}/activate"): 8,
    ("DELETE", f"{ADMIN}/question-sets/{{set_id}}"): 8,
    ("GET", f"{ADMIN}/prompts"): 1,
    ("POST", f"{ADMIN}/prompts"): 5,
    ("GET", f"{ADMIN}/prompts/{{prompt_id}}"): 1,
    ("PUT", f"{ADMIN}/prompts/{{prompt_id}}"): 7,
    ("POST", f"{ADMIN}/prompts/{{prompt_id}}/preview"): 1,
    ("DELETE", f"{ADMIN}/prompts/{{prompt_id}}"): 10,
    ("GET", f"{ADMIN}/sessions"): 2,
    ("GET", f"{ADMIN}/sessions/export.csv"): 9,
    ("GET", CONDUCTED): 17,
    ("GET", f"{CONDUCTED}/timeline"): 22,
    ("PUT", f"{CONDUCTED}/review"): 7,
    ("GET", f"{CONDUCTED}/notes"): 2,
    ("POST", f"{CONDUCTED}/notes"): 6,
    ("PUT", f"{CONDUCTED}/notes/{{note_id}}"): 7,
    ("DELETE", f"{CONDUCTED}/notes/{{note_id}}"): 6,
    ("GET", f"{ADMIN}/comparison"): 10,
    ("GET", f"{ADMIN}/recordings"): 2,
    ("GET", f"{CONDUCTED}/export"): 17,
    ("DELETE", CONDUCTED): 20,
    ("GET", "/api/v1/deletions/{receipt_id}"): 1,
    ("DELETE", SESSION): 18,
    ("POST", "/api/auth/signup"): 5,
    ("POST", "/api/auth/login"): 10,
    ("POST", "/api/auth/logout"): 3,
    ("GET", "/api/user/profile"): 2,  # the login is new, so it is checked
    ("PATCH", "/api/user/profile"): 4,
    ("POST", "/auth/register"): 5,
    ("POST", "/auth/login"): 10,
    ("GET", "/auth/me"): 2,
    ("POST", "/interviews/create"): 4,
    ("POST", "/interviews/{interview_id}/setup-ai"): 17,
    ("POST", "/interviews/{interview_id}/start"): 6,
    ("GET", "/interviews/{interview_id}/next-question"): 4,
    ("POST", "/interviews/{interview_id}/questions/{question_id}/upload-video"): 42,
    ("POST", "/interviews/{interview_id}/questions/{question_id}/analyze"): 81,
    ("POST", "/interviews/{interview_id}/questions/{question_id}/score"): 34,
    ("POST", "/interviews/{interview_id}/answer-complete"): 7,
    ("POST", "/interviews/{interview_id}/end"): 61,
    ("GET", "/interviews/{interview_id}/report"): 10,
    ("POST", "/tts/generate"): 0,
    ("POST", "/api/interviews/create"): 36,
    ("GET", "/api/interviews/history"): 2,
    ("GET", "/api/interviews/{session_id}"): 4,
    ("POST", "/api/interviews/{session_id}/complete"): 31,
    ("GET", "/api/feedback/{session_id}"): 9,
    ("POST", "/api/v1/interviews/rounds/suggest"): 0,
    ("POST", f"{SESSION}/rounds"): 8,
    ("GET", f"{SESSION}/rounds"): 3,
    ("POST", f"{SESSION}/rounds/{{round_id}}/start"): 23,
    ("POST", f"{SESSION}/rounds/{{round_id}}/complete"): 12,
    ("POST", "/api/register"): 3,
    ("POST", "/api/login"): 10,
    ("POST", "/api/refresh"): 5,
    ("POST", "/api/upload-resume"): 21,
    ("POST", "/api/start-role-interview"): 20,
    ("POST", "/api/submit-answer-enhanced"): 33,
    ("POST", "/api/complete-interview"): 87,  # its feedback, which the job behind it makes at the same time, included
    ("POST", "/api/suggest-rounds"): 1,
    ("POST", "/api/start-multi-round-interview"): 6,
    ("POST", "/api/start-round/{round_id}"): 24,
    ("POST", "/api/complete-round/{round_id}"): 12,
    ("GET", "/api/personalized-feedback/{interview_id}"): 3,
    ("GET", "/api/interview-results/{interview_id}"): 7,
    ("POST", f"{KIOSK}/login"): 10,
    ("POST", f"{KIOSK}/logout"): 3,
    ("GET", f"{KIOSK}/check-auth"): 2,
    ("POST", f"{KIOSK}/codes"): 6,
    ("GET", f"{KIOSK}/codes"): 2,
    ("DELETE", f"{KIOSK}/codes/{{code_id}}"): 5,
    ("POST", f"{KIOSK}/question-sets"): 11,
    ("GET", f"{KIOSK}/question-sets"): 2,
    ("PUT", f"{KIOSK}/question-sets/{{set_id}}/activate"): 8,
    ("DELETE", f"{KIOSK}/question-sets/{{set_id}}"): 8,
    ("GET", f"{KIOSK}/sessions"): 2,
    ("GET", f"{KIOSK}/sessions/{{session_id}}/details"): 17,
    ("GET", f"{KIOSK}/ai-prompts"): 1,
    ("POST", f"{KIOSK}/ai-prompts"): 5,
    ("PUT", f"{KIOSK}/ai-prompts/{{prompt_id}}"): 6,
    ("DELETE", f"{KIOSK}/ai-prompts/{{prompt_id}}"): 7,
    ("POST", f"{TAKING}/validate-code"): 12,
    ("POST", f"{TAKING}/submit-response"): 33,
    ("GET", f"{TAKING}/session/{{session_id}}/status"): 4,
    ("POST", f"{TAKING}/upload-recording"): 31,
    ("GET", f"{TAKING}/session/{{session_id}}/recordings"): 5,
    ("GET", f"{TAKING}/recording/{{recording_id}}/download"): 5,  # noted once for one playing
    ("POST", "/api/v1/users/logout"): 3,
    ("DELETE", "/api/v1/users/{user_id}"): 24,
}
"""Route > the most statements of a request by an account whose login was checked a moment ago."""


class Statements:
    """Counts what the drivers of a database send."""

    def __init__(self, database: Database) -> None:
        self.sent: list[str] = []
        self._traced: list[object] = []
        for engine in database._engines:
            event.listen(engine.sync_engine, "checkout", self._trace)
            event.listen(engine.sync_engine, "before_cursor_execute", self._executed)

    def _trace(self, connection: Any, _record: object, _proxy: object) -> None:
        driver = connection.driver_connection
        if driver in self._traced:
            return
        self._traced.append(driver)
        if hasattr(driver, "add_query_logger"):  # asyncpg, which tells of what was not prepared: BEGIN and COMMIT
            driver.add_query_logger(lambda logged: self.sent.append(logged.query))
        else:
            driver._conn.set_trace_callback(self._sqlite)

    def _executed(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.sent.append(statement)

    def _sqlite(self, statement: str) -> None:
        if statement in ("COMMIT", "ROLLBACK"):  # all else was told by `_executed`, or is what a statement does in turn
            self.sent.append(statement)


class Letterbox:
    """A `Mailer` that keeps the code of a mail."""

    def __init__(self) -> None:
        self._text: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def send(self, to: str, subject: str, text: str) -> None:
        self._text.set_result(text)

    async def code(self) -> str:
        found = re.search(r"^[\w-]{43}$", await self._text, re.MULTILINE)
        assert found is not None
        return found.group()


async def idle(app: FastAPI) -> None:
    """Wait until the worker has done what the last request asked for, without asking the database."""
    wakeup = app.state.runtime.wakeup
    quiet = 0
    while quiet < 10:
        quiet = 0 if app.state.worker.busy or wakeup.is_called else quiet + 1
        await asyncio.sleep(0.02)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A checked login is good for the whole walk, and nobody looks for work that no request has asked for."""
    auth = settings.auth.model_copy(update={"session_cache_seconds": 600.0})
    job = JobSettings(poll_seconds=3600, lease_seconds=36000, grace_seconds=3600, wait_seconds=600)
    live = LiveSettings(park_seconds=7200)
    monkeypatch.setattr(sweep, "LIVE_SECONDS", 3600.0)
    monkeypatch.setattr(deletion_service, "FALLBACK_SECONDS", 3600.0)
    return settings.model_copy(update={"auth": auth, "job": job, "live": live})


async def test_no_route_asks_more_often_than_its_entry_says(
    app: FastAPI, candidate: Candidate, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_service, "LOOK_SECONDS", 600.0)
    await idle(app)
    statements = Statements(app.state.runtime.database)
    counted: dict[tuple[str, str], int] = {}
    ids: dict[str, Any] = {}

    async def ask(method: str, route: str, **arguments: Any) -> Any:
        """The `data` of a request, or its `Location`; its statements are counted."""
        statements.sent.clear()
        headers = candidate.headers | arguments.pop("more", {})
        named = arguments.pop("ids", ids)
        response = await candidate.http.request(method, route.format(**named), headers=headers, **arguments)
        assert response.is_success, response.text
        await idle(app)
        route = route.partition("?")[0]
        counted[method, route] = max(len(statements.sent), counted.get((method, route), 0))
        if "json" in response.headers.get("content-type", ""):
            body = response.json()
            return body.get("data", body)
        return response.headers.get("location")

    ids["user_id"] = candidate.account["id"]
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == "ada@example.com").values(role="admin"))
    await candidate.data("GET", "/api/v1/users/me")
    await ask("GET", "/health")
    await ask("GET", "/health/ready")
    person = {"email": "eve@example.com", "password": "correct horse battery", "full_name": "Eve"}
    await ask("POST", "/api/v1/users/register", json=person)
    login = {"email": "ada@example.com", "password": "correct horse battery"}
    tokens = await ask("POST", "/api/v1/users/login", json=login)
    await ask("POST", "/api/v1/users/refresh", json={"refresh_token": tokens["refresh_token"]})
    await walk_page(ask, login)
    await ask("GET", "/api/v1/users/me")
    await ask("PUT", "/api/v1/users/me", json={"target_role": "Backend Developer"})
    await ask("GET", "/api/v1/users/{user_id}")
    await ask("PUT", "/api/v1/users/{user_id}/skills", json={"skills": ["python"]})
    await ask("POST", "/api/v1/admin/users/{user_id}/credits", json={"interviews": 2})
    await ask("GET", "/api/v1/users/{user_id}/credits")

    job = "We look for a backend developer with Python, SQL and Docker. " * 3
    created = await ask("POST", "/api/v1/interviews/sessions", json={"title": "Walk", "job_description": job})
    ids["session_id"] = created["id"]
    await ask("GET", "/api/v1/interviews/sessions")
    await ask("GET", SESSION)
    await ask("PUT", SESSION, json={"title": "A walk"})
    await ask("POST", f"{SESSION}/resume", files={"file": ("resume.docx", resume(), DOCX)})
    await ask("GET", f"{SESSION}/resume")
    await ask("POST", f"{SESSION}/match", json={})
    await ask("GET", f"{SESSION}/match")
    generated = await ask("POST", f"{SESSION}/questions/generate", json={"num_questions": 4, "seed": 1})
    spoken, typed, skipped, _ = (question["id"] for question in generated["questions"])
    await ask("POST", f"{SESSION}/start", json={"voice": "male"})
    await ask("GET", f"{SESSION}/current-question")
    await ask("POST", f"{SESSION}/advance", json={"question_id": spoken})
    await ask("GET", f"{SESSION}/questions")
    ids["question_id"] = spoken
    await ask("GET", QUESTION)
    audio = {"file": ("answer.wav", speech.read_bytes(), "audio/wav")}
    await ask("POST", f"{QUESTION}/audio", files=audio)
    await ask("GET", f"{QUESTION}/audio")
    await ask("POST", f"{QUESTION}/transcribe", json={})
    await ask("GET", f"{QUESTION}/transcript")
    await ask("PUT", f"{QUESTION}/transcript", json={"transcript": "I used a profiler to find the leak and fixed it."})
    await ask("POST", f"{QUESTION}/evaluate", json={})
    await ask("PUT", f"{QUESTION}/own-view", json={"points": [{"point": 0, "view": "said"}]})
    ids["question_id"] = typed
    await ask("POST", f"{QUESTION}/answer", json={"answer": "I would use a lock, so that only one thread changes it."})
    ids["question_id"] = skipped
    await ask("POST", f"{QUESTION}/answer", json={"answer": "I would use a lock."})
    await ask("DELETE", f"{QUESTION}/answer")
    await ask("POST", f"{QUESTION}/skip", json={})
    await walk_rounds(ask, ids)
    await walk_coach(ask, ids)
    await ask("GET", f"{SESSION}/evaluation")
    await ask("POST", f"{RESULTS}/scores", json={})
    await ask("GET", f"{RESULTS}/scores")
    await ask("POST", f"{RESULTS}/feedback", json={})
    await ask("GET", f"{RESULTS}/feedback")
    await ask("POST", f"{SESSION}/complete", json={})
    await ask("POST", f"{SESSION}/report", json={})
    await ask("GET", f"{SESSION}/report")
    await ask("GET", f"{SESSION}/report.pdf")
    await ask("GET", f"{SESSION}/status")
    jobs = await ask("GET", "/api/v1/jobs")
    ids["job_id"] = jobs["jobs"][0]["id"]
    await ask("GET", "/api/v1/jobs/{job_id}")
    await ask("GET", "/api/v1/jobs/{job_id}/events")
    async with app.state.runtime.database.writing() as session:
        failed = await JobRepository(session).by_ref(UUID(ids["job_id"]))
        assert failed is not None
        failed.state = "failed"
    await ask("POST", "/api/v1/jobs/{job_id}/retry")
    await ask("GET", "/api/v1/feedback/history")
    await ask("GET", "/api/v1/feedback/dashboard")
    ids["type"] = "score-trend"
    await ask("GET", "/api/v1/feedback/charts/{type}")
    await ask("GET", "/api/v1/feedback/charts/{type}.svg")
    voice = await ask("POST", "/api/v1/tts", json={"text": "Hello."})
    ids["name"] = str(voice["url"]).rsplit("/", 1)[-1].split("?")[0]
    await ask("GET", "/uploads/tts/{name}")
    await walk_recordings(ask, ids, speech.read_bytes())
    await walk_recruiting(ask, ids)
    await walk_kiosk(ask, dict(ids), login, speech.read_bytes())
    await ask("POST", f"{QUESTION}/redo", json={})
    await ask("GET", f"{QUESTION}/attempts")
    session = ids["session_id"]
    await walk_platform(ask, ids)
    await walk_hiring(ask, ids, speech)
    ids["session_id"] = session
    ids["receipt_id"] = (await ask("DELETE", SESSION))["receipt_id"]
    await ask("GET", "/api/v1/deletions/{receipt_id}")
    await ask("POST", "/api/v1/users/logout")
    candidate.headers = {"Authorization": f"Bearer {tokens['token']}"}
    await candidate.data("POST", "/api/v1/users/login", json=login)
    await candidate.data("GET", "/api/v1/users/me")
    ids["login_id"] = (await ask("GET", "/api/v1/users/me/logins"))["logins"][0]["id"]
    await ask("DELETE", "/api/v1/users/me/logins/{login_id}")
    new = {"current_password": "correct horse battery", "new_password": "seven quiet lanterns"}
    await ask("POST", "/api/v1/users/me/password", json=new)
    mailer = app.state.runtime.services.passwords.mailer = Letterbox()
    await ask("POST", "/api/v1/users/password/forgot", json={"email": "ada@example.com"})
    new = {"token": await mailer.code(), "new_password": "six quiet lanterns"}
    await ask("POST", "/api/v1/users/password/reset", json=new)
    login["password"] = new["new_password"]
    tokens = await candidate.data("POST", "/api/v1/users/login", json=login)
    candidate.headers = {"Authorization": f"Bearer {tokens['token']}"}
    await candidate.data("GET", "/api/v1/users/me")
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == "eve@example.com").values(role="admin"))
    await ask("DELETE", "/api/v1/users/{user_id}")

    served = {
        (method, route.path_format)
        for face in faces_for(app.state.runtime.settings)
        for router in face.routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert counted.keys() == served, "a route is not walked"
    assert MOST.keys() == served, "a route has no entry"
    assert {route: count for route, count in counted.items() if count > MOST[route]} == {}
