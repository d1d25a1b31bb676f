"""The status of an interview, and the only place that changes it.

    created > questions_generated > in_progress > completed | cancelled

Functions take the row inside the caller's transaction. A change that the status does not allow is a Conflict.
"""

from datetime import datetime

from app.errors import Conflict
from app.models import InterviewSession, now

OPEN = ("created", "questions_generated", "in_progress")


def is_open(interview: InterviewSession) -> bool:
    """Whether the interview can still change."""
    return interview.status in OPEN


def require_open(interview: InterviewSession, *, received_at: datetime | None = None) -> None:
    """Conflict when the interview is over. An answer that was received before it was completed is still taken."""
    completed_at = interview.completed_at if interview.status == "completed" else None
    is_in_time = received_at is not None and completed_at is not None and received_at <= completed_at
    if not is_open(interview) and not is_in_time:
        raise Conflict(f"The interview is {interview.status} and can no longer be changed.", code="session_closed")


def questions_generated(interview: InterviewSession) -> None:
    """The interview has its first questions."""
    if interview.status == "created":
        interview.status = "questions_generated"


def begin(interview: InterviewSession, *, received_at: datetime | None = None) -> None:
    """The first answer, or the first live connection, starts the interview; `received_at` as of `require_open`."""
    require_open(interview, received_at=received_at)
    if interview.status in ("created", "questions_generated"):
        interview.status = "in_progress"
        interview.started_at = now()


def complete(interview: InterviewSession) -> None:
    """End the interview. Conflict while it has no questions."""
    if interview.status == "created":
        raise Conflict("The interview has no questions yet, so there is nothing to complete.")
    require_open(interview)
    interview.status = "completed"
    interview.completed_at = now()
    interview.started_at = interview.started_at or interview.created_at


def cancel(interview: InterviewSession) -> None:
    """Call the interview off."""
    require_open(interview)
    interview.status = "cancelled"
