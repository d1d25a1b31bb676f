"""Workers: who does a job, when it is done again, and what becomes of one that cannot be done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest
from pydantic import SecretStr

from app.config import JobSettings, Settings
from app.database import Database
from app.errors import Unavailable, Unprocessable
from app.jobs.kind import Kind, LeaseLost, Run
from app.jobs.kinds import KINDS
from app.jobs.worker import Worker
from app.models import Job, JobKind, Priority
from app.repositories.jobs import JobRepository
from app.runtime.engines import Engines
from app.runtime.runtime import Runtime, open_runtime
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.redis import RedisServer

QUICK = JobSettings(poll_seconds=0.2, stop_seconds=0.1, retry_seconds=0.01)
SHORT = QUICK.model_copy(update={"lease_seconds": 1.0})
"""For tests in which a lease is to run out; a busy machine may let it run out anywhere."""
Work = Callable[[Run], Awaitable[None]]


@dataclass
class Place:
    """A database, and processes that work on it."""

    settings: Settings
    engines: Engines

    @asynccontextmanager
    async def process(self, **settings: object) -> AsyncIterator[Runtime]:
        async with open_runtime(self.settings.model_copy(update=settings), engines=self.engines) as runtime:
            yield runtime


@pytest.fixture
def place_of(settings: Settings, engines: Engines) -> Callable[[str], Place]:
    def make(url: str) -> Place:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        return Place(settings.model_copy(update={"database": database, "job": QUICK}), engines)

    return make


def worker(runtime: Runtime, run: Work, *, attempts: int = 3) -> Worker:
    """A worker that does one kind of job in this way."""
    made = Worker(runtime, [Kind(name=JobKind.EVALUATE, run=run, attempts=attempts)])
    made.start()
    return made


async def ask(database: Database) -> Job:
    async with database.writing() as session:
        return await JobRepository(session).ask(JobKind.EVALUATE, priority=Priority.BATCH)


async def ended(runtime: Runtime, job: Job) -> Job:
    found = await runtime.services.jobs.wait(job, 60, also_failures=False)
    assert found is not None
    assert found.state in ("completed", "failed")
    return found


async def nothing(_run: Run) -> None:
    """Done at once."""


def test_every_kind_has_somebody_who_does_it() -> None:
    assert {kind.name for kind in KINDS} == set(JobKind)


async def test_what_a_dead_process_left_is_taken_over_and_its_late_write_refused(
    databases: SqliteDatabases | PostgresDatabases, place_of: Callable[[str], Place]
) -> None:
    begun, go_on, refused = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang(run: Run) -> None:
        begun.set()
        await go_on.wait()
        try:
            async with run.database.writing():
                run.finish()
        except LeaseLost:
            refused.set()
            raise

    async with databases.fresh() as url:
        place = place_of(url)
        async with place.process(job=SHORT) as one, place.process(job=SHORT) as two:
            cut_off = worker(one, hang)
            job = await ask(one.database)
            await begun.wait()
            for loop in cut_off._loops:
                loop.cancel()  # nobody renews the lease any more, as if the process had died
            other = worker(two, nothing)
            found = await ended(two, job)
            assert (found.state, found.attempts) == ("completed", 2)
            go_on.set()
            await refused.wait()
            await cut_off.close()
            await other.close()


@pytest.mark.parametrize(("begun", "state"), [(23, "completed"), (24, "failed")])
async def test_one_whose_processes_died_again_and_again_is_given_up_late(
    sqlite: SqliteDatabases, place_of: Callable[[str], Place], begun: int, state: str
) -> None:
    async with sqlite.fresh() as url, place_of(url).process() as runtime:
        job = await ask(runtime.database)
        async with runtime.database.writing() as session:
            (claimed,) = await JobRepository(session).claim({"evaluate": 1}, lease_seconds=-1)
            claimed.attempts = begun
        taking_over = worker(runtime, nothing, attempts=8)
        found = await ended(runtime, job)
        assert found.state == state
        assert (found.failure or {}).get("code") == ("worker_died" if state == "failed" else None)
        await taking_over.close()


async def test_a_process_that_stops_gives_back_what_is_not_done(
    sqlite: SqliteDatabases, place_of: Callable[[str], Place]
) -> None:
    begun = asyncio.Event()

    async def hang(_run: Run) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with sqlite.fresh() as url, place_of(url).process() as runtime:
        stopping = worker(runtime, hang)
        job = await ask(runtime.database)
        await begun.wait()
        await stopping.close()
        given_back = await runtime.services.jobs.find(job)
        assert given_back is not None
        assert (given_back.state, given_back.attempts) == ("waiting", 0)
        following = worker(runtime, nothing)
        assert (await ended(runtime, job)).state == "completed"
        await following.close()


@pytest.mark.parametrize(
    ("error", "attempts", "reason"),
    [
        (Unprocessable("This is no sound.", code="not_audio"), 1, "This is no sound."),
        (Unavailable("No engine."), 3, "No engine."),
        (RuntimeError("secret words"), 3, "It failed here (RuntimeError). The reason is in the server's log."),
    ],
)
async def test_what_cannot_be_done_ends_with_its_reason(
    sqlite: SqliteDatabases, place_of: Callable[[str], Place], error: Exception, attempts: int, reason: str
) -> None:
    async def fail(_run: Run) -> None:
        raise error

    async with sqlite.fresh() as url, place_of(url).process() as runtime:
        failing = worker(runtime, fail)
        found = await ended(runtime, await ask(runtime.database))
        assert found.failure is not None
        assert (found.state, found.attempts, found.failure["message"]) == ("failed", attempts, reason)
        await failing.close()


async def test_workers_of_another_process_are_woken_through_redis_and_find_work_without_it(
    postgresql: PostgresDatabases, place_of: Callable[[str], Place], redis: RedisServer
) -> None:
    never = QUICK.model_copy(update={"poll_seconds": 3600.0})
    async with postgresql.fresh() as url:
        place, broker = place_of(url), {"redis_url": SecretStr(redis.url)}
        async with place.process(**broker) as asking, place.process(job=never, **broker) as working:
            woken = worker(working, nothing)
            assert (await ended(asking, await ask(asking.database))).state == "completed"
            await woken.close()
            looking = worker(working, nothing)
            looking.settings = QUICK
            redis.stop()
            assert (await ended(asking, await ask(asking.database))).state == "completed"
            redis.start()
            assert (await ended(asking, await ask(asking.database))).state == "completed"
            await looking.close()


async def test_work_goes_on_when_the_database_is_back(
    postgresql: PostgresDatabases, place_of: Callable[[str], Place]
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_run: Run) -> None:
        begun.set()
        await go_on.wait()

    async with postgresql.fresh() as url, place_of(url).process(job=SHORT) as runtime:
        name = url.rsplit("/", 1)[1]
        working = worker(runtime, wait, attempts=10)
        job = await ask(runtime.database)
        await begun.wait()
        administrator = await asyncpg.connect(postgresql.server.replace("+asyncpg", ""))
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        go_on.set()
        await asyncio.sleep(2)
        assert not [task for task in working._loops if task.done()]
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await administrator.close()
        assert (await ended(runtime, job)).state == "completed"
        await working.close()
