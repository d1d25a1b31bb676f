"""Processes of Greenroom that start in a moment: copies of one that has loaded everything.

Run as a program: its standard input names what to start, its standard output says the process id. Used where processes
are killed again and again; what runs in them is the real server, worker, Whisper (a small one) and judge.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import uvicorn

from app.commands.worker import work
from app.config import Settings
from app.engines.audio import AudioInfo, probe
from app.engines.lazy import Lazy
from app.engines.media import Finished, MediaInfo, reading
from app.judge.judge import Judge
from app.main import create_app
from app.runtime.engines import Engines, open_engines
from app.runtime.runtime import _read_data
from app.services.answers.judge_runner import JudgeRunner
from app.services.recordings import keeper, processing, upload_service
from tests.support.embedding import CountingEngine

Role = Literal["api", "worker"]


@asynccontextmanager
async def engines_of(settings: Settings, judge: Judge) -> AsyncIterator[Engines]:
    """The real engines, with a judge that is loaded already and needs no model."""
    runner = JudgeRunner(Lazy(lambda: judge), workers=2)
    async with open_engines(settings) as engines:
        yield replace(engines, judge=runner, embedding=Lazy(lambda: None))
    await runner.close()


async def run(role: str, sock: socket.socket, judge: Judge) -> None:
    """Be this process until a signal comes."""
    settings = Settings()
    async with engines_of(settings, judge) as engines:
        if role == "worker":
            await work(settings, engines=engines)
        else:
            app = create_app(settings, engines=engines)
            config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
            await uvicorn.Server(config).serve(sockets=[sock])


def main() -> None:
    sock = socket.socket(fileno=int(sys.argv[1]))
    # without sandboxes, which start slowly: a process here lives for a second
    vars(keeper)["probe"], vars(keeper)["inspect"] = _probe, _inspect
    vars(upload_service)["inspect"], vars(processing)["finish"] = _inspect, _finish
    judge = Judge(CountingEngine())
    judge.warm_up()
    _read_data()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        while _reap():
            pass
        pid = os.fork()
        if pid == 0:
            os.close(0)
            code = 1
            try:
                asyncio.run(run(line.strip(), sock, judge))
                code = 0
            finally:
                os._exit(code)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


async def _inspect(path: Path, *, max_seconds: float) -> MediaInfo:
    return await asyncio.to_thread(reading.inspect, path, max_seconds)


async def _finish(path: Path, copy: Path, *, max_seconds: float) -> Finished:
    return await asyncio.to_thread(reading.finish, path, copy, max_seconds)


async def _probe(source: Path, *, max_seconds: float | None = None) -> AudioInfo:
    return await asyncio.to_thread(probe, source, max_seconds=max_seconds)


def _reap() -> Any:
    try:
        return os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return 0


if __name__ == "__main__":
    main()
