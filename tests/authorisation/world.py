"""One of everything that belongs to somebody, twice: once to a candidate with an account, once to a code holder."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update

from app.models import AccessCode, InterviewSession, Job, PromptTemplate, Question, QuestionSet, Recording, Round, User
from app.models.base import Record
from tests.authorisation.rules import Actor, World
from tests.conftest import Candidate, register, settle

PASSWORD = "correct horse battery"
GUEST = "Grace Guest"


TABLES: Mapping[str, type[Record]] = {
    "session_id": InterviewSession,
    "interview_id": InterviewSession,
    "question_id": Question,
    "open_question_id": Question,
    "user_id": User,
    "recording_id": Recording,
    "code_id": AccessCode,
    "set_id": QuestionSet,
    "prompt_id": PromptTemplate,
    "round_id": Round,
}
"""Where the integer keys are that some faces show."""


@dataclass(frozen=True)
class Scenery:
    """Who asks, by the token of each, and what there is, by the names of path parameters. `keys` are the same ids as
    integers, for faces that show those."""

    tokens: Mapping[Actor, str]
    ids: Mapping[World, Mapping[str, str]]
    keys: Mapping[World, Mapping[str, int]]
    known: Mapping[str, object]
    """Values of fields of requests by name."""


async def build(app: FastAPI, http: httpx.AsyncClient, speech: Path) -> Scenery:
    """Build it through the main API."""
    people = {
        actor: await register(http, f"{actor.value.replace(' ', '-')}@example.com")
        for actor in (Actor.CANDIDATE, Actor.OTHER, Actor.RECRUITER, Actor.OTHER_RECRUITER, Actor.ADMIN)
    }
    roles = {Actor.RECRUITER: "recruiter", Actor.OTHER_RECRUITER: "recruiter", Actor.ADMIN: "admin"}
    async with app.state.runtime.database.writing() as session:
        for actor, role in roles.items():
            await session.execute(
                update(User).where(User.public_id == UUID(people[actor].account["id"])).values(role=role)
            )
    admin, recruiter = people[Actor.ADMIN], people[Actor.RECRUITER]
    spare = await register(http, "second-admin@example.com")  # so that no refusal is about the last one
    await admin.data("PUT", f"/api/v1/admin/users/{spare.account['id']}", json={"role": "admin"})
    common = await _shared(admin, recruiter)
    joined = await http.post("/api/v1/join", json={"code": common["code"], "candidate_name": GUEST})
    assert joined.status_code == 200, joined.text
    holder = Candidate(http, joined.json()["data"])
    owned = await _taken(people[Actor.CANDIDATE], await people[Actor.CANDIDATE].session(), speech, by_account=True)
    guest = await _taken(holder, holder.account["token"], speech, by_account=False)
    await settle(app)
    for ids, author, person in (
        (owned, admin, people[Actor.CANDIDATE]),
        (guest, recruiter, people[Actor.OTHER]),
    ):
        note = await author.data("POST", f"/api/v1/admin/sessions/{ids['session_id']}/notes", json={"text": "A note"})
        logins = await person.data("GET", "/api/v1/users/me/logins")
        ids |= {**common, "note_id": note["id"], "user_id": person.account["id"], "login_id": logins["logins"][0]["id"]}
    link = await people[Actor.CANDIDATE].data("POST", f"/api/v1/recordings/{owned['recording_id']}/link")
    spoken = await people[Actor.CANDIDATE].data("POST", "/api/v1/tts", json={"text": "Hello."})
    throwaway = await people[Actor.OTHER].session()
    receipt = await people[Actor.OTHER].data("DELETE", f"/api/v1/interviews/sessions/{throwaway}")
    for ids in (owned, guest):
        ids |= {
            "token": link["url"].rsplit("/", 1)[1],
            "name": str(spoken["url"]).rsplit("/", 1)[-1],
            "receipt_id": receipt["receipt_id"],
            "type": "score-trend",
        }
    worlds: dict[World, dict[str, str]] = {"account": owned, "code": guest}
    keys: dict[World, dict[str, int]] = {}
    async with app.state.runtime.database.writing() as session:
        for ids in worlds.values():
            is_meant = InterviewSession.public_id == UUID(ids["session_id"])
            key = await session.scalar(select(InterviewSession.id).where(is_meant))
            round_ = Round(session_id=key, number=1, name="HR", kind="hr", question_count=1)
            session.add(round_)
            await session.flush()
            ids["round_id"] = str(round_.public_id)
    async with app.state.runtime.database.reading() as session:
        for world, ids in worlds.items():
            job = (
                select(Job.public_id)
                .join(InterviewSession, InterviewSession.id == Job.interview_id)
                .where(InterviewSession.public_id == UUID(ids["session_id"]))
                .order_by(Job.owner_id.is_(None))
                .limit(1)
            )
            ids |= {"job_id": str(await session.scalar(job)), "interview_id": ids["session_id"]}
            keys[world] = {}
            for name, model in TABLES.items():
                found = await session.scalar(select(model.id).where(model.public_id == UUID(ids[name])))
                assert found is not None, name
                keys[world][name] = found
    tokens = {actor: person.account["token"] for actor, person in people.items()}
    known = {
        "code": common["code"],
        "candidate_name": GUEST,
        "email": "candidate@example.com",
        "username": "admin@example.com",
        "password": PASSWORD,
        "current_password": PASSWORD,
        "new_password": "seven quiet lanterns",
        "refresh_token": people[Actor.CANDIDATE].account["refresh_token"],
        "file": speech.read_bytes(),
        "count": 1,
        "purposes": ["recording"],
        "role": "recruiter",
    }
    return Scenery({**tokens, Actor.HOLDER: holder.account["token"]}, worlds, keys, known)


async def _shared(admin: Candidate, recruiter: Candidate) -> dict[str, str]:
    """A set and a code of the recruiter, and a prompt."""
    questions = [{"text": text, "expected_points": ["A lock"]} for text in ("What is a race?", "What is a lock?")]
    body = {"name": "Backend", "questions": questions}
    chosen = await recruiter.data("POST", "/api/v1/admin/question-sets", json=body)
    code = await recruiter.data("POST", "/api/v1/admin/codes", json={"question_set_id": chosen["id"]})
    prompt = await admin.data("POST", "/api/v1/admin/prompts", json={"name": "Mine", "text": "Hint for {question}"})
    return {"set_id": chosen["id"], "code_id": code["id"], "code": code["code"], "prompt_id": prompt["id"]}


async def _taken(person: Candidate, session: str, speech: Path, *, by_account: bool) -> dict[str, str]:
    """An interview with a spoken answer and what belongs to it; the second question is open."""
    base = f"/api/v1/interviews/sessions/{session}"
    if by_account:
        await person.questions(session, 2, categories=["technical"])
    questions = (await person.data("GET", f"{base}/questions"))["questions"]
    spoken = f"{base}/questions/{questions[0]['id']}"
    audio = {"file": ("a.wav", speech.read_bytes(), "audio/wav")}
    await person.data("POST", f"{base}/consent", json={"purposes": ["recording"], "wording": "1"})
    recording = await person.data("POST", f"{spoken}/audio", files=audio)
    await person.data("POST", f"{spoken}/transcribe")
    if by_account:
        await person.data("POST", f"{spoken}/evaluate")
        await person.data("POST", f"{base.replace('/interviews/', '/feedback/')}/scores")
    metadata = base64.b64encode(session.encode()).decode()
    headers = {**person.headers, "Upload-Length": "1000", "Upload-Metadata": f"session_id {metadata}"}
    begun = await person.http.post("/api/v1/uploads", headers=headers)
    assert begun.status_code == 201, begun.text
    return {
        "session_id": session,
        "question_id": questions[0]["id"],
        "open_question_id": questions[1]["id"],
        "recording_id": recording["audio_id"],
        "upload_id": begun.headers["location"].rsplit("/", 1)[1],
    }
