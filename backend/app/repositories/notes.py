"""Notes on interviews."""

from dataclasses import dataclass

from sqlalchemy import select

from app.models import Question, SessionNote, User
from app.repositories.base import Ref, Repository, matches


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note with who wrote it, while that account exists, and the question whose answer it is about."""

    note: SessionNote
    author: User | None
    question: Question | None


class NoteRepository(Repository[SessionNote]):
    model = SessionNote

    async def of_session(self, interview_id: int) -> list[NoteView]:
        """The notes on an interview, oldest first."""
        statement = (
            select(SessionNote, User, Question)
            .outerjoin(User, User.id == SessionNote.author_id)
            .outerjoin(Question, Question.id == SessionNote.question_id)
            .where(SessionNote.session_id == interview_id)
            .order_by(SessionNote.id)
        )
        return [NoteView(*row) for row in (await self.session.execute(statement)).all()]

    async def in_session(self, interview_id: int, ref: Ref) -> SessionNote | None:
        """One note on this interview."""
        return await self._one(
            select(SessionNote).where(SessionNote.session_id == interview_id, matches(SessionNote, ref))
        )
