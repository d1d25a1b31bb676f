"""Logins: wrong passwords, refresh tokens that somebody else has, ending logins, and tokens that are none."""

import asyncio
import base64
import json
import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.main import create_app
from app.models import AuthSession, LoginAttempts, now
from app.services.accounts.passwords import verify_password
from tests.conftest import Candidate

USERS = "/api/v1/users"
RIGHT = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = RIGHT | {"password": "nonsense and more"}


def caller(app: FastAPI, address: str) -> httpx.AsyncClient:
    """A client at another address."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://test")


async def login(http: httpx.AsyncClient, body: dict[str, str]) -> int:
    return (await http.post(f"{USERS}/login", json=body)).status_code


class TestWrongPasswords:
    async def test_a_few_may_follow_each_other_and_then_one_has_to_wait(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        assert [await login(http, WRONG) for _ in range(7)] == [401] * 5 + [429] * 2
        response = await http.post(f"{USERS}/login", json=RIGHT)
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 16

    async def test_many_at_once_are_as_many_as_one_by_one(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        answers = await asyncio.gather(*(login(http, WRONG) for _ in range(60)))
        assert sorted(answers) == [401] * 5 + [429] * 55

    async def test_the_wait_grows(self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate) -> None:
        for _ in range(5):
            await login(http, WRONG)
        waits = []
        for _ in range(8):
            waits.append(int((await http.post(f"{USERS}/login", json=WRONG)).headers["retry-after"]))
            await _time_passes(app)
            assert await login(http, WRONG) == 401
        assert waits[:4] == [pytest.approx(wait, abs=2) for wait in (16, 31, 61, 121)]
        assert waits[-1] == pytest.approx(901, abs=2)
        await _time_passes(app)
        assert await login(http, RIGHT) == 200
        assert await login(http, WRONG) == 401

    async def test_strangers_lock_nobody_out(self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate) -> None:
        for _ in range(10):
            await login(http, WRONG)
        async with caller(app, "192.0.2.7") as elsewhere:
            assert await login(elsewhere, RIGHT) == 200
        assert await login(http, RIGHT) == 429

    async def test_others_behind_the_same_address_do_not_notice(
        self, http: httpx.AsyncClient, candidate: Candidate, stranger: Candidate
    ) -> None:
        for _ in range(10):
            await login(http, WRONG)
        assert await login(http, RIGHT | {"email": "bob@example.com"}) == 200

    async def test_an_account_that_does_not_exist_looks_the_same(self, http: httpx.AsyncClient) -> None:
        unknown = WRONG | {"email": "nobody@example.com"}
        assert [await login(http, unknown) for _ in range(6)] == [401] * 5 + [429]

    async def test_a_network_of_ipv6_is_one_client(self, app: FastAPI, candidate: Candidate) -> None:
        for place in range(6):
            async with caller(app, f"2001:db8::{place:x}") as http:
                answer = await login(http, WRONG)
        assert answer == 429
        async with caller(app, "2001:db8:0:1::1") as neighbour:
            assert await login(neighbour, RIGHT) == 200

    async def test_processes_count_together(self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate) -> None:
        runtime = app.state.runtime
        other = create_app(runtime.settings, engines=runtime.engines)
        async with (
            other.router.lifespan_context(other),
            httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://test") as second,
        ):
            answers = await asyncio.gather(*(login(which, WRONG) for _ in range(10) for which in (http, second)))
        assert answers.count(401) == 5


class TestRefresh:
    async def test_any_token_that_was_used_ends_the_login(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        """A thief refreshes a stolen token three times; then its owner comes with it."""
        stolen = candidate.account["refresh_token"]
        thief = stolen
        for _ in range(3):
            thief = (await _refreshed(http, thief))["refresh_token"]
        response = await http.post(f"{USERS}/refresh", json={"refresh_token": stolen})
        assert (response.status_code, response.json()["error"]["type"]) == (401, "refresh_token_reused")
        assert (await http.post(f"{USERS}/refresh", json={"refresh_token": thief})).status_code == 401
        assert (await candidate.call("GET", f"{USERS}/me")).status_code == 401

    async def test_a_lost_answer_is_given_again_for_some_seconds(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        first = candidate.account["refresh_token"]
        second = await _refreshed(http, first)
        assert (await _refreshed(http, first))["refresh_token"] == second["refresh_token"] != first
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(AuthSession).values(rotated_at=now() - timedelta(minutes=5)))
        response = await http.post(f"{USERS}/refresh", json={"refresh_token": first})
        assert response.json()["error"]["type"] == "refresh_token_reused"
        response = await http.post(f"{USERS}/refresh", json={"refresh_token": second["refresh_token"]})
        assert response.status_code == 401

    async def test_a_token_of_the_version_before_is_exchanged(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        old = "x" * 43
        fingerprint = app.state.runtime.guard.signer.fingerprint(old)
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(AuthSession).values(refresh_hash=fingerprint))
        new = (await _refreshed(http, old))["refresh_token"]
        assert len(new) > len(old)
        await _refreshed(http, new)

    async def test_nobody_can_end_a_login_with_a_token_that_was_made_up(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        good = candidate.account["refresh_token"]
        raw = base64.urlsafe_b64decode(good + "=" * (-len(good) % 4))
        forged = base64.urlsafe_b64encode(raw[:16] + bytes(64)).rstrip(b"=").decode()
        for token in (forged, good + "!", good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), "x" * 107):
            response = await http.post(f"{USERS}/refresh", json={"refresh_token": token})
            assert (response.status_code, response.json()["error"]["type"]) == (401, "invalid_refresh_token")
        await _refreshed(http, good)


class TestEndingLogins:
    async def test_logging_out_everywhere_ends_every_login(
        self, http: httpx.AsyncClient, candidate: Candidate, stranger: Candidate
    ) -> None:
        other = Candidate(http, (await http.post(f"{USERS}/login", json=RIGHT)).json()["data"])
        assert (await candidate.call("POST", f"{USERS}/logout?everywhere=true")).status_code == 200
        for ended in (candidate, other):
            assert (await ended.call("GET", f"{USERS}/me")).status_code == 401
            body = {"refresh_token": ended.account["refresh_token"]}
            assert (await http.post(f"{USERS}/refresh", json=body)).status_code == 401
        assert (await stranger.call("GET", f"{USERS}/me")).status_code == 200

    async def test_logins_are_listed_and_one_can_be_ended(
        self, http: httpx.AsyncClient, candidate: Candidate, stranger: Candidate
    ) -> None:
        response = await http.post(f"{USERS}/login", json=RIGHT, headers={"user-agent": "Kitchen tablet"})
        tablet = Candidate(http, response.json()["data"])
        listed = (await candidate.data("GET", f"{USERS}/me/logins"))["logins"]
        assert listed[0]["user_agent"] == "Kitchen tablet"
        assert [one["current"] for one in listed] == [False, True]
        path = f"{USERS}/me/logins/{listed[0]['id']}"
        assert (await stranger.call("DELETE", path)).status_code == 404
        assert (await candidate.call("DELETE", path)).status_code == 200
        assert (await candidate.call("DELETE", path)).status_code == 404
        assert (await tablet.call("GET", f"{USERS}/me")).status_code == 401
        assert len((await candidate.data("GET", f"{USERS}/me/logins"))["logins"]) == 1


def _segment(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


JUNK = {
    "nested": f"{_segment('[' * 1300)}.e30.x",
    "nested claims": f"{_segment(json.dumps({'alg': 'HS256', 'typ': 'JWT'}))}.{_segment('[' * 900)}.x",
    "long": "[" * 3000,
    "long header": f"{_segment('[' * 3000)}.e30.x",
    "many dots": "." * 500,
    "odd algorithm": f"{_segment(json.dumps({'alg': ['HS256']}))}.e30.x",
    "no algorithm": f"{_segment(json.dumps({'alg': 'none'}))}.e30.",
    "huge number": f"{_segment('1' * 1400)}.e30.x",
    "null": f"{_segment('null')}.{_segment('null')}.x",
    "no text": "\xff\xfe.\xe9",
    "base64 of nothing": "===.===.===",
}


class TestJunk:
    """Also over sockets: tests/live/test_junk_tokens.py."""

    @pytest.mark.parametrize("name", JUNK)
    async def test_is_401_and_leaves_no_trace(
        self, app: FastAPI, http: httpx.AsyncClient, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers: Any = {"authorization": b"Bearer " + JUNK[name].encode("latin-1")}
        with caplog.at_level(logging.WARNING):
            response = await http.get(f"{USERS}/me", headers=headers)
        assert response.status_code == 401
        assert not caplog.records


async def test_a_password_that_was_changed_meanwhile_opens_no_login(
    app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(password: str, password_hash: str | None) -> tuple[bool, str | None]:
        found = await verify_password(password, password_hash)
        await app.state.runtime.services.passwords.set("ada@example.com", "another horse battery")
        return found

    monkeypatch.setattr("app.services.accounts.auth_service.verify_password", slow)
    assert await login(http, RIGHT) == 401


async def _refreshed(http: httpx.AsyncClient, token: str) -> dict[str, str]:
    response = await http.post(f"{USERS}/refresh", json={"refresh_token": token})
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.json()["data"]
    return found


async def _time_passes(app: FastAPI) -> None:
    """The waits that were imposed are over."""
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(LoginAttempts).values(next_at=now()))
