"""Kill processes again and again while interviews go on: `make bench-faults`; docs/reliability.md has a table."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from app.database import Database
from tests.support import postgres
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.faults import Outcome, inject, running
from tests.support.forking import Role
from tests.support.postgres import Server
from tests.support.redis import RedisServer, program

SETUPS: dict[str, list[Role]] = {"sqlite": ["api"], "postgresql": ["api", "worker", "worker"]}


STRIKES = {"redis": "Redis gone for a minute", "postgresql": "PostgreSQL restarted at once"}


async def measure(
    setup: str,
    databases: SqliteDatabases | PostgresDatabases,
    kills: int,
    seed: int,
    *,
    strike: str = "",
    own: Server | None = None,
) -> Outcome:
    """One run on a new database. `strike` names a service that goes away instead of processes that are killed."""
    folder = Path(tempfile.mkdtemp(prefix="faults"))
    environment, redis = {"JOB_LEASE_SECONDS": "1"}, None
    if setup == "postgresql":
        redis = await asyncio.to_thread(RedisServer, program(), folder)
        environment |= {"REDIS_URL": redis.url, "JOBS": "external"}
    async with (
        databases.fresh() as url,
        running(folder, SETUPS[setup], DATABASE_URL=url, **environment) as processes,
    ):
        database = Database(url)

        def without_redis() -> None:
            assert redis is not None
            redis.stop()
            time.sleep(60)
            redis.start()

        strikes = {"": None, "redis": without_redis, "postgresql": own.restart if own else None}
        outcome = await inject(processes, database, kills=kills, seed=seed, strike=strikes[strike])
        await database.close()
    if redis is not None:
        redis.stop()
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--setup", choices=list(SETUPS), action="append")
    parser.add_argument(
        "--strike", choices=list(STRIKES), help="let a service go away, so many times, instead of kills"
    )
    arguments = parser.parse_args()
    print(
        "| setup | kills | of them while there was | interviews kept, deleted | answers | recordings | follow-ups "
        "| seconds | problems |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for setup in ["postgresql"] if arguments.strike else arguments.setup or SETUPS:
        own = postgres.own(synchronous_commit="on") if arguments.strike else None
        databases = (
            SqliteDatabases(Path(tempfile.mkdtemp()))
            if setup == "sqlite"
            else PostgresDatabases(own.url if own else None)
        )
        found = asyncio.run(
            measure(setup, databases, arguments.kills, arguments.seed, strike=arguments.strike or "", own=own)
        )
        what = STRIKES.get(arguments.strike) or ", ".join(SETUPS[setup])
        struck = ", ".join(f"{kind} {count}" for kind, count in found.at_kill.most_common())
        print(
            f"| {setup}: {what} | {found.kills} | {struck} | {found.interviews}, {found.deleted} "
            f"| {found.uploads} | {found.recordings} | {found.follow_ups} | {found.seconds:.0f} "
            f"| {len(found.problems)} |",
            flush=True,
        )
        for problem in found.problems:
            print(problem)
        if found.problems:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
