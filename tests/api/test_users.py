"""Accounts and logins, through the HTTP surface, on both databases."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Candidate, register, settle

USERS = "/api/v1/users"
PERSON = {"email": "user@example.com", "password": "SecurePass123!", "full_name": "John Doe"}


class TestRegister:
    async def test_answers_with_the_documented_shape(self, http: httpx.AsyncClient) -> None:
        response = await http.post(f"{USERS}/register", json=PERSON)
        assert response.status_code == 201
        body = response.json()
        assert body["success"] is True
        assert body["error"] is None
        assert {"id", "email", "full_name", "token"} <= body["data"].keys()
        assert body["meta"]["request_id"] == response.headers["x-request-id"]

    async def test_an_address_is_taken_in_any_case(self, http: httpx.AsyncClient) -> None:
        await http.post(f"{USERS}/register", json=PERSON)
        response = await http.post(f"{USERS}/register", json=PERSON | {"email": "User@Example.com"})
        assert response.status_code == 409
        assert response.json()["error"]["type"] == "email_taken"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"email": "no address"}, "email"),
            ({"password": "short"}, "password"),
            ({"password": "password123"}, "password"),
            ({"password": "x" * 129}, "password"),
            ({"full_name": ""}, "full_name"),
            ({"full_name": "\u0000\u0007"}, "full_name"),
        ],
    )
    async def test_bad_fields_are_named(self, http: httpx.AsyncClient, change: dict[str, str], field: str) -> None:
        response = await http.post(f"{USERS}/register", json=PERSON | change)
        assert response.status_code == 422
        assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]


class TestLogin:
    async def test_gives_tokens_that_work(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        body = {"email": "ADA@example.com", "password": "correct horse battery"}
        response = await http.post(f"{USERS}/login", json=body)
        assert response.status_code == 200
        token = response.json()["data"]["token"]
        me = await http.get(f"{USERS}/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["data"]["email"] == "ada@example.com"

    async def test_wrong_password_and_unknown_user_look_the_same(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        wrong = await http.post(f"{USERS}/login", json={"email": "ada@example.com", "password": "nonsense1"})
        unknown = await http.post(f"{USERS}/login", json={"email": "eve@example.com", "password": "nonsense1"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json()["error"] == unknown.json()["error"]


class TestTokens:
    async def test_every_kind_of_bad_token_is_401(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        good = candidate.account["token"]
        head, payload, _ = good.split(".")
        for token in ("", "x", "a.b.c", f"{head}.{payload}.AAAA", candidate.account["refresh_token"]):
            response = await http.get(f"{USERS}/me", headers={"Authorization": f"Bearer {token}"})
            assert response.status_code == 401, token
            assert response.json()["success"] is False

    async def test_logout_ends_access_and_refresh(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        assert (await candidate.call("POST", f"{USERS}/logout")).status_code == 200
        assert (await candidate.call("GET", f"{USERS}/me")).status_code == 401
        body = {"refresh_token": candidate.account["refresh_token"]}
        assert (await http.post(f"{USERS}/refresh", json=body)).status_code == 401


class TestProfile:
    async def test_update_changes_only_what_is_sent(self, candidate: Candidate) -> None:
        await candidate.data("PUT", f"{USERS}/me", json={"target_role": "Backend Engineer"})
        me = await candidate.data("PUT", f"{USERS}/me", json={"experience_level": "senior"})
        assert (me["target_role"], me["experience_level"], me["full_name"]) == (
            "Backend Engineer",
            "senior",
            "A Person",
        )

    async def test_name_cannot_be_cleared(self, candidate: Candidate) -> None:
        assert (await candidate.call("PUT", f"{USERS}/me", json={"full_name": None})).status_code == 422

    async def test_skills_are_replaced_without_repeats(self, candidate: Candidate) -> None:
        path = f"{USERS}/{candidate.account['id']}/skills"
        me = await candidate.data("PUT", path, json={"skills": ["Python", "SQL", "python"]})
        assert me["skills"] == ["Python", "SQL"]

    async def test_others_are_not_found(self, candidate: Candidate, stranger: Candidate) -> None:
        path = f"{USERS}/{stranger.account['id']}"
        cases: list[tuple[str, dict[str, Any]]] = [("GET", {}), ("DELETE", {}), ("PUT", {"json": {"skills": []}})]
        for method, arguments in cases:
            target = f"{path}/skills" if method == "PUT" else path
            assert (await candidate.call(method, target, **arguments)).status_code == 404
        assert (await stranger.call("GET", path)).status_code == 200


class TestDelete:
    async def test_nothing_of_the_user_is_left(
        self, http: httpx.AsyncClient, candidate: Candidate, app: FastAPI, speech: Any
    ) -> None:
        base, question = await candidate.asked()
        files = {"file": ("answer.wav", speech.read_bytes(), "audio/wav")}
        await candidate.data("POST", f"{question}/audio", files=files)
        kept = app.state.runtime.settings.upload_dir / "recordings"
        assert [path for path in kept.rglob("*") if path.is_file()]
        await candidate.data("DELETE", f"{USERS}/{candidate.account['id']}")
        await settle(app)
        assert not [path for path in kept.rglob("*") if path.is_file()]
        assert (await candidate.call("GET", base)).status_code == 401
        again = await register(http, "ada@example.com")
        listed = await again.data("GET", "/api/v1/interviews/sessions")
        assert listed["pagination"]["total"] == 0
