"""Adding a face is adding one folder: this one has shapes, ids and a way to log in of its own."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.conftest import ROOT, Candidate, register
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.web.notebook.face import NOTEBOOK


@pytest_asyncio.fixture
async def app(
    settings: Settings, databases: SqliteDatabases | PostgresDatabases, engines: Engines
) -> AsyncIterator[FastAPI]:
    """The application with the notebook beside its own faces."""
    async with databases.fresh() as url:
        ready = settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(url)})})
        application = create_app(ready, engines=engines, more_faces=[NOTEBOOK])
        async with application.router.lifespan_context(application):
            yield application


class Writer:
    """Somebody with an account who uses the notebook."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.headers = {"X-Notebook-Token": candidate.account["token"]}

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return await self.candidate.http.request(method, f"/notebook{path}", headers=self.headers, **arguments)


@pytest_asyncio.fixture
async def writer(candidate: Candidate) -> Writer:
    return Writer(candidate)


async def test_it_uses_the_same_interviews_by_integer_ids(writer: Writer) -> None:
    created = await writer.call("POST", "/interviews", json={"title": "By hand"})
    assert created.status_code == 201, created.text
    interview = created.json()
    assert isinstance(interview["id"], int)
    body = {"question": interview["questions"][0], "text": "I wrote the answer down."}
    assert (await writer.call("POST", f"/interviews/{interview['id']}/answers", json=body)).status_code == 201
    assert (await writer.call("GET", f"/interviews/{interview['id']}")).json() == interview

    seen = (await writer.candidate.data("GET", "/api/v1/interviews/sessions"))["sessions"]
    assert [(found["title"], found["status"], found["answered_count"]) for found in seen] == [
        ("By hand", "in_progress", 1)
    ]


async def test_ids_of_other_people_are_not_found(writer: Writer, http: httpx.AsyncClient) -> None:
    interview = (await writer.call("POST", "/interviews", json={"title": "Mine"})).json()
    other = Writer(await register(http, "eve@example.com"))
    response = await other.call("GET", f"/interviews/{interview['id']}")
    assert response.status_code == 404
    assert response.json() == {"problem": "Session not found", "fields": "", "number": 404}


class TestErrors:
    """Every error comes in the notebook's shape, also those that no route makes."""

    @pytest.mark.parametrize(
        ("method", "path", "arguments", "status"),
        [
            ("GET", "/nothing/here", {}, 404),
            ("DELETE", "/interviews", {}, 405),
            ("POST", "/interviews/1/answers", {"json": {"question": 1, "text": "a" * 5_000}}, 413),
            ("POST", "/interviews", {"json": {"title": ""}}, 400),
            ("POST", "/interviews", {"content": b"{"}, 400),
            ("GET", "/interviews/0", {}, 400),
            ("GET", "/crash", {}, 500),
        ],
    )
    async def test_have_its_shape(
        self, writer: Writer, method: str, path: str, arguments: dict[str, Any], status: int
    ) -> None:
        response = await writer.call(method, path, **arguments)
        assert response.status_code == status, response.text
        assert set(response.json()) == {"problem", "fields", "number"}
        assert response.json()["number"] == status
        assert response.headers["x-request-id"]
        assert "nobody expected" not in response.text

    async def test_need_its_own_header(self, writer: Writer) -> None:
        """The bearer token of v1 is none of the ways that the notebook lists."""
        response = await writer.candidate.call("GET", "/notebook/interviews/1")
        assert response.status_code == 401
        assert response.json()["number"] == 401

    async def test_of_other_paths_stay_as_they_are(self, http: httpx.AsyncClient) -> None:
        assert (await http.get("/api/v1/nothing")).json()["error"]["type"] == "not_found"
        assert (await http.get("/api/feedback/nothing/here")).json()["error"]["code"] == "NOT_FOUND"
        assert (await http.get("/api/admin/nothing")).json()["code"] == "NOT_FOUND"


class TestDocument:
    async def test_holds_its_own_routes_and_ways_to_log_in(self, http: httpx.AsyncClient) -> None:
        document = (await http.get("/openapi/notebook.json")).json()
        assert all(path.startswith("/notebook/") for path in document["paths"])
        assert document["components"]["securitySchemes"] == {
            "header": {"type": "apiKey", "in": "header", "name": "X-Notebook-Token"}
        }
        assert document["paths"]["/notebook/interviews/{key}"]["get"]["security"] == [{"header": []}]
        assert "security" not in document["paths"]["/notebook/crash"]["get"]

    async def test_has_operation_ids_that_other_faces_have_too(self, http: httpx.AsyncClient) -> None:
        for name in ("notebook", "v1"):
            document = (await http.get(f"/openapi/{name}.json")).json()
            ids = [call["operationId"] for path in document["paths"].values() for call in path.values()]
            assert len(set(ids)) == len(ids)
            assert "create_session" in ids

    async def test_has_a_page(self, http: httpx.AsyncClient) -> None:
        for page in ("/docs/notebook", "/redoc/notebook"):
            response = await http.get(page)
            assert response.status_code == 200
            assert "/openapi/notebook.json" in response.text


def test_the_layer_contracts_hold_with_it(tmp_path: Path) -> None:
    """Put where faces live, the folder imports nothing that it may not."""
    shutil.copytree(ROOT / "backend" / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "web" / "notebook", tmp_path / "app" / "dialects" / "notebook")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
