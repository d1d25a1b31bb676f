"""What every response has, and what the OpenAPI document promises."""

import json
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Candidate

DOCUMENTED = """
POST /api/v1/users/register
POST /api/v1/users/login
GET /api/v1/users/me
PUT /api/v1/users/me
GET /api/v1/users/{user_id}
DELETE /api/v1/users/{user_id}
PUT /api/v1/users/{user_id}/skills
POST /api/v1/interviews/sessions
GET /api/v1/interviews/sessions
GET /api/v1/interviews/sessions/{session_id}
PUT /api/v1/interviews/sessions/{session_id}
DELETE /api/v1/interviews/sessions/{session_id}
POST /api/v1/interviews/sessions/{session_id}/complete
POST /api/v1/interviews/sessions/{session_id}/questions/generate
GET /api/v1/interviews/sessions/{session_id}/questions
GET /api/v1/interviews/sessions/{session_id}/questions/{question_id}
POST /api/v1/interviews/sessions/{session_id}/questions/{question_id}/audio
GET /api/v1/interviews/sessions/{session_id}/questions/{question_id}/audio
POST /api/v1/interviews/sessions/{session_id}/questions/{question_id}/transcribe
GET /api/v1/interviews/sessions/{session_id}/questions/{question_id}/transcript
POST /api/v1/interviews/sessions/{session_id}/questions/{question_id}/evaluate
GET /api/v1/interviews/sessions/{session_id}/evaluation
POST /api/v1/feedback/sessions/{session_id}/scores
GET /api/v1/feedback/sessions/{session_id}/scores
POST /api/v1/feedback/sessions/{session_id}/feedback
GET /api/v1/feedback/sessions/{session_id}/feedback
GET /api/v1/feedback/history
GET /api/v1/feedback/dashboard
GET /api/v1/feedback/charts/{type}
""".strip().splitlines()


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/nowhere", 404),
            ("PATCH", "/api/v1/users/me", 405),
            ("GET", "/api/v1/users/login", 405),
            ("DELETE", "/api/v1/users/me", 405),
            ("GET", "/api/v1/users/me", 401),
            ("GET", "/api/v1/users/not-a-uuid", 404),
            ("GET", "/api/v1/feedback/dashboard", 401),
        ],
    )
    async def test_come_in_the_envelope(self, http: httpx.AsyncClient, method: str, path: str, status: int) -> None:
        response = await http.request(method, path)
        assert response.status_code == status
        body = response.json()
        assert (body["success"], body["data"], body["error"]["code"]) == (False, None, status)
        assert body["error"]["message"]
        assert body["meta"]["request_id"] == response.headers["x-request-id"]

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b'{"email": "\\ud800"}', b"\xff\xfe", b'{"email": 1e400}', b"[" * 50_000, b"NaN"],
    )
    async def test_bodies_that_are_no_request_are_4xx(self, http: httpx.AsyncClient, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        response = await http.post("/api/v1/users/login", content=body, headers=headers)
        assert response.status_code in (400, 422), response.text
        assert response.json()["success"] is False

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("multipart/form-data; boundary=abc", b"--abc\r\n-4.2--abc--\r\n"),
            ("multipart/form-data", b"--abc--"),
            ("multipart/form-data; boundary=abc", b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n--abc--\r\n"),
            ("multipart/form-data; boundary=abc", b"--abc\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\nx\r\n--abc--\r\n"),
        ],
    )
    async def test_forms_that_are_none_are_422(self, candidate: Candidate, kind: str, content: bytes) -> None:
        _, question = await candidate.asked()
        headers = {**candidate.headers, "content-type": kind}
        response = await candidate.http.post(f"{question}/audio", content=content, headers=headers)
        assert response.status_code == 422, response.text
        assert response.json()["error"]["type"] == "validation_error"

    @pytest.mark.parametrize(
        "body",
        [
            {"title": "x", "difficulty": None},
            {"title": "x", "duration_minutes": "30"},
            {"title": "x", "duration_minutes": True},
            {"title": "x", "duration_minutes": 30.5},
            {"title": 5},
        ],
    )
    async def test_a_value_of_another_type_is_422(self, candidate: Candidate, body: dict[str, Any]) -> None:
        response = await candidate.call("POST", "/api/v1/interviews/sessions", json=body)
        assert response.status_code == 422
        assert len(response.json()["error"]["details"]) == 1

    async def test_a_whole_number_may_be_written_with_a_point(self, candidate: Candidate) -> None:
        body = {"title": "x", "duration_minutes": 30.0}
        assert (await candidate.data("POST", "/api/v1/interviews/sessions", json=body))["duration_minutes"] == 30

    async def test_what_may_not_be_empty_is_not_null(self, candidate: Candidate) -> None:
        path = f"/api/v1/interviews/sessions/{await candidate.session()}"
        for field in ("title", "interview_type", "difficulty", "focus_areas", "voice", "status"):
            response = await candidate.call("PUT", path, json={field: None})
            assert response.status_code == 422
            assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]
        assert (await candidate.data("PUT", path, json={"target_role": None}))["title"] == "Practice"

    async def test_a_huge_body_is_413(self, http: httpx.AsyncClient) -> None:
        content = json.dumps({"email": "a@example.com", "password": "x" * 2_000_000})
        headers = {"content-type": "application/json"}
        response = await http.post("/api/v1/users/login", content=content, headers=headers)
        assert response.status_code == 413
        assert response.json()["error"]["type"] == "too_large"

    async def test_what_nobody_caught_is_500_and_says_nothing(
        self, app: FastAPI, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: Any) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr("app.services.accounts.auth_service.AuthService.login", broken)
        response = await http.post("/api/v1/users/login", json={"email": "a@example.com", "password": "whatever1"})
        assert response.status_code == 500
        assert "secret" not in response.text
        assert response.json()["meta"]["request_id"] == response.headers["x-request-id"]


