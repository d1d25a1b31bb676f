"""Consent, audit events and receipts of deletions."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.models import (
    AccessCode,
    AuditEvent,
    Consent,
    Deletion,
    InterviewSession,
    PromptTemplate,
    QuestionSet,
    Recording,
    User,
)
from app.repositories.base import Page, Repository

_CANDIDATE = func.coalesce(User.full_name, InterviewSession.candidate_name, "")
NAMES: dict[str, tuple[InstrumentedAttribute[UUID], Select[UUID, str]]] = {
    "account": (User.public_id, select(User.public_id, User.full_name)),
    "session": (
        InterviewSession.public_id,
        select(InterviewSession.public_id, _CANDIDATE).outerjoin(User, User.id == InterviewSession.owner_id),
    ),
    "recording": (
        Recording.public_id,
        select(Recording.public_id, _CANDIDATE)
        .join(InterviewSession, InterviewSession.id == Recording.session_id)
        .outerjoin(User, User.id == InterviewSession.owner_id),
    ),
    "code": (AccessCode.public_id, select(AccessCode.public_id, AccessCode.code)),
    "question_set": (QuestionSet.public_id, select(QuestionSet.public_id, QuestionSet.name)),
    "prompt": (PromptTemplate.public_id, select(PromptTemplate.public_id, PromptTemplate.name)),
}
"""By the kind of what an event is about: its id, and where its name is found."""


class ConsentRepository(Repository[Consent]):
    model = Consent

    async def newest(self, interview_id: int) -> Consent | None:
        """What the candidate agreed to last."""
        statement = select(Consent).where(Consent.session_id == interview_id).order_by(Consent.id.desc()).limit(1)
        return await self._one(statement)

    async def of_session(self, interview_id: int) -> list[Consent]:
        """Everything that the candidate agreed to, oldest first."""
        return await self._all(select(Consent).where(Consent.session_id == interview_id).order_by(Consent.id))


class AuditRepository(Repository[AuditEvent]):
    model = AuditEvent

    async def about(self, subject_ids: Collection[UUID]) -> list[AuditEvent]:
        """Events about these subjects, oldest first."""
        return await self._all(select(AuditEvent).where(AuditEvent.subject_id.in_(subject_ids)).order_by(AuditEvent.id))

    async def is_noted(self, actor_id: UUID, action: str, subject_id: UUID, *, since: datetime) -> bool:
        """Whether somebody did this with the subject since then."""
        statement = select(AuditEvent.id).where(
            AuditEvent.subject_id == subject_id,
            AuditEvent.actor_id == actor_id,
            AuditEvent.action == action,
            AuditEvent.created_at >= since,
        )
        return (await self.session.execute(statement.limit(1))).first() is not None

    async def forget(self, subject_ids: Collection[UUID]) -> None:
        """Delete what happened to subjects that are deleted."""
        await self.session.execute(delete(AuditEvent).where(AuditEvent.subject_id.in_(subject_ids)))

    async def names(self, events: Collection[AuditEvent]) -> dict[UUID, str]:
        """What those who did this are called, and what it was about, by their public ids, as far as they are there."""
        found: dict[UUID, str] = {}
        wanted = {"account": {event.actor_id for event in events}}
        for event in events:
            wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
        for kind, ids in wanted.items():
            if ids and kind in NAMES:
                column, statement = NAMES[kind]
                found.update({row[0]: row[1] for row in await self.session.execute(statement.where(column.in_(ids)))})
        return found

    async def page(
        self, *, actor_id: UUID | None, subject_id: UUID | None, action: str | None, page: Page
    ) -> tuple[list[AuditEvent], int]:
        """One page of the events of this actor, subject and action, newest first."""
        statement = select(AuditEvent).order_by(AuditEvent.id.desc())
        equal = {AuditEvent.actor_id: actor_id, AuditEvent.subject_id: subject_id, AuditEvent.action: action}
        statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
        rows, total = await self._page(statement, page=page.number, per_page=page.size)
        return [row[0] for row in rows], total


class DeletionRepository(Repository[Deletion]):
    model = Deletion

    async def complete(self, deletion: Deletion, moment: datetime) -> None:
        """Everything is gone."""
        deletion.keys, deletion.completed_at = [], moment
        await self.session.flush()
