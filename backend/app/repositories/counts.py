"""How much of an interview was answered, counted in one way for every place that shows it.

The questions that were planned are counted, and those of them that have an answer. A follow-up belongs to its question:
those that were answered are counted apart. An answer that could not be taken in is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models import Answer, InterviewSession, Question
from app.repositories.answers import AnsweredQuestion


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions that were planned, how many of them were answered, and follow-ups that were."""

    questions: int = 0
    answered: int = 0
    follow_ups: int = 0


def counts_of(rows: Iterable[AnsweredQuestion]) -> Counts:
    """The counts of these questions."""
    planned, follow_ups = [], 0
    for row in rows:
        if row.question.follow_up_of_id is None:
            planned.append(row)
        else:
            follow_ups += row.is_answered
    return Counts(len(planned), sum(row.is_answered for row in planned), follow_ups)


IS_PLANNED = Question.follow_up_of_id.is_(None)
IS_ANSWERED = Answer.status != "failed"
_ASKED = (Question.session_id == InterviewSession.id, IS_PLANNED)
_GIVEN = (Question.session_id == InterviewSession.id, Answer.question_id == Question.id, IS_ANSWERED)


def _count(of: Any, *conditions: Any) -> Any:
    return select(func.count(of)).where(*conditions).correlate(InterviewSession).scalar_subquery()


QUESTIONS = _count(Question.id, *_ASKED)
ANSWERED = _count(Answer.id, *_GIVEN, IS_PLANNED)
FOLLOW_UPS = _count(Answer.id, *_GIVEN, Question.follow_up_of_id.is_not(None))
"""The same as columns of a statement that selects interviews."""
