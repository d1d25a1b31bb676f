"""How live connections are opened: from which pages, under which path, and how large a message may be."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import socketio
from websockets.asyncio import client as websockets
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.live.conftest import with_database
from tests.live.support import PATIENCE, LiveServer, serving
from tests.support.databases import SqliteDatabases
from tests.support.server import ROOT, running_server

PAGE = "https://jobs.example.com"


@pytest.fixture
def changes() -> dict[str, object]:
    return {}


@pytest_asyncio.fixture
async def server(
    settings: Settings, engines: Engines, sqlite: SqliteDatabases, changes: dict[str, object]
) -> AsyncIterator[LiveServer]:
    async with sqlite.fresh() as url:
        ready = with_database(settings, url).model_copy(update=changes)
        async with serving(create_app(ready, engines=engines)) as running:
            yield running


async def outcome(server: LiveServer, path: str, origin: str, **headers: str) -> int | str:
    """The type of the first message of an interview opened from a page, or the code with which it is closed."""
    address = f"ws://127.0.0.1:{server.port}{path}"
    async with websockets.connect(
        address, compression=None, origin=Origin(origin), additional_headers=headers
    ) as socket:
        try:
            async with asyncio.timeout(PATIENCE):
                await socket.send(json.dumps({"type": "start"}))
                return str(json.loads(await socket.recv())["type"])
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0


class TestOrigins:
    @pytest.mark.parametrize(
        ("changes", "origin", "by_cookie", "by_token"),
        [
            ({"cors_origins": PAGE}, PAGE, "ready", "ready"),
            ({"cors_origins": PAGE}, "https://evil.example", 1008, 1008),
            ({"cors_origins": "*"}, "https://evil.example", 4401, "ready"),
            ({"environment": "development"}, "http://localhost:5173", "ready", "ready"),
            ({"environment": "development"}, "http://localhost.evil.example", 1008, 1008),
        ],
    )
    async def test_govern_sockets_as_they_govern_requests(
        self, server: LiveServer, origin: str, by_cookie: int | str, by_token: int | str
    ) -> None:
        candidate = await server.candidate()
        path = f"/api/v1/interviews/sessions/{await server.interview(candidate)}/stream"
        cookie = f"greenroom_access={candidate.account['token']}"
        assert await outcome(server, path, origin, Cookie=cookie) == by_cookie
        assert await outcome(server, path, origin, Authorization=candidate.headers["Authorization"]) == by_token

    @pytest.mark.parametrize("changes", [{"cors_origins": PAGE}, {"cors_origins": "*"}])
    async def test_govern_the_kiosk(self, server: LiveServer, changes: dict[str, object]) -> None:
        path = "/socket.io/?EIO=4&transport=polling"
        good = await server.http.get(path, headers={"origin": PAGE})
        assert good.status_code == 200
        assert good.headers.get_list("access-control-allow-origin") == [
            PAGE if changes["cors_origins"] == PAGE else "*"
        ]
        evil = await server.http.get(path, headers={"origin": "https://evil.example"})
        if changes["cors_origins"] == "*":
            assert (evil.status_code, evil.headers["access-control-allow-origin"]) == (200, "*")
            assert "access-control-allow-credentials" not in evil.headers
        else:
            assert evil.status_code == 400
            assert "access-control-allow-origin" not in evil.headers

    async def test_a_refused_page_is_named_in_the_log(
        self, server: LiveServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = f"/api/v1/interviews/sessions/{await server.interview(await server.candidate())}/stream"
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                assert await outcome(server, path, PAGE) == 1008
        assert [record.getMessage() for record in caplog.records if PAGE in record.getMessage()] == [
            f"a page of '{PAGE}' may not call. To let it: CORS_ORIGINS={PAGE}"
        ]


class TestPrefix:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"root_path": "/green"}

    @pytest.mark.parametrize("outside", ["", "/green"])
    async def test_sockets_of_v1_are_there_and_speak_of_it(self, server: LiveServer, outside: str) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        path = f"{outside}/api/v1/interviews/sessions/{session}/stream"
        address = f"ws://127.0.0.1:{server.port}{path}"
        async with websockets.connect(address, compression=None) as socket, asyncio.timeout(PATIENCE):
            await socket.send(json.dumps({"type": "start", "token": candidate.account["token"]}))
            while (event := json.loads(await socket.recv()))["type"] != "speech":
                pass
        if event["url"] is not None:
            assert event["url"].startswith("/green/uploads/tts/")
            assert (await server.http.get(event["url"])).status_code == 200

    @pytest.mark.parametrize("outside", ["", "/green"])
    async def test_the_kiosk_is_there_and_speaks_of_it(self, server: LiveServer, outside: str) -> None:
        session = await server.code_interview()
        client = socketio.AsyncSimpleClient()
        await client.connect(
            f"http://127.0.0.1:{server.port}", socketio_path=f"{outside}/socket.io", transports=["websocket"]
        )
        await client.emit("join_interview", {"session_id": session, "speech": True})
        async with asyncio.timeout(PATIENCE):
            while True:
                name, event = await client.receive()
                if name == "ai_response":
                    break
        await client.disconnect()
        if event["audio_url"] is not None:
            assert event["audio_url"].startswith("/green/uploads/tts/")


async def test_uvicorn_alone_keeps_the_limit_of_a_message(tmp_path: Path) -> None:
    """`uvicorn app.main:app` does not know our options."""
    with running_server(tmp_path) as address:
        path = "/api/v1/interviews/sessions/0197f5a0-1111-7000-8000-000000000000/stream"
        for socket_path in (path, path.replace("/v1/interviews/sessions", "/interview/stream").removesuffix("/stream")):
            async with websockets.connect(f"{address.replace('http', 'ws')}{socket_path}", compression=None) as socket:
                async with asyncio.timeout(PATIENCE):
                    try:
                        await socket.send("a" * 1_500_000)
                        await socket.recv()
                        await socket.wait_closed()
                    except ConnectionClosed:
                        pass
                assert socket.close_code in (1009, 4401)
    log = (tmp_path / "server.log").read_text()
    assert "0197f5a0" not in log


def test_uvicorn_alone_says_in_a_line_what_is_wrong(tmp_path: Path) -> None:
    def lines(**environment: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0", "--log-level", "warning"],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "backend"), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode != 0
        return done.stderr.strip().splitlines()

    (wrong_setting,) = lines(LLM_PROVIDER="ollama")
    assert "LLM_PROVIDER=compatible" in wrong_setting
    (no_database,) = lines(DATABASE_URL="postgresql://u:p@127.0.0.1:1/d")
    assert "Is the database running?" in no_database
