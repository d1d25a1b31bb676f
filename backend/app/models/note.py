"""What those who conduct an interview write down about it."""

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record


class SessionNote(Record):
    """A note on an interview. `author_id` is null when the author's account is gone."""

    __tablename__ = "session_notes"
    __table_args__ = (Index("ix_session_notes_session_id", "session_id"),)

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
