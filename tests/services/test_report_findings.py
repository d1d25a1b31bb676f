"""What a language model found holds a hiring suggestion back, and stands among its reasons."""

from typing import cast

import pytest

from app.models import Evaluation, InterviewSession, Question
from app.models.values.evaluation import EvaluationDetail, Flag, PointVerdict, Quote
from app.models.values.kinds import Decision
from app.models.values.resume import ResumeMatch
from app.repositories.answers import AnsweredQuestion
from app.services.results.report_service import NOT_CHECKED, beside_the_question, decide, held_back, match_reasons
from app.services.results.wording import is_made

SAID = Quote("I took the invoice out of the folder", 0, 36)
CONDUCT = Flag("unacceptable_conduct", "An employer would not accept this: a buyer was deceived.", SAID, True)
FALSE = Flag("false_statement", "This is not true: UDP has no connection.", SAID, True)


def answered(*flags: Flag) -> tuple[AnsweredQuestion, float]:
    evaluation = Evaluation(detail=EvaluationDetail(flags=flags))
    return AnsweredQuestion(Question(number=2), None, evaluation), 70.0


@pytest.mark.parametrize(
    ("decision", "then"), [("STRONG_HIRE", "HOLD"), ("HIRE", "HOLD"), ("NO_HIRE", "NO_HIRE"), (None, None)]
)
def test_nobody_is_suggested_for_hiring_over_bad_conduct(decision: str | None, then: str | None) -> None:
    found, reasons = held_back(cast("Decision | None", decision), [answered(), answered(FALSE, CONDUCT)])
    assert found == then
    assert reasons[0] == f'Question 2: "{SAID.text}": {CONDUCT.message}'
    assert FALSE.message in reasons[1]


def test_a_false_statement_is_a_reason_and_leaves_the_suggestion_to_the_score() -> None:
    found, reasons = held_back("HIRE", [answered(FALSE)])
    assert found == "HIRE"
    assert len(reasons) == 1


class TestReasons:
    def test_answers_that_may_be_to_another_question_are_named(self) -> None:
        other = Flag("other_question", "Is this about the question?", SAID)
        assert beside_the_question([answered(FALSE)]) == []
        assert beside_the_question([answered(other)]) == [
            "We could not tell whether answer 2 fits the question: read it first."
        ]
        assert beside_the_question([answered(other)] * 3) == [
            "We could not tell whether answers 2, 2 and 2 fit their questions: read them first."
        ]

    def test_what_was_not_checked_is_said_of_written_answers_too(self) -> None:
        _, reasons = decide(90.0, 5.0, {"technical": 90.0}, answers=5, questions=5)
        assert NOT_CHECKED in reasons
        assert "heard" not in " ".join(reasons)

    def test_numbers_and_words_agree(self) -> None:
        _, reasons = decide(70.0, 5.0, {"technical": 70.0}, answers=4, skipped=1, questions=6)
        counted = (
            "over 4 of 6 questions; 1 skipped, which counts as 0; 1 without a scored answer, which does not count."
        )
        assert reasons[0].endswith(counted)
        _, reasons = decide(70.0, 5.0, {"technical": 70.0}, answers=5, questions=5)
        assert reasons[0] == "Content alone 70 of 100 over 5 of 5 questions."

    @pytest.mark.parametrize(
        ("score", "said"),
        [(12.0, "Job and résumé hardly match. The résumé meets 12 of 100"), (80.0, "The résumé meets 80 of 100")],
    )
    def test_a_resume_that_hardly_fits_is_named(self, score: float, said: str) -> None:
        assert match_reasons(InterviewSession(job_match=matched(score)))[0].startswith(said)

    def test_what_was_not_compared_is_said(self) -> None:
        assert "names no skill or years" in match_reasons(InterviewSession(job_match=matched(None)))[0]
        assert "no résumé." in match_reasons(InterviewSession(job_description="A job."))[0]
        assert "no résumé and no job description." in match_reasons(InterviewSession())[0]


def matched(score: float | None) -> ResumeMatch:
    return ResumeMatch(
        score=score,
        job_title=None,
        met=(),
        missing=(),
        exceeded=(),
        strengths=(),
        gaps=(),
        years_asked=None,
        years_held=None,
    )


@pytest.mark.parametrize(
    ("words", "made"),
    [("we sold it and everybody was glad", False), ("we sold 40 of them", True), ("the queue was halved", True)],
)
def test_a_result_in_figures_needs_figures(words: str, made: bool) -> None:
    point = PointVerdict("Gives the result in figures.", "mentioned", 0.8, Quote(words, 0, len(words)))
    assert is_made(point) is made
