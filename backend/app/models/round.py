"""The rounds of an interview that has several."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import InterviewType


class Round(Record):
    """One part of an interview, with questions of its own, which it gets when it is started.

    Its state follows from its two times and from the status of the interview (`services/interviews/rounds`), and its
    score from the evaluations of its answers, so nothing here can contradict them.
    """

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("session_id", "number", name="uq_rounds_session_id_number"),)

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Place among the rounds of the interview, from 1."""
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[InterviewType] = mapped_column(String(32))
    description: Mapped[str] = mapped_column(Text, default="")
    duration_minutes: Mapped[int | None]
    question_count: Mapped[int]
    """How many questions it gets; follow-ups come on top."""
    focus_areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
