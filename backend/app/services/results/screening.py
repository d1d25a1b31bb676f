"""What the candidate of a screening may know of its results: no point that was missing, and no reference answer.

A screening is for others to decide, and the next candidate is asked the same. Whoever conducts it sees everything.
"""

from dataclasses import replace
from typing import TypeVar

from app.errors import Forbidden
from app.models import Base, Evaluation, Feedback, InterviewSession
from app.models.values.feedback import Roadmap
from app.repositories.answers import AnsweredQuestion
from app.services.results.point_advice import MADE

Row = TypeVar("Row", bound=Base)
SUMMARY = "The answer was received and judged. Those who conduct the interview see the result."
NEXT_STEP = "Those who conduct the interview get in touch with you."
ABOUT_LANGUAGE = frozenset({"Grammar", "Fluency"})
"""Kinds of remarks that give away nothing of the content."""


def refuse(interview: InterviewSession, what: str) -> None:
    """Forbidden when this is for practice and the interview is a screening."""
    if interview.kind == "screening":
        raise Forbidden(f"{what} is not for the candidate of a screening.", code="screening")


def shown_questions(interview: InterviewSession, rows: list[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """The questions of an interview as its candidate may see them."""
    if interview.kind == "practice":
        return rows
    return [replace(row, evaluation=row.evaluation and shown_evaluation(interview, row.evaluation)) for row in rows]


def shown_evaluation(interview: InterviewSession, row: Evaluation) -> Evaluation:
    """An evaluation as the candidate may see it; in a screening a copy with points that are there, and numbers."""
    if interview.kind == "practice":
        return row
    detail = replace(
        row.detail,
        measures={
            name: replace(measure, note="", details={}, evidence=()) for name, measure in row.detail.measures.items()
        },
        parts={},
        points=tuple(point for point in row.detail.points if point.label in MADE),
        flags=(),
        next_practice="",
    )
    summary = SUMMARY if row.status == "scored" else row.summary
    return _copy(row, detail=detail, summary=summary, suggestions=[])


def shown_feedback(interview: InterviewSession, row: Feedback) -> Feedback:
    """Feedback as the candidate may see it; in a screening a copy with what was good, and what is about language."""
    if interview.kind == "practice":
        return row
    content = replace(
        row.content,
        weaknesses=tuple(remark for remark in row.content.weaknesses if remark.category in ABOUT_LANGUAGE),
        suggestions=tuple(item for item in row.content.suggestions if item.category in ABOUT_LANGUAGE),
        resources=(),
        next_steps=(NEXT_STEP,),
        roadmap=Roadmap(immediate=(), short_term=(), long_term=()),
    )
    return _copy(row, content=content)


def _copy(row: Row, **changes: object) -> Row:
    """A row that belongs to no session."""
    values = {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}
    return type(row)(**values | changes)
