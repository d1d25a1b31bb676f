"""Jobs: adding, claiming, renewing and ending them. Every change of a running job names the token of its lease."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.database import WriteSession
from app.models import Job, JobKind, JobState, Priority, now
from app.repositories.base import Repository

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class QueueNumbers:
    """How many jobs there are, and for how many seconds the one that has been due for longest waits."""

    waiting: int
    running: int
    failed: int
    oldest_seconds: float


@cache
def _change(columns: frozenset[str], lapsed: bool) -> Any:
    """The change of these columns of a job by its lease. Each job ends with one, so they are made once; see
    `repositories/interviews.py`."""
    statement = update(Job).where(Job.lease_token == bindparam("token"))
    if lapsed:
        statement = statement.where(Job.lease_until < bindparam("at"))
    table = Job.__table__.columns
    new = {name: bindparam(f"new_{name}", type_=table[name].type) for name in sorted(columns)}
    return statement.values(new).returning(Job.id).execution_options(synchronize_session=False)


class JobRepository(Repository[Job]):
    model = Job

    async def ask(
        self,
        kind: JobKind,
        *,
        priority: Priority,
        owner_id: int | None = None,
        interview_id: int | None = None,
        target: UUID | None = None,
        payload: Mapping[str, Any] | None = None,
        key: str | None = None,
        delay: float = 0.0,
    ) -> Job:
        """Have something done, not before `delay` seconds from now.

        Where an unfinished job has the same `key`, that one is returned. If it still waits, it comes as early as the
        earlier of both wishes says, with the payload of the more urgent one. If it is being done already with another
        payload, a second one is added.
        """
        assert isinstance(self.session, WriteSession)  # noqa: S101 - the caller's transaction is what accepts the work
        self.session.wake_workers()
        at = now()
        values = {
            "kind": kind.value,
            "priority": priority.value,
            "turn": self._turn(owner_id, interview_id, priority).scalar_subquery(),
            "owner_id": owner_id,
            "interview_id": interview_id,
            "target": target,
            "payload": dict(payload or {}),
            "key": key,
            "run_at": at + timedelta(seconds=delay),
            "created_at": at,
            "updated_at": at,
        }
        if key is None:
            return (await self.session.execute(insert(Job).values(values).returning(Job))).scalar_one()
        dialect: Any = sqlite if self.session.get_bind().dialect.name == "sqlite" else postgresql
        unless_asked = dialect.insert(Job).values(values).on_conflict_do_nothing().returning(Job)
        while True:
            made: Job | None = (await self.session.execute(unless_asked)).scalar_one_or_none()
            found = made or await self._hurry(key, priority, values["run_at"], values["payload"])
            if found is not None and found.state == JobState.RUNNING and found.payload != values["payload"]:
                beside = insert(Job).values(values | {"key": None})
                return (await self.session.execute(beside.returning(Job))).scalar_one()
            if found is not None:
                return found  # else it ended between the two statements

    async def _hurry(self, key: str, priority: Priority, run_at: datetime, payload: dict[str, Any]) -> Job | None:
        """The unfinished job with this key; if it waits, it comes earlier and with this payload."""
        job = await self._one(select(Job).where(Job.key == key, Job.state.in_(UNFINISHED)).with_for_update())
        if job is not None and job.state == JobState.WAITING:
            if priority < job.priority:
                job.turn = await self.session.scalar(self._turn(job.owner_id, job.interview_id, priority)) or 0
            if priority <= job.priority:
                job.priority, job.payload = priority.value, payload
            job.run_at, job.failure = min(job.run_at, run_at), None
            await self.session.flush()
        return job

    @staticmethod
    def _turn(owner_id: int | None, interview_id: int | None, priority: Priority) -> Any:
        """One after the last unfinished job of the same owner, but not before the turn that is served now."""
        mine: ColumnElement[bool] = Job.owner_id == owner_id
        if owner_id is None:
            mine = Job.owner_id.is_(None) & (Job.interview_id == interview_id)
        unfinished = Job.state.in_(UNFINISHED) & (Job.priority == priority.value)
        served = func.coalesce(func.min(Job.turn), 0)
        own = func.coalesce(func.max(case((mine, Job.turn))) + 1, 0)
        return select(case((own > served, own), else_=served)).where(unfinished)

    async def claim(self, room: Mapping[str, int], *, lease_seconds: float) -> list[Job]:
        """Take jobs that are due, in order, at most so many of each kind. Each gets a lease with a token of its own.

        It looks at no more rows than may be of use, so more may be left: where one is due, at least one is taken.
        """
        at, left = now(), dict(room)
        statement = (
            select(Job)
            .where(Job.state == JobState.WAITING, Job.run_at <= at, Job.kind.in_(room))
            .order_by(Job.priority, Job.turn, Job.id)
            .limit(min(sum(room.values()), 2 * max(room.values())))
            .with_for_update(skip_locked=True)
        )
        taken = []
        for job in await self._all(statement):
            if left[job.kind] > 0:
                left[job.kind] -= 1
                job.state = JobState.RUNNING.value
                job.lease_token, job.lease_until = uuid4(), at + timedelta(seconds=lease_seconds)
                job.started_at, job.attempts = at, job.attempts + 1
                job.progress, job.stage = 0, None
                taken.append(job)
        await self.session.flush()
        return taken

    async def next_due(self, kinds: Collection[str]) -> datetime | None:
        """When the next job of these kinds may run."""
        return await self.session.scalar(
            select(func.min(Job.run_at)).where(Job.state == JobState.WAITING, Job.kind.in_(kinds))
        )

    async def renew(self, tokens: Collection[UUID], *, lease_seconds: float) -> set[UUID]:
        """Keep these leases for longer; returns those that are still held."""
        statement = (
            update(Job)
            .where(Job.lease_token.in_(tokens))
            .values(lease_until=now() + timedelta(seconds=lease_seconds), updated_at=Job.updated_at)
            .returning(Job.lease_token)
            .execution_options(synchronize_session=False)
        )
        return {token for token in (await self.session.execute(statement)).scalars() if token is not None}

    async def lapsed(self) -> list[Job]:
        """Running jobs whose lease has run out, because the process that worked on them is gone or cut off."""
        return await self._all(select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < now()))

    async def held(self, token: UUID | None, *, lapsed: bool = False, **changes: Any) -> bool:
        """Change the job of a lease; false when the lease is lost. To be the last statement of its transaction.

        With `lapsed` only if the lease has run out.
        """
        changes["updated_at"] = now()
        values = {"token": token, "at": changes["updated_at"], **{f"new_{name}": changes[name] for name in changes}}
        return await self.session.scalar(_change(frozenset(changes), lapsed), values) is not None

    async def unfinished_of(self, interview_id: int) -> list[Job]:
        """What is still to be done for an interview."""
        return await self._all(
            select(Job).where(Job.interview_id == interview_id, Job.state.in_(UNFINISHED)).order_by(Job.id)
        )

    async def delete_files(self, names: Sequence[str]) -> None:
        """Have stored files deleted that no row names any more, once this transaction is committed."""
        if names:
            await self.ask(JobKind.DELETE_FILES, priority=Priority.BATCH, payload={"names": list(names)})

    async def newest_with(self, key: str) -> Job | None:
        """The last job with this key."""
        return await self._one(select(Job).where(Job.key == key).order_by(Job.id.desc()).limit(1))

    async def page(self, owner_id: int | None, *, state: str | None, page: int, per_page: int) -> tuple[list[Job], int]:
        """One page of an owner's jobs, or of all of them, newest first, and how many there are."""
        statement = select(Job).order_by(Job.id.desc())
        if owner_id is not None:
            statement = statement.where(Job.owner_id == owner_id)
        if state is not None:
            statement = statement.where(Job.state == state)
        rows, total = await self._page(statement, page=page, per_page=per_page)
        return [row[0] for row in rows], total

    async def numbers(self) -> QueueNumbers:
        """How much there is to do, upkeep left aside."""
        at = now()
        due = case(((Job.state == JobState.WAITING) & (Job.run_at <= at), Job.run_at))
        waits, runs, fails = (func.count(case((Job.state == state, 1))) for state in ("waiting", "running", "failed"))
        statement = select(waits, runs, fails, func.min(due)).where(
            Job.state != JobState.COMPLETED, Job.priority < Priority.UPKEEP.value
        )
        waiting, running, failed, oldest = (await self.session.execute(statement)).one()
        age = (at - oldest).total_seconds() if oldest is not None else 0.0
        return QueueNumbers(waiting, running, failed, max(0.0, age))

    async def numbers_by_kind(self) -> dict[str, QueueNumbers]:
        """The same for each kind of which there is any, upkeep included."""
        at = now()
        due = case(((Job.state == JobState.WAITING) & (Job.run_at <= at), Job.run_at))
        waits, runs, fails = (func.count(case((Job.state == state, 1))) for state in ("waiting", "running", "failed"))
        statement = (
            select(Job.kind, waits, runs, fails, func.min(due))
            .where(Job.state != JobState.COMPLETED)
            .group_by(Job.kind)
            .order_by(Job.kind)
        )
        return {
            kind: QueueNumbers(waiting, running, failed, max(0.0, (at - (oldest or at)).total_seconds()))
            for kind, waiting, running, failed, oldest in (await self.session.execute(statement)).all()
        }

    async def forget(self, before: datetime) -> int:
        """Delete jobs that ended before this moment; returns how many."""
        statement = delete(Job).where(Job.state.not_in(UNFINISHED), Job.finished_at < before).returning(Job.id)
        return len(list((await self.session.execute(statement)).scalars()))
