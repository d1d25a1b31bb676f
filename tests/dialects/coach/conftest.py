"""A server on a port of its own, asked by plain HTTP as clients of the coach's document ask it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.live.support import LiveServer, serving
from tests.support.databases import PostgresDatabases, SqliteDatabases

HASH_TABLE = (
    "A hash function turns the key into a number that selects a bucket in an array, so a lookup takes constant time on "
    "average. When different keys land in one bucket, they are chained, and the lookup gets slow."
)
"""An answer of some substance, to whatever was asked."""


@dataclass
class Api:
    """A client of one person. `headers` carry the access token once there is one."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, **arguments: Any) -> httpx.Response:
        if body is not None:
            arguments["json"] = body
        return await self.http.request(method, path, headers=self.headers, **arguments)

    async def found(self, method: str, path: str, body: Any = None, *, status: int = 200, **arguments: Any) -> Any:
        """The body of a call that is answered with this status."""
        response = await self.ask(method, path, body, **arguments)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        return response.json()

    async def refused(self, status: int, method: str, path: str, body: Any = None, **arguments: Any) -> str:
        """The text of an error, which has the one shape of the document."""
        found = await self.found(method, path, body, status=status, **arguments)
        assert list(found) == ["error"]
        assert isinstance(found["error"], str)
        assert found["error"]
        return str(found["error"])

    async def join(self, email: str) -> "Api":
        """Another person, registered and logged in."""
        person = {"email": email, "password": "SecurePass123!", "name": "A Person"}
        await self.found("POST", "/api/register", person, status=201)
        tokens = await self.found("POST", "/api/login", {"email": email, "password": person["password"]})
        return Api(self.http, {"Authorization": f"Bearer {tokens['access_token']}"})

    async def interview(self) -> int:
        """The id of a new interview."""
        started = await self.found("POST", "/api/start-role-interview", {"jobRole": "Python Developer"})
        return int(started["interview_id"])

    async def rounds(self, *kinds: str, questions: int = 1) -> tuple[int, list[int]]:
        """The ids of a new interview in rounds, and of these."""
        selected = [{"round_name": kind, "round_type": kind, "question_count": questions} for kind in kinds]
        body = {"jobRole": "Python Developer", "selectedRounds": selected}
        started = await self.found("POST", "/api/start-multi-round-interview", body)
        return started["interview_id"], started["round_ids"]

    async def answer(self, interview: int, question: int, text: str = HASH_TABLE) -> Any:
        body = {"interviewId": interview, "questionId": question, "answer": text, "timeSpent": 45}
        return await self.found("POST", "/api/submit-answer-enhanced", body)


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    """Where a database has a say in the outcome, `on_both` asks for the other one, too."""
    found: SqliteDatabases | PostgresDatabases = request.getfixturevalue(request.param)
    return found


on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest_asyncio.fixture
async def coach_app(
    settings: Settings, database: SqliteDatabases | PostgresDatabases, engines: Engines
) -> AsyncIterator[FastAPI]:
    async with database.fresh() as url:
        stored = settings.database.model_copy(update={"url": SecretStr(url)})
        yield create_app(settings.model_copy(update={"database": stored}), engines=engines)


@pytest_asyncio.fixture
async def server(coach_app: FastAPI) -> AsyncIterator[LiveServer]:
    async with serving(coach_app) as running:
        yield running


@pytest_asyncio.fixture
async def stranger(server: LiveServer) -> Api:
    """A client without an account."""
    return Api(server.http)


@pytest_asyncio.fixture
async def api(stranger: Api) -> Api:
    """A client of somebody with an account."""
    return await stranger.join("ada@example.com")
