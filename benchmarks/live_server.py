"""The server that `benchmarks.live` talks to: the real application, with a look at its own loop and engine."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, Request

from app.main import create_app

TICK = 0.01
"""Seconds between two looks at how late the loop is."""


class LoopWatch:
    """How late the event loop wakes, in seconds, since the last reading."""

    def __init__(self) -> None:
        self._late: list[float] = []

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def read(self) -> dict[str, float]:
        late, self._late = np.array(self._late or [0.0]), []
        return {"p50": float(np.quantile(late, 0.5)), "p99": float(np.quantile(late, 0.99)), "max": float(late.max())}

    async def _watch(self) -> None:
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(TICK)
            self._late.append(time.perf_counter() - begin - TICK)


def build(watch: LoopWatch) -> FastAPI:
    """The application with two routes more."""
    app = create_app()

    @app.get("/bench/lag")
    async def lag() -> dict[str, float]:
        return watch.read()

    @app.post("/bench/decode")
    async def decode(request: Request) -> dict[str, Any]:
        """What the engine makes of PCM16 at 16 kHz, with nothing live around it."""
        pcm = np.frombuffer(await request.body(), "<i2").astype(np.int16)
        begin = time.perf_counter()
        heard = await app.state.runtime.stt.transcribe(pcm)
        return {"text": heard.text, "seconds": time.perf_counter() - begin, "engine": heard.engine}

    return app


async def serve(descriptor: int) -> None:
    watch = LoopWatch()
    server = uvicorn.Server(uvicorn.Config(build(watch), log_level="warning", ws_max_size=1 << 20))
    async with watch.watching():
        await server.serve(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
