"""Statistics of one user, computed in SQL."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, and_, case, cast, exists, func, select

from app.models import Answer, Evaluation, InterviewSession, Question, Scorecard
from app.repositories.base import AnySession
from app.repositories.counts import ANSWERED, FOLLOW_UPS, IS_ANSWERED, IS_PLANNED, QUESTIONS

HEARD_FLUENCY = (
    select(func.avg(Evaluation.fluency))
    .join(Answer, Answer.id == Evaluation.answer_id)
    .join(Question, Question.id == Answer.question_id)
    .where(Question.session_id == InterviewSession.id, Answer.engine.is_not(None), Evaluation.is_current)
    .correlate(InterviewSession)
    .scalar_subquery()
)
"""The fluency of the answers of an interview that were heard: of typed ones there is none."""
NOT_REDONE = exists().where(Question.session_id == InterviewSession.id, Question.attempt_of_id.is_(None))
"""Whether an interview asks more than one question again: a redo is compared with its own first attempt, and enters
neither means nor trends of whole interviews."""
ENDED_AT = func.coalesce(InterviewSession.completed_at, InterviewSession.created_at)
"""When an interview ended, or began to exist: by this they are sorted, as they are shown with it."""
MEASURES = (
    *(Scorecard.relevance, Scorecard.grammar, case((Scorecard.id.is_not(None), HEARD_FLUENCY)).label("fluency")),
    Scorecard.coverage,
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers over all interviews of a user; times in seconds, scores 0-100 without redos."""

    interviews: int
    completed: int
    questions_answered: int
    practice_seconds: float
    average: float | None
    best: float | None
    relevance: float | None
    grammar: float | None
    fluency: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured in one interview, 0-100; fluency is None where nothing was spoken."""

    relevance: float | None
    grammar: float | None
    fluency: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An interview with its score, where it has one, and its numbers of questions and answers."""

    interview: InterviewSession
    total: float | None
    letter_grade: str | None
    questions: int
    answered: int
    follow_ups: int


