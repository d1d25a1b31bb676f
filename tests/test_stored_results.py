"""What an earlier version stored is read by this one, on both databases, and nothing of it changes for a client.

But one figure, which was put right in the file: the mean of fluency is of the answers that were heard.
"""

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from alembic import command
from app.config import Settings
from app.main import create_app
from app.migrations import configuration, upgrade
from app.runtime.engines import Engines
from tests.conftest import ROOT, Candidate
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.stored_rows import Rows, StoredInterview, insert, read

RENAMED = {"covered": "mentioned"}
"""Labels of points that claimed more than was known."""
COUNTED: dict[tuple[str, float], float] = {
    **{("question_count", 7): 6, ("answered_count", 6): 5, ("evaluated", 5): 4, ("total_questions", 7): 6},
}
"""Numbers of the first interview, which has a follow-up, as they are counted today."""
HEARD: dict[tuple[str, float], float] = {("fluency", 39.0): 28.0, ("value", 39.0): 28.0}
"""The same of fluency, which is that of heard answers alone wherever it is computed anew."""
MEANS = {"overall_score", "relevance_score", "grammar_score", "fluency_score", "keyword_score"}
"""Once the means of what was scored; today those of the scores, in which a skipped question counts as 0."""
MOVING = {"current_streak"}
"""What depends on the day on which it is asked."""


@pytest.fixture(scope="module")
def stored() -> StoredInterview:
    return StoredInterview(ROOT / "tests" / "data" / "results" / "finished_interview_0001.json")


@pytest_asyncio.fixture
async def url(databases: SqliteDatabases | PostgresDatabases, stored: StoredInterview) -> AsyncIterator[str]:
    """A database of the earlier schema without rows."""
    async with databases.empty() as url:
        await asyncio.to_thread(upgrade, url, stored.revision)
        yield url


class TestFinishedInterview:
    async def test_is_shown_as_before(
        self, url: str, stored: StoredInterview, settings: Settings, engines: Engines
    ) -> None:
        await insert(url, stored.tables)
        async with served(url, settings, engines) as candidate:
            for path, before in stored.responses.items():
                now = await candidate.data("GET", path)
                counts = COUNTED | (HEARD if path.endswith(("/dashboard", "/charts/skills")) else {})
                moving = MOVING | (MEANS if path.endswith("/evaluation") else set())
                assert _without(_known(now, before), moving) == _without(_renamed(before, counts), moving), path
                if path.endswith("/evaluation"):
                    scores = stored.responses[
                        path.replace("/interviews/", "/feedback/").replace("/evaluation", "/scores")
                    ]
                    assert now["overall_score"] == scores["total_score"], "one number, where there were two"

    async def test_can_be_judged_and_scored_again(
        self, url: str, stored: StoredInterview, settings: Settings, engines: Engines
    ) -> None:
        await insert(url, stored.tables)
        path = next(path for path in stored.responses if path.endswith("/scores"))
        answered = next(item for item in stored.responses[path]["question_scores"] if item["state"] == "scored")
        session = path.split("/")[-2]
        question = f"/api/v1/interviews/sessions/{session}/questions/{answered['question_id']}"
        async with served(url, settings, engines) as candidate:
            await candidate.data("POST", f"{question}/evaluate")
            scores = await candidate.data("POST", path)
        assert scores["scored_questions"] == stored.responses[path]["scored_questions"] - 1, "less the follow-up"

    async def test_goes_back_to_the_earlier_form(self, url: str, stored: StoredInterview) -> None:
        await insert(url, stored.tables)
        before = await read(url, stored.tables)
        await asyncio.to_thread(upgrade, url, "0002")
        assert await read(url, stored.tables) != before
        await asyncio.to_thread(command.downgrade, configuration(url), stored.revision)
        assert await read(url, stored.tables) == before


class TestRowsThatBreakARule:
    async def test_of_two_current_evaluations_the_newest_stays(self, url: str, stored: StoredInterview) -> None:
        tables = copy.deepcopy(stored.tables)
        twin = next(row for row in tables["evaluations"] if row["is_current"])
        tables["evaluations"].append({**twin, "id": 999, "public_id": uuid4().hex})
        await insert(url, tables)
        await asyncio.to_thread(upgrade, url, "0002")
        rows = (await read(url, {"evaluations": []}))["evaluations"]
        current = [row["id"] for row in rows if row["answer_id"] == twin["answer_id"] and row["is_current"]]
        assert current == [999]

    async def test_results_that_name_a_replaced_question_are_computed_again(
        self, url: str, stored: StoredInterview
    ) -> None:
        tables = copy.deepcopy(stored.tables)
        card = tables["scorecards"][-1]
        detail = json.loads(card["detail"])
        detail["questions"][0]["question_id"] = str(uuid4())
        card["detail"] = json.dumps(detail)
        await insert(url, tables)
        await asyncio.to_thread(upgrade, url, "0002")
        left = await read(url, {name: [] for name in ("scorecards", "feedback", "reports")})
        assert {name: _interviews(rows) for name, rows in left.items()} == {
            "scorecards": _interviews(tables["scorecards"][:-1]),
            "feedback": [],
            "reports": [],
        }


@asynccontextmanager
async def served(url: str, settings: Settings, engines: Engines) -> AsyncIterator[Candidate]:
    """The stored user, logged in to a server on this database; the server migrates it at start."""
    database = settings.database.model_copy(update={"url": SecretStr(url)})
    app = create_app(settings.model_copy(update={"database": database}), engines=engines)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http,
    ):
        login = {"email": "ada@example.com", "password": "correct horse battery"}
        response = await http.post("/api/v1/users/login", json=login)
        yield Candidate(http, response.json()["data"])


def _known(now: Any, before: Any) -> Any:
    """What a client of the earlier version looks at, without fields and named series of charts that came later."""
    if isinstance(now, dict) and isinstance(before, dict):
        return {name: _known(part, before[name]) for name, part in now.items() if name in before}
    if (
        isinstance(now, list)
        and isinstance(before, list)
        and all(isinstance(old, dict) and "name" in old for old in before)
    ):
        names = [old["name"] for old in before]
        now = [item for item in now if item["name"] in names]
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return [_known(part, old) for part, old in zip(now, before, strict=True)]
    return now


def _without(value: Any, names: set[str]) -> Any:
    return {name: part for name, part in value.items() if name not in names} if isinstance(value, dict) else value


def _renamed(value: Any, counts: dict[tuple[str, float], float]) -> Any:
    """What was stored, in today's words, counted as today."""
    if isinstance(value, list):
        return [_renamed(item, counts) for item in value]
    if isinstance(value, dict):
        return {
            name: counts[name, part]
            if isinstance(part, int | float) and (name, part) in counts
            else RENAMED.get(part, part)
            if name == "label" and isinstance(part, str)
            else _renamed(part, counts)
            for name, part in value.items()
        }
    return value


def _interviews(rows: Rows) -> list[int]:
    return [row["session_id"] for row in rows]
