"""Nothing blocks the event loop: while work is done, a ticker keeps ticking and blocking calls would be errors."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from blockbuster import BlockBuster
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import Settings
from app.engines.embedding import minilm
from app.main import create_app
from app.runtime.engines import open_engines
from tests.conftest import Candidate, register
from tests.support.databases import SqliteDatabases

LONGEST_STALL = 0.5
"""Seconds. The machine may be busy with other tests; a decode or a judgement on the loop would take longer."""


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> object:
    return request.getfixturevalue("sqlite")


@asynccontextmanager
async def free_loop() -> AsyncIterator[None]:
    """Fails when the loop stands still inside the block."""
    stalls: list[float] = []

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            stalls.append(time.perf_counter() - before - 0.01)

    ticker = asyncio.create_task(tick())
    blockbuster = BlockBuster(scanned_modules=["app"])
    blockbuster.activate()
    try:
        yield
    finally:
        blockbuster.deactivate()
        ticker.cancel()
    assert max(stalls) < LONGEST_STALL


async def test_an_answer_from_upload_to_feedback(candidate: Candidate, app: FastAPI, recordings: Path) -> None:
    session = await candidate.session()
    question = (await candidate.questions(session, 1))[0]
    path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
    audio = (recordings / "jfk.wav").read_bytes()
    async with free_loop():
        await candidate.data("POST", f"{path}/audio", files={"file": ("jfk.wav", audio, "audio/wav")})
        running = asyncio.create_task(candidate.data("POST", f"{path}/transcribe"))
        while not running.done():
            assert (await candidate.http.get("/health")).status_code == 200
            await asyncio.sleep(0.01)
        await running
        await candidate.data("PUT", f"{path}/transcript", json={"transcript": "I fixed the import and it ran again."})
        await candidate.data("POST", f"{path}/evaluate")
        await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/feedback")


async def test_the_first_answers_after_a_start_are_loaded_for_once_and_in_threads(
    settings: Settings, sqlite: SqliteDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[Path] = []
    load = minilm.load

    def counted(folder: Path) -> minilm.MiniLmEngine:
        loads.append(folder)
        return load(folder)

    monkeypatch.setattr(minilm, "load", counted)
    async with sqlite.fresh() as url, open_engines(settings) as engines:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        app = create_app(settings.model_copy(update={"database": database}), engines=engines)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
        async with app.router.lifespan_context(app), client, free_loop():
            candidate = await register(client, "ada@example.com")
            session = await candidate.session()
            base = f"/api/v1/interviews/sessions/{session}/questions"
            paths = [f"{base}/{question['id']}" for question in await candidate.questions(session, 3)]
            for path in paths:
                await candidate.data("POST", f"{path}/answer", json={"answer": "A list can change, a tuple cannot."})
            first = [asyncio.create_task(candidate.data("POST", f"{path}/evaluate")) for path in paths]
            while not all(task.done() for task in first):
                assert (await client.get("/health")).status_code == 200
                await asyncio.sleep(0.01)
            assert [(await task)["engine"] for task in first] == ["builtin"] * 3
    assert len(loads) == 1
