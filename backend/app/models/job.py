"""Work that is done behind the scenes. The row is the truth: what is to be done, who does it now, what came of it."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime, now


class JobKind(StrEnum):
    """What there is to do. Each kind has a file in `app/jobs/kinds`."""

    TRANSCRIBE = "transcribe"
    EVALUATE = "evaluate"
    EVALUATE_LIVE = "evaluate_live"
    RESULTS = "results"
    PROCESS_RECORDING = "process_recording"
    LOOK_AT_FILM = "look_at_film"
    FINISH_UPLOAD = "finish_upload"
    DELETE_FILES = "delete_files"
    FINISH_DELETION = "finish_deletion"
    SWEEP_FILES = "sweep_files"
    SWEEP_SPEECH = "sweep_speech"
    SWEEP_LIVE = "sweep_live"
    RETENTION = "retention"
    FORGET_JOBS = "forget_jobs"


class JobState(StrEnum):
    """waiting > running > completed, or back to waiting for another attempt, or failed after the last one."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class Priority(IntEnum):
    """Whose work comes first, the smallest number before the others."""

    LIVE = 0
    """Somebody is in a conversation and waits."""
    ASKED = 10
    """A request waits for it."""
    BATCH = 20
    """Nobody waits."""
    UPKEEP = 30


_UNFINISHED = text("state IN ('waiting', 'running')")


class Job(Record):
    """One piece of work.

    While it is `running`, the process that holds `lease_token` works on it, until `lease_until` unless it renews that.
    Afterwards whoever comes first takes it over, and what the earlier holder still wants to write is refused.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'completed', 'failed')", name="state"),
        CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name="lease"),
        Index(
            "ix_jobs_waiting",
            "priority",
            "turn",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_jobs_lease_until",
            "lease_until",
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
        Index("uq_jobs_key", "key", unique=True, postgresql_where=_UNFINISHED, sqlite_where=_UNFINISHED),
        Index("ix_jobs_key", "key"),
        Index("ix_jobs_owner_id", "owner_id"),
        Index("ix_jobs_interview_id", "interview_id"),
        Index("ix_jobs_state_finished_at", "state", "finished_at"),
    )

    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12), default=JobState.WAITING.value)
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    """Whose it is; null for upkeep, for deletions, and for candidates without an account."""
    interview_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    target: Mapped[UUID | None] = mapped_column(Uuid)
    """Public id of the row that it is about; its kind knows which table. (Integer keys are used again on SQLite.)"""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What else its kind has to know."""
    key: Mapped[str | None] = mapped_column(String(120))
    """Of the jobs with the same key at most one is unfinished: asked twice, done once."""
    priority: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[int] = mapped_column(BigId)
    """Within a priority the smallest is next. Each further job of an owner is one turn later, so owners take turns."""
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """Not before."""
    lease_token: Mapped[UUID | None] = mapped_column(Uuid)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was begun."""
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Percent."""
    stage: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why the last attempt failed: `status`, `code`, `message`, `details` of the error, as `services/jobs` reads it."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What came of it, where no other row says so: the receipt of a deletion."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last attempt began."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
