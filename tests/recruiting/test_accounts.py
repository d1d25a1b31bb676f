"""Administrators manage accounts; nobody else does, and one of them always remains."""

import asyncio

import httpx
from fastapi import FastAPI

from tests.conftest import Candidate
from tests.recruiting.conftest import with_role

USERS = "/api/v1/admin/users"
LOGIN = "/api/v1/users/login"
PASSWORD = "correct horse battery"


def login(email: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


class TestListing:
    async def test_is_searched_filtered_sorted_and_paged(self, admin: Candidate, candidate: Candidate) -> None:
        found = await admin.data("GET", f"{USERS}?sort=email&order=asc&per_page=1")
        assert [user["email"] for user in found["users"]] == ["ada@example.com"]
        assert found["pagination"] == {"page": 1, "per_page": 1, "total": 2, "pages": 2}
        await candidate.session()
        (ada,) = (await admin.data("GET", f"{USERS}?search=ADA@"))["users"]
        assert (ada["interview_count"], ada["role"], ada["disabled_at"]) == (1, "candidate", None)
        assert [user["role"] for user in (await admin.data("GET", f"{USERS}?role=admin"))["users"]] == ["admin"]
        assert (await admin.data("GET", f"{USERS}?search=100%25"))["users"] == []
        assert "password" not in str(ada)

    async def test_leaves_guests_out_unless_they_are_asked_for(self, admin: Candidate) -> None:
        assert (await admin.http.post("/api/v1/web/guest")).status_code == 201
        admin.http.cookies.clear()
        assert [user["email"] for user in (await admin.data("GET", USERS))["users"]] == ["root@example.com"]
        (guest,) = (await admin.data("GET", f"{USERS}?guests=true"))["users"]
        assert guest["full_name"] == "Guest"

    async def test_a_practice_that_a_guest_never_began_is_in_no_list_of_interviews(self, admin: Candidate) -> None:
        sessions = "/api/v1/interviews/sessions"
        assert (await admin.http.post("/api/v1/web/guest")).status_code == 201
        made = (await admin.http.post(sessions, json={"title": "Try it"})).json()["data"]["id"]
        generated = await admin.http.post(f"{sessions}/{made}/questions/generate", json={"num_questions": 1})
        (asked,) = generated.json()["data"]["questions"]
        cookies = dict(admin.http.cookies)
        admin.http.cookies.clear()
        listed = "/api/v1/admin/sessions"
        assert (await admin.data("GET", listed))["sessions"] == []
        admin.http.cookies.update(cookies)
        answer = {"answer": "A lock lets one thread in at a time, so that two never change the same thing."}
        answered = await admin.http.post(f"{sessions}/{made}/questions/{asked['id']}/answer", json=answer)
        assert answered.status_code < 300, answered.text
        admin.http.cookies.clear()
        (found,) = (await admin.data("GET", listed))["sessions"]
        assert found["title"] == "Try it"

    async def test_is_for_administrators(self, candidate: Candidate, recruiter: Candidate) -> None:
        for account in (candidate, recruiter):
            response = await account.call("GET", USERS)
            assert (response.status_code, response.json()["error"]["type"]) == (403, "forbidden")


class TestRoles:
    async def test_take_effect_at_once(self, admin: Candidate, candidate: Candidate) -> None:
        path = f"{USERS}/{candidate.account['id']}"
        assert (await candidate.call("GET", "/api/v1/admin/sessions")).status_code == 403
        assert (await admin.data("PUT", path, json={"role": "recruiter"}))["role"] == "recruiter"
        assert (await candidate.data("GET", "/api/v1/admin/sessions"))["sessions"] == []
        await admin.data("PUT", path, json={"role": "candidate"})
        assert (await candidate.call("GET", "/api/v1/admin/sessions")).status_code == 403

    async def test_are_not_set_by_oneself(self, candidate: Candidate) -> None:
        response = await candidate.call("PUT", f"{USERS}/{candidate.account['id']}", json={"role": "admin"})
        assert response.status_code == 403
        await candidate.data("PUT", "/api/v1/users/me", json={"full_name": "Ada", "role": "admin"})
        assert (await candidate.data("GET", "/api/v1/users/me"))["role"] == "candidate"

    async def test_an_empty_change_and_an_unknown_role_are_refused(
        self, admin: Candidate, candidate: Candidate
    ) -> None:
        for body in ({}, {"role": "king"}, {"role": None}, {"disabled": None}):
            response = await admin.call("PUT", f"{USERS}/{candidate.account['id']}", json=body)
            assert response.status_code == 422, body


class TestTheLastAdministrator:
    async def test_is_neither_demoted_nor_disabled_nor_deleted(self, admin: Candidate) -> None:
        path = f"{USERS}/{admin.account['id']}"
        for body in ({"role": "recruiter"}, {"disabled": True}):
            response = await admin.call("PUT", path, json=body)
            assert (response.status_code, response.json()["error"]["type"]) == (409, "last_admin")
        response = await admin.call("DELETE", f"/api/v1/users/{admin.account['id']}")
        assert (response.status_code, response.json()["error"]["type"]) == (409, "last_admin")
        assert (await admin.data("GET", path))["role"] == "admin"

    async def test_remains_when_two_demote_each_other(
        self, app: FastAPI, http: httpx.AsyncClient, admin: Candidate
    ) -> None:
        second = await with_role(app, http, "second@example.com", "admin")
        both = ((admin, second), (second, admin))
        responses = await asyncio.gather(
            *(one.call("PUT", f"{USERS}/{other.account['id']}", json={"role": "candidate"}) for one, other in both)
        )
        assert sorted(response.status_code for response in responses) in ([200, 403], [200, 409])

    async def test_is_one_who_can_log_in(self, app: FastAPI, http: httpx.AsyncClient, admin: Candidate) -> None:
        second = await with_role(app, http, "second@example.com", "admin")
        await admin.data("PUT", f"{USERS}/{second.account['id']}", json={"disabled": True})
        response = await admin.call("PUT", f"{USERS}/{admin.account['id']}", json={"role": "candidate"})
        assert response.json()["error"]["type"] == "last_admin"


class TestDisabling:
    async def test_ends_every_login_until_it_is_enabled(self, admin: Candidate, candidate: Candidate) -> None:
        path = f"{USERS}/{candidate.account['id']}"
        assert (await admin.data("PUT", path, json={"disabled": True}))["disabled_at"]
        assert (await candidate.call("GET", "/api/v1/users/me")).status_code == 401
        refresh = {"refresh_token": candidate.account["refresh_token"]}
        assert (await candidate.http.post("/api/v1/users/refresh", json=refresh)).status_code == 401
        response = await candidate.http.post(LOGIN, json=login("ada@example.com"))
        assert (response.status_code, response.json()["error"]["type"]) == (401, "account_disabled")
        wrong = await candidate.http.post(LOGIN, json=login("ada@example.com", "something else"))
        assert wrong.json()["error"]["type"] == "invalid_credentials"  # who does not know the password learns nothing
        await admin.data("PUT", path, json={"disabled": False})
        assert (await candidate.http.post(LOGIN, json=login("ada@example.com"))).status_code == 200


class TestResettingAPassword:
    async def test_gives_a_new_one_once_and_ends_all_logins(self, admin: Candidate, candidate: Candidate) -> None:
        path = f"{USERS}/{candidate.account['id']}/reset-password"
        new = (await admin.data("POST", path))["new_password"]
        assert (await candidate.call("GET", "/api/v1/users/me")).status_code == 401
        assert (await candidate.http.post(LOGIN, json=login("ada@example.com"))).status_code == 401
        assert (await candidate.http.post(LOGIN, json=login("ada@example.com", new))).status_code == 200
        chosen = {"new_password": "seven quiet lanterns"}
        assert (await admin.data("POST", path, json=chosen)) == chosen

    async def test_refuses_what_anybody_would_guess_and_ones_own(self, admin: Candidate, candidate: Candidate) -> None:
        path = f"{USERS}/{candidate.account['id']}/reset-password"
        response = await admin.call("POST", path, json={"new_password": "password123"})
        assert response.json()["error"]["details"][0]["field"] == "new_password"
        own = await admin.call("POST", f"{USERS}/{admin.account['id']}/reset-password")
        assert (own.status_code, own.json()["error"]["type"]) == (409, "own_account")


async def test_whatever_an_administrator_does_with_an_account_is_noted(admin: Candidate, candidate: Candidate) -> None:
    path = f"{USERS}/{candidate.account['id']}"
    await admin.data("GET", path)
    await admin.data("GET", f"/api/v1/users/{candidate.account['id']}")
    await admin.data("PUT", f"/api/v1/users/{candidate.account['id']}/skills", json={"skills": ["Go"]})
    await admin.data("PUT", path, json={"role": "recruiter", "disabled": True})
    await admin.data("PUT", path, json={"role": "recruiter", "disabled": False})
    await admin.data("POST", f"{path}/reset-password")
    await admin.data("GET", f"{USERS}/{admin.account['id']}")  # one's own is nobody else's business
    events = f"/api/v1/admin/audit-events?subject_id={candidate.account['id']}&actor_id={admin.account['id']}"
    found = (await admin.data("GET", events))["events"]
    assert [event["action"] for event in reversed(found)] == [
        *("account_viewed", "account_viewed", "account_changed", "role_changed", "account_disabled"),
        *("account_enabled", "password_reset"),
    ]
    assert {(event["actor_name"], event["subject_name"]) for event in found} == {("A Person", "A Person")}
    changes = {event["action"]: (event["before"], event["after"]) for event in found if event["after"]}
    assert changes == {"role_changed": ("candidate", "recruiter")}
    assert (await admin.data("GET", "/api/v1/admin/audit-events?action=role_changed"))["pagination"]["total"] == 1
    assert (await admin.data("GET", "/api/v1/admin/audit-events"))["pagination"]["total"] == len(found)


async def test_the_state_of_the_server_is_for_administrators(admin: Candidate, recruiter: Candidate) -> None:
    found = await admin.data("GET", "/api/v1/admin/system")
    assert found["readiness"]["status"] == "ready"
    assert found["database"]["version"].split()[0] in ("SQLite", "PostgreSQL")
    assert found["database"]["size_bytes"] > 0
    assert found["versions"]["greenroom"]
    assert {disk["folder"] for disk in found["disks"]} == {"data", "uploads", "models"}
    assert all(0 < disk["free_bytes"] <= disk["total_bytes"] for disk in found["disks"])
    assert {queue["kind"] for queue in found["queue"]} >= {"retention"}
    assert (await recruiter.call("GET", "/api/v1/admin/system")).status_code == 403
