"""How often each route asks the database: with BEGIN and COMMIT, as the driver sends them, on both databases.

Work behind the scenes that a request causes is counted with it. Each is a round trip to PostgreSQL. A route that needs
more than its entry, or has none, fails here: a query in a loop shows at once.
"""

import asyncio
import base64
import io
import re
import zipfile
from collections.abc import Awaitable, Callable
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
from tests.conftest import Candidate
from tests.recordings.media import film

SESSION = "/api/v1/interviews/sessions/{session_id}"
QUESTION = f"{SESSION}/questions/{{question_id}}"
RECORDING = "/api/v1/recordings/{recording_id}"
UPLOADS = "/api/v1/uploads"
RESULTS = "/api/v1/feedback/sessions/{session_id}"

ADMIN = "/api/v1/admin"
KIOSK, TAKING = "/api/admin", "/api/interview"
CONDUCTED = f"{ADMIN}/sessions/{{session_id}}"

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

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
    ("POST", f"{SESSION}/complete"): 48,
    ("POST", f"{SESSION}/report"): 36,
    ("GET", f"{SESSION}/report"): 3,
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
    ("POST", f"{SESSION}/recordings"): 42,
    ("GET", f"{SESSION}/recordings"): 2,
    ("GET", RECORDING): 1,
    ("GET", f"{RECORDING}/file"): 1,
    ("GET", f"{RECORDING}/thumbnail"): 1,
    ("POST", f"{RECORDING}/link"): 1,
    ("GET", "/api/v1/media/{token}"): 1,
    ("DELETE", RECORDING): 14,
    ("OPTIONS", UPLOADS): 0,
    ("POST", UPLOADS): 6,
    ("HEAD", f"{UPLOADS}/{{upload_id}}"): 3,
    ("GET", f"{UPLOADS}/{{upload_id}}"): 4,
    ("PATCH", f"{UPLOADS}/{{upload_id}}"): 57,
    ("DELETE", f"{UPLOADS}/{{upload_id}}"): 19,
    ("POST", f"{SESSION}/consent"): 4,
    ("GET", f"{SESSION}/consent"): 2,
    ("GET", "/api/v1/users/me/export"): 17,
    ("GET", f"{ADMIN}/audit-events"): 2,
    ("GET", f"{ADMIN}/system"): 7,
    ("GET", f"{ADMIN}/users"): 2,
    ("GET", f"{ADMIN}/users/{{user_id}}"): 4,
    ("PUT", f"{ADMIN}/users/{{user_id}}"): 6,
    ("POST", f"{ADMIN}/users/{{user_id}}/reset-password"): 10,
    ("POST", "/api/v1/join"): 15,
    ("POST", f"{ADMIN}/codes"): 4,
    ("POST", f"{ADMIN}/codes/bulk"): 33,  # SQLite takes the thirty codes one by one
    ("GET", f"{ADMIN}/codes"): 2,
    ("GET", f"{ADMIN}/codes/{{code_id}}"): 1,
    ("DELETE", f"{ADMIN}/codes/{{code_id}}"): 4,
    ("POST", f"{ADMIN}/question-sets"): 10,
    ("GET", f"{ADMIN}/question-sets"): 2,
    ("GET", f"{ADMIN}/question-sets/{{set_id}}"): 2,
    ("PUT", f"{ADMIN}/question-sets/{{set_id}}"): 8,
    ("POST", f"{ADMIN}/question-sets/{{set_id}}/activate"): 7,
    ("DELETE", f"{ADMIN}/question-sets/{{set_id}}"): 7,
    ("GET", f"{ADMIN}/prompts"): 1,
    ("POST", f"{ADMIN}/prompts"): 4,
    ("GET", f"{ADMIN}/prompts/{{prompt_id}}"): 1,
    ("PUT", f"{ADMIN}/prompts/{{prompt_id}}"): 6,
    ("POST", f"{ADMIN}/prompts/{{prompt_id}}/preview"): 1,
    ("DELETE", f"{ADMIN}/prompts/{{prompt_id}}"): 8,
    ("GET", f"{ADMIN}/sessions"): 2,
    ("GET", f"{ADMIN}/sessions/export.csv"): 6,
    ("GET", CONDUCTED): 16,
    ("GET", f"{CONDUCTED}/timeline"): 21,
    ("GET", f"{CONDUCTED}/notes"): 2,
    ("POST", f"{CONDUCTED}/notes"): 5,
    ("PUT", f"{CONDUCTED}/notes/{{note_id}}"): 6,
    ("DELETE", f"{CONDUCTED}/notes/{{note_id}}"): 5,
    ("GET", f"{ADMIN}/comparison"): 7,
    ("GET", f"{ADMIN}/recordings"): 2,
    ("DELETE", CONDUCTED): 19,
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
    ("POST", "/interviews/{interview_id}/end"): 57,
    ("GET", "/interviews/{interview_id}/report"): 10,
    ("POST", "/tts/generate"): 0,
    ("POST", "/api/interviews/create"): 36,
    ("GET", "/api/interviews/history"): 2,
    ("GET", "/api/interviews/{session_id}"): 4,
    ("POST", "/api/interviews/{session_id}/complete"): 27,
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
    ("POST", "/api/complete-interview"): 84,  # its feedback, which the job behind it makes at the same time, included
    ("POST", "/api/suggest-rounds"): 1,
    ("POST", "/api/start-multi-round-interview"): 6,
    ("POST", "/api/start-round/{round_id}"): 24,
    ("POST", "/api/complete-round/{round_id}"): 12,
    ("GET", "/api/personalized-feedback/{interview_id}"): 3,
    ("GET", "/api/interview-results/{interview_id}"): 7,
    ("POST", f"{KIOSK}/login"): 10,
    ("POST", f"{KIOSK}/logout"): 3,
    ("GET", f"{KIOSK}/check-auth"): 2,
    ("POST", f"{KIOSK}/codes"): 5,
    ("GET", f"{KIOSK}/codes"): 2,
    ("DELETE", f"{KIOSK}/codes/{{code_id}}"): 4,
    ("POST", f"{KIOSK}/question-sets"): 10,
    ("GET", f"{KIOSK}/question-sets"): 2,
    ("PUT", f"{KIOSK}/question-sets/{{set_id}}/activate"): 7,
    ("DELETE", f"{KIOSK}/question-sets/{{set_id}}"): 7,
    ("GET", f"{KIOSK}/sessions"): 2,
    ("GET", f"{KIOSK}/sessions/{{session_id}}/details"): 16,
    ("GET", f"{KIOSK}/ai-prompts"): 1,
    ("POST", f"{KIOSK}/ai-prompts"): 4,
    ("PUT", f"{KIOSK}/ai-prompts/{{prompt_id}}"): 5,
    ("DELETE", f"{KIOSK}/ai-prompts/{{prompt_id}}"): 6,
    ("POST", f"{TAKING}/validate-code"): 12,
    ("POST", f"{TAKING}/submit-response"): 31,
    ("GET", f"{TAKING}/session/{{session_id}}/status"): 3,
    ("POST", f"{TAKING}/upload-recording"): 31,
    ("GET", f"{TAKING}/session/{{session_id}}/recordings"): 3,
    ("GET", f"{TAKING}/recording/{{recording_id}}/download"): 4,
    ("POST", "/api/v1/users/logout"): 3,
    ("DELETE", "/api/v1/users/{user_id}"): 22,
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


