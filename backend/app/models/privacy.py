"""What people agreed to, who looked at whose data, and what was deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import DeletedKind, Purpose


class Consent(Record):
    """What the candidate of an interview agreed to: `purposes` are some of PURPOSES, `wording` the version of the text
    that was shown. A change is a new row; the newest counts."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_session_id", "session_id"),)

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    purposes: Mapped[list[Purpose]] = mapped_column(JSON)
    wording: Mapped[str] = mapped_column(String(64))


LONGEST_CHANGE = 64


class AuditEvent(Record):
    """Staff did something with somebody else's data, or with codes, question sets and prompts.

    Actor and subject are named by id alone.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject_id", "subject_id"),)

    actor_id: Mapped[UUID] = mapped_column(Uuid)
    """The public id of the administrator or recruiter."""
    action: Mapped[str] = mapped_column(String(48))
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    """The public id of the interview, recording, account, code, question set or prompt that it is about."""
    before: Mapped[str | None] = mapped_column(String(LONGEST_CHANGE))
    after: Mapped[str | None] = mapped_column(String(LONGEST_CHANGE))
    """What was changed from and to, where that is a word or a number: a role, credits, a decision; or the name of what
    was deleted."""


class Deletion(Record):
    """The receipt of a deletion. `keys` are objects in storage that are still to go; without any it is completed.

    It is written in the transaction that deletes the rows, so no file is forgotten when the process dies between. Who
    was deleted is named by a random id alone.
    """

    __tablename__ = "deletions"
    __table_args__ = (
        CheckConstraint("subject_kind IN ('answer', 'recording', 'session', 'account')", name="subject_kind"),
        Index("ix_deletions_completed_at", "completed_at"),
    )

    subject_kind: Mapped[DeletedKind] = mapped_column(String(16))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How many rows and objects were deleted, by name."""
    keys: Mapped[list[str]] = mapped_column(JSON)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
