"""Interviews, their questions and their conversation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, or_, select
from sqlalchemy.orm import load_only
from sqlalchemy.sql.selectable import GenerativeSelect

from app.database import WriteSession
from app.models import Answer, Feedback, InterviewSession, Message, Question, Recording, Report, SessionNote
from app.models.values.kinds import SessionStatus
from app.repositories.base import AnySession, Ref, Repository, matches
from app.repositories.counts import ANSWERED, FOLLOW_UPS, QUESTIONS

S = TypeVar("S", bound=GenerativeSelect)
SortKey = Literal["created_at", "title", "status", "completed_at"]


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """An interview with how many questions it has and how many were answered (see `repositories/counts.py`)."""

    interview: InterviewSession
    questions: int = 0
    answered: int = 0
    follow_ups: int = 0


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt at a question: the public ids of its question and interview, and how that stands."""

    question_id: UUID
    session_id: UUID
    status: SessionStatus
    created_at: datetime


def _with_counts() -> Select[InterviewSession, int, int, int]:
    return select(InterviewSession, QUESTIONS, ANSWERED, FOLLOW_UPS)


# Nearly every request asks these. Made once, they keep what SQLAlchemy derives from a statement to find its compiled
# form, which takes longer than the database needs for the answer.
_IS_OWNED = InterviewSession.owner_id == bindparam("owner_id")
_IS_PUBLIC_ID = InterviewSession.public_id == bindparam("ref")
_IS_KEY = InterviewSession.id == bindparam("ref")
_BY_KEY = select(InterviewSession).where(_IS_KEY)
_LOCKED_BY_KEY = _BY_KEY.with_for_update(of=InterviewSession, key_share=True)
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
        statement = _LOCKED_BY_KEY if isinstance(self.session, WriteSession) else _BY_KEY
        return (await self.session.execute(statement, {"ref": key})).scalar_one_or_none()

    async def has_one_not_cancelled(self, owner_id: int) -> bool:
        """Whether a user has an interview that was not cancelled."""
        statement = select(InterviewSession.id).where(
            InterviewSession.owner_id == owner_id, InterviewSession.status != "cancelled"
        )
        return await self.session.scalar(statement.limit(1)) is not None

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
        return SessionCounts(*row) if row else None

    async def with_counts(self, interview: InterviewSession) -> SessionCounts | None:
        """An interview that was found, with the number of its questions and answers."""
        statement = _with_counts().where(InterviewSession.id == interview.id)
        row = (await self.session.execute(statement)).one_or_none()
        return SessionCounts(*row) if row else None

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
        return [SessionCounts(*row) for row in rows], total

    async def listed(self, owner_id: int, *, limit: int, offset: int) -> tuple[list[InterviewSession], int]:
        """So many of the user's interviews from the `offset`-th on, newest first, and how many there are."""
        statement = select(InterviewSession).where(InterviewSession.owner_id == owner_id)
        total = await self.session.scalar(select(func.count()).select_from(statement.subquery()))
        found = await self._all(statement.order_by(InterviewSession.id.desc()).limit(limit).offset(offset))
        return found, total or 0

    async def keys_owned_by(self, user_id: int) -> list[int]:
        """Keys of every interview of a user, which a transaction locks."""
        statement = (
            select(InterviewSession.id).where(InterviewSession.owner_id == user_id).order_by(InterviewSession.id)
        )
        return list((await self.session.execute(_locking(self.session, statement))).scalars())

    async def own_texts(self, interview_ids: Collection[int]) -> list[tuple[str, str]]:
        """(voice, text) of the questions that were written for these interviews alone, not taken from the bank."""
        statement = (
            select(InterviewSession.voice, Question.text)
            .join(Question, Question.session_id == InterviewSession.id)
            .where(InterviewSession.id.in_(interview_ids), Question.source != "bank")
        )
        return [(voice, text) for voice, text in (await self.session.execute(statement)).all()]

    async def counts_of(self, interview_ids: Collection[int]) -> dict[str, int]:
        """How many rows these interviews have, by name."""
        of_question = select(Question.id).where(Question.session_id.in_(interview_ids))
        counted = {
            "sessions": select(func.count()).where(InterviewSession.id.in_(interview_ids)),
            "questions": select(func.count()).where(Question.session_id.in_(interview_ids)),
            "answers": select(func.count()).where(Answer.question_id.in_(of_question)),
            "recordings": select(func.count()).where(Recording.session_id.in_(interview_ids)),
            "messages": select(func.count()).where(Message.session_id.in_(interview_ids)),
            "notes": select(func.count()).where(SessionNote.session_id.in_(interview_ids)),
        }
        row = (await self.session.execute(select(*(count.scalar_subquery() for count in counted.values())))).one()
        return dict(zip(counted, row, strict=True))

    async def public_ids_within(self, interview_ids: Collection[int]) -> list[UUID]:
        """Outside ids of these interviews and their recordings, by which audit events name them."""
        interviews = select(InterviewSession.public_id).where(InterviewSession.id.in_(interview_ids))
        recordings = select(Recording.public_id).where(Recording.session_id.in_(interview_ids))
        return list((await self.session.execute(interviews.union_all(recordings))).scalars())

    async def forget_said(self, question_id: int) -> None:
        """Remove what the candidate said to a question from the conversation."""
        await self.session.execute(delete(Message).where(Message.question_id == question_id, Message.role == "user"))

    async def forget_said_before(self, moment: datetime) -> int:
        """Remove what was said in interviews that ended, or were begun and left, before a moment, and whatever quotes
        it; returns in how many interviews something was left to remove."""
        ended = func.coalesce(InterviewSession.completed_at, InterviewSession.updated_at) < moment
        said = (
            select(Question.session_id)
            .join(Answer, Answer.question_id == Question.id)
            .union(select(Message.session_id).where(Message.role == "user"))
        )
        old = list(
            (
                await self.session.execute(
                    select(InterviewSession.id).where(ended, InterviewSession.id.in_(said.scalar_subquery()))
                )
            ).scalars()
        )
        questions = select(Question.id).where(Question.session_id.in_(old))
        await self.session.execute(delete(Answer).where(Answer.question_id.in_(questions)))
        await self.session.execute(delete(Message).where(Message.session_id.in_(old), Message.role == "user"))
        for table in (Feedback, Report):
            await self.session.execute(delete(table).where(table.session_id.in_(old)))
        return len(old)

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

    async def attempts(self, owner_id: int, first: int) -> list[AttemptRow]:
        """A question and those that repeat it, of one user, in the order of their interviews."""
        statement = (
            select(Question.public_id, InterviewSession.public_id, InterviewSession.status, InterviewSession.created_at)
            .join(InterviewSession, InterviewSession.id == Question.session_id)
            .where(InterviewSession.owner_id == owner_id, or_(Question.id == first, Question.attempt_of_id == first))
            .order_by(InterviewSession.id)
        )
        return [AttemptRow(*row) for row in (await self.session.execute(statement)).all()]

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

    async def nth(self, interview_id: int, number: int) -> Question | None:
        """The question of this interview that was added as the `number`-th, from 1."""
        ordered = select(Question).where(Question.session_id == interview_id).order_by(Question.id)
        return await self._one(ordered.offset(number - 1).limit(1))

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


class MessageRepository(Repository[Message]):
    model = Message
