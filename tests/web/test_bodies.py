"""Bodies of requests: who may send one is found out first, and nobody holds the server up with one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from app.config import LimitSettings, Settings
from app.main import create_app
from app.runtime.engines import Engines
from app.web import bodies, uvicorn_options
from tests.conftest import Candidate, register
from tests.live.conftest import with_database
from tests.live.support import PATIENCE, QuietServer, listening_socket
from tests.support.databases import SqliteDatabases

UPLOAD = "/api/v1/interviews/sessions/{0}/questions/{0}/audio".format("00000000-0000-7000-8000-000000000000")
FORM = "Content-Type: multipart/form-data; boundary=x\r\n"
PIECE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'

END = b"\r\n--x--\r\n"


@pytest.fixture
def uploads_at_once() -> int:
    return 16


@pytest_asyncio.fixture
async def app(
    settings: Settings, engines: Engines, sqlite: SqliteDatabases, uploads_at_once: int
) -> AsyncIterator[FastAPI]:
    async with sqlite.fresh() as url:
        limits = LimitSettings(uploads_at_once=uploads_at_once)
        yield create_app(with_database(settings, url).model_copy(update={"limits": limits}), engines=engines)


@pytest_asyncio.fixture
async def port(app: FastAPI) -> AsyncIterator[int]:
    """A server as `greenroom serve` runs it."""
    sock = listening_socket()
    server = QuietServer(uvicorn.Config(app, log_level="warning", **uvicorn_options.OPTIONS))
    task = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.01)
    yield sock.getsockname()[1]
    server.should_exit = True
    await task
    sock.close()


@pytest_asyncio.fixture
async def candidate(port: int) -> AsyncIterator[Candidate]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
        yield await register(http, "ada@example.com")


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], Any]:
    """(status, headers, JSON) of the next response."""
    async with asyncio.timeout(PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
    return int(first.split()[1]), headers, json.loads(body)


def begin(path: str, headers: str = "", length: int = 40_000_000) -> bytes:
    """The head of an upload, and the beginning of its body."""
    head = f"POST {path} HTTP/1.1\r\nHost: test\r\n{FORM}{headers}Content-Length: {length}\r\n\r\n"
    return head.encode() + PIECE


def whole(path: str, headers: str) -> bytes:
    """A small upload."""
    return begin(path, headers, len(PIECE) + len(END)) + END


class TestBeforeABodyIsRead:
    async def test_a_stranger_is_refused(self, port: int) -> None:
        async with connection(port) as (reader, writer):
            writer.write(begin(UPLOAD))
            status, _, body = await answer(reader)
            assert (status, body["error"]["type"]) == (401, "not_authenticated")

    async def test_a_bad_token_is_refused(self, port: int) -> None:
        async with connection(port) as (reader, writer):
            writer.write(begin(UPLOAD, "Authorization: Bearer nonsense\r\n"))
            assert (await answer(reader))[0] == 401

    async def test_too_many_are_refused(self, port: int, app: FastAPI) -> None:
        app.state.runtime.rate_limits.enabled = True
        for expected in [401] * 10 + [429]:
            async with connection(port) as (reader, writer):
                writer.write(begin(UPLOAD))
                status, headers, _ = await answer(reader)
                assert status == expected
        assert int(headers["retry-after"]) >= 1

    async def test_who_is_refused_counts_once(self, port: int, app: FastAPI) -> None:
        app.state.runtime.rate_limits.enabled = True
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            login = {"email": "nobody@example.com", "password": "whatever1"}
            statuses = [(await http.post("/api/v1/users/login", json=login)).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]


class TestSlowClients:
    async def test_a_body_that_stops_is_refused(
        self, port: int, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, question = await candidate.asked()
        monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.2)
        async with connection(port) as (reader, writer):
            writer.write(begin(f"{question}/audio", f"Authorization: {candidate.headers['Authorization']}\r\n"))
            status, headers, body = await answer(reader)
            assert (status, body["error"]["type"]) == (408, "request_timeout")
            assert headers["connection"] == "close"

    async def test_one_that_trickles_is_refused(
        self, port: int, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def trickle(writer: asyncio.StreamWriter) -> None:
            for _ in range(1_000):
                writer.write(b"a")
                await asyncio.sleep(0.02)

        _, question = await candidate.asked()
        monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.3)
        async with connection(port) as (reader, writer):
            writer.write(begin(f"{question}/audio", f"Authorization: {candidate.headers['Authorization']}\r\n"))
            trickling = asyncio.create_task(trickle(writer))
            status, _, _ = await answer(reader)
            trickling.cancel()
        assert status == 408

    @pytest.mark.parametrize("sent", [b"", b"GET /health HTTP/1.1\r\nX-Half: "])
    async def test_a_head_that_does_not_come_closes_the_connection(
        self, port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
    ) -> None:
        monkeypatch.setattr(uvicorn_options, "HEADER_SECONDS", 0.2)
        async with connection(port) as (reader, writer), asyncio.timeout(PATIENCE):
            writer.write(sent)
            assert await reader.read() == b""

    async def test_a_head_without_end_closes_the_connection(self, port: int) -> None:
        async with connection(port) as (reader, writer), asyncio.timeout(PATIENCE):
            writer.write(b"GET /health HTTP/1.1\r\nX-Long: " + b"a" * 2_000_000)
            with suppress(ConnectionError):
                await writer.drain()
                assert await reader.read() == b""

    async def test_the_rest_of_a_body_that_nobody_reads_is_not_waited_for_long(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uvicorn_options, "LINGER_SECONDS", 0.2)
        async with connection(port) as (reader, writer), asyncio.timeout(PATIENCE):
            writer.write(begin(UPLOAD))
            assert (await answer(reader))[0] == 401
            assert await reader.read() == b""

    async def test_an_ordinary_client_keeps_its_connection(self, port: int) -> None:
        async with connection(port) as (reader, writer):
            for _ in range(3):
                writer.write(b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n")
                assert (await answer(reader))[0] == 200


class TestAtOnce:
    @pytest.fixture
    def uploads_at_once(self) -> int:
        return 1

    async def test_more_uploads_than_there_are_places_are_asked_to_come_back(
        self, port: int, candidate: Candidate, app: FastAPI
    ) -> None:
        token = f"Authorization: {candidate.headers['Authorization']}\r\n"
        upload = f"{(await candidate.asked())[1]}/audio"
        async with connection(port) as (_, first):
            first.write(begin(upload, token))
            while True:  # until the server reads the first
                async with connection(port) as (reader, writer):
                    writer.write(whole(upload, token))
                    status, headers, body = await answer(reader)
                if status == 503:
                    break
            assert int(headers["retry-after"]) >= 1
            assert body["error"]["type"] == "unavailable"
            async with connection(port) as (reader, writer):
                writer.write(begin(UPLOAD))
                assert (await answer(reader))[0] == 401, "a stranger takes no place and needs none"
            assert (await candidate.call("GET", "/api/v1/users/me")).status_code == 200
        async with asyncio.timeout(PATIENCE):
            while True:  # its place is free again once it has gone
                async with connection(port) as (reader, writer):
                    writer.write(whole(upload, token))
                    if (await answer(reader))[0] != 503:
                        return