def resume() -> bytes:
    """A résumé of a few lines."""
    lines = (
        "Ada Lovelace",
        "Skills",
        "Python, SQL, Docker",
        "Experience",
        "Backend developer at Analytical, 2019-2024",
    )
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{NAMESPACE}"><w:body>{body}</w:body></w:document>')
    return file.getvalue()


async def idle(app: FastAPI) -> None:
    """Wait until the worker has done what the last request asked for, without asking the database."""
    wakeup = app.state.runtime.wakeup
    quiet = 0
    while quiet < 10:
        quiet = 0 if app.state.worker.busy or wakeup.is_called else quiet + 1
        await asyncio.sleep(0.02)


async def walk_page(ask: Callable[..., Awaitable[Any]], login: dict[str, str]) -> None:
    """Logins of the web page, by its cookies alone."""
    by_cookie = {"Authorization": ""}
    person = {"email": "max@example.com", "password": "correct horse battery", "full_name": "Max"}
    await ask("POST", "/api/v1/web/register", json=person, more=by_cookie)
    await ask("POST", "/api/v1/web/login", json=login, more=by_cookie)
    await ask("POST", "/api/v1/web/guest", more=by_cookie)
    await ask("GET", "/api/v1/web/session", more=by_cookie)
    await ask("POST", "/api/v1/web/keep", json={**person, "email": "kay@example.com"}, more=by_cookie)
    await ask("POST", "/api/v1/web/refresh", more=by_cookie)
    await ask("POST", "/api/v1/web/logout", more=by_cookie)


