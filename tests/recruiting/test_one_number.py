"""One interview has one score, one count of answers and one word for what it came to, wherever it is shown."""

import csv
import io
import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.judge.numbers import likely, of_hundred, whole
from app.models import InterviewSession, Question, Round
from app.services.results.report_service import decide
from app.services.results.states import KINDS, REVIEWS, STATUSES
from app.services.results.wording import DECISIONS
from tests.conftest import ROOT, Candidate, settle
from tests.recruiting.conftest import HTTP, Guest, guest
from tests.recruiting.test_conducted import GOOD, SESSIONS
from tests.recruiting.test_report_pdf import pdf, words

ASKED = [HTTP, "What is TCP?", "What is DNS?", "What is TLS?"]
TCP = "TCP is a protocol that opens a connection, numbers what it sends, and sends again what was lost on the way."
MORE = "It is stateless because each request brings all that is needed to answer it."
INTERVIEWS = "/api/v1/interviews/sessions"


async def followed_up(app: FastAPI, holder: Guest, text: str) -> None:
    """A follow-up to the first question, answered."""
    async with app.state.runtime.database.writing() as session:
        first = await session.get_one(Question, holder.keys[0])
        row = Question(
            **{name: getattr(first, name) for name in ("session_id", "number", "category", "difficulty", "source")},
            text="What follows from that?",
            follow_up_of_id=first.id,
            expected_points=[],
        )
        session.add(row)
        await session.flush()
        holder.keys.append(row.id)
    await holder.answer(text, number=len(holder.keys))


async def ended(app: FastAPI, recruiter: Candidate, name: str = "Ada", **values: object) -> Guest:
    """Four questions: two answered, one of them with a follow-up, one skipped and one left when it ended."""
    ada = await guest(app, recruiter, name, ASKED, **values)
    await ada.answer(GOOD)
    await ada.answer(TCP, number=2)
    await followed_up(app, ada, MORE)
    async with app.state.runtime.services.writing() as writes:
        interview = await writes.interviews.get(ada.subject, ada.session_id)
        await writes.answers.skip(interview, await writes.questions.get(interview, ada.keys[2]))
    await ada.complete()
    await settle(app)
    return ada


