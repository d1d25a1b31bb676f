"""Live answers across interviews: what a crash or a vanished candidate left behind."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.models import Answer, Message, Question
from app.repositories.base import AnySession

UNFINISHED = ("received", "processing")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A live answer that was not closed, and the interview it belongs to."""

    answer_id: UUID
    interview_key: int
    created_at: datetime


class LiveRepository:
    """Queries that span interviews."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def unfinished(self) -> list[Unfinished]:
        """Live answers that are still open, oldest first."""
        statement = (
            select(Answer.public_id, Question.session_id, Answer.created_at)
            .join(Question, Question.id == Answer.question_id)
            .where(Answer.kind == "live", Answer.status.in_(UNFINISHED))
            .order_by(Answer.id)
        )
        return [Unfinished(row[0], row[1], row[2]) for row in (await self.session.execute(statement)).all()]

    async def count_messages(self, interview_key: int, kind: str) -> int:
        """How many messages of a kind an interview has."""
        statement = select(func.count(Message.id)).where(Message.session_id == interview_key, Message.kind == kind)
        return await self.session.scalar(statement) or 0
