"""The life of an interview: created, questions generated, in progress, completed or cancelled."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import after_commit
from app.engines.storage import Storage
from app.errors import Conflict, NotFound
from app.models import InterviewSession, now
from app.repositories.interviews import InterviewRepository, SessionCounts, SortKey
from app.services.accounts.auth_service import Principal

OPEN_STATUSES = ("created", "questions_generated", "in_progress")


class InterviewService:
    """Owns every change of an interview's status."""

    def __init__(self, session: AsyncSession, storage: Storage) -> None:
        self.session = session
        self.storage = storage
        self.interviews = InterviewRepository(session)

    async def create(self, principal: Principal, values: Mapping[str, object]) -> InterviewSession:
        """A new interview of the caller."""
        return await self.interviews.add(InterviewSession(owner_id=principal.key, **values))

    async def owned(self, principal: Principal, public_id: UUID) -> InterviewSession:
        """The caller's interview; what is not there and what is somebody else's is the same 404."""
        interview = await self.interviews.owned(public_id, principal.key)
        if interview is None:
            raise NotFound.of("Session")
        return interview

    async def by_credential(self, public_id: UUID) -> InterviewSession:
        """The interview, whoever owns it: for callers whose credential is its id, as at a kiosk."""
        interview = await self.interviews.by_public_id(public_id)
        if interview is None:
            raise NotFound.of("Session")
        return interview

    async def owned_with_counts(self, principal: Principal, public_id: UUID) -> SessionCounts:
        """The same with the numbers of questions and answers."""
        found = await self.interviews.owned_with_counts(public_id, principal.key)
        if found is None:
            raise NotFound.of("Session")
        return found

    async def page(
        self,
        principal: Principal,
        *,
        status: str | None,
        search: str | None,
        sort: SortKey,
        ascending: bool,
        page: int,
        per_page: int,
    ) -> tuple[list[SessionCounts], int]:
        """One page of the caller's interviews and how many there are."""
        return await self.interviews.page_of(
            principal.key,
            status=status,
            search=search,
            sort=sort,
            ascending=ascending,
            page=page,
            per_page=per_page,
        )

    async def update(self, interview: InterviewSession, changes: Mapping[str, object]) -> None:
        """Change what the interview is about while it is open; `status` may become `cancelled`."""
        self.require_open(interview)
        for name, value in changes.items():
            setattr(interview, name, value)
        await self.session.flush()

    async def delete(self, interview: InterviewSession) -> None:
        """Delete the interview with its questions, answers and files."""
        names = await self.interviews.file_names(interview.id)
        await self.interviews.delete(interview)
        after_commit(self.session, lambda: self.storage.delete_all(names))

    async def complete(self, interview: InterviewSession) -> None:
        """End the interview."""
        if interview.status == "created":
            raise Conflict("The session has no questions yet, so there is nothing to complete.")
        self.require_open(interview)
        interview.status = "completed"
        interview.completed_at = now()
        interview.started_at = interview.started_at or interview.created_at
        await self.session.flush()

    async def begin(self, interview: InterviewSession) -> None:
        """The first answer starts the interview."""
        self.require_open(interview)
        if interview.status != "in_progress":
            interview.status = "in_progress"
            interview.started_at = now()

    @staticmethod
    def require_open(interview: InterviewSession) -> None:
        """Conflict when the interview is over."""
        if interview.status not in OPEN_STATUSES:
            raise Conflict(f"The session is {interview.status} and does not change any more.", code="session_closed")
