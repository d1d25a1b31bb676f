"""Ended jobs are forgotten after JOB_KEEP_DAYS."""

from datetime import timedelta

from app.jobs.kind import Kind, Run
from app.models import JobKind, now
from app.repositories.jobs import JobRepository


async def _run(run: Run) -> None:
    async with run.database.writing() as session:
        await JobRepository(session).forget(now() - timedelta(days=run.runtime.settings.job.keep_days))


FORGET_JOBS = Kind(name=JobKind.FORGET_JOBS, run=_run, every=lambda _: 3600.0)
