"""What holds for every address: methods, prefixes of proxies, other origins, headers for browsers, what is logged."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.routing import Route

from app import installation
from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from app.web.files import attachment
from tests.conftest import SPEECH, Candidate, register
from tests.support.databases import SqliteDatabases

READABLE = ("/health", "/health/ready", "/docs", "/redoc", "/openapi.json", "/docs/kiosk", "/openapi/platform.json")
CLIP = SPEECH / "en_us_m1_i_used_a_profiler_to_find_the_leak.wav"


@pytest.fixture
def databases(sqlite: SqliteDatabases) -> SqliteDatabases:
    """One kind is enough here: nothing of this is the database's business."""
    return sqlite


@asynccontextmanager
async def client_of(
    settings: Settings, engines: Engines, sqlite: SqliteDatabases, *, peer: str = "127.0.0.1", **changes: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with other settings, that calls from `peer`."""
    async with sqlite.fresh() as url:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        auth = settings.auth.model_copy(update={"secret": SecretStr("0123456789abcdef" * 4)})
        changed = settings.model_copy(update={"database": database, "auth": auth, **changes})
        app = create_app(changed, engines=engines)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app, client=(peer, 50_000), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                yield http


class TestMethods:
    async def test_head_is_answered_wherever_get_is(self, app: FastAPI, http: httpx.AsyncClient) -> None:
        for path in READABLE:
            got, head = await http.get(path), await http.head(path)
            assert (head.status_code, head.content) == (got.status_code, b""), path
            assert head.headers["content-type"] == got.headers["content-type"]
        for route in app.routes:
            if isinstance(route, Route) and "GET" in (route.methods or ()):
                path = re.sub(r"{[^}]+}", "00000000-0000-7000-8000-000000000000", route.path)
                assert (await http.head(path)).status_code == (await http.get(path)).status_code, path

    async def test_head_of_a_recording_tells_its_length_and_reads_nothing(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        _, question = await candidate.asked()
        with CLIP.open("rb") as file:
            assert (await candidate.call("POST", f"{question}/audio", files={"file": file})).status_code == 201
        head = await candidate.call("HEAD", f"{question}/audio")
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) == CLIP.stat().st_size

    async def test_another_method_is_told_all_that_there_are(self, app: FastAPI, http: httpx.AsyncClient) -> None:
        there: dict[str, set[str]] = {}
        for route in app.routes:
            if isinstance(route, Route):
                path = re.sub(r"{[^}]+}", "00000000-0000-7000-8000-000000000000", route.path)
                there.setdefault(path, set()).update(route.methods or ())
        for path, methods in there.items():
            wanted = methods | ({"HEAD"} if "GET" in methods else set())
            for method in {"PATCH", "DELETE", "OPTIONS"} - methods:
                refused = await http.request(method, path)
                if refused.status_code == 405:  # a path such as /users/me is one of /users/{id} as well
                    assert wanted <= set(refused.headers["allow"].split(", ")), (method, path)
                    assert "GET" not in refused.headers["allow"] or "HEAD" in refused.headers["allow"]


class TestPrefix:
    """The server seen under a path, by proxies that remove it and proxies that do not."""

    @pytest.fixture(autouse=True)
    def _no_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the web page `/` leads to the documents, under whatever path it is seen."""
        monkeypatch.setattr(installation, "page", lambda: None)

    @pytest_asyncio.fixture(params=["removed", "kept"])
    async def behind(
        self, request: pytest.FixtureRequest, settings: Settings, engines: Engines, sqlite: SqliteDatabases
    ) -> AsyncIterator[httpx.AsyncClient]:
        async with client_of(settings, engines, sqlite, root_path="/green/room") as http:
            if request.param == "kept":
                http.base_url = httpx.URL("http://test/green/room/")
            yield http

    async def test_pages_load_what_they_need_from_under_it(self, behind: httpx.AsyncClient) -> None:
        redirect = await behind.get("/")
        assert redirect.headers["location"] == "/green/room/docs"
        for page in ("/docs", "/redoc", "/docs/platform"):
            text = (await behind.get(page)).text
            addresses = re.findall(r"(?:src|href|url|spec-url)[=:] ?[\"'](/[^\"']+)", text)
            assert len(addresses) >= 2, text
            assert all(address.startswith("/green/room/") for address in addresses), addresses
        document = (await behind.get("/openapi.json")).json()
        assert document["servers"] == [{"url": "/green/room"}]

    async def test_addresses_of_sound_lead_there(self, behind: httpx.AsyncClient) -> None:
        candidate = await register(behind, "ada@example.com")
        _, question = await candidate.asked()
        with CLIP.open("rb") as file:
            recording = await candidate.data("POST", f"{question}/audio", files={"file": file})
        spoken = await candidate.data("POST", "/api/v1/tts", json={"text": "Hello there."})
        outside = httpx.URL("http://test")
        for address in (recording["url"], spoken["url"]):
            assert address.startswith("/green/room/")
            behind.base_url = outside
            assert (await candidate.call("GET", address)).status_code == 200

    async def test_errors_have_the_shape_of_their_face(self, behind: httpx.AsyncClient) -> None:
        assert (await behind.get("/api/v1/nothing")).json()["error"]["type"] == "not_found"
        assert (await behind.get("/api/feedback/nothing/here")).json()["error"]["code"] == "NOT_FOUND"
        assert (await behind.get("/api/admin/nothing")).json()["code"] == "NOT_FOUND"

    async def test_one_that_looks_like_ours_is_told_apart(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases
    ) -> None:
        async with client_of(settings, engines, sqlite, root_path="/api") as http:
            for path in ("/api/v1/users/me", "/api/api/v1/users/me"):
                assert (await http.get(path)).status_code == 401, path

    @pytest.mark.parametrize(
        ("peer", "given", "seen"),
        [
            ("10.0.0.7", "/jobs", "/jobs/docs"),
            ("10.0.0.7", "/a, /b/", "/a/b/docs"),
            ("10.0.0.7", "//evil.example", "/docs"),
            ("10.0.0.7", '/x"><script>', "/docs"),
            ("192.0.2.1", "/jobs", "/docs"),
        ],
    )
    async def test_a_trusted_proxy_says_which(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases, peer: str, given: str, seen: str
    ) -> None:
        async with client_of(settings, engines, sqlite, peer=peer, trusted_proxies="10.0.0.0/8") as http:
            headers = {"X-Forwarded-Prefix": given, "X-Forwarded-For": "203.0.113.9"}
            assert (await http.get("/", headers=headers)).headers["location"] == seen


class TestOrigins:
    PAGE = "https://jobs.example.com"

    @pytest_asyncio.fixture
    async def listed(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases
    ) -> AsyncIterator[httpx.AsyncClient]:
        async with client_of(settings, engines, sqlite, environment="production", cors_origins=self.PAGE) as http:
            http.headers["origin"] = self.PAGE
            yield http

    async def test_errors_that_no_route_makes_can_be_read(
        self, listed: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: Any) -> None:
            raise RuntimeError("secret detail")

        login = {"email": "a@example.com", "password": "whatever1"}
        answers = [
            await listed.get("/api/v1/users/me"),
            await listed.get("/nowhere"),
            await listed.post("/api/v1/users/login", content=b"x" * 2_000_000),
        ]
        monkeypatch.setattr("app.services.accounts.auth_service.AuthService.login", broken)
        answers.append(await listed.post("/api/v1/users/login", json=login))
        assert [answer.status_code for answer in answers] == [401, 404, 413, 500]
        for answer in answers:
            assert answer.headers["access-control-allow-origin"] == self.PAGE
            assert answer.headers["access-control-allow-credentials"] == "true"
            exposed = answer.headers["access-control-expose-headers"].lower()
            for name in ("retry-after", "x-request-id", "content-disposition", "content-range"):
                assert name in exposed

    async def test_a_preflight_is_answered(self, listed: httpx.AsyncClient) -> None:
        asked = {"access-control-request-method": "PUT", "access-control-request-headers": "authorization"}
        answer = await listed.options("/api/v1/users/me", headers=asked)
        assert answer.status_code == 200
        assert "PUT" in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"]

    async def test_one_that_is_not_listed_is_refused_and_named_once(
        self, listed: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(3):
            answer = await listed.get("/health", headers={"origin": "http://localhost:5173"})
            assert "access-control-allow-origin" not in answer.headers
        said = [record.getMessage() for record in caplog.records if "CORS_ORIGINS" in record.getMessage()]
        assert said == ["a page of 'http://localhost:5173' may not call. To let it: CORS_ORIGINS=http://localhost:5173"]

    @pytest.mark.parametrize(
        "origin", ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:8080", "https://app.localhost"]
    )
    async def test_in_development_this_machine_may_call(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases, origin: str
    ) -> None:
        async with client_of(settings, engines, sqlite, environment="development") as http:
            answer = await http.get("/api/v1/users/me", headers={"origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
            for other in ("http://localhost.evil.example", "http://evil.example/localhost", "null"):
                answer = await http.get("/health", headers={"origin": other})
                assert "access-control-allow-origin" not in answer.headers

    async def test_anybody_may_call_without_cookies(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases
    ) -> None:
        async with client_of(settings, engines, sqlite, environment="production", cors_origins="*") as http:
            answer = await http.get("/health", headers={"origin": "https://anywhere.example"})
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers


class TestSavedAs:
    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("Data of José Núñez, Lead, 2026-11-29.zip", "Data of Jose Nunez, Lead, 2026-11-29.zip"),
            ("王小明, 2026-11-29.pdf", "2026-11-29.pdf"),
            ("王小明.pdf", "Greenroom.pdf"),
            ('..\\a/b：c／d"%41\r\nX: 1.zip', ".. a b c d 41 X 1.zip"),
            ("Ada\u202efdp.zip", "Ada fdp.zip"),
        ],
    )
    def test_names_are_safe_also_in_ascii(self, name: str, plain: str) -> None:
        """The name in full as RFC 6266 writes it, and one without letters that old clients do not know."""
        header = attachment(name)
        assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
        assert re.fullmatch(r"[\w.%'-]+", header.rpartition("=")[2], re.ASCII)
        assert "%E2%80%AE" not in header


class TestBrowserHeaders:
    async def test_every_answer_takes_rights_from_browsers(self, http: httpx.AsyncClient) -> None:
        for path in (*READABLE, "/nowhere", "/api/v1/users/me"):
            headers = (await http.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "default-src 'none'" in headers["content-security-policy"]

    async def test_the_pages_may_run_their_own_script_and_no_other(self, http: httpx.AsyncClient) -> None:
        policy = (await http.get("/docs")).headers["content-security-policy"]
        scripts = re.search(r"script-src ([^;]+)", policy)
        assert scripts is not None
        assert "'self'" in scripts[1]
        assert "sha256-" in scripts[1]
        assert "unsafe" not in scripts[1]


async def test_readiness_shows_no_folders(http: httpx.AsyncClient, settings: Settings) -> None:
    text = (await http.get("/health/ready")).text
    for folder in (settings.upload_dir, settings.data_dir, settings.models_path):
        assert str(folder) not in text
        assert str(folder.parent) not in text


async def test_the_access_log_holds_no_id_that_opens_something(
    settings: Settings, engines: Engines, sqlite: SqliteDatabases, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client_of(settings, engines, sqlite, log_level="INFO") as http:
        await http.get("/api/v1/interviews/sessions/0197f5a0-1111-7000-8000-000000000000")
        await http.get(f"/uploads/tts/{'ab' * 20}.mp3")
    logged = capsys.readouterr().out
    assert "/api/v1/interviews/sessions/..." in logged
    assert "/uploads/tts/....mp3" in logged
    assert "0197f5a0" not in logged
