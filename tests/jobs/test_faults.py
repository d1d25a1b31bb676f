"""Processes are killed at any moment, services go away: what was accepted is done once, and nothing is left over."""

from pathlib import Path

from app.database import Database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.faults import inject, running
from tests.support.redis import RedisServer

KILLS = 30
LEASE = {"JOB_LEASE_SECONDS": "1"}


async def test_one_process_on_sqlite_is_killed_at_random_moments(sqlite: SqliteDatabases, tmp_path: Path) -> None:
    async with sqlite.fresh() as url, running(tmp_path, ["api"], DATABASE_URL=url, **LEASE) as processes:
        database = Database(url)
        outcome = await inject(processes, database, kills=KILLS, seed=13)
        await database.close()
    assert outcome.problems == [], outcome
    assert outcome.kills == KILLS
    assert outcome.at_kill.total() > KILLS / 5, "hardly anything went on when they were killed"


async def test_two_workers_on_postgresql_and_redis_are_killed_at_random_moments(
    postgresql: PostgresDatabases, redis: RedisServer, tmp_path: Path
) -> None:
    settings = {"REDIS_URL": redis.url, "JOBS": "external", **LEASE}
    async with (
        postgresql.fresh() as url,
        running(tmp_path, ["api", "worker", "worker"], DATABASE_URL=url, **settings) as processes,
    ):
        database = Database(url)
        outcome = await inject(processes, database, kills=KILLS, seed=14)
        await database.close()
    assert outcome.problems == [], outcome
    assert outcome.kills == KILLS
    assert outcome.at_kill.total() > KILLS / 5, "hardly anything went on when they were killed"
