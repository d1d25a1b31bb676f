"""What a kind of job declares, and what it is given when it runs.

To add a kind: name it in `JobKind` (`models/job.py`), write a file in `app/jobs/kinds` that makes a `Kind`, and list it
in `app/jobs/kinds/__init__.py`. Whoever accepts the work asks for it in the same transaction:

    await JobRepository(session).ask(JobKind.MINE, priority=Priority.BATCH, interview_id=..., target=..., key=...)
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from app.config import Settings
from app.database import WriteSession
from app.models import Job, JobKind, JobState, now
from app.repositories.jobs import JobRepository
from app.runtime.runtime import Runtime
from app.runtime.services import Services

Place = Literal["api", "worker"]


class Later(Exception):
    """The job cannot be done yet: it is due again after so many seconds, and this was no attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class LeaseLost(Exception):
    """The job was deleted, or another process has taken it over: nothing may be written for it any more."""


def _one(_settings: Settings) -> int:
    return 1


async def _nothing(_services: Services, _session: WriteSession, _job: Job, _reason: str) -> None:
    """A kind that leaves nothing behind when it is given up."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of job.

    run: does it; raises what the job is to fail with. An AppError below 500 will not get better and ends the job, but
        for `answer_changed`; Unavailable with a Retry-After was no attempt; everything else is tried again, later each
        time.
    at_once: how many of them one process does at the same time.
    refill: how many of these places must be free before more are claimed. Claiming costs four statements, however many
        jobs it takes: a kind whose places mostly wait for each other claims several together.
    attempts: how often it is begun before it is given up.
    given_up: stores, together with the end of a job that failed for good, what that means; gets the reason.
    every: seconds from one run to the next, for upkeep; None for what is asked for.
    places: which processes do it under `JOBS=external`. An embedded worker does everything.
    """

    name: JobKind
    run: "Callable[[Run], Awaitable[None]]"
    at_once: Callable[[Settings], int] = _one
    refill: Callable[[Settings], int] = _one
    attempts: int = 8
    given_up: Callable[[Services, WriteSession, Job, str], Awaitable[None]] = _nothing
    every: Callable[[Settings], float] | None = None
    places: tuple[Place, ...] = ("worker",)


class Run:
    """One attempt at a job. A kind loads, computes without a session, and stores.

    Everything that is written through `database` or `services` is committed only while the lease holds; after that it
    is refused with LeaseLost.
    """

    def __init__(self, job: Job, kind: Kind, runtime: Runtime) -> None:
        assert job.lease_token is not None  # noqa: S101 - claimed jobs have one
        self.job, self.kind, self.runtime = job, kind, runtime
        self.token = job.lease_token
        self.result: dict[str, Any] = dict(job.result or {})
        """What earlier steps and attempts left here; stored with every transaction."""
        self.is_finished = False
        self.database = runtime.database.guarded(self._hold)
        self._end: dict[str, Any] | None = None

    @cached_property
    def services(self) -> Services:
        """The services of the process, writing under the lease."""
        return self.runtime.services.over(self.database)

    @property
    def target(self) -> UUID:
        """Public id of the row that the job is about."""
        assert self.job.target is not None  # noqa: S101 - its kind is asked for with one
        return self.job.target

    async def progress(self, percent: int, stage: str) -> None:
        """Let those who wait know how far it is."""
        async with self.runtime.database.writing() as session:
            await self._change(session, progress=percent, stage=stage)

    def finish(self, **columns: Any) -> None:
        """The transaction that is open, else the next one, is the last.

        What is stored in it and the end of the job are committed together, or neither: that is how work is done exactly
        once, however often it is begun. A kind that does not call it is ended after it returns.
        """
        ended = {"lease_token": None, "lease_until": None, "stage": None, "failure": None, **columns}
        if self.kind.every is None:
            self._end = {**ended, "state": JobState.COMPLETED.value, "progress": 100, "finished_at": now()}
        else:
            again = now() + timedelta(seconds=self.kind.every(self.runtime.settings))
            self._end = {**ended, "state": JobState.WAITING.value, "attempts": 0, "run_at": again}

    async def _hold(self, session: WriteSession) -> None:
        # Last in the transaction: whoever deletes an interview locks that first and its jobs with it, and so do we.
        await self._change(session, result=self.result or None, **(self._end or {}))
        if self._end is not None:
            session.after_commit(self._finished)

    async def _finished(self) -> None:
        self.is_finished = True

    async def _change(self, session: WriteSession, **columns: Any) -> None:
        if not await JobRepository(session).held(self.token, **columns):
            raise LeaseLost
