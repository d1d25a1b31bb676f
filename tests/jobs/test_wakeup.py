"""Waiting for work ends when the process stops, also when work comes at that moment."""

import asyncio

import pytest

from app.engines.wakeup import LocalWakeup


async def test_a_stop_is_not_forgotten_when_work_comes_with_it() -> None:
    wakeup = LocalWakeup()
    waiting = asyncio.create_task(wakeup.wait(60))
    await asyncio.sleep(0)
    await wakeup.send()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await wakeup.close()
