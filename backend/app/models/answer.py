"""What a candidate answered, how it was heard, and how it was judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.evaluation import EvaluationDetail, OwnView
from app.models.values.kinds import AnswerKind, AnswerStatus, EvaluationStatus
from app.models.values.stored import Stored


class Answer(Record):
    """The answer to one question: its transcript and how that came about."""

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'audio', 'video', 'live')", name="kind"),
        CheckConstraint("status IN ('received', 'processing', 'completed', 'failed')", name="status"),
    )

    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[AnswerKind] = mapped_column(String(8))
    status: Mapped[AnswerStatus] = mapped_column(String(16), default="received")
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it failed, or why nothing could be scored."""
    text: Mapped[str] = mapped_column(Text, default="")
    original_text: Mapped[str | None] = mapped_column(Text)
    """What the engine heard, kept when the candidate corrected it."""
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the candidate corrected it last."""
    words: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """[text, start, end, probability] per recognised word, times in seconds."""
    hesitations: Mapped[list[list[float]]] = mapped_column(JSON, default=list)
    """[start, end] in seconds where somebody made sounds that were not written as words."""
    language: Mapped[str | None] = mapped_column(String(12))
    language_probability: Mapped[float | None]
    confidence: Mapped[float | None]
    duration: Mapped[float | None]
    time_spent: Mapped[float | None]
    """Seconds from the question to the answer, as a typing client measured it."""
    engine: Mapped[str | None] = mapped_column(String(32))
    engine_version: Mapped[str | None] = mapped_column(String(120))
    keeps_fillers: Mapped[bool] = mapped_column(default=True)
    basic_accuracy: Mapped[bool] = mapped_column(default=False)
    own_view: Mapped[tuple[OwnView, ...]] = mapped_column(Stored(tuple[OwnView, ...]), default=())
    """What the candidate holds to have said of the expected points."""
    claimed_score: Mapped[float | None]
    claimed_analysis: Mapped[str | None] = mapped_column(Text)
    """What a client says of the answer. It is kept apart: it scores nothing and is never shown as the score."""

    @property
    def has_claim(self) -> bool:
        """Whether a client says anything of it."""
        return self.claimed_score is not None or self.claimed_analysis is not None


class TranscriptSegment(Record):
    """A final piece of a live transcript, written as soon as it was heard."""

    __tablename__ = "transcript_segments"
    __table_args__ = (UniqueConstraint("answer_id", "number", name="uq_transcript_segments_answer_id_number"),)

    answer_id: Mapped[int] = mapped_column(BigId, ForeignKey("answers.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[float]
    end: Mapped[float]
    words: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    confidence: Mapped[float | None]
    engine: Mapped[str] = mapped_column(String(32))


class Evaluation(Record):
    """One judgement of one answer. A new one leaves the old in place and takes `is_current` from it.

    At most one of an answer is current; the database sees to it. Scores are 0-100, and null where there was not enough
    to judge (`status` insufficient_evidence).
    """

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint("status IN ('scored', 'insufficient_evidence')", name="status"),
        Index("ix_evaluations_answer_id", "answer_id"),
        Index(
            "uq_evaluations_answer_id_current",
            "answer_id",
            unique=True,
            postgresql_where=text("is_current"),
            sqlite_where=text("is_current"),
        ),
    )

    answer_id: Mapped[int] = mapped_column(BigId, ForeignKey("answers.id", ondelete="CASCADE"))
    is_current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[EvaluationStatus] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(Text)
    relevance: Mapped[float | None]
    grammar: Mapped[float | None]
    fluency: Mapped[float | None]
    coverage: Mapped[float | None]
    overall: Mapped[float | None]
    quality: Mapped[float | None]
    technical: Mapped[float | None]
    structure: Mapped[float | None]
    communication: Mapped[float | None]
    confidence: Mapped[float | None]
    behavior: Mapped[float | None]
    uncertainty: Mapped[float | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    suggestions: Mapped[list[str]] = mapped_column(JSON, default=list)
    detail: Mapped[EvaluationDetail] = mapped_column(Stored(EvaluationDetail))
    engine: Mapped[str] = mapped_column(String(32))
    engine_version: Mapped[str] = mapped_column(String(120))
