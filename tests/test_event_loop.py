"""Nothing blocks the event loop: while work is done, a ticker keeps ticking and blocking calls would be errors."""

import asyncio
import time
from pathlib import Path

import pytest
from blockbuster import BlockBuster
from fastapi import FastAPI

from tests.conftest import Candidate

LONGEST_STALL = 0.5
"""Seconds. The machine may be busy with other tests; a decode or a judgement on the loop would take longer."""


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> object:
    return request.getfixturevalue("sqlite")


async def test_an_answer_from_upload_to_feedback(candidate: Candidate, app: FastAPI, recordings: Path) -> None:
    session = await candidate.session()
    question = (await candidate.questions(session, 1))[0]
    path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
    audio = (recordings / "jfk.wav").read_bytes()
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
        await candidate.data("POST", f"{path}/audio", files={"file": ("jfk.wav", audio, "audio/wav")})
        running = asyncio.create_task(candidate.data("POST", f"{path}/transcribe"))
        while not running.done():
            assert (await candidate.http.get("/health")).status_code == 200
            await asyncio.sleep(0.01)
        await running
        await candidate.data("PUT", f"{path}/transcript", json={"transcript": "I fixed the import and it ran again."})
        await candidate.data("POST", f"{path}/evaluate")
        await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/feedback")
    finally:
        blockbuster.deactivate()
        ticker.cancel()
    assert max(stalls) < LONGEST_STALL