async def walk_recordings(ask: Callable[..., Awaitable[Any]], ids: dict[str, str], sound: bytes) -> None:
    """Recordings in one piece and in several, and what a candidate may ask about their own data."""
    await ask("POST", f"{SESSION}/consent", json={"purposes": ["recording"], "wording": "1"})
    await ask("GET", f"{SESSION}/consent")
    moving = {"file": ("film.mp4", film("mp4"), "video/mp4")}
    ids["recording_id"] = (await ask("POST", f"{SESSION}/recordings", files=moving))["id"]
    await ask("GET", f"{SESSION}/recordings")
    await ask("GET", RECORDING)
    await ask("GET", f"{RECORDING}/file")
    await ask("GET", f"{RECORDING}/thumbnail")
    ids["token"] = (await ask("POST", f"{RECORDING}/link"))["url"].rsplit("/", 1)[1]
    await ask("GET", "/api/v1/media/{token}")
    await ask("DELETE", RECORDING)
    await ask("OPTIONS", UPLOADS)
    session = base64.b64encode(ids["session_id"].encode()).decode()
    for whole in (True, False):
        length = {"Upload-Length": str(len(sound)), "Upload-Metadata": f"session_id {session}"}
        ids["upload_id"] = (await ask("POST", UPLOADS, more=length)).rsplit("/", 1)[1]
        await ask("HEAD", f"{UPLOADS}/{{upload_id}}")
        here = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        content = sound if whole else sound[:1_000]
        await ask("PATCH", f"{UPLOADS}/{{upload_id}}", more=here, content=content)
        await ask("GET", f"{UPLOADS}/{{upload_id}}")
    await ask("DELETE", f"{UPLOADS}/{{upload_id}}")
    await ask("GET", "/api/v1/users/me/export")


async def walk_recruiting(ask: Callable[..., Awaitable[Any]], ids: dict[str, str]) -> None:
    """What recruiters and administrators ask, about the interview of the walk and one that is begun with a code."""
    own = dict(ids)
    ids["user_id"] = (await ask("GET", f"{ADMIN}/users?search=eve"))["users"][0]["id"]
    await ask("GET", f"{ADMIN}/users/{{user_id}}")
    await ask("PUT", f"{ADMIN}/users/{{user_id}}", json={"role": "recruiter"})
    await ask("POST", f"{ADMIN}/users/{{user_id}}/reset-password")
    await ask("GET", f"{ADMIN}/audit-events")
    await ask("GET", f"{ADMIN}/system")
    questions = [{"text": "What is a lock?"}, {"text": "What is a race?"}]
    chosen = await ask("POST", f"{ADMIN}/question-sets", json={"name": "Threads", "questions": questions})
    ids["set_id"] = chosen["id"]
    await ask("GET", f"{ADMIN}/question-sets")
    await ask("GET", f"{ADMIN}/question-sets/{{set_id}}")
    await ask("PUT", f"{ADMIN}/question-sets/{{set_id}}", json={"questions": questions})
    await ask("POST", f"{ADMIN}/question-sets/{{set_id}}/activate")
    code = await ask("POST", f"{ADMIN}/codes", json={})
    await ask("POST", "/api/v1/join", json={"code": code["code"], "candidate_name": "Grace"})
    await ask("GET", f"{ADMIN}/codes")
    spare = await ask("POST", f"{ADMIN}/codes/bulk", json={"count": 30})
    ids["code_id"] = spare["codes"][0]["id"]
    await ask("GET", f"{ADMIN}/codes/{{code_id}}")
    await ask("DELETE", f"{ADMIN}/codes/{{code_id}}")
    await ask("DELETE", f"{ADMIN}/question-sets/{{set_id}}")
    ids["prompt_id"] = (await ask("POST", f"{ADMIN}/prompts", json={"name": "Mine", "text": "{question}"}))["id"]
    await ask("GET", f"{ADMIN}/prompts")
    await ask("GET", f"{ADMIN}/prompts/{{prompt_id}}")
    await ask("PUT", f"{ADMIN}/prompts/{{prompt_id}}", json={"is_default": True})
    await ask("POST", f"{ADMIN}/prompts/{{prompt_id}}/preview", json={"question": "What is a lock?"})
    await ask("DELETE", f"{ADMIN}/prompts/{{prompt_id}}")
    ids["note_id"] = (await ask("POST", f"{CONDUCTED}/notes", json={"text": "A note"}))["id"]
    await ask("GET", f"{CONDUCTED}/notes")
    await ask("PUT", f"{CONDUCTED}/notes/{{note_id}}", json={"text": "Another"})
    await ask("GET", CONDUCTED)
    await ask("GET", f"{CONDUCTED}/timeline")
    await ask("DELETE", f"{CONDUCTED}/notes/{{note_id}}")
    await ask("GET", f"{ADMIN}/sessions")
    await ask("GET", f"{ADMIN}/sessions/export.csv")
    await ask("GET", f"{ADMIN}/comparison")
    await ask("GET", f"{ADMIN}/recordings")
    found = await ask("GET", f"{ADMIN}/sessions?search=grace")
    ids["session_id"] = found["sessions"][0]["id"]
    await ask("DELETE", CONDUCTED)
    ids |= own