class TestRequestId:
    async def test_a_well_formed_one_is_taken_over(self, http: httpx.AsyncClient) -> None:
        response = await http.get("/health", headers={"x-request-id": "client-12345678"})
        assert response.headers["x-request-id"] == "client-12345678"

    @pytest.mark.parametrize("given", ["short", "a" * 65, "bad value with spaces", "new\tline12345"])
    async def test_another_is_replaced(self, http: httpx.AsyncClient, given: str) -> None:
        response = await http.get("/health", headers={"x-request-id": given})
        assert response.headers["x-request-id"] != given


class TestOpenApi:
    async def test_has_every_documented_endpoint(self, http: httpx.AsyncClient) -> None:
        document = (await http.get("/openapi.json")).json()
        served = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
        assert set(DOCUMENTED) <= served
        assert len(DOCUMENTED) == 29

    async def test_operation_ids_are_names_and_unique(self, http: httpx.AsyncClient) -> None:
        document = (await http.get("/openapi.json")).json()
        ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
        assert len(ids) == len(set(ids))
        assert all(identifier.isidentifier() for identifier in ids)

    async def test_every_page_for_people_is_there(self, http: httpx.AsyncClient) -> None:
        for path in ("/docs", "/redoc"):
            page = await http.get(path)
            scripts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
            assert scripts
            for script in scripts:  # all from this server: the pages work without a network
                assert (await http.get(script)).status_code == 200, script


class TestHealth:
    async def test_ready_says_what_is_live(self, http: httpx.AsyncClient) -> None:
        body = (await http.get("/health/ready")).json()
        assert body["status"] == "ready"
        assert body["speech_to_text"]["engine"] == "whisper"
        assert body["questions"] >= 400


