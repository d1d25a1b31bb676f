"""Faults of the machine are 503 with a wait, in the shape of each face; they are not the client's, nor a mystery."""

import asyncio
import errno
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app import database
from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.conftest import SPEECH, Candidate, register
from tests.live.conftest import with_database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.web.notebook.face import NOTEBOOK

CLIP = SPEECH / "en_us_m1_i_used_a_profiler_to_find_the_leak.wav"
NEW = {"title": "Practice"}


@pytest_asyncio.fixture
async def app(
    settings: Settings, engines: Engines, sqlite: SqliteDatabases, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    async with sqlite.fresh() as url:
        app = create_app(with_database(settings, url), engines=engines, more_faces=[NOTEBOOK])
        async with app.router.lifespan_context(app):
            yield app


def assert_comes_back(response: httpx.Response) -> None:
    assert response.status_code == 503, response.text
    assert int(response.headers["retry-after"]) >= 1
    assert "greenroom" not in response.text.lower()
    assert "sqlite" not in response.text.lower()


async def test_a_locked_database(app: FastAPI, candidate: Candidate) -> None:
    file = app.state.runtime.settings.database_url.partition("///")[2]
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")  # whoever writes behind the scenes needs the loop to end
    try:
        refused = await candidate.call("POST", "/api/v1/interviews/sessions", json=NEW)
        assert_comes_back(refused)
        assert refused.json()["error"]["type"] == "unavailable"
        token = {"X-Notebook-Token": candidate.account["token"]}
        noted = await candidate.http.post("/notebook/interviews", json=NEW, headers=token)
        assert_comes_back(noted)
        assert set(noted.json()) == {"problem", "fields", "number"}
    finally:
        other.close()
    assert (await candidate.call("POST", "/api/v1/interviews/sessions", json=NEW)).status_code == 201


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EMFILE])
async def test_a_disk_that_takes_nothing(candidate: Candidate, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def broken(*_: Any) -> None:
        raise OSError(number, "no more")

    monkeypatch.setattr("app.services.recordings.keeper.created", broken)
    _, question = await candidate.asked()
    with CLIP.open("rb") as file:
        assert_comes_back(await candidate.call("POST", f"{question}/audio", files={"file": file}))


async def test_a_disk_that_is_full_while_a_form_is_received(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no more")

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", broken)
    interview, _ = await candidate.asked()
    with CLIP.open("rb") as file:
        assert_comes_back(await candidate.call("POST", f"{interview}/resume", files={"file": file}))


async def test_uploads_that_went_away(app: FastAPI, candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    _, question = await candidate.asked()
    monkeypatch.setattr(app.state.runtime.scratch, "folder", Path("/proc/nowhere"))
    with CLIP.open("rb") as file:
        assert_comes_back(await candidate.call("POST", f"{question}/audio", files={"file": file}))
    ready = await candidate.http.get("/health/ready")
    assert (ready.status_code, ready.json()["storage"]) == (503, "failed: cannot be written")
    assert "/proc" not in ready.text


async def test_a_database_that_is_gone(settings: Settings, engines: Engines, postgresql: PostgresDatabases) -> None:
    async with postgresql.fresh() as url:
        app = create_app(with_database(settings, url), engines=engines)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                candidate = await register(http, "ada@example.com")
                name = url.rpartition("/")[2]
                await postgresql._execute(f"DROP DATABASE {name} WITH (FORCE)")
                for _ in range(2):
                    assert_comes_back(await candidate.call("POST", "/api/v1/interviews/sessions", json=NEW))
                    assert_comes_back(await candidate.call("GET", "/api/v1/interviews/sessions"))
                ready = await http.get("/health/ready")
                assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
                await postgresql._execute(f"CREATE DATABASE {name}")


async def test_a_mistake_of_ours_is_none_of_them(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("app.services.interviews.interview_service.InterviewService.create", broken)
    assert (await candidate.call("POST", "/api/v1/interviews/sessions", json=NEW)).status_code == 500