class StatsRepository:
    """Every query is limited to one owner."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def totals(self, owner_id: int) -> Totals:
        """Counts, practice time and means."""
        sessions = (
            select(
                func.count(InterviewSession.id),
                func.count(InterviewSession.completed_at),
                func.avg(Scorecard.total),
                func.max(Scorecard.total),
                *(func.avg(measure) for measure in MEASURES),
            )
            .outerjoin(Scorecard, and_(Scorecard.session_id == InterviewSession.id, NOT_REDONE))
            .where(InterviewSession.owner_id == owner_id)
        )
        answers = (
            select(
                func.count(case((IS_PLANNED & IS_ANSWERED, Answer.id))),
                func.coalesce(func.sum(func.coalesce(Answer.duration, Answer.time_spent, 0.0)), 0.0),
            )
            .join(Question, Question.id == Answer.question_id)
            .join(InterviewSession, InterviewSession.id == Question.session_id)
            .where(InterviewSession.owner_id == owner_id)
        )
        count, completed, *means = (await self.session.execute(sessions)).one()
        answered, seconds = (await self.session.execute(answers)).one()
        return Totals(count, completed, answered, float(seconds), *(None if m is None else float(m) for m in means))

    async def score_trend(self, owner_id: int, limit: int = 100) -> list[tuple[datetime, str, float]]:
        """(time of its end, title, total) of the newest scored interviews, oldest first; redos are left out."""
        newest = self._whole(select(ENDED_AT, InterviewSession.title, Scorecard.total), owner_id).limit(limit)
        return [(at, title, total) for at, title, total in reversed((await self.session.execute(newest)).all())]

    async def measures(self, owner_id: int, limit: int = 100) -> list[Measures]:
        """The measures of the newest scored interviews, oldest first; redos are left out."""
        newest = self._whole(select(*MEASURES), owner_id).limit(limit)
        return [Measures(*row) for row in reversed((await self.session.execute(newest)).all())]

    async def history(self, owner_id: int, *, page: int, per_page: int) -> tuple[list[HistoryRow], int]:
        """One page of the user's interviews with their scores, the last that ended first, and how many there are."""
        statement = (
            select(InterviewSession, Scorecard.total, Scorecard.letter_grade, QUESTIONS, ANSWERED, FOLLOW_UPS)
            .outerjoin(Scorecard, Scorecard.session_id == InterviewSession.id)
            .where(InterviewSession.owner_id == owner_id)
            .order_by(ENDED_AT.desc(), InterviewSession.id.desc())
            .limit(per_page)
            .offset((page - 1) * per_page)
        )
        count = select(func.count(InterviewSession.id)).where(InterviewSession.owner_id == owner_id)
        rows = (await self.session.execute(statement)).all()
        return [HistoryRow(*row) for row in rows], await self.session.scalar(count) or 0

    async def by_category(self, owner_id: int) -> dict[str, float]:
        """Mean overall score of each question category; questions that were answered again are left out."""
        mean = func.avg(cast(Evaluation.overall, Float))
        statement = self._scored(select(Question.category, mean), owner_id)
        statement = statement.where(Question.attempt_of_id.is_(None)).group_by(Question.category)
        return {category: float(value) for category, value in (await self.session.execute(statement)).all()}

    async def by_skill(self, owner_id: int) -> list[tuple[list[str], float]]:
        """(skills, overall) of each scored answer; the lists are few and short, so they are grouped by the caller."""
        statement = self._scored(select(Question.skills, Evaluation.overall), owner_id)
        return [(skills, overall) for skills, overall in (await self.session.execute(statement)).all()]

    async def active_days(self, owner_id: int) -> list[date]:
        """UTC days on which the user answered something, oldest first."""
        day = func.date(Answer.created_at)
        statement = (
            select(day, func.count(Answer.id))
            .join(Question, Question.id == Answer.question_id)
            .join(InterviewSession, InterviewSession.id == Question.session_id)
            .where(InterviewSession.owner_id == owner_id)
            .group_by(day)
            .order_by(day)
        )
        return [_as_date(value) for value, _ in (await self.session.execute(statement)).all()]

    async def activity(self, owner_id: int, since: datetime) -> list[tuple[date, int, float]]:
        """(day, answers, seconds) since a moment, oldest first, without the days on which nothing happened."""
        day = func.date(Answer.created_at)
        statement = (
            select(day, func.count(Answer.id), func.sum(func.coalesce(Answer.duration, Answer.time_spent, 0.0)))
            .join(Question, Question.id == Answer.question_id)
            .join(InterviewSession, InterviewSession.id == Question.session_id)
            .where(InterviewSession.owner_id == owner_id, Answer.created_at >= since)
            .group_by(day)
            .order_by(day)
        )
        rows = (await self.session.execute(statement)).all()
        return [(_as_date(value), count, float(seconds or 0)) for value, count, seconds in rows]

    @staticmethod
    def _whole(statement: Any, owner_id: int) -> Any:
        """Of scored interviews that are more than one question again, the one that ended last first."""
        return (
            statement.select_from(InterviewSession)
            .join(Scorecard, Scorecard.session_id == InterviewSession.id)
            .where(InterviewSession.owner_id == owner_id, Scorecard.total.is_not(None), NOT_REDONE)
            .order_by(ENDED_AT.desc(), InterviewSession.id.desc())
        )

    @staticmethod
    def _scored(statement: Any, owner_id: int) -> Any:
        return (
            statement.select_from(Evaluation)
            .join(Answer, Answer.id == Evaluation.answer_id)
            .join(Question, Question.id == Answer.question_id)
            .join(InterviewSession, InterviewSession.id == Question.session_id)
            .where(InterviewSession.owner_id == owner_id, Evaluation.is_current, Evaluation.overall.is_not(None))
        )


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