async def walk_platform(ask: Callable[..., Awaitable[Any]], ids: dict[str, str]) -> None:
    """The platform's document."""
    own = ids["session_id"]
    person = {"email": "john@example.com", "password": "securePassword123", "full_name": "John Doe"}
    await ask("POST", "/api/auth/signup", json=person)
    login = await ask("POST", "/api/auth/login", json=person)
    more = {"Authorization": f"Bearer {login['session']['access_token']}"}
    await ask("GET", "/api/user/profile", more=more)
    await ask("PATCH", "/api/user/profile", more=more, json={"target_role": "Engineer"})
    created = await ask(
        "POST", "/api/interviews/create", more=more | {"Idempotency-Key": "1"}, json={"role": "Engineer"}
    )
    ids["session_id"] = created["session"]["id"]
    await ask("GET", "/api/interviews/history", more=more)
    await ask("GET", "/api/interviews/{session_id}", more=more)
    await ask("POST", "/api/interviews/{session_id}/complete", more=more)
    await ask("GET", "/api/feedback/{session_id}", more=more)
    await ask("POST", "/api/auth/logout", more=more)
    ids["session_id"] = own


async def walk_kiosk(
    ask: Callable[..., Awaitable[Any]], ids: dict[str, str], login: dict[str, str], sound: bytes
) -> None:
    """The kiosk's document; its administrators have a cookie, which the client keeps."""
    by_cookie = {"Authorization": ""}

    async def call(method: str, route: str, **arguments: Any) -> Any:
        return await ask(method, route, more=by_cookie, ids=ids, **arguments)

    await call("POST", f"{KIOSK}/login", json={"username": login["email"], "password": login["password"]})
    await call("GET", f"{KIOSK}/check-auth")
    questions = {"name": "Threads", "questions": [{"text": "What is a lock?"}, {"text": "What is a race?"}]}
    ids["set_id"] = (await call("POST", f"{KIOSK}/question-sets", json=questions))["question_set_id"]
    await call("GET", f"{KIOSK}/question-sets")
    await call("PUT", f"{KIOSK}/question-sets/{{set_id}}/activate")
    code = (await call("POST", f"{KIOSK}/codes", json={"count": 2}))["codes"][0]
    ids["code_id"] = (await call("GET", f"{KIOSK}/codes"))["codes"][0]["id"]
    await call("DELETE", f"{KIOSK}/codes/{{code_id}}")
    entered = await call("POST", f"{TAKING}/validate-code", json={"code": code, "candidate_name": "Ada"})
    ids["session_id"], question = entered["session_id"], entered["questions"][0]["id"]
    here = {"session_id": ids["session_id"], "question_id": question}
    await call("POST", f"{TAKING}/submit-response", json={**here, "transcript": "One thread at a time gets in."})
    await call("GET", f"{TAKING}/session/{{session_id}}/status")
    file = {"recording": ("a.wav", sound, "audio/wav")}
    added = await call("POST", f"{TAKING}/upload-recording", data={"session_id": ids["session_id"]}, files=file)
    ids["recording_id"] = added["recording_id"]
    await call("GET", f"{TAKING}/session/{{session_id}}/recordings")
    await call("GET", f"{TAKING}/recording/{{recording_id}}/download")
    await call("GET", f"{KIOSK}/sessions")
    await call("GET", f"{KIOSK}/sessions/{{session_id}}/details")
    prompt = {"name": "Mine", "prompt_text": "{question}"}
    ids["prompt_id"] = (await call("POST", f"{KIOSK}/ai-prompts", json=prompt))["prompt_id"]
    await call("GET", f"{KIOSK}/ai-prompts")
    await call("PUT", f"{KIOSK}/ai-prompts/{{prompt_id}}", json={"name": "Yours"})
    await call("DELETE", f"{KIOSK}/ai-prompts/{{prompt_id}}")
    await call("DELETE", f"{KIOSK}/question-sets/{{set_id}}")
    await call("POST", f"{KIOSK}/logout")


