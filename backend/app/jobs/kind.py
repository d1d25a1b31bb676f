"""What a kind of job declares, and what it is given when it runs.

To add a kind: name it in `JobKind` (`models/job.py`), write a file in `app/jobs/kinds` that makes a `Kind`, and list it
in `app/jobs/kinds/__init__.py`. Whoever accepts the work asks for it in the same transaction:

    await JobRepository(session).ask(JobKind.MINE, priority=Priority.BATCH, interview_id=..., target=..., key=...)
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from app.config import Settings
from app.database import WriteSession
from app.models import Job, JobKind, JobState, now
from app.repositories.jobs import JobRepository
from app.runtime.runtime import Runtime

Place = Literal["api", "worker"]


class LeaseLost(Exception):
    """The job was deleted, or another process has taken it over: nothing may be written for it any more."""


def _one(_settings: Settings) -> int:
    return 1


async def _nothing(_session: WriteSession, _job: Job, _reason: str) -> None:
    """A kind that leaves nothing behind when it is given up."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of job.

    run: does it; raises what the job is to fail with. An AppError below 500 will not get better and ends the job, but
        for `answer_changed`; everything else is tried again, later each time.
    at_once: how many of them one process does at the same time.
    attempts: how often it is begun before it is given up.
    given_up: what is to be stored together with the end of a job that failed for good, with the reason.
    every: seconds from one run to the next, for upkeep; None for what is asked for.
    places: which processes do it under `JOBS=external`. An embedded worker does everything.
    """

    name: JobKind
    run: "Callable[[Run], Awaitable[None]]"
    at_once: Callable[[Settings], int] = _one
    attempts: int = 5
    given_up: Callable[[WriteSession, Job, str], Awaitable[None]] = _nothing
    every: Callable[[Settings], float] | None = None
    places: tuple[Place, ...] = ("worker",)


@dataclass(slots=True)
class Run:
    """One attempt at a job. A kind loads, computes without a session, and stores.

    What it writes goes through `writing` or `finishing`, which refuse with LeaseLost once the job is another process's.
    """

    job: Job
    kind: Kind
    runtime: Runtime
    is_finished: bool = False

    @property
    def token(self) -> UUID:
        """The token of the lease."""
        assert self.job.lease_token is not None  # noqa: S101 - claimed jobs have one
        return self.job.lease_token

    @property
    def target(self) -> int:
        """Key of the row that the job is about."""
        assert self.job.target is not None  # noqa: S101 - asked for with one
        return self.job.target

    async def progress(self, percent: int, stage: str) -> None:
        """Let those who wait know how far it is."""
        async with self.writing() as session:
            await self._hold(session, progress=percent, stage=stage)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        """A transaction that is committed only if the lease still holds."""
        async with self.runtime.database.writing() as session:
            yield session
            await self._hold(session)

    @asynccontextmanager
    async def finishing(self, result: Mapping[str, Any] | None = None) -> AsyncIterator[WriteSession]:
        """The last transaction: what is stored in it and the end of the job are committed together, or neither.

        That is how work is done exactly once, however often it is begun.
        """
        async with self.runtime.database.writing() as session:
            yield session
            changes = {"result": dict(result) if result is not None else None, "failure": None}
            await self._hold(session, **changes, **self._end())
        self.is_finished = True

    def _end(self) -> dict[str, Any]:
        """Columns of a job that is done, or, for upkeep, that comes again."""
        ended = {"lease_token": None, "lease_until": None, "stage": None}
        if self.kind.every is None:
            return {**ended, "state": JobState.COMPLETED.value, "progress": 100, "finished_at": now()}
        again = now() + timedelta(seconds=self.kind.every(self.runtime.settings))
        return {**ended, "state": JobState.WAITING.value, "attempts": 0, "run_at": again}

    async def _hold(self, session: WriteSession, **changes: Any) -> None:
        # Last in the transaction: whoever deletes an interview locks it first and its jobs with it, so do we.
        if not await JobRepository(session).held(self.token, **changes):
            raise LeaseLost
