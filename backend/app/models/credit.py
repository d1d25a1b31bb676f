"""Credits, of which creating an interview takes one where its face says so, and the reason of each change."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record
from app.models.values.kinds import CreditReason


class CreditEntry(Record):
    """One change of `User.interviews_remaining`: by how many, and how many there were after it."""

    __tablename__ = "credit_entries"
    __table_args__ = (
        CheckConstraint("reason IN ('interview', 'refund', 'grant')", name="reason"),
        CheckConstraint("change <> 0 AND balance >= 0", name="balance"),
        Index("ix_credit_entries_user_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    change: Mapped[int]
    balance: Mapped[int]
    reason: Mapped[CreditReason] = mapped_column(String(12))
    subject: Mapped[UUID | None] = mapped_column(Uuid)
    """The public id of the interview that took the credit; it may be deleted by now."""
    granted_by: Mapped[UUID | None] = mapped_column(Uuid)
    """The public id of the administrator; none for grants from the server's own machine."""
    note: Mapped[str] = mapped_column(String(200), default="")


class IdempotencyKey(Record):
    """A key that a client sent with a request to create an interview: the same key means the same interview.

    `fingerprint` is the SHA-256 of what was asked for. It goes with its interview.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_idempotency_keys_interview_id", "interview_id"),
    )

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    interview_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
