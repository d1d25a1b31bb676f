"""What a start does: it opens little, migrates when it must, and what is slow is loaded behind it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app import installation, migrations
from app.config import Settings
from app.database import Database
from app.engines.lazy import Lazy
from app.main import create_app
from app.models import Base
from app.runtime.engines import Engines, open_engines
from app.runtime.warm_up import WarmUp
from tests.conftest import register
from tests.support.databases import PostgresDatabases, SqliteDatabases

HEAVY = {
    "alembic", "ctranslate2", "faster_whisper", "harper", "huggingface_hub", "onnx", "onnxruntime", "openai",
    "pocketsphinx", "tokenizers", "wordfreq",
}  # fmt: skip
"""Packages that take a tenth of a second or 10 MB to import."""
START = """
import asyncio, sys
from app.main import app

async def start():
    async with app.router.lifespan_context(app):
        print(*sorted(sys.modules))

asyncio.run(start())
"""


def imported(tmp_path: Path, **environment: str) -> set[str]:
    """The modules that a server has imported once it is started."""
    settings = {"DATA_DIR": str(tmp_path / "var"), "UPLOAD_DIR": str(tmp_path / "uploads"), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "-c", START],
        env={**os.environ, **settings, **environment, "PYTHONPATH": str(installation.PACKAGE.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(done.stdout.split())


class TestImports:
    def test_an_ordinary_start_imports_nothing_heavy(self, tmp_path: Path) -> None:
        migrations.upgrade(f"sqlite+aiosqlite:///{tmp_path / 'var' / 'greenroom.sqlite'}")
        assert not imported(tmp_path) & HEAVY

    def test_a_new_data_folder_costs_the_migration_and_no_model(self, tmp_path: Path) -> None:
        assert imported(tmp_path) & HEAVY == {"alembic"}
        assert {path.name.split("-")[0] for path in (tmp_path / "var").iterdir()} == {"greenroom.sqlite", "jwt_secret"}


class TestMigrations:
    def test_the_newest_is_what_alembic_takes_for_it(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(installation.migration_scripts()))
        assert migrations.newest() == frozenset(ScriptDirectory.from_config(config).get_heads())

    async def test_a_database_that_is_behind_is_told_from_one_that_is_not(
        self, databases: SqliteDatabases | PostgresDatabases
    ) -> None:
        async with databases.fresh() as url:
            database = Database(url)
            async with database.reading() as session:
                assert await migrations.is_current(session, migrations.newest())
                assert not await migrations.is_current(session, frozenset({"of tomorrow"}))
            await database.close()

    async def test_an_empty_database_is_usable_after_the_start(
        self, settings: Settings, engines: Engines, databases: SqliteDatabases | PostgresDatabases
    ) -> None:
        async with databases.fresh() as url:
            await drop_everything(url)
            ready = settings.model_copy(
                update={"database": settings.database.model_copy(update={"url": SecretStr(url)})}
            )
            async with started(ready, engines) as http:
                assert await (await register(http, "ada@example.com")).session()


class TestLazy:
    def test_first_uses_at_once_share_one_load(self) -> None:
        made: list[object] = []

        def make() -> object:
            time.sleep(0.1)
            made.append(object())
            return made[-1]

        value = Lazy(make)
        assert not value.is_made
        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(lambda _: value(), range(8)))
        assert got == set(made)
        assert len(made) == 1
        assert value.is_made

    def test_what_failed_is_tried_again(self) -> None:
        attempts = iter([OSError("the disk was away"), None])

        def make() -> str:
            if error := next(attempts):
                raise error
            return "there"

        value = Lazy(make)
        with pytest.raises(OSError, match="away"):
            value()
        assert not value.is_made
        assert value() == "there"


class TestWarmUp:
    async def test_it_says_what_is_loaded_and_goes_on_after_a_failure(self) -> None:
        go_on = asyncio.Event()
        loads: list[str] = []

        async def first() -> None:
            await go_on.wait()
            loads.append("first")

        async def broken() -> None:
            raise OSError("the model is damaged")

        async def last() -> None:
            loads.append("last")

        warm_up = WarmUp({"first": first, "broken": broken, "last": last})
        assert warm_up.describe() == dict.fromkeys(("first", "broken", "last"), "not loaded")
        warm_up.begin()
        warm_up.begin()
        await asyncio.sleep(0)
        assert warm_up.describe()["first"] == "loading"
        assert not warm_up.is_over
        go_on.set()
        await warm_up.finish()
        assert warm_up.is_over
        assert warm_up.describe() == {"first": "ready", "broken": "failed: the model is damaged", "last": "ready"}
        assert loads == ["first", "last"]

    async def test_closing_loads_nothing_further(self) -> None:
        loads: list[str] = []

        async def endless() -> None:
            await asyncio.Event().wait()

        async def after() -> None:
            loads.append("after")

        warm_up = WarmUp({"endless": endless, "after": after})
        warm_up.begin()
        await asyncio.sleep(0)
        await warm_up.close()
        assert not loads


class TestFirstUse:
    """With engines of its own: what is loaded already for other tests would not be loaded here."""

    async def test_a_look_at_health_or_documents_loads_nothing(self, own: httpx.AsyncClient) -> None:
        for path in ("/health", "/health/ready", "/docs", "/openapi.json", "/asyncapi.yaml"):
            assert (await own.get(path)).status_code == 200
        report = (await own.get("/health/ready")).json()
        assert report["status"] == "ready"
        assert set(report["warm_up"].values()) == {"not loaded"}
        assert "not loaded" in report["embedding"]

    async def test_the_first_request_of_somebody_loads_everything_behind(
        self, own: httpx.AsyncClient, own_engines: Engines
    ) -> None:
        await register(own, "ada@example.com")
        assert not own_engines.warm_up.is_over
        await own_engines.warm_up.finish()
        report = (await own.get("/health/ready")).json()
        assert set(report["warm_up"].values()) == {"ready"}
        assert report["judge"]["engine"] == "builtin"
        assert report["embedding"].endswith("int8-1")

    async def test_when_everything_is_to_be_loaded_at_start_the_server_is_ready_only_then(
        self, settings: Settings, own_engines: Engines, sqlite: SqliteDatabases
    ) -> None:
        async with sqlite.fresh() as url:
            database = settings.database.model_copy(update={"url": SecretStr(url)})
            ready = settings.model_copy(update={"database": database, "warm_up": "start"})
            async with started(ready, own_engines) as http:
                assert (await http.get("/health")).status_code == 200
                before = await http.get("/health/ready")
                assert (before.status_code, before.json()["status"]) == (503, "loading")
                await own_engines.warm_up.finish()
                after = await http.get("/health/ready")
                assert (after.status_code, after.json()["status"]) == (200, "ready")


@asynccontextmanager
async def started(settings: Settings, engines: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application on these engines."""
    app = create_app(settings, engines=engines)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), client:
        yield client


@pytest_asyncio.fixture
async def own_engines(base_settings: Settings) -> AsyncIterator[Engines]:
    """Engines of which nothing is loaded."""
    async with open_engines(base_settings) as opened:
        yield opened


@pytest_asyncio.fixture
async def own(settings: Settings, own_engines: Engines, sqlite: SqliteDatabases) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server that was not used yet."""
    async with sqlite.fresh() as url:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        async with started(settings.model_copy(update={"database": database}), own_engines) as http:
            yield http


async def drop_everything(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.execute(text("DROP TABLE alembic_version"))
    await engine.dispose()
