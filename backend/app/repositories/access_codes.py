"""Access codes."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, update

from app.database import WriteSession
from app.models import AccessCode, InterviewSession, QuestionSet, now
from app.models.values.kinds import CodeState
from app.repositories.base import Ref, Repository, contains, matches


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code with the interview that was started with it and the set that it names or that was asked, where there are
    such."""

    code: AccessCode
    interview: InterviewSession | None
    question_set: QuestionSet | None

    @property
    def is_used(self) -> bool:
        """Whether an interview was started with it, also one that was deleted since."""
        return self.code.entered_at is not None

    @property
    def is_expired(self) -> bool:
        """Whether nobody can start an interview with it any more, because it is too late."""
        return self.code.expires_at is not None and self.code.expires_at <= now()

    @property
    def candidate_name(self) -> str | None:
        """Who used the code, or else whom it was made for."""
        return self.interview.candidate_name if self.interview is not None else self.code.candidate_name


def _views(created_by: int | None) -> Select[AccessCode, InterviewSession | None, QuestionSet | None]:
    statement = (
        select(AccessCode, InterviewSession, QuestionSet)
        .outerjoin(InterviewSession, InterviewSession.access_code_id == AccessCode.id)
        .outerjoin(
            QuestionSet, QuestionSet.id == func.coalesce(InterviewSession.question_set_id, AccessCode.question_set_id)
        )
        .where(AccessCode.withdrawn_at.is_(None))
    )
    return statement if created_by is None else statement.where(AccessCode.created_by_id == created_by)


def _in_state(state: CodeState) -> list[ColumnElement[bool]]:
    used = AccessCode.entered_at.is_not(None)
    expired = AccessCode.expires_at.is_not(None) & (AccessCode.expires_at <= now())
    over = InterviewSession.status.in_(("completed", "cancelled"))
    conditions: dict[CodeState, list[ColumnElement[bool]]] = {
        "open": [~used, ~expired],
        "used": [used],
        "in_progress": [InterviewSession.id.is_not(None), ~over],
        "finished": [over],
        "expired": [~used, expired],
    }
    return conditions[state]


class AccessCodeRepository(Repository[AccessCode]):
    """Codes that were not withdrawn, except for `taken`: no code is ever given out again."""

    model = AccessCode

    async def by_code(self, code: str) -> AccessCode | None:
        """The code as it was handed out, in capitals. In a transaction nobody else enters with it until that ends."""
        statement = select(AccessCode).where(AccessCode.code == code, AccessCode.withdrawn_at.is_(None))
        if isinstance(self.session, WriteSession):
            statement = statement.with_for_update()
        return await self._one(statement)

    async def issued(self, ref: Ref, created_by: int | None) -> AccessCode | None:
        """The code, of this user where one is named. In a transaction nobody enters with it until that ends."""
        statement = select(AccessCode).where(matches(AccessCode, ref), AccessCode.withdrawn_at.is_(None))
        if created_by is not None:
            statement = statement.where(AccessCode.created_by_id == created_by)
        return await self._one(statement.with_for_update() if isinstance(self.session, WriteSession) else statement)

    async def interview_of(self, code: AccessCode) -> InterviewSession | None:
        """The interview that was started with the code."""
        statement = select(InterviewSession).where(InterviewSession.access_code_id == code.id)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def taken(self, codes: Collection[str]) -> set[str]:
        """Those of these codes that exist."""
        return set(await self.session.scalars(select(AccessCode.code).where(AccessCode.code.in_(codes))))

    async def forget_candidate(self, key: int) -> None:
        """Remove the name of whom a code was made for: what was done with it is deleted."""
        await self.session.execute(update(AccessCode).where(AccessCode.id == key).values(candidate_name=None))

    async def page_of(
        self,
        created_by: int | None,
        *,
        page: int,
        per_page: int,
        state: CodeState | None = None,
        search: str | None = None,
    ) -> tuple[list[CodeView], int]:
        """One page of the codes, newest first, and how many there are; those of one user where one is named. `search`
        looks in code, label, candidate and set."""
        statement = _views(created_by).order_by(AccessCode.id.desc())
        if state is not None:
            statement = statement.where(*_in_state(state))
        if search is not None:
            candidate = (AccessCode.candidate_name, InterviewSession.candidate_name)
            statement = statement.where(
                contains(search, AccessCode.code, AccessCode.label, *candidate, QuestionSet.name)
            )
        rows, total = await self._page(statement, page=page, per_page=per_page)
        return [CodeView(*row) for row in rows], total

    async def view(self, ref: Ref, created_by: int | None) -> CodeView | None:
        """One code, of this user where one is named."""
        row = (await self.session.execute(_views(created_by).where(matches(AccessCode, ref)))).one_or_none()
        return CodeView(*row) if row else None

    async def waiting_for(self, question_set: QuestionSet) -> int:
        """How many codes name this set and can still start an interview."""
        statement = (
            select(func.count())
            .select_from(AccessCode)
            .where(
                AccessCode.question_set_id == question_set.id,
                AccessCode.entered_at.is_(None),
                AccessCode.withdrawn_at.is_(None),
                AccessCode.expires_at.is_(None) | (AccessCode.expires_at > now()),
            )
        )
        return await self.session.scalar(statement) or 0
