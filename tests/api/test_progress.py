"""What the dashboard and its charts say of several interviews: in which order, and of which."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import update

from app.models import Answer
from tests.api.test_answers import EMPTY_TALK, GOOD_STORY
from tests.conftest import Candidate

SESSIONS = "/api/v1/interviews/sessions"


async def prepared(candidate: Candidate, title: str) -> tuple[str, str]:
    """(id of an interview, address of its one question)."""
    session = await candidate.session(title=title)
    (question,) = await candidate.questions(session, 1, categories=["behavioral"])
    return session, f"{SESSIONS}/{session}/questions/{question['id']}"


async def held(candidate: Candidate, session: str, question: str, answer: str) -> float:
    """The total of an interview that is answered and finished now."""
    await candidate.data("POST", f"{question}/answer", json={"answer": answer})
    await candidate.data("POST", f"{SESSIONS}/{session}/complete")
    return float((await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores"))["total_score"])


async def series(candidate: Candidate, chart: str) -> dict[str, list[dict[str, Any]]]:
    found = await candidate.data("GET", f"/api/v1/feedback/charts/{chart}")
    return {one["name"]: one["points"] for one in found["series"]}


class TestSeveralInterviews:
    async def test_stand_in_the_order_in_which_they_ended(self, candidate: Candidate) -> None:
        early, late = await prepared(candidate, "Prepared first"), await prepared(candidate, "Prepared second")
        totals = [await held(candidate, *late, EMPTY_TALK), await held(candidate, *early, GOOD_STORY)]
        history = (await candidate.data("GET", "/api/v1/feedback/history"))["history"]
        assert [one["title"] for one in history] == ["Prepared first", "Prepared second"]
        trend = (await series(candidate, "score-trend"))["score"]
        assert [point["value"] for point in trend] == totals
        assert (await candidate.data("GET", "/api/v1/feedback/dashboard"))["recent_score"] == totals[1]

    async def test_the_last_one_is_compared_with_those_before_it(self, candidate: Candidate) -> None:
        for title, answer in (("First", GOOD_STORY), ("Second", EMPTY_TALK)):
            await held(candidate, *await prepared(candidate, title), answer)
        found = await series(candidate, "skills")
        first, last = ({point["label"]: point["value"] for point in found[name]} for name in ("before", "last"))
        assert first["Relevance"] > last["Relevance"]
        assert set(first) == set(last)

    async def test_a_redo_is_none_of_them(self, candidate: Candidate) -> None:
        session, question = await prepared(candidate, "A very long title of a practice")
        total = await held(candidate, session, question, GOOD_STORY)
        again = await candidate.data("POST", f"{question}/redo")
        assert again["interview_type"] == "behavioral"
        (same,) = (await candidate.data("GET", f"{SESSIONS}/{again['id']}/questions"))["questions"]
        assert (
            await held(candidate, again["id"], f"{SESSIONS}/{again['id']}/questions/{same['id']}", EMPTY_TALK) < total
        )
        dashboard = await candidate.data("GET", "/api/v1/feedback/dashboard")
        assert dashboard["average_score"] == dashboard["recent_score"] == total
        assert dashboard["category_scores"] == {"behavioral": total}
        assert len((await series(candidate, "score-trend"))["score"]) == 1
        assert (await series(candidate, "skills"))["before"] == []
        feedback = await candidate.data("POST", f"/api/v1/feedback/sessions/{again['id']}/feedback")
        assert "answered again" in feedback["comparison"]["message"]

    async def test_fluency_is_the_mean_of_those_in_which_somebody_spoke(
        self, candidate: Candidate, app: FastAPI
    ) -> None:
        (spoken, question), typed = await prepared(candidate, "Spoken"), await prepared(candidate, "Typed")
        answer = await candidate.data("POST", f"{question}/answer", json={"answer": f"Um, um, er, {GOOD_STORY}"})
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(Answer).values(engine="recogniser"))
        await candidate.data("POST", f"{SESSIONS}/{spoken}/complete")
        assert answer
        scores = await candidate.data("POST", f"/api/v1/feedback/sessions/{spoken}/scores")
        await held(candidate, *typed, GOOD_STORY)
        dashboard = await candidate.data("GET", "/api/v1/feedback/dashboard")
        assert dashboard["skills_breakdown"]["fluency"] == scores["breakdown"]["fluency"]["raw"]
        assert "Fluency" not in {point["label"] for point in (await series(candidate, "skills"))["last"]}
