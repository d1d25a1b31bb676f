"""With a language model set up, it helps; when it fails, the built-in engines answer and say so."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from app.config import LlmSettings, Settings
from app.main import create_app
from app.models import InterviewSession
from app.runtime.engines import Engines, open_llm_engines
from tests.conftest import Candidate, register
from tests.support.databases import SqliteDatabases
from tests.support.llm_server import LlmServer, fails, llm_server

STORY = (
    "Last year our nightly import failed twice a week. I read the logs of a month, found that one supplier sent broken "
    "dates, wrote a check that moved such rows aside and told the supplier. After two weeks there was not one failure, "
    "and I learned to look for the pattern before I fix a single case."
)


@pytest_asyncio.fixture
async def model() -> AsyncIterator[LlmServer]:
    async with llm_server() as running:
        yield running


@pytest_asyncio.fixture
async def assisted(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, model: LlmServer
) -> AsyncIterator[FastAPI]:
    llm = LlmSettings(provider="compatible", model="test-model", base_url=model.url, retries=0, timeout_seconds=5)
    async with sqlite.fresh() as url, open_llm_engines(engines, llm) as helped:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        app = create_app(settings.model_copy(update={"database": database, "llm": llm}), engines=helped)
        async with app.router.lifespan_context(app):
            yield app


@pytest_asyncio.fixture
async def person(assisted: FastAPI) -> AsyncIterator[Candidate]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(assisted), base_url="http://test") as http:
        yield await register(http, "ada@example.com")


async def test_failures_fall_back_visibly(person: Candidate, model: LlmServer) -> None:
    model.answer = lambda _: fails(500)
    session = await person.session()
    question = (await person.questions(session, 1, categories=["behavioral"]))[0]
    assert question["source"] == "bank"
    path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
    await person.data("POST", f"{path}/answer", json={"answer": STORY})
    evaluation = await person.data("POST", f"{path}/evaluate")
    assert evaluation["engine"] == "builtin"
    assert evaluation["overall_score"] > 0
    feedback = await person.data("POST", f"/api/v1/feedback/sessions/{session}/feedback")
    assert feedback["engine"] == "builtin"
    assert model.requests


async def test_a_rating_with_a_true_quote_is_used_and_accounted(
    person: Candidate, model: LlmServer, assisted: FastAPI
) -> None:
    model.next(fails(500))  # for the questions
    model.answer = lambda _: RATING
    session = await person.session()
    question = (await person.questions(session, 1, categories=["behavioral"]))[0]
    path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
    await person.data("POST", f"{path}/answer", json={"answer": STORY})
    rated = await person.data("POST", f"{path}/evaluate")
    assert rated["engine"] == "llm+builtin"
    assert "test-model" in rated["engine_version"]
    async with assisted.state.runtime.database.reading() as reading:
        usage = await reading.scalar(select(InterviewSession.llm_usage))
    assert usage["by_purpose"].keys() == {"judge"}


async def test_a_follow_up_that_picks_up_the_answer_is_asked_and_accounted(
    person: Candidate, model: LlmServer, assisted: FastAPI
) -> None:
    model.next(fails(500))  # for the questions
    model.answer = lambda request: FOLLOW_UP if "follow-up question" in request.system else RATING
    session = await person.session()
    question = (await person.questions(session, 1, categories=["behavioral"]))[0]
    path = f"/api/v1/interviews/sessions/{session}/questions"
    answer = "We had a bad import at work. It was a problem for some weeks, and in the end it was fine again for all."
    await person.data("POST", f"{path}/{question['id']}/answer", json={"answer": answer})
    judged = await person.data("POST", f"{path}/{question['id']}/evaluate", json={"follow_up": True})
    assert judged["follow_up"]["question_text"] == FOLLOW_UP["text"]
    assert (judged["follow_up"]["follow_up_of"], judged["follow_up"]["source"]) == (question["id"], "follow_up")
    assert [item["id"] for item in (await person.data("GET", path))["questions"]][1] == judged["follow_up"]["id"]
    async with assisted.state.runtime.database.reading() as reading:
        usage = await reading.scalar(select(InterviewSession.llm_usage))
    assert usage["by_purpose"]["follow_up"]["calls"] == 1


FOLLOW_UP = {"quote": "a problem for some weeks", "text": "You spoke of some weeks: how did you notice the end of it?"}
RATING = {
    "passages": ["wrote a check that moved such rows aside"],
    "reason": "A concrete step of their own.",
    "addresses_grader": False,
    "rating": 4,
}
