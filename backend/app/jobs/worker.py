"""Does jobs: claims what is due, renews its leases, and takes over what a dead process left.

One loop claims, with a look every JOB_POLL_SECONDS even if nobody wakes it; one renews the leases. The database may be
gone for a while: both go on when it is back.
"""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError, Unavailable
from app.jobs.kind import Kind, Later, LeaseLost, Place, Run
from app.jobs.kinds import KINDS
from app.models import Job, JobState, Priority, now
from app.repositories.jobs import JobRepository
from app.runtime.runtime import Runtime
from app.services.jobs.job_service import failure_of

LONGEST_RETRY = 300.0
"""Seconds after which a failed attempt is repeated at the latest."""
LONGEST_PAUSE = 10.0
"""Seconds between attempts to reach a database that is gone, at the most."""
SHORTEST_WAIT = 0.05
"""Seconds to the next look where what is due is being taken by another process."""
DEATHS = 3
"""So many times as often as it may fail, a job may be begun by processes that die: they may have been killed."""
DIED = {"status": 500, "code": "worker_died", "message": "The process that worked on it ended, again and again."}
NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}
WAITING: dict[str, Any] = {"state": JobState.WAITING.value, **NO_LEASE}
UNREACHABLE = (SQLAlchemyError, OSError)
"""What a database that is gone or restarts looks like."""
log = logging.getLogger(__name__)


