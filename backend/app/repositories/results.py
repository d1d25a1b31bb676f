"""Scorecards, feedback and reports of interviews."""

from typing import TypeVar

from sqlalchemy import select

from app.models import Feedback, InterviewSession, Report, Scorecard
from app.repositories.base import Repository
from app.repositories.stats import ENDED_AT, NOT_REDONE

Result = TypeVar("Result", Scorecard, Feedback, Report)


class ResultRepository(Repository[Result]):
    """One row for each interview; a new one takes the place of the old."""

    async def of_session(self, interview_id: int) -> Result | None:
        """The result of this interview."""
        return await self._one(select(self.model).where(self.model.session_id == interview_id))

    async def replace(self, record: Result) -> Result:
        """Store the result instead of an earlier one."""
        old = await self.of_session(record.session_id)
        if old is not None:
            await self.delete(old)
        return await self.add(record)

    async def keep_or_add(self, record: Result) -> Result:
        """The earlier result, if there is one, or else this one."""
        return await self.of_session(record.session_id) or await self.add(record)


class ScorecardRepository(ResultRepository[Scorecard]):
    model = Scorecard

    async def earlier_totals(self, interview: InterviewSession) -> list[float]:
        """Totals of the owner's interviews that ended earlier, oldest first, without redos; none where there is no
        account."""
        if interview.owner_id is None:
            return []
        statement = (
            select(Scorecard.total)
            .join(InterviewSession, InterviewSession.id == Scorecard.session_id)
            .where(
                InterviewSession.owner_id == interview.owner_id,
                InterviewSession.id != interview.id,
                (interview.completed_at or interview.created_at) >= ENDED_AT,
                Scorecard.total.is_not(None),
                NOT_REDONE,
            )
            .order_by(ENDED_AT, InterviewSession.id)
        )
        return [total for total in (await self.session.execute(statement)).scalars() if total is not None]


class FeedbackRepository(ResultRepository[Feedback]):
    model = Feedback


class ReportRepository(ResultRepository[Report]):
    model = Report
