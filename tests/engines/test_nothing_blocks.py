"""The event loop keeps turning while speech is recognised."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from blockbuster import blockbuster_ctx

from app.engines.audio import Pcm
from app.engines.stt.whisper import WhisperEngine, WhisperOptions

TICK = 0.005
LONGEST_LAG = 0.15
"""Seconds. The worst that was seen on two busy cores is a third of it; inference on the loop takes a second."""


@asynccontextmanager
async def watched_loop() -> AsyncIterator[None]:
    """Fails on a blocking call, and when the loop stood still for too long."""
    worst = 0.0

    async def tick() -> None:
        nonlocal worst
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(TICK)
            worst = max(worst, time.perf_counter() - begin - TICK)

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0)
    with blockbuster_ctx():
        yield
    ticker.cancel()
    assert worst < LONGEST_LAG


async def test_the_loop_turns_while_speech_is_recognised(data: Path, recordings: Path, jfk: Pcm) -> None:
    engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=2))
    async with watched_loop():
        results = await asyncio.gather(
            engine.transcribe(recordings / "goforward.wav"),
            engine.transcribe(jfk[:80_000]),
            engine.transcribe_stretch(jfk[:80_000]),
        )
        assert all(result.text for result in results)
        await engine.close()
