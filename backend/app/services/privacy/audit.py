"""Who looked at or changed somebody else's data."""

from uuid import UUID

from app.database import Database, WriteSession
from app.errors import Forbidden
from app.models import AuditEvent
from app.repositories.privacy import AuditRepository
from app.services.accounts.subject import Account


async def note(session: WriteSession, actor: Account, action: str, subject_kind: str, subject_id: UUID) -> None:
    """Keep what an administrator did, in the transaction in which it happened."""
    event = AuditEvent(actor_id=actor.public_id, action=action, subject_kind=subject_kind, subject_id=subject_id)
    await AuditRepository(session).add(event)


class AuditService:
    """What was noted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def note(self, actor: Account, action: str, subject_kind: str, subject_id: UUID) -> None:
        """Keep what an administrator is about to see, before it is shown."""
        async with self.database.writing() as session:
            await note(session, actor, action, subject_kind, subject_id)

    async def page(self, account: Account, *, page: int, per_page: int) -> tuple[list[AuditEvent], int]:
        """One page of all events, newest first; for administrators."""
        if not account.is_admin:
            raise Forbidden("Only an administrator sees who looked at what.")
        async with self.database.reading() as session:
            return await AuditRepository(session).page(page=page, per_page=per_page)
