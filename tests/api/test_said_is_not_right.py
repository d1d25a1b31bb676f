"""Without a language model nobody knows whether an answer is right, and nothing claims to."""

import pytest

from app.services.results.report_service import decide
from app.services.results.wording import readiness_level
from tests.api.test_answers import GOOD_STORY
from tests.conftest import Candidate

JOINS = (
    "An inner join keeps only rows with a match on both sides. A left join keeps every row of the left table and fills "
    "the right columns with NULL. A filter on the right table in WHERE throws the unmatched rows out again, so it "
    "belongs into the ON clause."
)


async def answered(candidate: Candidate) -> tuple[str, str]:
    """(address of an interview, address of its one question, answered and evaluated)."""
    base, question = await candidate.asked(categories=["technical"], skills=["SQL"])
    await candidate.data("POST", f"{question}/answer", json={"answer": JOINS})
    await candidate.data("POST", f"{question}/evaluate")
    return base, question


class TestFacts:
    async def test_nothing_claims_to_have_checked_them(self, candidate: Candidate) -> None:
        base, question = await answered(candidate)
        evaluation = await candidate.data("POST", f"{question}/evaluate")
        assert evaluation["facts"] == "not_checked"
        assert {point["label"] for point in evaluation["points"]} <= {"mentioned", "partly", "missing"}
        assert "not checked" in evaluation["summary"]
        results = f"/api/v1/feedback/sessions/{base.rsplit('/', 1)[1]}"
        assert (await candidate.data("POST", f"{results}/scores"))["facts"] == "not_checked"
        feedback = await candidate.data("POST", f"{results}/feedback")
        assert feedback["facts"] == "not_checked"
        assert not any("made" in strength["message"] for strength in feedback["strengths"])
        await candidate.data("POST", f"{base}/complete")
        assert (await candidate.data("POST", f"{base}/report"))["facts"] == "not_checked"

    def test_hold_the_top_steps_back(self) -> None:
        for facts, decision, level in (("checked", "STRONG_HIRE", "Ready"), ("not_checked", "HIRE", "Almost Ready")):
            found, _ = decide(95.0, 5.0, {"technical": 95.0}, answers=5, questions=5, facts=facts)  # type: ignore[arg-type]
            assert found == decision
            assert readiness_level(95.0, scored=5, questions=5, facts=facts) == level  # type: ignore[arg-type]

    def test_few_answers_make_nobody_ready(self) -> None:
        assert readiness_level(95.0, scored=2, questions=3, facts="checked") == "Getting There"
        assert readiness_level(95.0, scored=11, questions=24, facts="checked") == "Getting There"
        assert readiness_level(95.0, scored=12, questions=24, facts="checked") == "Ready"


class TestReferenceAnswer:
    async def test_comes_when_practice_is_over(self, candidate: Candidate) -> None:
        base, _ = await answered(candidate)
        before = (await candidate.data("GET", f"{base}/evaluation"))["questions"][0]
        assert before["reference_answer"] is None
        await candidate.data("POST", f"{base}/complete")
        after = (await candidate.data("GET", f"{base}/evaluation"))["questions"][0]
        assert len(after["reference_answer"].split()) > 50


