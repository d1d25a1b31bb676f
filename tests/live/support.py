"""A real server on a real port, and a client that speaks protocol 1."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from websockets.asyncio import client as websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.engines.audio import Pcm, decode
from app.services.accounts.subject import CodeHolder
from app.services.interviews.question_generation import GenerateWishes
from app.web.uvicorn_options import KEEP_ALIVE_SECONDS
from tests.conftest import SPEECH, Candidate, register

FRAME = 1_600
"""Samples in a frame: 100 ms."""
PATIENCE = 60.0
"""Seconds that a test waits for an event before it fails."""


def clip(name: str) -> Pcm:
    """A synthetic voice that says the words of its name."""
    return decode(SPEECH / f"{name}.wav")


def silence(seconds: float) -> Pcm:
    """Nothing."""
    return np.zeros(round(16_000 * seconds), np.int16)


PROFILER = "en_us_m1_i_used_a_profiler_to_find_the_leak"
QUEUE = "en_gb_scotland_a_queue_is_first_in_first_out"


class QuietServer(uvicorn.Server):
    """A server that leaves the signals of the test run alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class LiveServer:
    """A server in this process, reached through the network."""

    app: FastAPI
    port: int
    http: httpx.AsyncClient

    async def candidate(self, email: str = "ada@example.com") -> Candidate:
        return await register(self.http, email)

    async def interview(self, candidate: Candidate, questions: int = 1, **wishes: Any) -> str:
        """The id of an interview with questions."""
        session = await candidate.session()
        await candidate.questions(session, questions, **wishes)
        return session

    async def code_interview(self, questions: int = 1, **wishes: Any) -> str:
        """The id of an interview that was started with an access code, with questions."""
        services = self.app.state.runtime.services
        async with services.writing() as writes:
            (code,) = await writes.codes.issue()
            interview = await writes.codes.enter(code.code, candidate_name="Ada")
        wanted = GenerateWishes(count=questions, seed=1, **wishes)
        await services.questions.generate(CodeHolder(interview.public_id), interview.public_id, wanted)
        return str(interview.public_id)

    def connect(self, session: str, **arguments: Any) -> websockets.connect:
        """A socket of v1 that has said nothing yet."""
        return self.open(f"/api/v1/interviews/sessions/{session}/stream", **arguments)

    def open(self, path: str, **arguments: Any) -> websockets.connect:
        """A WebSocket at any path."""
        return websockets.connect(f"ws://127.0.0.1:{self.port}{path}", compression=None, **arguments)

    def client(self, session: str, candidate: Candidate) -> "LiveClient":
        return LiveClient(self, session, candidate)


def listening_socket(send_buffer: int | None = None) -> socket.socket:
    """A bound socket on a free port; with `send_buffer` a client that does not read is noticed early."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if send_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    sock.bind(("127.0.0.1", 0))
    return sock


@contextlib.asynccontextmanager
async def serving(app: FastAPI, send_buffer: int | None = None) -> AsyncIterator[LiveServer]:
    """The application on a port, from start to shutdown."""
    sock = listening_socket(send_buffer)
    port = sock.getsockname()[1]
    server = QuietServer(
        uvicorn.Config(
            app,
            lifespan="on",
            log_level="warning",
            ws_max_size=1 << 20,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        while not server.started:
            assert not task.done(), "the server did not start"
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            yield LiveServer(app, port, http)
    finally:
        server.should_exit = True
        await task
        sock.close()


def frame(first: int, pcm: Pcm) -> bytes:
    """A binary message of the protocol."""
    return struct.pack("<Q", first) + pcm.astype("<i2").tobytes()


@dataclass
class LiveClient:
    """One connection to a live interview; keeps every event that came."""

    server: LiveServer
    session: str
    candidate: Candidate
    sent: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: ClientConnection = field(init=False)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.socket = await self.server.connect(self.session)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.socket.close()
        if self._reader is not None:
            await self._reader

    async def start(self, **values: Any) -> dict[str, Any]:
        """Say start; returns `ready`."""
        await self.say("start", **{"token": self.candidate.account["token"], "sample_rate": 16_000, **values})
        return await self.until("ready")

    async def say(self, type_: str, **values: Any) -> None:
        await self.socket.send(json.dumps({"type": type_, **values}))

    async def speak(self, pcm: Pcm, *, first: int = 0, size: int = FRAME) -> int:
        """Send samples in frames as fast as they go; returns the number of the next one."""
        for at in range(0, len(pcm), size):
            await self.socket.send(frame(first + at, pcm[at : at + size]))
        return first + len(pcm)

    async def until(
        self, *types: str, since: int = 0, where: Callable[[dict[str, Any]], bool] = lambda event: True
    ) -> dict[str, Any]:
        """The first event of these types, from the `since`-th event on, that fits; waits for it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for event in self.events[since:]:
                        if event["type"] in types and where(event):
                            return event
                    self._arrived.clear()
                    assert self._reader is not None
                    assert not self._reader.done(), f"closed without {types}: {self.close_code}, {self.types}"
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"no {types} came, only {self.types}") from None

    async def state(self, name: str, since: int = 0) -> dict[str, Any]:
        return await self.until("status", since=since, where=lambda event: event["state"] == name)

    async def closed(self) -> int | None:
        """The code with which the server closes."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        return self.close_code

    @property
    def close_code(self) -> int | None:
        return self.socket.close_code

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def of(self, type_: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == type_]

    def vanish(self) -> None:
        """Cut the line without a word."""
        transport = self.socket.transport
        transport.abort()

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                self.events.append(json.loads(message))
                self._arrived.set()
        except ConnectionClosed:
            pass
        finally:
            self._arrived.set()


def stored_pcm(content: bytes) -> Pcm:
    """The samples of a WAV with the plain header of 44 bytes."""
    return np.frombuffer(content[44:], "<i2").astype(np.int16)


def files_in(folder: Path) -> list[str]:
    """What is in a folder of the server, by its path there."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  what the server does sets no event of ours
            await asyncio.sleep(0.05)