class Worker:
    """Does the jobs of these kinds in this process, from `start` to `close`."""

    def __init__(self, runtime: Runtime, kinds: Iterable[Kind]) -> None:
        self.runtime = runtime
        self.settings = runtime.settings.job
        self.kinds = {kind.name.value: kind for kind in kinds}
        self._running: dict[UUID, tuple[Run, asyncio.Task[None]]] = {}
        self._loops: list[asyncio.Task[None]] = []

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return len(self._running)

    def start(self) -> None:
        """Begin to look for work."""
        loops = (self._plan_upkeep, self._claiming, self._renewing)
        self._loops = [asyncio.create_task(_keep(loop)) for loop in loops]

    async def close(self) -> None:
        """Take no more; what is not done within JOB_STOP_SECONDS is given back for another process."""
        *claiming, renewing = self._loops
        await _cancel(claiming)
        tasks = [task for _, task in self._running.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.settings.stop_seconds)
            await _cancel(late)
        await _cancel([renewing])

    # looking for work

    async def _plan_upkeep(self) -> None:
        """Each kind of upkeep has one job, which comes again and again; it runs at start, too."""
        async with self.runtime.database.writing() as session:
            for kind in self.kinds.values():
                if kind.every is not None:
                    key = f"upkeep:{kind.name.value}"
                    await JobRepository(session).ask(kind.name, priority=Priority.UPKEEP, key=key)
        await asyncio.Event().wait()

    async def _claiming(self) -> None:
        while True:
            wait = await self._claim()
            self.runtime.wakeup.has_room(bool(self._room()))
            await self.runtime.wakeup.wait(max(SHORTEST_WAIT, wait))

    async def _claim(self) -> float:
        """Take jobs while some are due and there is room for their kinds; returns in how many seconds to look again."""
        while (wait := await self._seconds_to_next()) == 0:
            async with self.runtime.database.writing() as session:
                jobs = await JobRepository(session).claim(self._room(), lease_seconds=self.settings.lease_seconds)
            for job in jobs:
                self._begin(job)
            if not jobs:
                break  # another process was faster
        return wait

    def _room(self) -> dict[str, int]:
        """Kinds of which more are to be claimed, and how many more."""
        settings, running = self.runtime.settings, Counter(run.job.kind for run, _ in self._running.values())
        free = {name: kind.at_once(settings) - running[name] for name, kind in self.kinds.items()}
        return {name: room for name, room in free.items() if room >= self.kinds[name].refill(settings)}

    async def _seconds_to_next(self) -> float:
        """Seconds until the next job for which there is room is due; at most JOB_POLL_SECONDS."""
        due = None
        if room := self._room():
            async with self.runtime.database.reading() as session:
                due = await JobRepository(session).next_due(room)
        longest = self.settings.poll_seconds
        return longest if due is None else min(longest, max(0.0, (due - now()).total_seconds()))

    async def _take_over(self) -> None:
        """Jobs whose lease has run out are due again, or failed if they were begun too often."""
        async with self.runtime.database.reading() as session:
            lapsed = await JobRepository(session).lapsed()
        for job in lapsed:
            kind = self.kinds.get(job.kind)
            if kind is not None and job.attempts >= DEATHS * kind.attempts:
                await self._give_up(kind, job, DIED, lapsed=True)
            else:
                async with self.runtime.database.writing() as session:
                    if await JobRepository(session).held(job.lease_token, lapsed=True, **WAITING):
                        log.warning("the lease of job %s (%s) ran out: it is done anew", job.public_id, job.kind)
                        session.wake_workers()

    async def _renewing(self) -> None:
        """Renew leases well before they run out, and look for those of others that did run out. Work on a lease that is
        lost is stopped."""
        while True:
            await self._take_over()
            await asyncio.sleep(self.settings.lease_seconds / 4)
            tokens = set(self._running)
            if not tokens:
                continue
            async with self.runtime.database.writing() as session:
                kept = await JobRepository(session).renew(tokens, lease_seconds=self.settings.lease_seconds)
            for token in tokens - kept:
                if (lost := self._running.get(token)) is not None and not lost[0].is_finished:
                    lost[1].cancel()

    # doing it

    def _begin(self, job: Job) -> None:
        run = Run(job, self.kinds[job.kind], self.runtime)
        task = asyncio.create_task(self._do(run), name=f"job-{job.kind}-{job.id}")
        self._running[run.token] = run, task
        assert job.started_at is not None  # noqa: S101 - claimed
        if job.priority < Priority.UPKEEP:
            self.runtime.services.jobs.waits.add((job.started_at - job.run_at).total_seconds())

    async def _do(self, run: Run) -> None:
        """One attempt, and what becomes of the job after it. Never raises."""
        job = run.job
        try:
            await run.kind.run(run)
            if not run.is_finished:
                run.finish()
                async with run.database.writing():
                    pass
        except LeaseLost:
            log.info("job %s (%s) is not ours any more", job.public_id, job.kind)
        except asyncio.CancelledError:
            await self._settle(run, self._give_back)
        except Later as later:
            await self._settle(run, partial(self._give_back, seconds=later.seconds))
        except Exception as error:
            if run.is_finished:
                log.exception("job %s (%s) failed after its end", job.public_id, job.kind)
            else:
                await self._settle(run, partial(self._failed, error=error))
        finally:
            del self._running[run.token]
            self.runtime.services.jobs.changed(job.id)
            self.runtime.wakeup.here()

    async def _settle(self, run: Run, settle: Callable[[Run], Awaitable[None]]) -> None:
        """Store what became of an attempt. If that cannot be stored, the lease runs out and another one is made."""
        try:
            await settle(run)
        except LeaseLost:
            pass
        except UNREACHABLE as error:
            log.warning("job %s (%s) waits for its lease to run out: %s", run.job.public_id, run.job.kind, error)

    async def _give_back(self, run: Run, *, seconds: float = 0.0) -> None:
        at = now() + timedelta(seconds=seconds)
        await self._change(run, attempts=run.job.attempts - 1, run_at=at)

    async def _failed(self, run: Run, error: Exception) -> None:
        job, kind = run.job, run.kind
        failure = failure_of(error)
        if not isinstance(error, AppError):
            log.error("job %s (%s) failed", job.public_id, job.kind, exc_info=error)
        final = isinstance(error, AppError) and error.status_code < 500 and error.code != "answer_changed"
        if (final or job.attempts >= kind.attempts) and kind.every is None:
            await self._give_up(kind, job, failure)
            return
        if isinstance(error, Unavailable) and (busy := error.headers.get("Retry-After")):
            at = now() + timedelta(seconds=float(busy))
            await self._change(run, attempts=job.attempts - 1, failure=failure, run_at=at)
            return
        wait = self.settings.retry_seconds * 4 ** (job.attempts - 1) * random.uniform(0.75, 1.25)
        if isinstance(error, AppError) and error.code == "answer_changed":
            wait = 0.0
        at = now() + timedelta(seconds=min(wait, LONGEST_RETRY))
        await self._change(run, failure=failure, run_at=at)

    async def _change(self, run: Run, **changes: Any) -> None:
        async with self.runtime.database.writing() as session:
            if not await JobRepository(session).held(run.token, **WAITING, **changes):
                raise LeaseLost

    async def _give_up(self, kind: Kind, job: Job, failure: dict[str, Any], *, lapsed: bool = False) -> None:
        """The job has failed for good."""
        changes = {"state": JobState.FAILED.value, "failure": failure, "finished_at": now(), **NO_LEASE}
        with contextlib.suppress(LeaseLost):
            async with self.runtime.database.writing() as session:
                await kind.given_up(self.runtime.services, session, job, failure["message"])
                if not await JobRepository(session).held(job.lease_token, lapsed=lapsed, **changes):
                    raise LeaseLost


async def _keep(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop for ever; after an outage of the database it goes on."""
    pause = 0.0
    while True:
        began = now()
        try:
            await loop()
        except UNREACHABLE as error:
            if now() - began > timedelta(seconds=LONGEST_PAUSE):
                pause = 0.0
            log.warning("background work waits for the database: %s", error)
        except Exception:
            log.exception("background work stumbled")
        pause = min(max(0.5, 2 * pause), LONGEST_PAUSE)
        await asyncio.sleep(pause)


async def _cancel(tasks: Iterable["asyncio.Task[None]"]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def open_worker(runtime: Runtime, place: Place) -> AsyncIterator[Worker]:
    """A worker of this process, doing what `JOBS` leaves to this kind of process."""
    everything = place == "api" and runtime.settings.jobs == "embedded"
    worker = Worker(runtime, [kind for kind in KINDS if everything or place in kind.places])
    worker.start()
    try:
        yield worker
    finally:
        await worker.close()
