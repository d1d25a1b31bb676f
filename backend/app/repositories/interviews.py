"""Interviews, their questions and their conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import load_only
from sqlalchemy.sql.selectable import GenerativeSelect

from app.database import WriteSession
from app.models import Answer, InterviewSession, Message, Question, Recording
from app.repositories.base import AnySession, Ref, Repository, matches

S = TypeVar("S", bound=GenerativeSelect)
SortKey = Literal["created_at", "title", "status", "completed_at"]


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """An interview with how many questions it has and how many were answered."""

    interview: InterviewSession
    questions: int
    answered: int


def _with_counts() -> Select[InterviewSession, int, int]:
    questions = (
        select(func.count(Question.id)).where(Question.session_id == InterviewSession.id).correlate(InterviewSession)
    )
    answered = (
        select(func.count(Answer.id))
        .join(Question, Question.id == Answer.question_id)
        .where(Question.session_id == InterviewSession.id)
        .correlate(InterviewSession)
    )
    return select(InterviewSession, questions.scalar_subquery(), answered.scalar_subquery())


# Nearly every request asks these. Made once, they keep what SQLAlchemy derives from a statement to find its compiled
# form, which takes longer than the database needs for the answer.
_IS_OWNED = InterviewSession.owner_id == bindparam("owner_id")
_IS_PUBLIC_ID = InterviewSession.public_id == bindparam("ref")
_IS_KEY = InterviewSession.id == bindparam("ref")
_OWNED_BY_PUBLIC_ID = select(InterviewSession).where(_IS_PUBLIC_ID, _IS_OWNED)
_OWNED_BY_KEY = select(InterviewSession).where(_IS_KEY, _IS_OWNED)
_COUNTED_BY_PUBLIC_ID = _with_counts().where(_IS_PUBLIC_ID, _IS_OWNED)
_COUNTED_BY_KEY = _with_counts().where(_IS_KEY, _IS_OWNED)


def _locking(session: AnySession, statement: S) -> S:
    """The statement, which in a transaction also takes the lock of the interview that it finds.

    Whoever may write to an interview, its questions, answers or results takes this lock first and waits for who has it.
    So what is computed from answers is stored beside the answers that it was computed from. (SQLite has one writer at a
    time anyway.)
    """
    if not isinstance(session, WriteSession):
        return statement
    return statement.with_for_update(of=InterviewSession, key_share=True)


class InterviewRepository(Repository[InterviewSession]):
    model = InterviewSession

    async def by_id(self, key: int) -> InterviewSession | None:
        """The interview with this integer key."""
        return await self._one(_locking(self.session, select(InterviewSession).where(InterviewSession.id == key)))

    async def owned(self, ref: Ref, owner_id: int) -> InterviewSession | None:
        """The interview, if it exists and belongs to this user."""
        statement = _locking(self.session, _OWNED_BY_PUBLIC_ID if isinstance(ref, UUID) else _OWNED_BY_KEY)
        return (await self.session.execute(statement, {"ref": ref, "owner_id": owner_id})).scalar_one_or_none()

    async def started_with_code(self, public_id: UUID) -> InterviewSession | None:
        """The interview, if it exists and was started with an access code."""
        statement = select(InterviewSession).where(
            InterviewSession.public_id == public_id, InterviewSession.access_code_id.is_not(None)
        )
        return await self._one(_locking(self.session, statement))

    async def owned_with_counts(self, ref: Ref, owner_id: int) -> SessionCounts | None:
        """The user's interview with the number of its questions and answers."""
        statement = _locking(self.session, _COUNTED_BY_PUBLIC_ID if isinstance(ref, UUID) else _COUNTED_BY_KEY)
        row = (await self.session.execute(statement, {"ref": ref, "owner_id": owner_id})).one_or_none()
        return SessionCounts(row[0], row[1], row[2]) if row else None

    async def page_of(
        self,
        owner_id: int,
        *,
        status: str | None,
        search: str | None,
        sort: SortKey,
        ascending: bool,
        page: int,
        per_page: int,
    ) -> tuple[list[SessionCounts], int]:
        """One page of the user's interviews, and how many there are. `search` looks in title, role and company."""
        statement = _with_counts().where(InterviewSession.owner_id == owner_id)
        if status:
            statement = statement.where(InterviewSession.status == status)
        if search:
            columns = (InterviewSession.title, InterviewSession.target_role, InterviewSession.target_company)
            found = columns[0].icontains(search, autoescape=True)
            for column in columns[1:]:
                found = found | column.icontains(search, autoescape=True)
            statement = statement.where(found)
        column = getattr(InterviewSession, sort)
        order = column.asc() if ascending else column.desc()
        statement = statement.order_by(order, InterviewSession.id.asc() if ascending else InterviewSession.id.desc())
        rows, total = await self._page(statement, page=page, per_page=per_page)
        return [SessionCounts(row[0], row[1], row[2]) for row in rows], total

    async def file_names(self, interview_id: int) -> list[str]:
        """Names of the stored files that belong to this interview."""
        statement = (
            select(Recording.name)
            .join(Question, Question.id == Recording.question_id)
            .where(Question.session_id == interview_id)
        )
        return list((await self.session.execute(statement)).scalars())

    async def messages(self, interview_id: int) -> list[Message]:
        """The conversation in order."""
        statement = select(Message).where(Message.session_id == interview_id).order_by(Message.id)
        return list((await self.session.execute(statement)).scalars())


class QuestionRepository(Repository[Question]):
    model = Question

    async def by_id(self, key: int) -> Question | None:
        """The question with this integer key."""
        statement = select(Question).join(InterviewSession, InterviewSession.id == Question.session_id)
        return await self._one(_locking(self.session, statement.where(Question.id == key)))

    async def of_session(self, interview_id: int) -> list[Question]:
        """The questions of an interview in the order they are asked."""
        return await self._all(
            select(Question).where(Question.session_id == interview_id).order_by(Question.number, Question.id)
        )

    async def shown_of_session(self, interview_id: int) -> list[Question]:
        """The same with only what a result shows of a question: ids, number, text and category."""
        shown = load_only(Question.public_id, Question.number, Question.text, Question.category, raiseload=True)
        return await self._all(
            select(Question)
            .options(shown)
            .where(Question.session_id == interview_id)
            .order_by(Question.number, Question.id)
        )

    async def in_session(self, interview_id: int, ref: Ref) -> Question | None:
        """One question of this interview."""
        return await self._one(select(Question).where(Question.session_id == interview_id, matches(Question, ref)))

    async def delete_of_session(self, interview_id: int) -> None:
        """Remove every question of the interview."""
        await self.session.execute(delete(Question).where(Question.session_id == interview_id))

    async def recent_bank_ids(self, owner_id: int, *, sessions: int, but: int) -> set[str]:
        """Bank questions of the user's last `sessions` interviews, without interview `but`."""
        recent = (
            select(InterviewSession.id)
            .where(InterviewSession.owner_id == owner_id, InterviewSession.id != but)
            .order_by(InterviewSession.id.desc())
            .limit(sessions)
            .subquery()
        )
        statement = select(Question.bank_id).where(
            Question.session_id.in_(select(recent.c.id)), Question.bank_id.is_not(None)
        )
        return {bank_id for bank_id in (await self.session.execute(statement)).scalars() if bank_id}

    async def add_all(self, questions: Sequence[Question]) -> None:
        """Insert several questions."""
        self.session.add_all(questions)
        await self.session.flush()


class MessageRepository(Repository[Message]):
    model = Message
