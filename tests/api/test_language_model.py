"""With a language model set up, it helps; when it fails, the built-in engines answer and say so."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from app.config import LlmSettings, Settings
from app.main import create_app
from app.models import InterviewSession, Question
from app.runtime.engines import Engines, open_llm_engines
from tests.conftest import Candidate, register
from tests.support.databases import SqliteDatabases
from tests.support.llm_server import LlmServer, Request, fails, llm_server

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


async def test_findings_with_true_quotes_reach_result_feedback_report_and_account(
    person: Candidate, model: LlmServer, assisted: FastAPI
) -> None:
    session, question = await asked(person)
    model.answer = lambda request: finds(request, misconduct=[CONDUCT]) if judges(request) else fails(500)
    judged = await person.data("POST", f"{question}/evaluate")
    assert (judged["engine"], judged["facts"]) == ("llm+builtin", "checked")
    assert "test-model" in judged["engine_version"]
    assert {point["label"] for point in judged["points"]} == {"said"}
    assert max(judged["quality_score"], judged["overall_score"], judged["keyword_score"]) <= 10
    assert f'"{MOVED}": An employer would not accept this: {CONDUCT["reason"]}' in judged["summary"]
    assert judged["suggestions"][1] == PRACTICE
    assert judged["language_model"]["calls"] == 1
    assert judged["language_model"]["prompt_tokens"] == 100

    feedback = await person.data("POST", f"/api/v1/feedback/sessions/{session}/feedback")
    assert CONDUCT["reason"] in feedback["weaknesses"][0]["message"]
    assert feedback["weaknesses"][0]["quote"]["text"] == MOVED
    assert not feedback["strengths"], "nothing is praised about such an answer"
    assert PRACTICE in [item["message"] for item in feedback["suggestions"]]
    await person.data("POST", f"/api/v1/interviews/sessions/{session}/complete")
    report = await person.data("POST", f"/api/v1/interviews/sessions/{session}/report")
    assert any(CONDUCT["reason"] in reason and MOVED in reason for reason in report["reasons"])
    assert any(CONDUCT["reason"] in flag for flag in report["questions"][0]["flags"])

    async with assisted.state.runtime.database.reading() as reading:
        usage = await reading.scalar(select(InterviewSession.llm_usage))
    assert usage["by_purpose"]["judge"]["calls"] == 1
    ready = (await person.http.get("/health/ready")).json()["language_model"]
    assert (ready["model"], ready["judges_answers"], ready["answers"], ready["calls"]) == ("test-model", True, 1, 1)


async def test_what_is_false_is_named_with_its_correction(person: Candidate, model: LlmServer) -> None:
    _, question = await asked(person, category="technical")
    wrong = {"quote": MOVED, "correction": "Rows that are broken are never moved.", "gravity": "grave"}
    model.answer = lambda request: finds(request, false_statements=[wrong])
    judged = await person.data("POST", f"{question}/evaluate")
    assert max(judged["quality_score"], judged["overall_score"]) <= 12
    flag = next(flag for flag in judged["flags"] if flag["code"] == "false_statement")
    assert (flag["correction"], flag["quote"]["text"]) == (wrong["correction"], MOVED)
    assert wrong["correction"] in judged["summary"]
    assert wrong["correction"] in judged["suggestions"][0]


async def test_the_models_verdict_takes_the_place_of_the_view_that_a_live_turn_went_on_with(
    person: Candidate, model: LlmServer, assisted: FastAPI
) -> None:
    session, _ = await asked(person)
    model.answer = finds
    evaluations = assisted.state.runtime.services.evaluations
    async with assisted.state.runtime.database.reading() as reading:
        key = await reading.scalar(select(Question.id))
    first = await evaluations.evaluate_question(key, assisted=False)
    assert "llm_pending" in [flag.code for flag in first.detail.flags]
    assert not model.requests, "nobody waits for a model in a conversation"

    await asyncio.gather(evaluations.complete(key), person.data("POST", f"/api/v1/feedback/sessions/{session}/scores"))
    assert len(model.requests) == 1, "whoever asks meanwhile waits for the same call"
    listed = await person.data("GET", f"/api/v1/interviews/sessions/{session}/evaluation")
    shown = listed["questions"][0]["evaluation"]
    assert (shown["facts"], shown["engine"]) == ("checked", "llm+builtin")
    assert "llm_pending" not in [flag["code"] for flag in shown["flags"]]
    assert await evaluations.complete(key) is None


async def test_questions_are_not_sent_to_a_model_that_has_nothing_to_tailor_them_to(
    person: Candidate, model: LlmServer
) -> None:
    await person.questions(await person.session(), 1)
    assert not model.requests
    await person.questions(await person.session(target_role="Data engineer"), 1)
    assert model.requests


async def test_a_follow_up_that_picks_up_the_answer_is_asked_and_accounted(
    person: Candidate, model: LlmServer, assisted: FastAPI
) -> None:
    model.answer = lambda request: finds(request, quote="We had a bad import at work") if judges(request) else FOLLOW_UP
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
MOVED = "wrote a check that moved such rows aside"
CONDUCT = {"quote": MOVED, "reason": "Rows of others were hidden on purpose.", "gravity": "unacceptable"}
PRACTICE = "Tell what you said to the supplier."


def judges(request: Request) -> bool:
    return "You judge one answer" in request.system


def finds(request: Request, *, quote: str = MOVED, **findings: Any) -> dict[str, Any]:
    """A judge that finds each point and criterion shown by the same words, and beside that `findings`."""
    expected = re.search(r"<<<expected \w+>>>\n(.*)\n<<<end expected", request.user, re.DOTALL)
    points = re.findall(r"^(\d+)\. ", expected.group(1), re.MULTILINE) if expected else []
    criteria = re.findall(r"^- (\w+): 4 = ", request.system, re.MULTILINE)
    return {
        "points": [{"number": int(number), "quote": quote, "status": "said"} for number in points],
        "false_statements": [],
        "misconduct": [],
        "relevance": 4,
        "criteria": [{"name": name, "quote": quote, "rating": 2} for name in criteria],
        "addresses_grader": False,
        "next_practice": PRACTICE,
    } | findings


async def asked(person: Candidate, *, category: str = "behavioral") -> tuple[str, str]:
    """(id of an interview with an answered question of the bank, path of the question)."""
    session = await person.session()
    question = (await person.questions(session, 1, categories=[category]))[0]
    path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
    await person.data("POST", f"{path}/answer", json={"answer": STORY})
    return session, path
