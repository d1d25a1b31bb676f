"""Interviews as those see them who conduct them: with candidate, code and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Float, Select, case, cast, func, or_, select

from app.models import (
    AccessCode,
    InterviewSession,
    Question,
    QuestionSet,
    Recording,
    Report,
    Scorecard,
    SessionNote,
    User,
)
from app.models.values.kinds import Decision, InterviewKind, MediaKind, RecordingState, Review, SessionStatus
from app.repositories.base import Order, Page, Ref, Repository, contains, matches
from app.repositories.counts import ANSWERED, FOLLOW_UPS, QUESTIONS
from app.repositories.recordings import RecordingView

SessionSort = Literal["created_at", "completed_at", "candidate", "score", "status", "title"]
CANDIDATE = func.coalesce(User.full_name, InterviewSession.candidate_name)
"""Who is interviewed: the account's name, or the one that was entered with the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which interviews are looked for; what is None does not matter.

    `by_code` leaves those of accounts out, such as practices, and `statuses` are several that count.
    With `own` only those count that whoever asks gave the code for.
    `conductor` is the key of the recruiter whose codes they were begun with, `role` a part of the target role. `since`
    and `until` are when they were created. `search` looks in the candidate's name and address,
    title, role and company, and in the code and its label.
    """

    conductor: int | None = None
    own: bool = False
    by_code: bool = False
    statuses: Collection[SessionStatus] = ()
    status: SessionStatus | None = None
    kind: InterviewKind | None = None
    review: Review | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    code: str | None = None
    question_set: Ref | None = None
    search: str | None = None
    min_score: int | None = None
    max_score: int | None = None


@dataclass(frozen=True, slots=True)
class ConductedInterview:
    """An interview with its candidate, where there is an account, the code, counts and results. `rating` is the mean of
    what people gave to the whole interview, 1 to 5."""

    interview: InterviewSession
    candidate: User | None
    code: AccessCode | None
    questions: int
    answered: int
    follow_ups: int
    recordings: int
    notes: int
    rating: float | None
    card: Scorecard | None
    decision: Decision | None

    @property
    def candidate_name(self) -> str:
        """Who is interviewed."""
        return self.candidate.full_name if self.candidate else self.interview.candidate_name or ""


def _of_each(value: Any, *conditions: Any) -> Any:
    return select(value).where(*conditions).correlate(InterviewSession).scalar_subquery()


def _count(of: Any, *conditions: Any) -> Any:
    return _of_each(func.count(of), *conditions)


def _rows() -> Select[Any]:
    return (
        select(
            InterviewSession,
            User,
            AccessCode,
            QUESTIONS,
            ANSWERED,
            FOLLOW_UPS,
            _count(Recording.id, Recording.session_id == InterviewSession.id),
            _count(SessionNote.id, SessionNote.session_id == InterviewSession.id),
            _of_each(
                cast(func.avg(SessionNote.rating), Float),
                SessionNote.session_id == InterviewSession.id,
                SessionNote.question_id.is_(None),
            ),
            Scorecard,
            Report.decision,
        )
        .outerjoin(User, User.id == InterviewSession.owner_id)
        .outerjoin(AccessCode, AccessCode.id == InterviewSession.access_code_id)
        .outerjoin(Scorecard, Scorecard.session_id == InterviewSession.id)
        .outerjoin(Report, Report.session_id == InterviewSession.id)
    )


def _matching(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    session = InterviewSession
    if wanted.conductor is not None:
        statement = statement.where(AccessCode.created_by_id == wanted.conductor)
    # a practice that a guest never began would look like an interview that goes on
    statement = statement.where(or_(User.is_guest.is_not(True), ANSWERED > 0))
    if wanted.by_code:
        statement = statement.where(session.access_code_id.is_not(None))
    if wanted.statuses:
        statement = statement.where(session.status.in_(wanted.statuses))
    if wanted.code is not None:
        statement = statement.where(AccessCode.code == wanted.code)
    if wanted.role is not None:
        statement = statement.where(contains(wanted.role, session.target_role))
    if wanted.search is not None:
        columns = (CANDIDATE, User.email, session.title, session.target_role, session.target_company)
        statement = statement.where(contains(wanted.search, *columns, AccessCode.code, AccessCode.label))
    if wanted.question_set is not None:
        chosen = select(QuestionSet.id).where(matches(QuestionSet, wanted.question_set))
        statement = statement.where(session.question_set_id.in_(chosen))
    equal = {session.status: wanted.status, session.kind: wanted.kind, session.review: wanted.review}
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if wanted.since is not None:
        statement = statement.where(session.created_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(session.created_at <= wanted.until)
    if wanted.min_score is not None:
        statement = statement.where(Scorecard.total >= wanted.min_score)
    if wanted.max_score is not None:
        statement = statement.where(Scorecard.total <= wanted.max_score)
    return statement


def _sorted(statement: Select[Any], order: Order[SessionSort]) -> Select[Any]:
    """By the order; of scores, those come last that rest on less than half of the questions."""
    columns = {
        "created_at": InterviewSession.created_at,
        "completed_at": InterviewSession.completed_at,
        "candidate": func.lower(CANDIDATE),
        "score": Scorecard.total,
        "status": InterviewSession.status,
        "title": func.lower(InterviewSession.title),
    }
    if order.key == "score":
        statement = statement.order_by(case((ANSWERED * 2 < QUESTIONS, 1), else_=0))
    return statement.order_by(*order.by(columns[order.key], InterviewSession.id))


class ConductedRepository(Repository[InterviewSession]):
    model = InterviewSession

    async def page_of(
        self, wanted: Wanted, order: Order[SessionSort], page: Page
    ) -> tuple[list[ConductedInterview], int]:
        """One page of interviews, and how many there are."""
        statement = _sorted(_matching(_rows(), wanted), order)
        rows, total = await self._page(statement, page=page.number, per_page=page.size, skip=page.skip)
        return [ConductedInterview(*row) for row in rows], total

    async def keys(self, wanted: Wanted, order: Order[SessionSort]) -> list[int]:
        """Keys of all these interviews in order."""
        statement = _sorted(_matching(_rows(), wanted), order).with_only_columns(InterviewSession.id)
        return list((await self.session.execute(statement)).scalars())

    async def among(self, keys: Collection[int]) -> list[ConductedInterview]:
        """The interviews with these keys, in any order."""
        rows = (await self.session.execute(_rows().where(InterviewSession.id.in_(keys)))).all()
        return [ConductedInterview(*row) for row in rows]

    async def recordings(
        self, *, conductor: int | None, kind: MediaKind | None, status: RecordingState | None, page: Page
    ) -> tuple[list[tuple[RecordingView, str]], int]:
        """One page of recordings, newest first, each with the candidate's name, and how many there are."""
        statement = (
            select(Recording, InterviewSession, Question, CANDIDATE)
            .join(InterviewSession, InterviewSession.id == Recording.session_id)
            .outerjoin(Question, Question.id == Recording.question_id)
            .outerjoin(User, User.id == InterviewSession.owner_id)
            .outerjoin(AccessCode, AccessCode.id == InterviewSession.access_code_id)
            .order_by(Recording.id.desc())
        )
        if conductor is not None:
            statement = statement.where(AccessCode.created_by_id == conductor)
        if kind is not None:
            statement = statement.where(Recording.kind == kind)
        if status is not None:
            statement = statement.where(Recording.status == status)
        rows, total = await self._page(statement, page=page.number, per_page=page.size)
        return [(RecordingView(row[0], row[1], row[2]), row[3] or "") for row in rows], total
