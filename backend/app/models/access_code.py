"""Access codes: what a recruiter hands out, so that candidates can take an interview without an account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import InterviewKind

CODE_LENGTH = 8


class AccessCode(Record):
    """A code that lets one candidate into one interview.

    `label` is what its recruiter calls it, `candidate_name` who it was made for and `question_set_id` what is asked,
    where that was chosen beforehand.
    `entered_at` is when an interview was started with it, `withdrawn_at` when it was deleted although it had been used:
    the interview keeps the row.
    """

    __tablename__ = "access_codes"
    __table_args__ = (CheckConstraint("interview_kind IN ('practice', 'screening')", name="interview_kind"),)

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"), index=True)
    question_set_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("question_sets.id", ondelete="SET NULL"), index=True
    )
    interview_kind: Mapped[InterviewKind] = mapped_column(String(16), default="screening")
    label: Mapped[str | None] = mapped_column(String(120))
    candidate_name: Mapped[str | None] = mapped_column(String(120))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