OWN_SHAPES = {
    "/api/v1/nothing": {"success", "data", "error", "meta"},
    "/api/unknown": {"success", "data", "error", "meta"},
    "/api/interview-results/1/more": {"error"},
    "/api/start-round": {"error"},
    "/api/interviews/1/2/3": {"error"},
    "/api/feedback": {"error"},
    "/interviews/1/nothing": {"detail"},
    "/tts": {"detail"},
    "/api/admin/nothing": {"error", "code", "details"},
    "/api/interview/nothing": {"error", "code", "details"},
}


@pytest.mark.parametrize("path", OWN_SHAPES)
async def test_what_is_not_there_is_said_in_the_shape_of_the_face(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert (response.status_code, response.json().keys()) == (404, OWN_SHAPES[path])


@pytest.mark.parametrize(
    "path", ["/api/v1/users/register", "/api/register", "/api/auth/signup", "/auth/register", "/api/admin/login"]
)
async def test_what_is_wrong_is_said_in_plain_words(http: httpx.AsyncClient, path: str) -> None:
    """No jargon of the library that checks it, and what to do."""
    whole = "Send the fields as a JSON object, with Content-Type: application/json"
    name = "username" if "admin" in path else "email"
    for sent, expected in (
        ({"content": "[]", "headers": {"content-type": "application/json"}}, whole),
        ({"content": '"text"', "headers": {"content-type": "application/json"}}, whole),
        ({"data": {"email": "a@example.com"}}, whole),
        ({}, whole),
        ({"content": "{", "headers": {"content-type": "application/json"}}, "JSON"),
        ({"json": {name: 5, "password": "x"}}, "Send text"),
        ({"json": {}}, "equired field"),
    ):
        text = (await http.post(path, **sent)).text
        assert expected in text or (expected == "equired field" and "This field is required" in text), text
        for jargon in ("Input should", "dictionary", "valid string", "instance of", "Field required", "parsing"):
            assert jargon not in text


class TestRateLimits:
    async def test_too_many_logins_are_429_with_a_wait(self, app: FastAPI, http: httpx.AsyncClient) -> None:
        app.state.runtime.rate_limits.enabled = True
        body = {"email": "a@example.com", "password": "whatever1"}
        statuses = [(await http.post("/api/v1/users/login", json=body)).status_code for _ in range(5)]
        assert statuses == [401] * 5
        response = await http.post("/api/v1/users/login", json=body)
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 61
        assert response.json()["error"]["type"] == "too_many_requests"

    @pytest.mark.parametrize(
        "path", ["/api/upload-resume", "/interviews/create", "/api/v1/interviews/sessions/{}/resume"]
    )
    async def test_uploads_of_one_account_are_not_counted_against_its_classroom(
        self, app: FastAPI, candidate: Candidate, stranger: Candidate, path: str
    ) -> None:
        """Both have one address. A file that is refused counts: reading it was the work."""
        address = path.format(await candidate.session())
        app.state.runtime.rate_limits.enabled = True
        files = {"resume": ("cv.pdf", b"no PDF"), "file": ("cv.pdf", b"no PDF")}
        form = {"jobRole": "Cook", "job_description": "A cook"}
        statuses = [(await candidate.call("POST", address, files=files, data=form)).status_code for _ in range(11)]
        assert set(statuses[:10]) <= {400, 415, 422}
        assert statuses[10] == 429
        assert (await stranger.call("POST", address, files=files, data=form)).status_code in (400, 404, 415, 422)

    async def test_users_are_counted_apart(self, app: FastAPI, candidate: Candidate, stranger: Candidate) -> None:
        app.state.runtime.rate_limits.enabled = True
        body = {"json": {"title": "x"}}
        for _ in range(10):
            assert (await candidate.call("POST", "/api/v1/interviews/sessions", **body)).status_code == 201
        assert (await candidate.call("POST", "/api/v1/interviews/sessions", **body)).status_code == 429
        assert (await stranger.call("POST", "/api/v1/interviews/sessions", **body)).status_code == 201
