"""Background work of v1."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from app.models import JobKind
from app.models.values.kinds import ResultsState, SessionStatus
from app.schemas.common import PageInfo, Schema

JobStateName = Literal["waiting", "running", "completed", "failed"]


class JobOut(Schema):
    """A piece of work behind the scenes. `reason` is why it failed, or why its last attempt did."""

    id: UUID
    kind: JobKind
    state: JobStateName
    progress: int
    stage: str | None
    attempts: int
    reason: str | None
    reason_code: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None


class JobList(Schema):
    jobs: list[JobOut]
    pagination: PageInfo


class SessionStatusOut(Schema):
    """What is going on behind the scenes for an interview."""

    session_id: UUID
    status: SessionStatus
    results: ResultsState
    jobs: list[JobOut]
