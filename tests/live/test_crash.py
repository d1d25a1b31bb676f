"""What a process leaves when it dies, and what the next one makes of it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from app.config import LiveSettings, Settings
from app.main import create_app
from app.runtime.engines import Engines
from app.services.answers.judge_runner import JudgeRunner
from tests.conftest import ROOT, TINY_WHISPER
from tests.live.conftest import with_database
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import (
    PATIENCE,
    PROFILER,
    LiveServer,
    clip,
    files_in,
    listening_socket,
    serving,
    silence,
    stored_pcm,
    until,
)
from tests.support.databases import SqliteDatabases

API = "/api/v1/interviews/sessions"
Heard = type[ScriptedTranscriber]
SERVE = """
import socket, sys, uvicorn
from app.main import app
server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""


@asynccontextmanager
async def a_process(sock: socket.socket, folder: Path) -> AsyncIterator[tuple[LiveServer, subprocess.Popen[bytes]]]:
    """A server in a process of its own, on a socket that outlives it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "backend"),
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "WARNING",
        "DATA_DIR": str(folder / "var"),
        "UPLOAD_DIR": str(folder / "uploads"),
        "STT_ENGINE": "whisper",
        "STT_MODEL_PATH": str(TINY_WHISPER),
        "RATE_LIMIT_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-c", SERVE, str(sock.fileno())]
    process = await asyncio.to_thread(subprocess.Popen, command, env=environment, cwd=folder, pass_fds=[sock.fileno()])
    try:
        port = sock.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            assert (await http.get("/health")).status_code == 200
            yield LiveServer(cast("FastAPI", None), port, http), process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def test_a_killed_server_loses_at_most_a_second_and_resumes_at_the_same_question(tmp_path: Path) -> None:
    voice = np.concatenate([clip(PROFILER), silence(1.0), clip("en_us_m1_i_designed_the_api"), silence(0.2)])
    first_part = len(clip(PROFILER)) + 20_000
    sock = listening_socket()
    sock.listen()
    async with a_process(sock, tmp_path) as (server, process):
        candidate = await server.candidate()
        session = await server.interview(candidate, 2)
        async with server.client(session, candidate) as client:
            question = (await client.start())["question"]
            await client.speak(voice[:first_part])
            await client.until("final")
            sent = first_part
            for _ in range(12):
                sent = await client.speak(voice[sent : sent + 1_600], first=sent)
                await asyncio.sleep(0.1)
            await client.until("ack", where=lambda event: event["next_sample"] >= sent - 16_000)
            process.send_signal(signal.SIGKILL)
            before = client.of("final")
            acknowledged = client.of("ack")[-1]["next_sample"]

    async with a_process(sock, tmp_path) as (server, process):
        candidate.http = server.http
        async with server.client(session, candidate) as client:
            ready = await client.start()
            assert ready["question"]["id"] == question["id"]
            assert acknowledged <= ready["next_sample"] <= sent, "what was acknowledged is there"
            await client.speak(voice[ready["next_sample"] :], first=ready["next_sample"])
            await client.say("speech_end")
            taken = await client.until("answer")
            assert client.of("final")[: len(before)] == before, "what was understood is there"
            assert taken["transcript"] == "i used a profiler to find the leak i designed the api"
            path = f"{API}/{session}/questions/{question['id']}/audio"
            assert np.array_equal(stored_pcm((await candidate.call("GET", path)).content), voice)
            await client.until("question", where=lambda event: event["id"] != question["id"])
    sock.close()


class TestTheNextProcess:
    """Two servers one after the other, on the same database and files."""

    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(nudge_seconds=0, park_seconds=0.5)

    async def test_closes_an_answer_that_nobody_comes_back_to(
        self, scripted: Heard, settings: Settings, sqlite: SqliteDatabases, engines: Engines
    ) -> None:
        async with sqlite.fresh() as url:
            ready = with_database(settings, url)
            async with serving(create_app(ready, engines=engines)) as server:
                candidate = await server.candidate()
                session = await server.interview(candidate)
                async with server.client(session, candidate) as client:
                    question = (await client.start())["question"]
                    await client.speak(silence(2))
                    await until(lambda: bool(scripted.made))
                    scripted.made[0].say("i kept everybody informed")
                    await client.until("final")
            assert len(files_in(settings.upload_dir / "live")) == 1
            async with serving(create_app(ready, engines=engines)) as server:
                candidate.http = server.http
                path = f"{API}/{session}/questions/{question['id']}"
                transcript = await eventually(candidate, f"{path}/transcript")
                assert transcript["transcript"] == "i kept everybody informed"
                assert len(stored_pcm((await candidate.call("GET", f"{path}/audio")).content)) == 32_000
                assert scripted.made[-1].offset == scripted.made[0]._finals[0].end, "only the rest is heard again"
                assert not files_in(settings.upload_dir / "live")

    async def test_judges_what_was_not_judged(
        self,
        scripted: Heard,
        settings: Settings,
        sqlite: SqliteDatabases,
        engines: Engines,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with sqlite.fresh() as url:
            ready = with_database(settings, url)
            with monkeypatch.context() as patch:
                patch.setattr(JudgeRunner, "evaluate", never)
                async with serving(create_app(ready, engines=engines)) as server:
                    candidate = await server.candidate()
                    session = await server.interview(candidate, 1, categories=["behavioral"])
                    async with server.client(session, candidate) as client:
                        await client.start()
                        await client.say("text", text="I asked my team what went wrong, and we wrote it down together.")
                        await client.until("answer")
            async with serving(create_app(ready, engines=engines)) as server:
                candidate.http = server.http
                deadline = time.monotonic() + PATIENCE
                while not (await candidate.data("GET", f"{API}/{session}/evaluation"))["evaluated"]:
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.1)

    async def test_closes_at_once_what_was_being_closed(
        self,
        scripted: Heard,
        settings: Settings,
        sqlite: SqliteDatabases,
        engines: Engines,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with sqlite.fresh() as url:
            ready = with_database(settings.model_copy(update={"live": LiveSettings()}), url)
            with monkeypatch.context() as patch:
                patch.setattr(ScriptedTranscriber, "finish", never)
                async with serving(create_app(ready, engines=engines)) as server:
                    candidate = await server.candidate()
                    session = await server.interview(candidate)
                    async with server.client(session, candidate) as client:
                        question = (await client.start())["question"]
                        await client.speak(silence(1))
                        await until(lambda: bool(scripted.made))
                        scripted.made[0].say("done with this one")
                        await client.until("final")
                        await client.say("speech_end")
                        await client.state("processing")
                        await until(lambda: is_processing(server))
            async with serving(create_app(ready, engines=engines)) as server:
                candidate.http = server.http
                async with server.client(session, candidate) as client:
                    assert (await client.start())["question"]["id"] == question["id"]
                    assert (await client.until("answer"))["transcript"] == "done with this one"


class TestTwoProcesses:
    """Two servers at the same time, as a proxy or several workers would have it."""

    async def test_hand_an_answer_over_and_lose_nothing(
        self, scripted: Heard, settings: Settings, sqlite: SqliteDatabases, engines: Engines
    ) -> None:
        sound = np.random.default_rng(3).integers(-9_000, 9_000, 5 * 16_000).astype(np.int16)
        async with sqlite.fresh() as url:
            ready = with_database(settings, url)
            async with (
                serving(create_app(ready, engines=engines)) as one,
                serving(create_app(ready, engines=engines)) as other,
            ):
                candidate = await one.candidate()
                session = await one.interview(candidate)
                async with one.client(session, candidate) as before, other.client(session, candidate) as after:
                    await before.start()
                    await before.speak(sound[:40_000])
                    await until(lambda: bool(scripted.made))
                    began = await after.start()
                    assert began["next_sample"] == 40_000
                    assert await before.closed() == 4409
                    await until(lambda: one.app.state.runtime.live.interviews == 0)
                    await after.speak(sound[40_000:], first=40_000)
                    await after.say("speech_end")
                    taken = await after.until("answer")
                path = f"{API}/{session}/questions/{taken['question_id']}/audio"
                assert np.array_equal(stored_pcm((await candidate.call("GET", path)).content), sound)


async def never(*_: Any, **__: Any) -> Any:
    await asyncio.Event().wait()


def is_processing(server: LiveServer) -> bool:
    """Whether the closing of the answer has come to the recogniser."""
    ((interview, _),) = server.app.state.runtime.live._live.values()
    return bool(interview.turn._transcription._feeding.done())


async def eventually(candidate: Any, path: str) -> Any:
    """The data of an address that will exist soon."""
    deadline = time.monotonic() + PATIENCE
    while True:
        response = await candidate.call("GET", path)
        if response.is_success:
            return response.json()["data"]
        assert time.monotonic() < deadline, response.text
        await asyncio.sleep(0.1)
