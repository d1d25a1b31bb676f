"""The way through the routes of each face on which their statements are counted (`test_statements.py`).

`ask` sends a request and gives its `data`; `ids` fill the names in a route.
"""

import base64
import io
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

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
    await ask("GET", f"{ADMIN}/bank-questions")
    await ask("GET", f"{ADMIN}/question-sets")
    await ask("GET", f"{ADMIN}/question-sets/{{set_id}}")
    await ask("PUT", f"{ADMIN}/question-sets/{{set_id}}", json={"questions": questions})
    await ask("POST", f"{ADMIN}/question-sets/{{set_id}}/activate")
    code = await ask("POST", f"{ADMIN}/codes", json={})
    await ask("POST", "/api/v1/join", json={"code": code["code"], "candidate_name": "Grace"})
    await ask("POST", "/api/v1/web/join", json={"code": code["code"], "candidate_name": "Grace"})
    await ask("GET", "/api/v1/web/interview")
    await ask("POST", "/api/v1/web/leave")
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
    await ask("PUT", f"{CONDUCTED}/review", json={"review": "shortlisted"})
    await ask("GET", CONDUCTED)
    await ask("GET", f"{CONDUCTED}/timeline")
    await ask("DELETE", f"{CONDUCTED}/notes/{{note_id}}")
    await ask("GET", f"{ADMIN}/sessions")
    await ask("GET", f"{ADMIN}/sessions/export.csv")
    await ask("GET", f"{ADMIN}/comparison")
    await ask("GET", f"{ADMIN}/recordings")
    found = await ask("GET", f"{ADMIN}/sessions?search=grace")
    ids["session_id"] = found["sessions"][0]["id"]
    await ask("GET", f"{CONDUCTED}/export")
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
