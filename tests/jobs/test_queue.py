"""The table of jobs: what is asked for is done once, in a fair order, by one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from app.database import Database
from app.models import InterviewSession, Job, JobKind, Priority, User, now
from app.repositories.interviews import InterviewRepository
from app.repositories.jobs import JobRepository
from app.repositories.users import UserRepository
from tests.support.databases import PostgresDatabases, SqliteDatabases

ROOM = {JobKind.TRANSCRIBE.value: 100, JobKind.EVALUATE.value: 100}


@pytest_asyncio.fixture
async def database(databases: SqliteDatabases | PostgresDatabases) -> AsyncIterator[Database]:
    async with databases.fresh() as url:
        opened = Database(url)
        yield opened
        await opened.close()


async def owner(database: Database, name: str) -> int:
    async with database.writing() as session:
        row = User(email=f"{name}@example.com", password_hash="-", full_name=name)
        return (await UserRepository(session).add(row)).id


async def ask(database: Database, kind: JobKind = JobKind.TRANSCRIBE, **wishes: object) -> Job:
    wishes.setdefault("priority", Priority.BATCH)
    async with database.writing() as session:
        return await JobRepository(session).ask(kind, **wishes)  # type: ignore[arg-type]


async def claim(database: Database, lease_seconds: float = 30.0, **room: int) -> list[Job]:
    async with database.writing() as session:
        return await JobRepository(session).claim(room or ROOM, lease_seconds=lease_seconds)


async def test_owners_take_turns(database: Database) -> None:
    busy, other = await owner(database, "busy"), await owner(database, "other")
    mine = [(await ask(database, owner_id=busy)).id for _ in range(4)]
    assert [job.id for job in await claim(database, transcribe=1)] == mine[:1]
    theirs = [(await ask(database, owner_id=other)).id for _ in range(2)]
    assert [job.id for job in await claim(database)] == [theirs[0], mine[1], theirs[1], mine[2], mine[3]]


async def test_what_somebody_waits_for_comes_first(database: Database) -> None:
    batch = await ask(database)
    asked = await ask(database, priority=Priority.ASKED)
    live = await ask(database, priority=Priority.LIVE)
    assert [job.id for job in await claim(database)] == [live.id, asked.id, batch.id]


async def test_one_that_is_asked_for_again_by_somebody_who_waits_moves_up(database: Database) -> None:
    for _ in range(3):
        await ask(database)
    hurried = await ask(database, key="mine")
    asked = await ask(database, priority=Priority.ASKED)
    await ask(database, key="mine", priority=Priority.ASKED)
    assert [job.id for job in await claim(database, transcribe=2)] == [asked.id, hurried.id]


async def test_a_full_kind_does_not_hold_up_another(database: Database) -> None:
    for _ in range(3):
        await ask(database)
    evaluation = await ask(database, JobKind.EVALUATE)
    taken = await claim(database, transcribe=1, evaluate=3)
    assert [job.kind for job in taken] == ["transcribe", "evaluate"]
    assert taken[1].id == evaluation.id


async def test_asked_twice_is_one_job(database: Database) -> None:
    later = now() + timedelta(seconds=1000)
    first = await ask(database, key="same", delay=2000, payload={"language": None})
    assert first.run_at > later
    again = await ask(database, key="same", priority=Priority.ASKED, payload={"language": "en"})
    assert again.id == first.id
    (taken,) = await claim(database)
    assert taken.payload == {"language": "en"}
    assert taken.priority == Priority.ASKED
    assert (await ask(database, key="same", payload={"language": "en"})).id == first.id
    assert (await ask(database, key="same", payload={"language": "de"})).id != first.id, "it is begun already"
    async with database.writing() as session:
        assert taken.lease_token is not None
        assert await JobRepository(session).held(taken.lease_token, state="completed", lease_token=None)
    assert (await ask(database, key="same")).id != first.id


async def test_asked_at_the_same_moment_is_one_job(database: Database) -> None:
    jobs = await asyncio.gather(*(ask(database, key="same") for _ in range(8)))
    assert len({job.id for job in jobs}) == 1


async def test_nobody_takes_what_another_has(database: Database) -> None:
    asked = {(await ask(database)).id for _ in range(20)}
    taken = await asyncio.gather(*(claim(database, transcribe=4) for _ in range(8)))
    ids = [job.id for jobs in taken for job in jobs]
    assert len(ids) == len(set(ids))
    assert set(ids) <= asked


async def test_a_lost_lease_changes_nothing(database: Database) -> None:
    await ask(database)
    (before,) = await claim(database, lease_seconds=-1)
    assert before.lease_token is not None
    async with database.writing() as session:
        (lapsed,) = await JobRepository(session).lapsed()
        lapsed.state, lapsed.lease_token = "waiting", None
    (after,) = await claim(database)
    assert after.lease_token is not None
    async with database.writing() as session:
        jobs = JobRepository(session)
        assert not await jobs.held(before.lease_token, state="completed", lease_token=None)
        assert await jobs.renew([before.lease_token, after.lease_token], lease_seconds=30) == {after.lease_token}


async def test_goes_with_what_it_was_about(database: Database) -> None:
    user = await owner(database, "ada")
    async with database.writing() as session:
        interviews = InterviewRepository(session)
        interview = await interviews.add(InterviewSession(owner_id=user, title="Practice"))
        job = await JobRepository(session).ask(
            JobKind.RESULTS, priority=Priority.BATCH, owner_id=user, interview_id=interview.id
        )
        await interviews.delete(interview)
    async with database.reading() as session:
        assert await JobRepository(session).by_id(job.id) is None
