"""The web page: its one document, its files, and that it never answers for an API."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from app import installation
from app.config import Settings
from app.runtime.engines import Engines
from tests.support.databases import SqliteDatabases
from tests.web.test_http import client_of

AS_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
DOCUMENT = '<!doctype html><html><head><base href="/" /><script src="./assets/a-1.js"></script></head></html>'


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built page, small."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(DOCUMENT)
    (folder / "assets" / "a-1.js").write_text("export const words = 'and so on';\n" * 100)
    (folder / "assets" / "a-1.js.br").write_bytes(b"smaller still")
    (folder / "assets" / "a-1.woff2").write_bytes(b"wOF2 and so on")
    monkeypatch.setattr(installation, "page", lambda: folder)
    return folder


@pytest_asyncio.fixture
async def http(
    built: Path, settings: Settings, engines: Engines, sqlite: SqliteDatabases
) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings, engines, sqlite) as client:
        yield client


class TestDocument:
    async def test_a_browser_gets_the_page_at_every_address_that_is_nobody_elses(self, http: httpx.AsyncClient) -> None:
        for path in ("/", "/signin", "/sessions/01234567-89ab-7def-8123-456789abcdef", "/manage/codes"):
            found = await http.get(path, headers=AS_BROWSER)
            assert (found.status_code, found.text) == (200, DOCUMENT), path
            head = await http.head(path, headers=AS_BROWSER)
            assert (head.status_code, head.content) == (200, b""), path

    async def test_nothing_runs_that_is_not_a_file_of_this_server(self, http: httpx.AsyncClient) -> None:
        policy = (await http.get("/", headers=AS_BROWSER)).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert "default-src 'none'" in policy

    async def test_the_document_is_asked_for_each_time_and_sent_when_it_changed(self, http: httpx.AsyncClient) -> None:
        first = await http.get("/home", headers=AS_BROWSER)
        assert first.headers["cache-control"] == "no-cache"
        again = await http.get("/", headers={**AS_BROWSER, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize(
        "path",
        [
            "/api/v1/nothing", "/api/register", "/api/interview-results/1", "/api/user/nothing", "/api/admin/nothing",
            "/auth/nothing", "/interviews/nothing", "/tts", "/uploads/nothing", "/socket.io/nothing", "/docs/nothing",
            "/openapi/nothing.json", "/health/nothing", "/assets/nothing.js", "/favicon.ico", "/robots.txt",
        ],
    )  # fmt: skip
    async def test_what_an_api_does_not_have_is_its_own_error(self, http: httpx.AsyncClient, path: str) -> None:
        found = await http.get(path, headers=AS_BROWSER)
        assert 400 <= found.status_code < 500, "405 and 401 where another method or a login is needed"
        assert "<html" not in found.text

    async def test_programs_and_other_methods_get_no_page(self, http: httpx.AsyncClient) -> None:
        assert (await http.get("/signin", headers={"Accept": "application/json"})).status_code == 404
        assert (await http.get("/signin")).status_code == 404
        assert (await http.post("/signin", headers=AS_BROWSER)).status_code == 404


class TestFiles:
    async def test_files_are_kept_for_good_and_sent_compressed_where_that_helps(self, http: httpx.AsyncClient) -> None:
        plain = await http.get("/assets/a-1.js", headers={"Accept-Encoding": "identity"})
        zipped = await http.get("/assets/a-1.js", headers={"Accept-Encoding": "gzip"})
        assert "immutable" in plain.headers["cache-control"]
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.text == plain.text
        assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
        assert "javascript" in plain.headers["content-type"]
        font = await http.get("/assets/a-1.woff2", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in font.headers
        assert (await http.get("/assets/..%2Findex.html")).status_code == 404

    async def test_what_the_build_compressed_is_sent_to_browsers_that_take_it(self, http: httpx.AsyncClient) -> None:
        for accepted, coding in (("gzip, deflate, br, zstd", "br"), ("gzip;q=0.5", "gzip"), ("brotli", None)):
            async with http.stream("GET", "/assets/a-1.js", headers={"Accept-Encoding": accepted}) as found:
                raw = b"".join([piece async for piece in found.aiter_raw()])
            assert found.headers.get("content-encoding") == coding, accepted
            assert found.headers["vary"] == "Accept-Encoding"
            assert (raw == b"smaller still") == (coding == "br")
            assert "javascript" in found.headers["content-type"]
        assert (await http.get("/assets/a-1.js.br")).status_code == 404


class TestPlaces:
    @pytest.mark.parametrize("path", ["/room/1", "/greenroom/room/1"])
    async def test_under_a_prefix_the_document_says_where_it_is(
        self, built: Path, settings: Settings, engines: Engines, sqlite: SqliteDatabases, path: str
    ) -> None:
        async with client_of(settings, engines, sqlite, root_path="/greenroom") as http:
            found = await http.get(path, headers=AS_BROWSER)
            assert re.search(r'<base href="(.*?)"', found.text).group(1) == "/greenroom/"  # type: ignore[union-attr]
            assert (await http.get("/greenroom/assets/a-1.js")).status_code == 200
            cookies = (await http.post("/greenroom/api/v1/web/guest")).headers.get_list("set-cookie")
            assert all("Path=/greenroom/api/v1" in cookie for cookie in cookies)

    async def test_without_a_built_page_the_root_leads_to_the_documents(
        self, settings: Settings, engines: Engines, sqlite: SqliteDatabases, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(installation, "page", lambda: None)
        async with client_of(settings, engines, sqlite) as http:
            assert (await http.get("/")).headers["location"] == "/docs"
            assert (await http.get("/signin", headers=AS_BROWSER)).status_code == 404
