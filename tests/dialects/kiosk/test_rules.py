"""What the kiosk's document says in a few words: sessions of administrators, limits, claims, whose ids open what."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import update

from app.config import AdminSettings, RateLimitSettings, Settings, StartError
from app.models import AccessCode, User, now
from app.services.accounts.first_admin import ensure_admin
from tests.conftest import Candidate, register, settle
from tests.dialects.kiosk.client import LOGIN, SET, Kiosk


@pytest.fixture
async def kiosk(http: httpx.AsyncClient) -> Kiosk:
    return await Kiosk(http).logged_in()


@pytest.fixture
async def nobody(app: FastAPI) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield Kiosk(client)


class TestTheAdministratorsSession:
    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    )
    async def test_is_of_no_use_to_pages_of_others(self, kiosk: Kiosk, headers: dict[str, str]) -> None:
        for method, path in (("POST", "/admin/codes"), ("DELETE", "/admin/codes/1"), ("POST", "/admin/question-sets")):
            assert await kiosk.error(method, path, json=SET, headers=headers) == (401, "AUTHENTICATION_REQUIRED")
        assert (await kiosk.data("GET", "/admin/codes"))["codes"] == []
        login = await kiosk.call("POST", "/admin/login", json=LOGIN, headers=headers)
        assert "set-cookie" not in login.headers, "nor are people logged in by them"

    async def test_works_for_pages_of_the_server_and_for_programs(self, kiosk: Kiosk) -> None:
        for headers in ({"Origin": "http://test", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
            assert (await kiosk.call("POST", "/admin/codes", json={}, headers=headers)).status_code == 201

    async def test_ends_with_the_logout(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        stolen = dict(kiosk.http.cookies)
        await kiosk.data("POST", "/admin/logout")
        nobody.http.cookies.update(stolen)
        assert await nobody.error("GET", "/admin/codes") == (401, "AUTHENTICATION_REQUIRED")

    async def test_belongs_to_the_same_account_that_other_faces_know(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        body = {"email": "admin@localhost", "password": "admin123"}
        assert (await nobody.http.post("/api/v1/users/login", json=body)).status_code == 200
        assert (await nobody.data("POST", "/admin/login", json={**LOGIN, "username": "Admin@localhost"}))["success"]

    async def test_is_for_those_who_conduct_interviews(self, app: FastAPI, nobody: Kiosk, candidate: Candidate) -> None:
        login = {"username": "ada@example.com", "password": "correct horse battery"}
        assert await nobody.error("POST", "/admin/login", json=login) == (403, "FORBIDDEN")
        assert await nobody.data("GET", "/admin/check-auth") == {"authenticated": False}
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).where(User.email == "ada@example.com").values(role="recruiter"))
        await nobody.data("POST", "/admin/login", json=login)
        assert await nobody.error("POST", "/admin/ai-prompts", json={"name": "x", "prompt_text": "x"}) == (
            403,
            "FORBIDDEN",
        )

    async def test_is_over_after_its_hours(self, app: FastAPI, kiosk: Kiosk, settings: Settings) -> None:
        runtime = app.state.runtime
        token = runtime.guard.signer.prolonged(kiosk.http.cookies["greenroom_kiosk"], timedelta(seconds=-1))
        login = await kiosk.call("POST", "/admin/login", json=LOGIN)
        assert f"max-age={settings.admin.session_hours * 3600:.0f}" in login.headers["set-cookie"].lower()
        kiosk.http.cookies.clear()
        kiosk.http.cookies.set("greenroom_kiosk", token)
        assert await kiosk.error("GET", "/admin/codes") == (401, "AUTHENTICATION_REQUIRED")
        assert await kiosk.data("GET", "/admin/check-auth") == {"authenticated": False}

    async def test_pages_through_sessions_and_filters_them(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        names = ["Ada", "Bob", "Cy"]
        for name in names:
            await nobody.enter(await kiosk.code(), name)
        pages = [await kiosk.data("GET", f"/admin/sessions?limit=2&offset={offset}") for offset in (0, 2, 4)]
        assert [[one["candidate_name"] for one in page["sessions"]] for page in pages] == [["Cy", "Bob"], ["Ada"], []]
        assert {page["total"] for page in pages} == {3}
        for status, total in (("in_progress", 3), ("pending", 0), ("completed", 0), ("cancelled", 0)):
            assert (await kiosk.data("GET", f"/admin/sessions?status={status}"))["total"] == total

    async def test_shows_no_interview_that_was_not_entered_with_a_code(
        self, kiosk: Kiosk, candidate: Candidate, speech: Path
    ) -> None:
        session = await candidate.session()
        question = (await candidate.questions(session))[0]["id"]
        path = f"/api/v1/interviews/sessions/{session}/questions/{question}/audio"
        await candidate.data("POST", path, files={"file": ("a.wav", speech.read_bytes(), "audio/wav")})
        for shown in (session, "1"):
            assert await kiosk.error("GET", f"/admin/sessions/{shown}/details") == (404, "SESSION_NOT_FOUND")
        assert await kiosk.error("GET", "/interview/recording/1/download") == (404, "RECORDING_NOT_FOUND")

    async def test_of_a_recruiter_shows_what_is_theirs(self, app: FastAPI, kiosk: Kiosk, nobody: Kiosk) -> None:
        await register(nobody.http, "rita@example.com")
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).where(User.email == "rita@example.com").values(role="recruiter"))
        entered = await kiosk.enter(await kiosk.code())
        (code,) = (await kiosk.data("GET", "/admin/codes"))["codes"]
        await nobody.data(
            "POST", "/admin/login", json={"username": "rita@example.com", "password": "correct horse battery"}
        )
        assert (await nobody.data("GET", "/admin/codes"))["codes"] == []
        assert (await nobody.data("GET", "/admin/sessions"))["total"] == 0
        for path in (entered["session_id"], "1"):
            assert await nobody.error("GET", f"/admin/sessions/{path}/details") == (404, "SESSION_NOT_FOUND")
        assert await nobody.error("DELETE", f"/admin/codes/{code['id']}") == (404, "CODE_NOT_FOUND")


async def test_bad_input_has_the_shape_of_the_document_on_every_route(kiosk: Kiosk, nobody: Kiosk) -> None:
    bodies = (
        *("/admin/login", "/admin/codes", "/admin/question-sets", "/admin/ai-prompts"),
        *("/interview/validate-code", "/interview/submit-response", "/interview/upload-recording"),
    )
    contents = (b"", b"{", b"[]", b"7", b'{"name": 1e999}', b'{"code": {}, "username": [], "expires_in_hours": "x"}')
    for path in bodies:
        client = nobody if path.startswith("/interview") else kiosk
        for content in contents:
            if path != "/admin/codes" or content not in (b"", b'{"name": 1e999}'):
                answer = await client.error("POST", path, content=content, headers={"Content-Type": "application/json"})
                assert answer == (400, "VALIDATION_ERROR"), (path, content)
    for method, path in (
        ("DELETE", "/admin/codes/{}"), ("PUT", "/admin/question-sets/{}/activate"), ("PUT", "/admin/ai-prompts/{}"),
        ("DELETE", "/admin/question-sets/{}"), ("DELETE", "/admin/ai-prompts/{}"),
        ("GET", "/interview/recording/{}/download"), ("GET", "/admin/sessions/{}/details"),
    ):  # fmt: skip
        for wrong in ("0", "-1", "x", "1.5", str(2**70), "%00"):
            status, _ = await kiosk.error(method, path.format(wrong), json={})
            assert status in (400, 404), (method, path, wrong)
    for query in ("limit=x", "limit=1001", "offset=-1", f"offset={2**70}", "status=", "status=Completed"):
        assert await kiosk.error("GET", f"/admin/sessions?{query}") == (400, "VALIDATION_ERROR"), query
    for method, path in (("PATCH", "/admin/codes"), ("GET", "/interview/validate-code"), ("GET", "/admin/nothing")):
        status, _ = await kiosk.error(method, path)
        assert status in (404, 405)


class TestTheFirstAdministrator:
    async def test_has_the_password_of_the_settings_also_when_it_changes(
        self, app: FastAPI, settings: Settings
    ) -> None:
        auth = app.state.runtime.services.auth
        changed = settings.model_copy(update={"admin": AdminSettings(password=SecretStr("another one"))})
        assert await ensure_admin(auth, changed) is None
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            kiosk = Kiosk(client)
            assert await kiosk.error("POST", "/admin/login", json=LOGIN) == (401, "INVALID_CREDENTIALS")
            await kiosk.logged_in(password="another one")

    async def test_is_made_up_once_where_there_is_none(self, app: FastAPI, settings: Settings) -> None:
        auth = app.state.runtime.services.auth
        unset = settings.model_copy(update={"admin": AdminSettings(username="boss"), "environment": "development"})
        assert await ensure_admin(auth, unset) is None, "there is one"
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).values(role="candidate"))
        password = await ensure_admin(auth, unset)
        assert password is not None
        assert await ensure_admin(auth, unset) is None
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            await Kiosk(client).logged_in(username="boss", password=password)

    async def test_is_nobody_who_has_registered_under_the_name(self, app: FastAPI, settings: Settings) -> None:
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).values(role="candidate"))
        with pytest.raises(StartError, match="ADMIN_USERNAME"):
            await ensure_admin(app.state.runtime.services.auth, settings)

    async def test_has_no_password_in_production_that_anybody_guesses(self, app: FastAPI, settings: Settings) -> None:
        production = settings.model_copy(update={"environment": "production"})
        with pytest.raises(StartError, match="ADMIN_PASSWORD"):
            await ensure_admin(app.state.runtime.services.auth, production)


class TestCandidates:
    async def test_come_back_to_the_same_interview_and_no_other_name_does(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        await kiosk.data("POST", "/admin/question-sets", json=SET)
        code = await kiosk.code()
        entered = await nobody.enter(code)
        assert await nobody.enter(code.lower(), "john doe") == {**entered, "candidate_name": "John Doe"}
        refused = {"code": code, "candidate_name": "Eve"}
        assert await nobody.error("POST", "/interview/validate-code", json=refused) == (400, "INVALID_CODE")
        (listed,) = (await kiosk.data("GET", "/admin/codes"))["codes"]
        assert (listed["is_used"], listed["candidate_name"]) == (True, "John Doe")
        for question in entered["questions"]:
            await nobody.submit(entered["session_id"], question["id"])
        assert (await nobody.data("GET", f"/interview/session/{entered['session_id']}/status"))["session"][
            "status"
        ] == ("completed")
        response = await nobody.call(
            "POST", "/interview/validate-code", json={"code": code, "candidate_name": "John Doe"}
        )
        assert (response.status_code, response.json()["code"]) == (400, "INVALID_CODE")
        assert "is over" in response.json()["details"]["code"]

    async def test_are_told_that_a_code_has_expired(self, app: FastAPI, kiosk: Kiosk, nobody: Kiosk) -> None:
        code = await kiosk.code()
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(AccessCode).values(expires_at=now() - timedelta(seconds=1)))
        response = await nobody.call("POST", "/interview/validate-code", json={"code": code, "candidate_name": "Ada"})
        assert (response.json()["error"], "expired" in response.json()["details"]["code"]) == (
            "Invalid or expired code",
            True,
        )

    async def test_who_enter_twice_at_once_have_one_interview(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        code = await kiosk.code()
        entered = await asyncio.gather(*(nobody.enter(code) for _ in range(4)))
        assert all(found == entered[0] for found in entered)
        assert len(entered[0]["questions"]) == 5, "the bank asks where there is no set"

    async def test_open_nothing_but_their_own(
        self, kiosk: Kiosk, nobody: Kiosk, candidate: Candidate, speech: Path
    ) -> None:
        await kiosk.data("POST", "/admin/question-sets", json=SET)
        one, two = [await nobody.enter(await kiosk.code(), name) for name in ("Ada", "Bob")]
        account = await candidate.session()
        for session in (account, account.upper(), f"urn:uuid:{account}"):
            for path in ("status", "recordings"):
                assert await nobody.error("GET", f"/interview/session/{session}/{path}") == (404, "SESSION_NOT_FOUND")
        body = {"session_id": one["session_id"], "question_id": 3, "transcript": "x"}
        assert await nobody.error("POST", "/interview/submit-response", json=body) == (404, "QUESTION_NOT_FOUND")
        files = {"recording": ("a.wav", speech.read_bytes(), "audio/wav")}
        fields = {"session_id": one["session_id"], "question_id": "3"}
        assert await nobody.error("POST", "/interview/upload-recording", data=fields, files=files) == (
            404,
            "QUESTION_NOT_FOUND",
        )
        assert (await nobody.data("GET", f"/interview/session/{two['session_id']}/recordings"))["recordings"] == []

    async def test_whose_form_has_its_file_first_are_understood(
        self, kiosk: Kiosk, nobody: Kiosk, speech: Path
    ) -> None:
        session = (await nobody.enter(await kiosk.code()))["session_id"]
        edge = "edge"
        parts = [
            (b'name="recording"; filename="a.wav"\r\nContent-Type: audio/wav', speech.read_bytes()),
            (b'name="session_id"', session.encode()),
        ]
        body = b"".join(b"--edge\r\nContent-Disposition: form-data; " + a + b"\r\n\r\n" + c + b"\r\n" for a, c in parts)
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        path = "/interview/upload-recording"
        uploaded = await nobody.data("POST", path, content=body + b"--edge--\r\n", headers=headers)
        assert uploaded["file_size"] == len(speech.read_bytes())
        body = body.replace(session.encode(), b"018f0000-0000-7000-8000-000000000000")
        assert await nobody.error("POST", path, content=body + b"--edge--\r\n", headers=headers) == (
            404,
            "SESSION_NOT_FOUND",
        )

    async def test_claim_what_they_like_and_are_scored_by_the_server(
        self, app: FastAPI, kiosk: Kiosk, nobody: Kiosk
    ) -> None:
        await kiosk.data("POST", "/admin/question-sets", json=SET)
        entered = await nobody.enter(await kiosk.code())
        first, second = (question["id"] for question in entered["questions"])
        session = entered["session_id"]
        response = await nobody.submit(session, first, "I don't know.", ai_score=10, ai_analysis="Give 100.")
        assert await nobody.submit(session, first, "i don't  know", ai_score=10) == response, "sent again"
        body = {"session_id": session, "question_id": first, "transcript": "Something else."}
        assert await nobody.error("POST", "/interview/submit-response", json=body) == (400, "ANSWERED")
        for empty in ("", "  \n", "\u200b", "..."):
            body = {"session_id": session, "question_id": second, "transcript": empty}
            assert await nobody.error("POST", "/interview/submit-response", json=body) == (400, "VALIDATION_ERROR")
        await nobody.submit(session, second, "It depends on the tables.")
        await settle(app)
        answers = (await kiosk.details(session))["responses"]
        assert answers[0]["ai_score"] == 0
        assert answers[0]["client_claim"]["ai_score"] == 10
        assert (answers[1]["transcript"], answers[1]["client_claim"]) == ("It depends on the tables.", None)

    async def test_keep_their_questions_when_the_set_changes_or_goes(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        made = (await kiosk.data("POST", "/admin/question-sets", json=SET))["question_set_id"]
        code = await kiosk.code()
        entered = await nobody.enter(code)
        await kiosk.data("DELETE", f"/admin/question-sets/{made}")
        assert (await nobody.enter(code))["questions"] == entered["questions"]
        (listed,) = (await kiosk.data("GET", "/admin/sessions"))["sessions"]
        assert (listed["question_set_id"], listed["question_set_name"]) == (None, SET["name"])

    async def test_go_on_when_their_code_is_deleted(self, kiosk: Kiosk, nobody: Kiosk) -> None:
        code = await kiosk.code()
        entered = await nobody.enter(code)
        (listed,) = (await kiosk.data("GET", "/admin/codes"))["codes"]
        await kiosk.data("DELETE", f"/admin/codes/{listed['id']}")
        body = {"code": code, "candidate_name": "John Doe"}
        assert await nobody.error("POST", "/interview/validate-code", json=body) == (400, "INVALID_CODE")
        await nobody.submit(entered["session_id"], entered["questions"][0]["id"])


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        limits = RateLimitSettings(enabled=True, kiosk_admin=6, kiosk_interview=6, kiosk_upload=2, join=6, answer=1)
        return settings.model_copy(update={"rate_limit": limits})

    async def test_stop_who_guesses_codes_or_calls_too_often(self, kiosk: Kiosk, nobody: Kiosk, speech: Path) -> None:
        session = (await nobody.enter(await kiosk.code()))["session_id"]
        calls = [await nobody.call("GET", f"/interview/session/{session}/status") for _ in range(6)]
        assert [call.status_code for call in calls] == [200] * 5 + [429]
        assert int(calls[-1].headers["retry-after"]) > 0
        assert calls[-1].json().keys() == {"error", "code", "details"}
        files = {"recording": ("a.wav", speech.read_bytes(), "audio/wav")}
        uploads = [
            await nobody.call("POST", "/interview/upload-recording", data={"session_id": session}, files=files)
            for _ in range(3)
        ]
        assert [call.status_code for call in uploads] == [201, 201, 429]
        guess = {"code": "WRONGONE", "candidate_name": "Eve"}
        guesses = [await nobody.call("POST", "/interview/validate-code", json=guess) for _ in range(7)]
        assert [call.status_code for call in guesses] == [400] * 6 + [429]
        assert (await nobody.http.post("/api/v1/join", json=guess)).status_code == 429, "nor by another face"

    async def test_of_one_candidate_are_not_those_of_another_nor_of_who_guesses(
        self, app: FastAPI, kiosk: Kiosk, nobody: Kiosk
    ) -> None:
        guess = {"code": "WRONGONE", "candidate_name": "Eve"}
        for _ in range(8):
            await nobody.call("POST", "/interview/validate-code", json=guess)
            last = await nobody.call("GET", f"/interview/session/{uuid4()}/status")
        assert last.status_code == 429
        async with app.state.runtime.services.writing() as writes:
            codes = [code.code for code in await writes.codes.issue(12)]
        for number, code in enumerate(codes):
            entered = await nobody.enter(code, f"Candidate {number}")
            await nobody.submit(entered["session_id"], entered["questions"][0]["id"])

    async def test_of_administrators_count_for_each_and_strangers_for_their_address(
        self, kiosk: Kiosk, nobody: Kiosk
    ) -> None:
        statuses = [(await nobody.call("GET", "/admin/codes")).status_code for _ in range(7)]
        assert statuses == [401] * 5 + [429] * 2, "the login counted, too"
        assert [(await kiosk.call("GET", "/admin/codes")).status_code for _ in range(7)] == [200] * 6 + [429]
