"""Fixtures: a server on each database, with the engines of the process opened once."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import JobSettings, RateLimitSettings, Settings, SttSettings
from app.main import create_app
from app.runtime.engines import Engines, open_engines
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.postgres import NoPostgres

ROOT = Path(__file__).resolve().parents[1]
TINY_WHISPER = ROOT / "tests" / "data" / "tiny-whisper"
SPEECH = ROOT / "tests" / "data" / "speech"
SHARED = Path(os.environ.get("GREENROOM_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of human recordings with `manifest.json`."""
    folder = SHARED / "audio"
    if not folder.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing")
        pytest.skip("the recordings of people are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def real_whisper() -> Path:
    """The folder of models with Whisper tiny.en in it; `make install` puts it there."""
    folder = Settings().models_path
    if not (folder / "tiny.en" / "model.bin").is_file():
        pytest.skip("Whisper tiny.en is not installed: greenroom models build tiny.en")
    return folder


@pytest.fixture(scope="session")
def speech() -> Path:
    """A synthetic voice that says "i used a profiler to find the leak"; the tiny Whisper knows the words."""
    return SPEECH / "en_us_m1_i_used_a_profiler_to_find_the_leak.wav"


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> PostgresDatabases:
    try:
        return PostgresDatabases()
    except NoPostgres as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    """Both kinds of database, one after the other."""
    found: SqliteDatabases | PostgresDatabases = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def base_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a test server: our own tiny Whisper, no rate limits, the models of the checkout."""
    folder = tmp_path_factory.mktemp("server")
    return Settings(
        environment="test",
        log_level="WARNING",
        data_dir=folder / "var",
        upload_dir=folder / "uploads",
        rate_limit=RateLimitSettings(enabled=False),
        job=JobSettings(grace_seconds=3600),
        stt=SttSettings(engine="whisper", model_path=TINY_WHISPER),
    )


@pytest_asyncio.fixture(scope="session")
async def engines(base_settings: Settings) -> AsyncIterator[Engines]:
    async with open_engines(base_settings) as opened:
        yield opened


@pytest.fixture
def settings(base_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of one test, with an upload folder of its own."""
    return base_settings.model_copy(update={"upload_dir": tmp_path / "uploads"})


@pytest_asyncio.fixture
async def app(
    settings: Settings, databases: SqliteDatabases | PostgresDatabases, engines: Engines
) -> AsyncIterator[FastAPI]:
    """The application, started, on a fresh database."""
    async with databases.fresh() as url:
        ready = settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(url)})})
        application = create_app(ready, engines=engines)
        async with application.router.lifespan_context(application):
            yield application


@pytest_asyncio.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without an account."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@dataclass
class Candidate:
    """A registered user with shortcuts for what tests do again and again."""

    http: httpx.AsyncClient
    account: dict[str, Any]
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.account['token']}"}

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return await self.http.request(method, path, headers=self.headers, **arguments)

    async def data(self, method: str, path: str, **arguments: Any) -> Any:
        """The `data` of a call that must succeed."""
        response = await self.call(method, path, **arguments)
        assert response.is_success, response.text
        return response.json()["data"]

    async def session(self, **values: Any) -> str:
        """The id of a new interview."""
        body = {"title": "Practice", **values}
        created = await self.data("POST", "/api/v1/interviews/sessions", json=body)
        return str(created["id"])

    async def questions(self, session: str, count: int = 2, **wishes: Any) -> list[dict[str, Any]]:
        """Newly generated questions."""
        body = {"num_questions": count, "seed": 1, **wishes}
        path = f"/api/v1/interviews/sessions/{session}/questions/generate"
        found: list[dict[str, Any]] = (await self.data("POST", path, json=body))["questions"]
        return found

    async def asked(self, **wishes: Any) -> tuple[str, str]:
        """(address of an interview, address of its one question)."""
        session = await self.session()
        question = (await self.questions(session, 1, **wishes))[0]
        base = f"/api/v1/interviews/sessions/{session}"
        return base, f"{base}/questions/{question['id']}"


@pytest_asyncio.fixture
async def candidate(http: httpx.AsyncClient) -> Candidate:
    return await register(http, "ada@example.com")


@pytest_asyncio.fixture
async def stranger(http: httpx.AsyncClient) -> Candidate:
    return await register(http, "bob@example.com")


async def settle(app: FastAPI, within: float = 60) -> None:
    """Wait until everything that is due behind the scenes is done, for so many seconds at most."""
    jobs = app.state.runtime.services.jobs
    async with asyncio.timeout(within):
        while app.state.worker.busy or (now := await jobs.numbers()).running or now.oldest_seconds:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)


async def spoken_ahead(app: FastAPI) -> None:
    """Wait until no question is being spoken ahead, for which there are a thread and a draft among the files."""
    tts = app.state.runtime.tts
    await asyncio.gather(*tts._preparing, *tts._making.values(), return_exceptions=True)


async def register(http: httpx.AsyncClient, email: str) -> Candidate:
    """A new account."""
    body = {"email": email, "password": "correct horse battery", "full_name": "A Person"}
    response = await http.post("/api/v1/users/register", json=body)
    assert response.status_code == 201, response.text
    return Candidate(http, response.json()["data"])
