"""What a language model found holds a hiring suggestion back, and stands among its reasons."""

from typing import cast

import pytest

from app.models import Evaluation, Question
from app.models.values.evaluation import EvaluationDetail, Flag, Quote
from app.models.values.kinds import Decision
from app.repositories.answers import AnsweredQuestion
from app.services.results.report_service import held_back

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
