"""What an interview came to: the scorecard, the feedback for the candidate, the report for the hiring side."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record
from app.models.values.feedback import FeedbackContent
from app.models.values.kinds import Decision, LetterGrade, Rating
from app.models.values.report import ReportContent
from app.models.values.scores import ScoreDetail
from app.models.values.stored import Stored


class Scorecard(Record):
    """The scores of one interview, 0-100; null where nothing could be scored."""

    __tablename__ = "scorecards"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    total: Mapped[float | None]
    letter_grade: Mapped[LetterGrade | None] = mapped_column(String(2))
    relevance: Mapped[float | None]
    grammar: Mapped[float | None]
    fluency: Mapped[float | None]
    coverage: Mapped[float | None]
    scored: Mapped[int]
    skipped: Mapped[int]
    unscored: Mapped[int]
    detail: Mapped[ScoreDetail] = mapped_column(Stored(ScoreDetail))
    engine_version: Mapped[str] = mapped_column(String(120))


class Feedback(Record):
    """The feedback for the candidate."""

    __tablename__ = "feedback"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    overall_rating: Mapped[Rating | None] = mapped_column(String(16))
    readiness_score: Mapped[float | None]
    summary: Mapped[str] = mapped_column(Text)
    content: Mapped[FeedbackContent] = mapped_column(Stored(FeedbackContent))
    engine: Mapped[str] = mapped_column(String(32))
    engine_version: Mapped[str] = mapped_column(String(120))


class Report(Record):
    """The hire report: a decision with its reasons, for a person to take or leave."""

    __tablename__ = "reports"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"), unique=True)
    decision: Mapped[Decision | None] = mapped_column(String(16))
    content: Mapped[ReportContent] = mapped_column(Stored(ReportContent))
    engine: Mapped[str] = mapped_column(String(32))
    engine_version: Mapped[str] = mapped_column(String(120))
