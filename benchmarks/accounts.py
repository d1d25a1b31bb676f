"""An account with 200 interviews, exported and deleted: `python -m benchmarks.accounts`; docs/benchmarks.md.

Through the application in this process, on SQLite and PostgreSQL, with files in a folder and in a local bucket.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psutil
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import DatabaseSettings, RateLimitSettings, S3Settings, Settings
from app.main import create_app
from tests.conftest import register
from tests.recordings.test_privacy import files, fill, is_deleted, rows
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.s3 import s3_server

SECONDS = 20
"""Of each recording: 1.9 MB."""


async def measure(name: str, url: str, s3: S3Settings | None) -> str:
    """One line of the table."""
    folder = Path(tempfile.mkdtemp())
    settings = Settings(
        environment="test",
        log_level="WARNING",
        data_dir=folder,
        upload_dir=folder / "uploads",
        rate_limit=RateLimitSettings(enabled=False),
        database=DatabaseSettings(url=SecretStr(url)),
    )
    if s3 is not None:
        own = s3.model_copy(update={"prefix": f"account-{time.time_ns()}"})
        settings = settings.model_copy(update={"storage_type": "cloud", "s3": own})
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=900) as http,
    ):
        person = await register(http, "ada@example.com")
        await fill(app, "ada@example.com", seconds=SECONDS)
        had, objects = sum((await rows(app)).values()), len(await files(app))
        process, size = psutil.Process(), 0
        before = most = process.memory_info().rss
        began = time.perf_counter()
        account = await app.state.runtime.guard.account_of(person.account["token"])
        async for piece in app.state.runtime.services.exports.archive(account):
            size += len(piece)
            most = max(most, process.memory_info().rss)
        exported = time.perf_counter() - began
        began = time.perf_counter()
        receipt = await person.data("DELETE", f"/api/v1/users/{person.account['id']}")
        answered = time.perf_counter() - began
        await until(lambda: is_deleted(http, receipt["receipt_id"]))
        gone = time.perf_counter() - began
        await until(lambda: nothing_waits(app))
        left = {table: count for table, count in (await rows(app)).items() if table != "jobs"}
        keys = [key for key in await files(app) if not key.startswith("tts/")]
        return (
            f"| {name} | {had} rows, {objects} files | {size / 1e6:.0f} MB in {exported:.1f} s, memory +"
            f"{(most - before) / 1e6:.0f} MB | {answered:.2f} s; all files gone after {gone:.1f} s "
            f"| {left}, {len(keys)} files |"
        )


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again, as a client does."""
    while not await check():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def nothing_waits(app: FastAPI) -> bool:
    """Whether everything that was due behind the scenes is done."""
    found = await app.state.runtime.services.jobs.numbers()
    return not found.running and not found.oldest_seconds


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("| where | had | export | deletion | left |")
    print("|---|---|---|---|---|")
    with s3_server() as bucket:
        for kind in (SqliteDatabases(Path(tempfile.mkdtemp())), PostgresDatabases()):
            for s3 in (None, bucket):
                name = (
                    f"{'SQLite' if isinstance(kind, SqliteDatabases) else 'PostgreSQL'}, {'bucket' if s3 else 'folder'}"
                )

                async def one(
                    databases: SqliteDatabases | PostgresDatabases = kind, s3: S3Settings | None = s3, name: str = name
                ) -> str:
                    async with databases.fresh() as url:
                        return await measure(name, url, s3)

                print(asyncio.run(one()), flush=True)


if __name__ == "__main__":
    main()
