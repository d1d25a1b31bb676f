"""A live interview needs a login as long as it goes on."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.models import AuthSession, now
from app.services.accounts import access_guard
from tests.conftest import Candidate
from tests.live.support import PATIENCE, LiveServer
from tests.support.clock import Clock

PATHS = ("/api/v1/interviews/sessions/{}/stream", "/api/interview/stream/{}")
"""v1 and the platform."""


@pytest.fixture
async def candidate(server: LiveServer) -> Candidate:
    return await server.candidate()


@pytest.fixture
async def session(candidate: Candidate, server: LiveServer) -> str:
    return await server.interview(candidate)


async def begun(server: LiveServer, path: str, session: str, token: str) -> ClientConnection:
    """A connection whose interview goes on."""
    socket = await server.open(path.format(session), additional_headers={"Authorization": f"Bearer {token}"})
    if path == PATHS[0]:
        await socket.send(json.dumps({"type": "start"}))
    await asyncio.wait_for(socket.recv(), PATIENCE)
    return socket


async def rest_of(socket: ClientConnection) -> tuple[int | None, list[dict[str, Any]]]:
    """How the server closes the connection, and what it sends before."""
    messages: list[dict[str, Any]] = []
    with suppress(ConnectionClosed):
        async with asyncio.timeout(PATIENCE):
            while True:
                messages.append(json.loads(await socket.recv()))
    return socket.close_code, messages


@pytest.mark.parametrize("path", PATHS)
async def test_a_logout_ends_its_connections_alone(
    server: LiveServer, session: str, candidate: Candidate, path: str
) -> None:
    """Another login of the same person goes on, and finds the interview where it was."""
    other = await candidate.call(
        "POST", "/api/v1/users/login", json={"email": "ada@example.com", "password": "correct horse battery"}
    )
    elsewhere = await server.interview(candidate)
    socket = await begun(server, path, session, candidate.account["token"])
    stays = await begun(server, path, elsewhere, other.json()["data"]["token"])
    assert (await candidate.call("POST", "/api/v1/users/logout")).status_code == 200
    code, messages = await rest_of(socket)
    assert code == 4401
    if path == PATHS[1]:
        assert messages[-1]["error"]["code"] == "UNAUTHORIZED"
    await stays.ping()
    assert stays.close_code is None
    again = await begun(server, path, session, other.json()["data"]["token"])
    await asyncio.gather(stays.close(), again.close())


async def test_a_login_that_another_process_ends_is_noticed(
    server: LiveServer, session: str, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_guard, "LOOK_SECONDS", 0.05)
    runtime = server.app.state.runtime
    monkeypatch.setattr(runtime.guard, "_cache_seconds", 0.0)
    await runtime.guard.forget(list(runtime.guard._live))
    socket = await begun(server, PATHS[0], session, candidate.account["token"])
    async with runtime.database.writing() as database:
        await database.execute(update(AuthSession).values(revoked_at=now()))
    assert (await rest_of(socket))[0] == 4401


async def test_an_access_token_that_expires_ends_nothing(
    server: LiveServer, session: str, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_guard, "LOOK_SECONDS", 0.05)
    socket = await begun(server, PATHS[0], session, candidate.account["token"])
    Clock(monkeypatch).forward(hours=1)
    assert (await candidate.call("GET", "/api/v1/users/me")).status_code == 401
    await asyncio.sleep(0.2)
    await socket.send(json.dumps({"type": "ping"}))
    async with asyncio.timeout(PATIENCE):
        while json.loads(await socket.recv())["type"] != "pong":
            pass
    await socket.close()
