"""Recruiters and administrators of the page's tests and pictures, and interviews that were begun with their codes."""

from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import update

from app.models import User
from tests.conftest import ROOT, Candidate, register, settle

RITA = "rita@example.com"
LOCK = "How does a database keep two transactions from overwriting each other's work?"
STORY = "Tell me about a time when a release went wrong. What did you do?"
PLAN = "A customer reports that a page is slow. How would you find out why?"
QUESTIONS: list[dict[str, Any]] = [
    {
        "text": LOCK, "category": "technical", "time_limit": 120, "hints": ["Think of what each of them has read."],
        "expected_points": [
            "locks rows so that a second transaction waits", "isolation levels decide what is visible",
            "a version number shows that somebody else was faster", "deadlocks are found and one is rolled back",
        ],
    },
    {"text": STORY, "category": "behavioral", "time_limit": 180},
    {
        "text": PLAN, "category": "situational", "difficulty": "hard", "time_limit": 150,
        "expected_points": ["measures before changing anything", "looks at slow queries", "tells the customer"],
    },
]  # fmt: skip
ANSWERS: dict[str, tuple[str, ...]] = {
    "Grace Hopper": (
        "The database locks the rows that a transaction writes, so a second transaction waits until the first one "
        "commits. Isolation levels decide what each of them sees meanwhile. Where I do not want to hold locks, I keep "
        "a version number in the row, and the update fails when somebody else was faster.",
        "In my last job a release made our checkout fail during a sale. I was responsible for the payment service, so "
        "I rolled it back within ten minutes, found that two workers took the same job, and added a lock on the row. "
        "As a result the failures went from two percent to zero. I learned to test with real traffic before a sale.",
        "First I would measure where the time goes before I change anything. Then I would look at the slow queries, "
        "add an index if one is missing, and tell the customer what I found and when it will be better.",
    ),
    "Alan Turing": (
        "It uses locks, so that one has to wait for the other. I do not remember how the isolation levels are called.",
        "We once shipped a release with a wrong setting. The team noticed it the next morning and we put it right.",
        "I would ask the customer which page it is, and then I would look at the logs of the server.",
    ),
}


async def staff(app: FastAPI, http: httpx.AsyncClient, email: str, role: str, name: str) -> Candidate:
    """A new account with this role."""
    account = await register(http, email)
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == email).values(role=role, full_name=name))
    return account


async def question_set(recruiter: Candidate, name: str = "Backend developer, first interview") -> dict[str, Any]:
    body = {"name": name, "description": "For everybody who applies in spring.", "questions": QUESTIONS}
    found: dict[str, Any] = await recruiter.data("POST", "/api/v1/admin/question-sets", json=body)
    return found


async def joined(http: httpx.AsyncClient, code: str, name: str) -> Candidate:
    """Somebody who came with a code."""
    response = await http.post("/api/v1/join", json={"code": code, "candidate_name": name})
    assert response.status_code == 200, response.text
    return Candidate(http, response.json()["data"])


async def answered(holder: Candidate, answers: tuple[str, ...], *, complete: bool = True) -> str:
    """The id of the interview, with these answers."""
    base = f"/api/v1/interviews/sessions/{holder.account['token']}"
    for question, text in zip(holder.account["questions"], answers, strict=False):
        await holder.data("POST", f"{base}/questions/{question['id']}/answer", json={"answer": text})
    if complete:
        await holder.data("POST", f"{base}/complete")
    return str(holder.account["token"])


async def spoken(app: FastAPI, holder: Candidate, heard: str, within: float) -> None:
    """Answers the first question by voice, and corrects what was written down."""
    base = f"/api/v1/interviews/sessions/{holder.account['token']}/questions/{holder.account['questions'][0]['id']}"
    sound = (ROOT / "tests" / "data" / "answer.mp3").read_bytes()
    await holder.data("POST", f"{base}/audio", files={"file": ("answer.mp3", sound, "audio/mpeg")})
    await holder.call("POST", f"{base}/transcribe")
    await settle(app, within)  # on a busy machine the answer is not there yet
    text = (await holder.data("GET", f"{base}/transcript"))["transcript"]
    await holder.data("PUT", f"{base}/transcript", json={"transcript": f"{text} {heard}"})


async def conducted(app: FastAPI, recruiter: Candidate, within: float = 60) -> list[str]:
    """Ids of two finished interviews, one that was spoken and corrected, and one that goes on. What is made behind the
    scenes has `within` seconds each time."""
    chosen = await question_set(recruiter)
    names = [*ANSWERS, "Mary Jackson", "Annie Easley", "Lise Meitner"]
    body = {"question_set_id": chosen["id"], "candidate_names": names}
    codes = (await recruiter.data("POST", "/api/v1/admin/codes/bulk", json=body))["codes"]
    await recruiter.data("POST", "/api/v1/admin/codes", json={"expires_in_hours": None})
    ids = []
    for code, (name, answers) in zip(codes, ANSWERS.items(), strict=False):
        ids.append(await answered(await joined(recruiter.http, code["code"], name), answers))
    mary = await joined(recruiter.http, codes[2]["code"], "Mary Jackson")
    await spoken(app, mary, "So I checked each step.", within)
    ids.append(await answered(mary, (), complete=True))
    annie = await joined(recruiter.http, codes[3]["code"], "Annie Easley")
    ids.append(await answered(annie, ANSWERS["Alan Turing"][:1], complete=False))
    await settle(app, within)
    note = {"text": "Clear about locks and versions; ask about deadlocks in the next round."}
    await recruiter.data("POST", f"/api/v1/admin/sessions/{ids[0]}/notes", json=note)
    return ids
