"""Who looked at or changed somebody else's data, and who changed what candidates are asked and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.database import Database
from app.models import AuditEvent, Recording, now
from app.models.privacy import LONGEST_CHANGE
from app.repositories.base import AnySession, Page
from app.repositories.privacy import AuditRepository
from app.services.accounts.subject import Account

ONCE = timedelta(minutes=10)
"""For so long, and for the length of a recording besides, one person's playing of it is one event."""


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """An event with the names of who did it and of what it is about: an account, the candidate of an interview or a
    recording, a code, a question set, a prompt. None for what is gone."""

    event: AuditEvent
    actor: str | None
    subject: str | None


async def note(
    session: AnySession,
    actor: Account,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Keep what somebody did with another's data, or with what all share, in the transaction in which it happened;
    `before` and `after` say what was changed from and to, `before` alone what was deleted."""
    event = AuditEvent(
        actor_id=actor.public_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        before=before and before[:LONGEST_CHANGE],
        after=after and after[:LONGEST_CHANGE],
    )
    await AuditRepository(session).add(event)


async def note_all(
    session: AnySession, actor: Account, action: str, subject_kind: str, subject_ids: Sequence[UUID]
) -> None:
    """Keep that somebody did the same with several."""
    await AuditRepository(session).add_all(
        [
            AuditEvent(actor_id=actor.public_id, action=action, subject_kind=subject_kind, subject_id=subject_id)
            for subject_id in subject_ids
        ]
    )


class AuditService:
    """What was noted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def note(self, actor: Account, action: str, subject_kind: str, subject_id: UUID) -> None:
        """Keep what somebody is about to see, before it is shown."""
        async with self.database.writing() as session:
            await note(session, actor, action, subject_kind, subject_id)

    async def note_playing(self, actor: Account, action: str, recording: Recording) -> None:
        """Keep it unless it was noted within its length and `ONCE`: players ask for one file in many pieces."""
        subject_id = recording.public_id
        async with self.database.writing() as session:
            since = now() - ONCE - timedelta(seconds=recording.duration)
            if not await AuditRepository(session).is_noted(actor.public_id, action, subject_id, since=since):
                await note(session, actor, action, "recording", subject_id)

    async def page(
        self,
        account: Account,
        *,
        actor_id: UUID | None = None,
        subject_id: UUID | None = None,
        action: str | None = None,
        page: Page,
    ) -> tuple[list[NamedEvent], int]:
        """One page of the events of this actor, subject and action, newest first; for administrators."""
        account.require("see_audit")
        async with self.database.reading() as session:
            events, total = await AuditRepository(session).page(
                actor_id=actor_id, subject_id=subject_id, action=action, page=page
            )
            names = await AuditRepository(session).names(events)
        return [NamedEvent(event, names.get(event.actor_id), names.get(event.subject_id)) for event in events], total
