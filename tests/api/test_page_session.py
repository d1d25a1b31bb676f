"""Logins of the web page: tokens in cookies that no script reads, guests, and who may not use them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import update

from app.models import JobKind, Priority, User, now
from app.repositories.jobs import JobRepository
from tests.conftest import Candidate, settle

WEB = "/api/v1/web"
SESSIONS = "/api/v1/interviews/sessions"
PERSON = {"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada"}


@pytest_asyncio.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that shows a page of this server: it keeps cookies and names its origin."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers={"Origin": "http://test"}) as it:
        yield it


async def who(browser: httpx.AsyncClient) -> str | None:
    """The address that is logged in."""
    user = (await browser.get(f"{WEB}/session")).json()["data"]["user"]
    return str(user["email"]) if user else None


class TestCookies:
    async def test_a_login_is_kept_by_cookies_that_scripts_cannot_read(self, browser: httpx.AsyncClient) -> None:
        assert await who(browser) is None
        answer = await browser.post(f"{WEB}/register", json=PERSON)
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all("HttpOnly" in cookie and "SameSite=strict" in cookie for cookie in cookies)
        assert "token" not in answer.text
        assert await who(browser) == "ada@example.com"
        assert (await browser.get("/api/v1/users/me")).status_code == 200

    async def test_an_expired_access_cookie_is_renewed_by_the_refresh_cookie(self, browser: httpx.AsyncClient) -> None:
        await browser.post(f"{WEB}/register", json=PERSON)
        browser.cookies.delete("greenroom_access")
        session = (await browser.get(f"{WEB}/session")).json()["data"]
        assert (session["user"], session["can_refresh"]) == (None, True)
        assert (await browser.post(f"{WEB}/refresh")).json()["data"]["user"]["email"] == "ada@example.com"
        assert await who(browser) == "ada@example.com"

    @pytest.mark.parametrize("lost", [None, "greenroom_access"])
    async def test_logging_out_ends_the_login_and_removes_the_cookies(
        self, browser: httpx.AsyncClient, lost: str | None
    ) -> None:
        await browser.post(f"{WEB}/register", json=PERSON)
        kept = browser.cookies.get("greenroom_refresh")
        if lost:
            browser.cookies.delete(lost)
        assert (await browser.post(f"{WEB}/logout")).status_code == 200
        assert not browser.cookies
        refused = await browser.post(f"{WEB}/refresh", headers={"Cookie": f"greenroom_refresh={kept}"})
        assert refused.status_code == 401

    async def test_a_page_of_another_origin_can_neither_log_in_nor_use_the_cookie(
        self, browser: httpx.AsyncClient
    ) -> None:
        await browser.post(f"{WEB}/register", json=PERSON)
        elsewhere = {"Origin": "https://evil.example"}
        assert (await browser.post(f"{WEB}/guest", headers=elsewhere)).status_code == 403
        assert (await browser.post(SESSIONS, json={"title": "x"}, headers=elsewhere)).status_code == 401

    async def test_cookies_are_sent_only_over_tls_where_the_server_speaks_it(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://test") as browser:
            answer = await browser.post(f"{WEB}/guest")
        assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


class TestGuests:
    async def test_a_guest_does_one_practice_and_keeps_it_by_signing_up(self, browser: httpx.AsyncClient) -> None:
        guest = (await browser.post(f"{WEB}/guest")).json()["data"]["user"]
        assert guest["is_guest"]
        first = (await browser.post(SESSIONS, json={"title": "First"})).json()["data"]["id"]
        second = await browser.post(SESSIONS, json={"title": "Second"})
        assert (second.status_code, second.json()["error"]["type"]) == (403, "guest_limit")
        kept = (await browser.post(f"{WEB}/keep", json=PERSON)).json()["data"]["user"]
        assert (kept["email"], kept["is_guest"], kept["id"]) == ("ada@example.com", False, guest["id"])
        assert (await browser.get(f"{SESSIONS}/{first}")).status_code == 200
        assert (await browser.post(SESSIONS, json={"title": "Second"})).status_code == 201
        await browser.post(f"{WEB}/logout")
        login = {"email": PERSON["email"], "password": PERSON["password"]}
        assert (await browser.post(f"{WEB}/login", json=login)).status_code == 200

    async def test_a_cancelled_practice_leaves_room_for_another(self, browser: httpx.AsyncClient) -> None:
        await browser.post(f"{WEB}/guest")
        first = (await browser.post(SESSIONS, json={"title": "First"})).json()["data"]["id"]
        await browser.put(f"{SESSIONS}/{first}", json={"status": "cancelled"})
        assert (await browser.post(SESSIONS, json={"title": "Second"})).status_code == 201

    async def test_signing_up_refuses_what_registering_refuses(
        self, browser: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        await browser.post(f"{WEB}/guest")
        taken = await browser.post(f"{WEB}/keep", json=PERSON)
        assert (taken.status_code, taken.json()["error"]["type"]) == (409, "email_taken")
        weak = await browser.post(f"{WEB}/keep", json={**PERSON, "email": "b@example.com", "password": "password1"})
        assert (weak.status_code, weak.json()["error"]["details"][0]["field"]) == (422, "password")
        again = await candidate.call("POST", f"{WEB}/keep", json={**PERSON, "email": "c@example.com"})
        assert (again.status_code, again.json()["error"]["type"]) == (409, "not_a_guest")

    async def test_guests_who_do_not_sign_up_are_deleted(self, app: FastAPI, browser: httpx.AsyncClient) -> None:
        await browser.post(f"{WEB}/guest")
        session = (await browser.post(SESSIONS, json={"title": "First"})).json()["data"]["id"]
        async with app.state.runtime.database.writing() as writing:
            await writing.execute(update(User).values(created_at=now() - timedelta(days=2)))
            await JobRepository(writing).ask(JobKind.RETENTION, priority=Priority.BATCH, key="retention:test")
        await settle(app)
        assert (await browser.get(f"{SESSIONS}/{session}")).status_code == 401
        assert await who(browser) is None
