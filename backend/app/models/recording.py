"""Recordings of an interview, and uploads that are still on their way."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import MediaFormat, MediaKind, RecordingState
from app.models.values.stored import Stored
from app.models.values.visual import VisualMeasures


class Recording(Record):
    """Sound or film of an interview. `key` names the file in storage; nothing from outside is in it.

    An interview has any number, with or without a question. At most one of a question is its answer (`is_answer`); the
    database sees to it.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint("kind IN ('audio', 'video')", name="kind"),
        CheckConstraint("status IN ('received', 'processing', 'completed', 'failed')", name="status"),
        Index("ix_recordings_session_id", "session_id"),
        Index(
            "uq_recordings_question_id_answer",
            "question_id",
            unique=True,
            postgresql_where=text("is_answer"),
            sqlite_where=text("is_answer"),
        ),
    )

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("questions.id", ondelete="SET NULL"))
    is_answer: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[MediaKind] = mapped_column(String(8), default="audio")
    status: Mapped[RecordingState] = mapped_column(String(16), default="received")
    reason: Mapped[str | None] = mapped_column(Text)
    """Why processing failed."""
    key: Mapped[str] = mapped_column(String(120), unique=True)
    format: Mapped[MediaFormat] = mapped_column(String(8))
    duration: Mapped[float]
    """Seconds, measured by the server."""
    size_bytes: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64))
    thumbnail_key: Mapped[str | None] = mapped_column(String(120))
    peaks: Mapped[list[int] | None] = mapped_column(JSON, deferred=True)
    """The loudest sample of each of at most 800 equal stretches, 0-255."""
    visual: Mapped[VisualMeasures | None] = mapped_column(Stored(VisualMeasures))
    """What was seen of the candidate, where it is a film and somebody looked."""

    @property
    def keys(self) -> list[str]:
        """Everything in storage that belongs to it."""
        return [self.key, *([self.thumbnail_key] if self.thumbnail_key else [])]


class Upload(Record):
    """A file that comes in pieces. `parts` are [key in storage, bytes] in order, `position` their sum.

    A piece that was stored is a part at once, so whatever a client was told to be received is there after a crash.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_session_id", "session_id"),
        Index("ix_uploads_recording_id", "recording_id"),
        Index("ix_uploads_expires_at", "expires_at"),
    )

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("questions.id", ondelete="SET NULL"))
    is_answer: Mapped[bool] = mapped_column(default=False)
    length: Mapped[int] = mapped_column(BigId)
    position: Mapped[int] = mapped_column(BigId, default=0)
    parts: Mapped[list[list[str | int]]] = mapped_column(JSON, default=list)
    described: Mapped[str] = mapped_column(Text, default="")
    """The `Upload-Metadata` of the client, given back as it came."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recording_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("recordings.id", ondelete="CASCADE"))
    """What became of it; it goes with that."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why nothing became of it."""

    @property
    def waits(self) -> bool:
        """Whether it was received whole and is still to become a recording. When that has failed too often, `reason` is
        set and the parts stay until it expires: the job may be tried again."""
        return self.position == self.length and bool(self.parts)