async def walk_rounds(ask: Callable[..., Awaitable[Any]], ids: dict[str, Any]) -> None:
    """Rounds of an interview."""
    job = {"target_role": "Backend Developer", "job_description": "Python and SQL"}
    suggested = await ask("POST", "/api/v1/interviews/rounds/suggest", json=job)
    rounds = [{**entry, "num_questions": 2} for entry in suggested["rounds"][:2]]
    planned = await ask("POST", f"{SESSION}/rounds", json={"rounds": rounds})
    ids["round_id"] = planned["rounds"][0]["id"]
    await ask("POST", f"{SESSION}/rounds/{{round_id}}/start")
    await ask("POST", f"{SESSION}/rounds/{{round_id}}/complete")
    await ask("GET", f"{SESSION}/rounds")


async def walk_coach(ask: Callable[..., Awaitable[Any]], ids: dict[str, Any]) -> None:
    """The coach's endpoints, by an account that was made there."""
    person = {"email": "coach@example.com", "password": "correct horse battery", "name": "Eve"}
    await ask("POST", "/api/register", json=person)
    tokens = await ask("POST", "/api/login", json={"email": person["email"], "password": person["password"]})
    await ask("POST", "/api/refresh", json={"refresh_token": tokens["refresh_token"]})
    me = {"Authorization": f"Bearer {tokens['access_token']}"}
    await ask("POST", "/api/suggest-rounds", json={"jobRole": "Backend Developer"}, more=me)
    file = {"resume": ("resume.docx", resume(), DOCX)}
    await ask("POST", "/api/upload-resume", files=file, data={"jobRole": "Backend Developer"}, more=me)
    started = await ask("POST", "/api/start-role-interview", json={"jobRole": "Backend Developer"}, more=me)
    ids["interview_id"] = started["interview_id"]
    answer = {"interviewId": started["interview_id"], "questionId": 5, "answer": "I would put a lock around it."}
    await ask("POST", "/api/submit-answer-enhanced", json=answer, more=me)
    await ask("POST", "/api/complete-interview", json={"interviewId": started["interview_id"]}, more=me)
    await ask("GET", "/api/personalized-feedback/{interview_id}", more=me)
    await ask("GET", "/api/interview-results/{interview_id}", more=me)
    selected = [{"round_name": "HR", "round_type": "hr", "question_count": 2}] * 2
    body = {"jobRole": "Backend Developer", "selectedRounds": selected}
    ids["round_id"] = (await ask("POST", "/api/start-multi-round-interview", json=body, more=me))["round_ids"][0]
    await ask("POST", "/api/start-round/{round_id}", more=me)
    await ask("POST", "/api/complete-round/{round_id}", more=me)


async def walk_hiring(ask: Callable[..., Awaitable[Any]], ids: dict[str, str], speech: Path) -> None:
    """The hiring document."""
    person = {"name": "John Doe", "email": "joan@example.com", "password": "securePassword123"}
    await ask("POST", "/auth/register", json=person)
    token = (await ask("POST", "/auth/login", json=person))["access_token"]
    more = {"Authorization": f"Bearer {token}"}
    await ask("GET", "/auth/me", more=more)
    form = {"files": {"resume": ("resume.docx", resume(), DOCX)}, "data": {"job_description": "Python and SQL"}}
    ids["interview_id"] = (await ask("POST", "/interviews/create", more=more, **form))["interview_id"]
    interview = "/interviews/{interview_id}"
    await ask("POST", f"{interview}/setup-ai", more=more)
    await ask("POST", f"{interview}/start", more=more)
    ids["question_id"] = (await ask("GET", f"{interview}/next-question", more=more))["question_id"]
    question = f"{interview}/questions/{{question_id}}"
    video = {"video": ("answer.wav", speech.read_bytes(), "audio/wav")}
    await ask("POST", f"{question}/upload-video", more=more, files=video)
    await ask("POST", f"{question}/analyze", more=more)
    await ask("POST", f"{question}/score", more=more)
    await ask("POST", f"{interview}/answer-complete", more=more)
    await ask("POST", f"{interview}/end", more=more)
    await ask("GET", f"{interview}/report", more=more)
    await ask("POST", "/tts/generate", more=more, json={"text": "Hello."})


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
