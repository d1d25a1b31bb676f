"""One person and one interview in every face: accounts and interviews are shared, ids are not."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.dialects.hiring.client import JOB, resume

PASSWORD = "correct horse battery"
Call = Callable[..., Awaitable[Any]]
REGISTER: dict[str, tuple[str, str]] = {
    "v1": ("/api/v1/users/register", "full_name"),
    "coach": ("/api/register", "name"),
    "platform": ("/api/auth/signup", "full_name"),
    "hiring": ("/auth/register", "name"),
}
LOGIN = {
    "v1": "/api/v1/users/login",
    "coach": "/api/login",
    "platform": "/api/auth/login",
    "hiring": "/auth/login",
}
READ = {
    "v1": "/api/v1/interviews/sessions/{}",
    "coach": "/api/interview-results/{}",
    "platform": "/api/interviews/{}",
    "hiring": "/interviews/{}/report",
}
SAME_IDS = {("v1", "platform"), ("platform", "v1")}
"""Both documents show UUIDs, and the UUID of an interview is one."""


def token_of(face: str, found: dict[str, Any]) -> str:
    holder = {"v1": found.get("data"), "platform": found.get("session")}.get(face, found)
    assert holder is not None
    return str(holder["access_token"])


async def headers_of(http: httpx.AsyncClient, face: str, email: str) -> dict[str, str]:
    response = await http.post(LOGIN[face], json={"email": email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    http.cookies.clear()
    return {"Authorization": f"Bearer {token_of(face, response.json())}"}


async def register(http: httpx.AsyncClient, face: str, email: str) -> None:
    path, name = REGISTER[face]
    response = await http.post(path, json={"email": email, "password": PASSWORD, name: "A Person"})
    assert response.is_success, response.text
    http.cookies.clear()


async def begun(http: httpx.AsyncClient, face: str, headers: dict[str, str]) -> str:
    """The id of a new interview, as the face shows it."""
    match face:
        case "v1":
            response = await http.post("/api/v1/interviews/sessions", json={"title": "x"}, headers=headers)
            return str(response.json()["data"]["id"])
        case "coach":
            response = await http.post("/api/start-role-interview", json={"jobRole": "Cook"}, headers=headers)
            return str(response.json()["interview_id"])
        case "platform":
            response = await http.post("/api/interviews/create", json={"role": "Cook"}, headers=headers)
            return str(response.json()["session"]["id"])
    form = {"job_description": JOB}
    response = await http.post("/interviews/create", files=resume(), data=form, headers=headers)
    return str(response.json()["interview_id"])


@pytest.mark.parametrize("made_in", REGISTER)
async def test_an_account_logs_in_everywhere(http: httpx.AsyncClient, made_in: str) -> None:
    await register(http, made_in, "ada@example.com")
    for face in LOGIN:
        headers = await headers_of(http, face, "ada@example.com")
        for path in ("/api/v1/users/me", "/api/user/profile", "/auth/me"):
            shown = await http.get(path, headers=headers)
            assert (shown.status_code, "ada@example.com" in shown.text) == (200, True), (face, path)


async def test_interviews_are_seen_in_v1_and_their_ids_mean_nothing_elsewhere(http: httpx.AsyncClient) -> None:
    await register(http, "v1", "ada@example.com")
    headers = await headers_of(http, "v1", "ada@example.com")
    ids = {face: await begun(http, face, headers) for face in READ}
    listed = (await http.get("/api/v1/interviews/sessions", headers=headers)).json()["data"]["sessions"]
    assert len(listed) == len(READ)
    assert {ids["v1"], ids["platform"]} <= {one["id"] for one in listed}
    for shown_by, shown in ids.items():
        for face, path in READ.items():
            response = await http.get(path.format(shown), headers=headers)
            if face == shown_by or (shown_by, face) in SAME_IDS:
                assert response.status_code == 200, (shown_by, face, response.text)
            else:
                assert response.status_code in (400, 404, 422), (shown_by, face, response.text)
