"""An interview and what was said in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import BigId, Record, UtcDateTime
from app.models.values.kinds import Difficulty, InterviewKind, InterviewType, Review, SessionStatus, Voice
from app.models.values.resume import Resume, ResumeMatch
from app.models.values.stored import Stored


class InterviewSession(Record):
    """One practice or hiring interview of one candidate, who has an account or came with an access code."""

    __tablename__ = "interview_sessions"
    __table_args__ = (
        CheckConstraint(
            "status IN ('created', 'questions_generated', 'in_progress', 'completed', 'cancelled')", name="status"
        ),
        CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name="difficulty"),
        CheckConstraint("kind IN ('practice', 'screening')", name="kind"),
        CheckConstraint("review IN ('to_review', 'shortlisted', 'rejected')", name="review"),
        CheckConstraint("(owner_id IS NULL) <> (access_code_id IS NULL)", name="one_way_in"),
        Index("ix_interview_sessions_owner_id_created_at", "owner_id", "created_at"),
        Index("uq_interview_sessions_access_code_id", "access_code_id", unique=True),
        Index("ix_interview_sessions_question_set_id", "question_set_id"),
    )

    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    access_code_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("access_codes.id", ondelete="RESTRICT"))
    candidate_name: Mapped[str | None] = mapped_column(String(120))
    """The name that a candidate without an account entered."""
    question_set_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("question_sets.id", ondelete="SET NULL"))
    """Where its questions were copied from, while that set exists."""
    kind: Mapped[InterviewKind] = mapped_column(String(16), default="practice")
    review: Mapped[Review] = mapped_column(String(16), default="to_review", server_default="to_review")
    title: Mapped[str] = mapped_column(String(200))
    target_role: Mapped[str | None] = mapped_column(String(120))
    target_company: Mapped[str | None] = mapped_column(String(120))
    interview_type: Mapped[InterviewType] = mapped_column(String(32), default="mixed")
    difficulty: Mapped[Difficulty] = mapped_column(String(16), default="medium")
    duration_minutes: Mapped[int | None]
    job_description: Mapped[str | None] = mapped_column(Text)
    focus_areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    voice: Mapped[Voice] = mapped_column(String(16), default="female")
    status: Mapped[SessionStatus] = mapped_column(String(24), default="created")
    current_question_id: Mapped[int | None] = mapped_column(BigId)
    """The question that is being asked; no foreign key, because questions point back here."""
    passed_number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Where questions are gone through one by one: the number of the last that was left behind."""
    live_holder: Mapped[str | None] = mapped_column(String(32))
    """The one live conversation, in whichever process, that may write to this interview's answers."""
    resume_name: Mapped[str | None] = mapped_column(String(255))
    resume_text: Mapped[str | None] = mapped_column(Text)
    resume_profile: Mapped[Resume | None] = mapped_column(Stored(Resume))
    job_match: Mapped[ResumeMatch | None] = mapped_column(Stored(ResumeMatch))
    llm_usage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def shown_role(self) -> str:
        """The job that it is about; not every face asks for one."""
        return self.target_role or self.title


class Message(Record):
    """One thing said in the conversation, by either side. `kind` tells a question from an acknowledgement."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("role IN ('assistant', 'user')", name="role"),
        Index("ix_messages_session_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_sessions.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("questions.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    content: Mapped[str] = mapped_column(Text)