class TestOwnView:
    async def test_is_kept_and_moves_no_score(self, candidate: Candidate) -> None:
        base, question = await answered(candidate)
        results = f"/api/v1/feedback/sessions/{base.rsplit('/', 1)[1]}"
        scores = await candidate.data("POST", f"{results}/scores")
        marks = {"points": [{"point": 1, "view": "opposite"}, {"point": 0, "view": "said"}]}
        kept = (await candidate.data("PUT", f"{question}/own-view", json=marks))["points"]
        assert [mark["view"] for mark in kept] == ["said", "opposite"]
        shown = (await candidate.data("GET", f"{base}/evaluation"))["questions"][0]
        assert shown["own_view"] == kept
        assert kept[0]["point"] == shown["evaluation"]["points"][0]["text"]
        assert await candidate.data("GET", f"{results}/scores") == scores

    async def test_reaches_the_report_before_and_after(self, candidate: Candidate) -> None:
        base, question = await answered(candidate)
        await candidate.data("POST", f"{base}/complete")
        report = await candidate.data("POST", f"{base}/report")
        assert report["questions"][0]["own_view"] == []
        marks = {"points": [{"point": 0, "view": "not_said"}]}
        await candidate.data("PUT", f"{question}/own-view", json=marks)
        assert (await candidate.data("GET", f"{base}/report"))["questions"][0]["own_view"][0]["view"] == "not_said"
        again = await candidate.data("POST", f"{base}/report")
        assert again["questions"][0]["own_view"][0]["view"] == "not_said"
        assert again["content_score"] == report["content_score"]

    async def test_goes_with_the_words_it_was_about(self, candidate: Candidate) -> None:
        base, question = await answered(candidate)
        marks = {"points": [{"point": 0, "view": "said"}]}
        await candidate.data("PUT", f"{question}/own-view", json=marks)
        await candidate.data("PUT", f"{question}/transcript", json={"transcript": GOOD_STORY})
        await candidate.data("POST", f"{question}/evaluate")
        assert (await candidate.data("GET", f"{base}/evaluation"))["questions"][0]["own_view"] == []

    async def test_bad_marks_are_refused(self, candidate: Candidate, stranger: Candidate) -> None:
        _, question = await answered(candidate)
        said = {"point": 0, "view": "said"}
        for marks, status in (
            ({"points": [{"point": 99, "view": "said"}]}, 422),
            ({"points": [{"point": -1, "view": "said"}]}, 422),
            ({"points": [{"point": 0, "view": "perhaps"}]}, 422),
            ({"points": [said, said]}, 422),
            ({}, 422),
        ):
            assert (await candidate.call("PUT", f"{question}/own-view", json=marks)).status_code == status
        assert (await stranger.call("PUT", f"{question}/own-view", json={"points": [said]})).status_code == 404
        _, unanswered = await candidate.asked(categories=["technical"])
        assert (await candidate.call("PUT", f"{unanswered}/own-view", json={"points": [said]})).status_code == 409


class TestUnknownField:
    async def test_is_asked_what_fits_any_job_and_told_so(self, candidate: Candidate) -> None:
        body = {"title": "Practice", "target_role": "Chef", "interview_type": "technical"}
        session = (await candidate.data("POST", "/api/v1/interviews/sessions", json=body))["id"]
        base, results = f"/api/v1/interviews/sessions/{session}", f"/api/v1/feedback/sessions/{session}"
        made = await candidate.data("POST", f"{base}/questions/generate", json={"num_questions": 3})
        assert all(question["question_text"].startswith("As a chef, ") for question in made["questions"])
        assert "no questions about the work of a chef yet" in " ".join(made["notes"])
        question = f"{base}/questions/{made['questions'][0]['id']}"
        await candidate.data("POST", f"{question}/answer", json={"answer": GOOD_STORY})
        scores = await candidate.data("POST", f"{results}/scores")
        assert "nothing about the work of “Chef”" in scores["notes"][0]
        assert scores["notes"][0] in scores["performance_summary"]
        assert "2 questions had no answer and did not count" in scores["performance_summary"]
        feedback = await candidate.data("POST", f"{results}/feedback")
        assert feedback["notes"] == scores["notes"]
        await candidate.data("POST", f"{base}/complete")
        report = await candidate.data("POST", f"{base}/report")
        assert scores["notes"][0] in report["reasons"]
        over = await candidate.data("GET", f"{results}/scores")
        assert over["total_score"] == pytest.approx(scores["total_score"] / 3, abs=0.3), "what was left counts as 0"
        assert "2 not answered, which count as 0" in report["reasons"][0]
