"""Turns background work into the shapes of v1."""

from typing import cast

from app.models import Job, JobKind, JobState
from app.schemas.job import JobOut, JobStateName, SessionStatusOut
from app.services.jobs.job_service import InterviewWork


def job(row: Job) -> JobOut:
    failure = row.failure or {}
    return JobOut(
        id=row.public_id,
        kind=JobKind(row.kind),
        state=cast("JobStateName", row.state),
        progress=row.progress,
        stage=row.stage,
        attempts=row.attempts,
        reason=failure.get("message"),
        reason_code=failure.get("code"),
        created_at=row.created_at,
        next_attempt_at=row.run_at if row.state == JobState.WAITING else None,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def session_status(work: InterviewWork) -> SessionStatusOut:
    return SessionStatusOut(
        session_id=work.interview.public_id,
        status=work.interview.status,
        results=work.results,
        jobs=[job(row) for row in work.unfinished],
    )
