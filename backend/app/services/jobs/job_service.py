"""Jobs as their owners see them: what became of them, waiting for their end, and another try for failed ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app import errors
from app.database import Database
from app.errors import AppError, Conflict, FieldError, NotFound
from app.models import InterviewSession, Job, JobKind, JobState, now
from app.models.values.kinds import ResultsState
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.jobs import UNFINISHED, JobRepository, QueueNumbers
from app.repositories.results import FeedbackRepository
from app.services.accounts.subject import Account, CodeHolder, Subject
from app.services.interviews.completion import results_key
from app.services.interviews.interview_service import InterviewService

KEEP_ALIVE = 15.0
"""Seconds of a stream without a change after which something is sent all the same."""
LOOK_SECONDS = 0.25
"""How often to look for the end of a job that another process works on."""
_BY_STATUS = {kind.status_code: kind for kind in AppError.__subclasses__()}


def is_finished(job: Job) -> bool:
    """Whether nothing more happens to the job by itself."""
    return job.state not in UNFINISHED


def failure_of(error: Exception) -> dict[str, object]:
    """An error as it is kept with the job. What nobody expected is named, not told: it may quote what was worked on."""
    if isinstance(error, AppError):
        return {
            "status": error.status_code,
            "code": error.code,
            "message": error.message,
            "details": [[detail.field, detail.message] for detail in error.details],
            "headers": error.headers,
        }
    message = f"It failed here ({type(error).__name__}). The reason is in the server's log."
    return {"status": 500, "code": "internal_error", "message": message}


def error_of(job: Job) -> AppError | None:
    """The error of the job's last attempt."""
    if job.failure is None:
        return None
    kind = _BY_STATUS.get(job.failure["status"], errors.Unavailable)
    error = kind.__new__(kind)
    AppError.__init__(
        error,
        job.failure["message"],
        code=job.failure["code"],
        details=[FieldError(*detail) for detail in job.failure.get("details", ())],
        headers=job.failure.get("headers"),
    )
    return error


