"""Kill processes again and again while interviews go on: `make bench-faults`; docs/reliability.md has a table."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from app.database import Database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.faults import Outcome, inject, running
from tests.support.forking import Role
from tests.support.redis import RedisServer, program

SETUPS: dict[str, list[Role]] = {"sqlite": ["api"], "postgresql": ["api", "worker", "worker"]}


async def measure(setup: str, databases: SqliteDatabases | PostgresDatabases, kills: int, seed: int) -> Outcome:
    """One run on a new database."""
    folder = Path(tempfile.mkdtemp(prefix="faults"))
    environment, redis = {"JOB_LEASE_SECONDS": "2"}, None
    if setup == "postgresql":
        redis = await asyncio.to_thread(RedisServer, program(), folder)
        environment |= {"REDIS_URL": redis.url, "JOBS": "external"}
    async with (
        databases.fresh() as url,
        running(folder, SETUPS[setup], DATABASE_URL=url, **environment) as processes,
    ):
        database = Database(url)
        outcome = await inject(processes, database, kills=kills, seed=seed)
        await database.close()
    if redis is not None:
        redis.stop()
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--setup", choices=list(SETUPS), action="append")
    arguments = parser.parse_args()
    print("| setup | kills | of them while there was | interviews | deleted | uploads | seconds | problems |")
    print("|---|---|---|---|---|---|---|---|")
    for setup in arguments.setup or SETUPS:
        databases = SqliteDatabases(Path(tempfile.mkdtemp())) if setup == "sqlite" else PostgresDatabases()
        found = asyncio.run(measure(setup, databases, arguments.kills, arguments.seed))
        struck = ", ".join(f"{kind} {count}" for kind, count in found.at_kill.most_common())
        print(
            f"| {setup}: {', '.join(SETUPS[setup])} | {found.kills} | {struck} | {found.interviews} | {found.deleted} "
            f"| {found.uploads} | {found.seconds:.0f} | {len(found.problems)} |",
            flush=True,
        )
        for problem in found.problems:
            print(problem)
        if found.problems:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
