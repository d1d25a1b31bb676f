"""The questions of an interview."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import Category, Difficulty, QuestionSource


class Question(Record):
    """A question as this candidate gets it: a copy, so that a later change of the bank changes no past interview."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name="difficulty"),
        Index("ix_questions_session_id_number", "session_id", "number"),
    )

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Place in the interview, from 1; a follow-up stands right after its question by `follow_up_of`."""
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[Category] = mapped_column(String(24))
    difficulty: Mapped[Difficulty] = mapped_column(String(16))
    time_limit: Mapped[int] = mapped_column(default=120)
    """Seconds that a good spoken answer may take."""
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    theme: Mapped[str | None] = mapped_column(String(24))
    expected_points: Mapped[list[str]] = mapped_column(JSON, default=list)
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    hints: Mapped[list[str]] = mapped_column(JSON, default=list)
    model_answer: Mapped[str] = mapped_column(Text, default="")
    follow_ups: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    source: Mapped[QuestionSource] = mapped_column(String(16), default="bank")
    bank_id: Mapped[str | None] = mapped_column(String(80), index=True)
    follow_up_of_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("questions.id", ondelete="CASCADE"))
    attempt_of_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("questions.id", ondelete="SET NULL"), index=True
    )
    """The question of the first attempt, where this one repeats it in a practice of its own."""
    round_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("rounds.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
