"""What every service of results returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.models import Feedback, InterviewSession, Question, Report, Scorecard

R = TypeVar("R", Scorecard, Feedback, Report)


@dataclass(frozen=True, slots=True)
class InterviewResult(Generic[R]):
    """A result with its interview and the questions that it names by key, of which each face shows its own ids."""

    interview: InterviewSession
    questions: Mapping[int, Question]
    result: R


def by_key(questions: Sequence[Question]) -> dict[int, Question]:
    """Questions by their integer key."""
    return {question.id: question for question in questions}