async def table(account: Candidate, query: str = "") -> list[dict[str, str]]:
    content = (await account.call("GET", f"{SESSIONS}/export.csv?{query}")).content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestAnInterview:
    async def test_has_the_same_score_and_count_everywhere(self, app: FastAPI, recruiter: Candidate) -> None:
        ada, ben = await ended(app, recruiter), await ended(app, recruiter, "Ben")
        own = Candidate(recruiter.http, {"token": str(ada.session_id)})
        (listed,) = (await recruiter.data("GET", f"{SESSIONS}?search=Ada"))["sessions"]
        details = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        compared = await recruiter.data(
            "GET", f"/api/v1/admin/comparison?session_id={ada.session_id}&session_id={ben.session_id}"
        )
        beside = compared["candidates"][0]
        (row,) = await table(recruiter, "search=Ada")
        score = listed["total_score"]
        assert 0 < score == details["session"]["total_score"] == details["scores"]["total_score"]
        assert score == beside["total_score"] == float(row["score"])
        counts = [(one["answered_count"], one["question_count"], one["follow_up_count"]) for one in (listed, beside)]
        assert counts == [(2, 4, 1)] * 2
        assert (row["answered"], row["questions"], row["follow_ups"]) == ("2", "4", "1")
        assert (await own.data("GET", f"{INTERVIEWS}/{ada.session_id}"))["answered_count"] == 2

        said = of_hundred(score, details["scores"]["uncertainty"])
        for reader in (recruiter, own):
            text = words(await pdf(reader, f"{INTERVIEWS}/{ada.session_id}"))
            assert f"Overall {whole(score)}" in text
            assert said in text
            assert "2 of 4 answered, 1 follow-up" in text
            assert "Follow-up to question 1" in text

    async def test_counts_what_was_left_like_what_was_skipped(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await ended(app, recruiter)
        found = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        by_state = {one["state"]: one["score"] for one in found["questions"]}
        assert (by_state["skipped"], by_state["not_answered"]) == (0, 0)
        scores = [one["score"] for one in found["questions"]]
        assert found["scores"]["total_score"] == pytest.approx(sum(scores) / len(scores), abs=0.3)
        assert (
            "1 skipped question counted as 0. 1 question had no answer and counted as 0."
            in (found["scores"]["performance_summary"])
        )
        assert "2 of 4 questions scored, and 1 follow-up" in found["scores"]["performance_summary"]
        assert found["report"]["content_score"] < 60
        text = words(await pdf(recruiter, f"{INTERVIEWS}/{ada.session_id}"))
        assert "Skipped" in text
        assert "Not answered" in text

    async def test_counts_nothing_that_is_still_open_while_it_goes_on(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await guest(app, recruiter, "Ada", ASKED)
        await ada.answer(GOOD)
        found = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        assert [one["score"] is None for one in found["questions"]] == [False, True, True, True]

    async def test_is_called_by_the_same_words_on_the_page_and_in_print(
        self, app: FastAPI, recruiter: Candidate
    ) -> None:
        page = (ROOT / "frontend/src/text/en/conducted.ts").read_text()
        assert dict(re.findall(r'(STRONG_HIRE|HIRE|HOLD|NO_HIRE): "([^"]+)"', page)) == DECISIONS
        page += (ROOT / "frontend/src/text/en/manage.ts").read_text()
        for names in (STATUSES, REVIEWS, KINDS):
            listed = ", ".join(f'{key}: "{name}"' for key, name in names.items())
            assert f"{{ {listed} }}" in page
        ada = await ended(app, recruiter)
        found = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        text = words(await pdf(recruiter, f"{INTERVIEWS}/{ada.session_id}"))
        assert DECISIONS[found["session"]["decision"]] in text
        (row,) = await table(recruiter)
        assert row["suggestion"] == DECISIONS[found["session"]["decision"]]
        assert (row["kind"], row["status"], row["review"]) == ("Screening", "Finished", "To review")
        for answers, left in ((2, 0), (3, 6)):
            decision, reasons = decide(
                90.0, 5.0, {"technical": 90.0}, answers=answers, questions=answers + left, left=left
            )
            assert decision == "HOLD"
            assert not any(re.search("HOLD|HIRE", reason) for reason in reasons)

    async def test_shows_fluency_only_of_answers_that_were_heard(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await ended(app, recruiter)
        found = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        assert found["scores"]["heard_fluency"] is found["report"]["delivery"]["fluency"] is None
        assert "Fluency" not in words(await pdf(recruiter, f"{INTERVIEWS}/{ada.session_id}"))


class TestComparison:
    async def test_names_what_is_no_score_of_the_interview_and_shows_follow_ups(
        self, app: FastAPI, recruiter: Candidate
    ) -> None:
        ada, ben = await ended(app, recruiter), await guest(app, recruiter, "Ben", ASKED[:1])
        await ben.answer(TCP)
        found = await recruiter.data(
            "GET", f"/api/v1/admin/comparison?session_id={ada.session_id}&session_id={ben.session_id}"
        )
        (shared,) = found["questions"]
        of_ada, of_ben = shared["answers"]
        assert [one["question_text"] for one in of_ada["follow_ups"]] == ["What follows from that?"]
        assert of_ada["follow_ups"][0]["transcript"] == MORE
        assert of_ben["follow_ups"] == []
        assert found["candidates"][0]["shared_content_score"] == of_ada["content_score"]
        assert found["candidates"][0]["total_score"] < of_ada["content_score"]


class TestTheList:
    async def test_of_an_administrator_has_practices_of_others_only_where_asked_for(
        self, app: FastAPI, recruiter: Candidate, admin: Candidate, candidate: Candidate
    ) -> None:
        await guest(app, recruiter, "Ada")
        await guest(app, admin, "Bea")
        await candidate.session(title="Mine alone")

        async def names(query: str) -> set[str]:
            found: list[dict[str, Any]] = (await admin.data("GET", f"{SESSIONS}?{query}"))["sessions"]
            return {one["candidate"]["name"] for one in found}

        assert await names("by_code=true") == {"Ada", "Bea"}
        assert {row["candidate"] for row in await table(admin, "by_code=true")} == {"Ada", "Bea"}
        assert await names("own=true") == {"Bea"}
        assert await names("") > {"Ada", "Bea"}


class TestHiringReport:
    async def test_has_the_notes_a_name_of_its_own_and_no_raw_version(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await ended(app, recruiter, "Ada Lovelace")
        questions = (await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}"))["questions"]
        (asked,) = [one["question"]["id"] for one in questions if one["question"]["question_text"] == ASKED[1]]
        for note in ({"text": "Call her on Monday."}, {"rating": 4}, {"rating": 2, "question_id": asked}):
            await recruiter.data("POST", f"{SESSIONS}/{ada.session_id}/notes", json=note)
        response = await recruiter.call("GET", f"{INTERVIEWS}/{ada.session_id}/report.pdf")
        text = words(response.content)
        assert "Call her on Monday. Whole interview, " in text
        assert "Whole interview, rated 4 of 5, " in text
        assert "Question 2, rated 2 of 5, " in text
        assert re.search(r"Judged by Greenroom's built-in judge, version \d+\.", text)
        assert "builtin" not in text
        name = response.headers["content-disposition"]
        assert re.search(r"Ada%20Lovelace%2C%20Backend%2C%20\d{4}-\d\d-\d\d\.pdf$", name)

    async def test_shows_rounds(self, app: FastAPI, recruiter: Candidate) -> None:
        ada = await guest(app, recruiter, "Ada", ASKED[:2])
        async with app.state.runtime.database.writing() as session:
            key = await session.scalar(select(InterviewSession.id).where(InterviewSession.public_id == ada.session_id))
            row = Round(session_id=key, number=1, name="Basics", kind="technical", question_count=1)
            session.add(row)
            await session.flush()
            (await session.get_one(Question, ada.keys[0])).round_id = row.id
        await ada.answer(GOOD)
        found = await recruiter.data("GET", f"{SESSIONS}/{ada.session_id}")
        (shown,) = found["rounds"]
        assert (shown["name"], shown["answered_count"], shown["question_count"]) == ("Basics", 1, 1)
        assert [one["question"]["round_id"] for one in found["questions"]] == [shown["id"], None]


class TestNumbers:
    def test_are_rounded_in_one_way_and_told_within_their_scale(self) -> None:
        assert [whole(value) for value in (None, 0.4, 66.5, 96.5)] == ["–", "0", "67", "97"]
        assert likely(96.0, 16.0) == "likely 80 to 100"
        assert likely(3.0, 5.0) == "likely 0 to 8"
        assert likely(None, 5.0) == likely(50.0, None) == ""
        assert of_hundred(96.5, 16.0) == "97 of 100, likely 81 to 100"
