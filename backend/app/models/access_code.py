"""Access codes: what a recruiter hands out, so that candidates can take an interview without an account."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime

CODE_LENGTH = 8


class AccessCode(Record):
    """A code that lets one candidate in. `candidate_name` is who it was made for, where that is known."""

    __tablename__ = "access_codes"

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    candidate_name: Mapped[str | None] = mapped_column(String(120))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
