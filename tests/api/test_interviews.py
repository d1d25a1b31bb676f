"""Interviews and their questions, through the HTTP surface, on both databases."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Candidate

SESSIONS = "/api/v1/interviews/sessions"


class TestSessions:
    async def test_create_answers_with_the_documented_shape(self, candidate: Candidate) -> None:
        body = {
            "title": "Software Engineer Interview",
            "target_role": "Senior Software Engineer",
            "target_company": "Tech Corp",
            "difficulty": "medium",
        }
        response = await candidate.call("POST", SESSIONS, json=body)
        assert response.status_code == 201
        data = response.json()["data"]
        assert (data["status"], data["title"]) == ("created", body["title"])
        found = await candidate.data("GET", f"{SESSIONS}/{data['id']}")
        assert found["target_company"] == "Tech Corp"
        assert found["question_count"] == 0

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"),
            ({"title": "   "}, "title"),
            ({"title": "x", "difficulty": "impossible"}, "difficulty"),
            ({"title": "x", "duration_minutes": 10**30}, "duration_minutes"),
            ({"title": "x", "focus_areas": ["a"] * 21}, "focus_areas"),
            ({"title": "\u0000"}, "title"),
        ],
    )
    async def test_bad_fields_are_named_and_leave_nothing(
        self, candidate: Candidate, body: dict[str, Any], field: str
    ) -> None:
        response = await candidate.call("POST", SESSIONS, json=body)
        assert response.status_code == 422
        assert response.json()["error"]["details"][0]["field"] == field
        assert (await candidate.data("GET", SESSIONS))["pagination"]["total"] == 0

    async def test_list_pages_filters_sorts_and_searches(self, candidate: Candidate) -> None:
        for title in ("Alpha 100%", "Beta", "Gamma"):
            await candidate.session(title=title)
        page = await candidate.data("GET", f"{SESSIONS}?per_page=2&sort=title&order=asc")
        assert [row["title"] for row in page["sessions"]] == ["Alpha 100%", "Beta"]
        assert page["pagination"] == {"page": 1, "per_page": 2, "total": 3, "pages": 2}
        found = await candidate.data("GET", f"{SESSIONS}?search=%25")
        assert [row["title"] for row in found["sessions"]] == ["Alpha 100%"]
        assert (await candidate.data("GET", f"{SESSIONS}?status=completed"))["sessions"] == []

    @pytest.mark.parametrize("query", ["page=0", "per_page=101", "page=9999999999999999999", "status=x", "sort=id"])
    async def test_bad_queries_are_422(self, candidate: Candidate, query: str) -> None:
        assert (await candidate.call("GET", f"{SESSIONS}?{query}")).status_code == 422

    async def test_update_and_cancel(self, candidate: Candidate) -> None:
        path = f"{SESSIONS}/{await candidate.session()}"
        changed = await candidate.data("PUT", path, json={"target_role": "Data Engineer"})
        assert (changed["target_role"], changed["title"]) == ("Data Engineer", "Practice")
        assert (await candidate.call("PUT", path, json={"title": None})).status_code == 422
        assert (await candidate.call("PUT", path, json={"status": "completed"})).status_code == 422
        assert (await candidate.data("PUT", path, json={"status": "cancelled"}))["status"] == "cancelled"
        assert (await candidate.call("PUT", path, json={"title": "x"})).status_code == 409

    async def test_complete_follows_the_states(self, candidate: Candidate) -> None:
        session = await candidate.session()
        path = f"{SESSIONS}/{session}/complete"
        assert (await candidate.call("POST", path)).status_code == 409
        await candidate.questions(session)
        assert (await candidate.data("POST", path))["status"] == "completed"
        assert (await candidate.call("POST", path)).status_code == 409
        generate = await candidate.call("POST", f"{SESSIONS}/{session}/questions/generate")
        assert generate.status_code == 409

    async def test_others_and_unknown_are_the_same_404(self, candidate: Candidate, stranger: Candidate) -> None:
        base, question = await stranger.asked()
        unknown = f"{SESSIONS}/{uuid4()}"
        for method, path in (
            ("GET", base),
            ("PUT", base),
            ("DELETE", base),
            ("POST", f"{base}/complete"),
            ("POST", f"{base}/questions/generate"),
            ("GET", f"{base}/questions"),
            ("GET", question),
            ("GET", f"{question}/audio"),
            ("POST", f"{question}/transcribe"),
            ("GET", f"{question}/transcript"),
            ("POST", f"{question}/evaluate"),
            ("GET", f"{base}/evaluation"),
            ("GET", unknown),
        ):
            body: dict[str, Any] = {"json": {}} if method in ("PUT", "POST") else {}
            response = await candidate.call(method, path, **body)
            assert response.status_code == 404, path
            assert response.json()["error"]["message"] == "Session not found"
        assert (await stranger.call("GET", base)).status_code == 200

    async def test_delete_takes_everything_with_it(self, candidate: Candidate) -> None:
        base, question = await candidate.asked()
        await candidate.data("POST", f"{question}/answer", json={"answer": "A list keeps order and a set does not."})
        await candidate.data("POST", f"{question}/evaluate")
        assert (await candidate.call("DELETE", base)).status_code == 200
        assert (await candidate.call("GET", base)).status_code == 404
        assert (await candidate.data("GET", "/api/v1/feedback/dashboard"))["total_questions"] == 0


class TestQuestions:
    async def test_generate_gives_what_was_asked(self, candidate: Candidate) -> None:
        session = await candidate.session()
        found = await candidate.questions(
            session,
            6,
            categories=["behavioral", "technical", "situational"],
            skills=["Python", "FastAPI", "PostgreSQL"],
        )
        assert len({question["id"] for question in found}) == len({q["question_text"] for q in found}) == 6
        assert {question["category"] for question in found} == {"behavioral", "technical", "situational"}
        technical = {skill for question in found if question["category"] == "technical" for skill in question["skills"]}
        assert technical & {"python", "python-web", "sql"}
        assert all("expected_points" not in question for question in found)

    async def test_the_same_seed_gives_the_same_questions(self, candidate: Candidate) -> None:
        first, again = await candidate.session(), await candidate.session()
        one = [question["question_text"] for question in await candidate.questions(first, 5, seed=7)]
        await candidate.data("DELETE", f"{SESSIONS}/{first}")
        two = [question["question_text"] for question in await candidate.questions(again, 5, seed=7)]
        assert one == two

    async def test_recent_questions_do_not_come_again(self, candidate: Candidate) -> None:
        seen: set[str] = set()
        for _ in range(4):
            found = {q["question_text"] for q in await candidate.questions(await candidate.session(), 5, seed=3)}
            assert not found & seen
            seen |= found

    async def test_difficulty_is_kept_when_asked_for(self, candidate: Candidate) -> None:
        found = await candidate.questions(await candidate.session(), 6, difficulty="hard")
        assert {question["difficulty"] for question in found} == {"hard"}

    async def test_generating_again_replaces_until_the_first_answer(self, candidate: Candidate) -> None:
        session = await candidate.session()
        await candidate.questions(session, 3)
        second = await candidate.questions(session, 2, seed=9)
        path = f"{SESSIONS}/{session}/questions"
        listed = (await candidate.data("GET", path))["questions"]
        assert [question["id"] for question in listed] == [question["id"] for question in second]
        await candidate.data("POST", f"{path}/{second[0]['id']}/answer", json={"answer": "It depends on the data."})
        assert (await candidate.call("POST", f"{path}/generate", json={})).status_code == 409
        added = await candidate.questions(session, 2, append=True)
        assert [question["number"] for question in added] == [3, 4]

    async def test_what_the_bank_cannot_give_is_said(self, candidate: Candidate) -> None:
        path = f"{SESSIONS}/{await candidate.session()}/questions/generate"
        body = {"num_questions": 40, "categories": ["case"], "skills": ["COBOL", "Python"]}
        notes = (await candidate.data("POST", path, json=body))["notes"]
        assert any("COBOL" in note and "Python" not in note for note in notes)
        assert any("not 40" in note for note in notes)

    @pytest.mark.parametrize(
        "body",
        [{"num_questions": 0}, {"num_questions": 51}, {"categories": ["gossip"]}, {"difficulty": 3}, {"seed": -1}],
    )
    async def test_bad_wishes_are_422(self, candidate: Candidate, body: dict[str, Any]) -> None:
        path = f"{SESSIONS}/{await candidate.session()}/questions/generate"
        assert (await candidate.call("POST", path, json=body)).status_code == 422


async def test_questions_are_about_what_the_job_description_names(candidate: Candidate) -> None:
    job = "You build services in Go and run them on Kubernetes."
    session = await candidate.session(target_role="Backend Engineer", job_description=job)
    questions = await candidate.questions(session, 2, categories=["technical"])
    assert {skill for question in questions for skill in question["skills"]} >= {"go", "containers"}
    wished = await candidate.session(target_role="Backend Engineer", job_description=job, focus_areas=["SQL"])
    questions = await candidate.questions(wished, 2, categories=["technical"])
    assert all("sql" in question["skills"] for question in questions)
