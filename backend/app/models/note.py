"""What those who conduct an interview write down about it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record


class SessionNote(Record):
    """A note on an interview, or on the answer to one question of it. `author_id` is null when the author's account is
    gone. `rating` (1 to 5) is the author's own view; it enters no score."""

    __tablename__ = "session_notes"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_session_notes_session_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("questions.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    rating: Mapped[int | None]