@dataclass(slots=True)
class _Waits:
    """How long the last jobs waited from when they were due until they were begun, in seconds."""

    seconds: list[float] = field(default_factory=list)
    most: int = 256

    def add(self, seconds: float) -> None:
        self.seconds.append(max(0.0, seconds))
        del self.seconds[: -self.most]

    def share(self, part: float) -> float:
        """The wait that this part of the jobs (0-1) did not exceed."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3) if ordered else 0.0


@dataclass(frozen=True, slots=True)
class InterviewWork:
    """An interview, whether its results are there, and what is still to be done for it."""

    interview: InterviewSession
    results: ResultsState
    unfinished: Sequence[Job]


async def work_of(session: AnySession, interview: InterviewSession) -> InterviewWork:
    """What goes on behind the scenes for an interview that somebody may see."""
    unfinished = await JobRepository(session).unfinished_of(interview.id)
    made = await FeedbackRepository(session).of_session(interview.id) is not None
    newest = await JobRepository(session).newest_with(results_key(interview))
    if any(job.kind == JobKind.RESULTS for job in unfinished):
        return InterviewWork(interview, "generating", unfinished)
    failed = newest is not None and newest.state == JobState.FAILED
    return InterviewWork(interview, "ready" if made else "failed" if failed else "none", unfinished)


async def _is_theirs(session: AnySession, subject: Subject, job: Job) -> bool:
    match subject:
        case Account():
            return subject.may("see_system") or job.owner_id == subject.key
        case CodeHolder(interview_id=own):
            interview = await InterviewRepository(session).started_with_code(own)
            return interview is not None and job.interview_id == interview.id
    return False


class JobService:
    """What is known of jobs. Work that ends in this process is told at once, other work is looked for."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waits = _Waits()
        self._ended: dict[int, asyncio.Event] = {}

    async def get(self, subject: Subject, public_id: UUID) -> Job:
        """A job of the account, or of the interview that a code holder takes; any one for an administrator."""
        async with self.database.reading() as session:
            job = await JobRepository(session).by_ref(public_id)
            if job is None or not await _is_theirs(session, subject, job):
                raise NotFound.of("Job")
        return job

    async def page(
        self, account: Account, *, everyone: bool, state: str | None, page: int, per_page: int
    ) -> tuple[Sequence[Job], int]:
        """One page of the account's jobs, newest first; `everyone` is for administrators."""
        if everyone:
            account.require("see_system")
        owner = None if everyone else account.key
        async with self.database.reading() as session:
            return await JobRepository(session).page(owner, state=state, page=page, per_page=per_page)

    async def retry(self, subject: Subject, public_id: UUID) -> Job:
        """Begin a failed job anew. Conflict for one that has not failed, or is being done under another id."""
        await self.get(subject, public_id)
        async with self.database.writing() as session:
            jobs = JobRepository(session)
            job = await jobs.by_ref(public_id)
            if job is None:
                raise NotFound.of("Job")
            if job.state != JobState.FAILED:
                raise Conflict(f"The job is {job.state}. Only a failed one can be tried again.", code="job_not_failed")
            if job.key is not None and (other := await jobs.newest_with(job.key)) and other.id != job.id:
                raise Conflict("The same was asked for again meanwhile. See the newer job.", code="job_replaced")
            job.state, job.attempts, job.failure = JobState.WAITING.value, 0, None
            job.run_at, job.finished_at, job.progress, job.stage = now(), None, 0, None
            session.wake_workers()
            return job

    async def find(self, job: Job) -> Job | None:
        """The job as it is now, or None when it was deleted with what it was about."""
        async with self.database.reading() as session:
            return await JobRepository(session).by_ref(job.public_id)

    async def newest_with(self, key: str) -> Job | None:
        """The last job with this key."""
        async with self.database.reading() as session:
            return await JobRepository(session).newest_with(key)

    async def wait(self, job: Job, seconds: float, *, also_failures: bool = True) -> Job | None:
        """The job when it has ended, or as it is after so many seconds. None when it was deleted meanwhile.

        With `also_failures` a failed attempt ends the wait, even if there will be another.
        """
        ended = self._ended.setdefault(job.id, asyncio.Event())
        deadline = now() + timedelta(seconds=seconds)
        try:
            while True:
                ended.clear()
                found = await self.find(job)
                if found is None or is_finished(found) or (also_failures and found.failure is not None):
                    return found
                left = (deadline - now()).total_seconds()
                if left <= 0:
                    return found
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LOOK_SECONDS)):
                        await ended.wait()
        finally:
            self._ended.pop(job.id, None)

    async def watch(self, job: Job, seconds: float) -> AsyncIterator[Job | None]:
        """The job at each change until it has ended or was deleted, for so many seconds; None now and then between."""
        deadline, quiet = now() + timedelta(seconds=seconds), 0.0
        shown: tuple[object, ...] = ()
        while now() < deadline:
            found = await self.find(job)
            if found is None:
                return
            seen = (found.state, found.progress, found.stage, found.attempts)
            if seen != shown:
                shown, quiet = seen, 0.0
                yield found
            if is_finished(found):
                return
            await asyncio.sleep(LOOK_SECONDS)
            quiet += LOOK_SECONDS
            if quiet >= KEEP_ALIVE:
                quiet = 0.0
                yield None

    async def status(self, subject: Subject, ref: Ref) -> InterviewWork:
        """What goes on behind the scenes for an interview, and whether its results are there."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            return await work_of(session, interview)

    def changed(self, key: int) -> None:
        """A worker of this process has ended, or given back, the job with this key."""
        if (ended := self._ended.get(key)) is not None:
            ended.set()

    async def numbers(self) -> QueueNumbers:
        """How much there is to do."""
        async with self.database.reading() as session:
            return await JobRepository(session).numbers()
