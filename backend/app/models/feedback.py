"""What an interview came to: the scorecard, the feedback for the candidate, the report for the hiring side."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record


class Scorecard(Record):
    """The scores of one interview, 0-100; null where nothing could be scored."""

    __tablename__ = "scorecards"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    total: Mapped[float | None]
    letter_grade: Mapped[str | None] = mapped_column(String(2))
    relevance: Mapped[float | None]
    grammar: Mapped[float | None]
    fluency: Mapped[float | None]
    coverage: Mapped[float | None]
    scored: Mapped[int]
    skipped: Mapped[int]
    unscored: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    engine_version: Mapped[str] = mapped_column(String(120))


class Feedback(Record):
    """The feedback for the candidate."""

    __tablename__ = "feedback"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    overall_rating: Mapped[str | None] = mapped_column(String(16))
    readiness_score: Mapped[float | None]
    summary: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    engine: Mapped[str] = mapped_column(String(32))
    engine_version: Mapped[str] = mapped_column(String(120))


class Report(Record):
    """The hire report: a decision with its reasons, for a person to take or leave."""

    __tablename__ = "reports"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    decision: Mapped[str | None] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    engine: Mapped[str] = mapped_column(String(32))
    engine_version: Mapped[str] = mapped_column(String(120))
