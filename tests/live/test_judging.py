"""Evaluations of live answers run in the background: they wait for room in the judge's queue instead of being lost."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from app.errors import Unavailable
from app.models import Evaluation
from app.models.values.evaluation import EvaluationDetail
from app.services.answers.evaluation_service import EvaluationService
from app.services.answers.judge_runner import JUDGE_BUSY
from app.services.live.events import AnswerEvaluated, Event, RecordId
from app.services.live.judging import Judging
from app.services.live.store import LiveStore
from app.services.llm.judge import PENDING

SCORED = Evaluation(status="scored", overall=71.0, detail=EvaluationDetail())
PENDING_MODEL = Evaluation(status="scored", overall=90.0, detail=EvaluationDetail(flags=(PENDING,)))


class Evaluations:
    """Answers with these results, one after the other."""

    def __init__(self, *results: Exception | Evaluation) -> None:
        self.results = list(results)

    async def evaluate_question(self, question_key: int, *, assisted: bool) -> Evaluation:
        assert not assisted
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    async def complete(self, question_key: int) -> Evaluation:
        return await self.evaluate_question(question_key, assisted=False)


def busy() -> Unavailable:
    return Unavailable("Try again.", code=JUDGE_BUSY, headers={"Retry-After": "0"})


async def judged(*results: Exception | Evaluation) -> list[Event]:
    """What is told of an answer whose evaluation gives these results."""
    told: list[Event] = []
    judging = Judging(cast("LiveStore", SimpleNamespace()), cast("EvaluationService", Evaluations(*results)))
    async with asyncio.timeout(10):
        await judging.start(1, RecordId(1, uuid4()), told.append)
        await asyncio.gather(*judging._tasks)
    return told


def outcome(event: Any) -> tuple[str, float | None]:
    assert isinstance(event, AnswerEvaluated)
    return event.status, event.overall


async def test_a_full_queue_is_waited_for() -> None:
    assert [outcome(event) for event in await judged(busy(), busy(), SCORED)] == [("scored", 71.0)]


@pytest.mark.parametrize("error", [Unavailable("The server is stopping."), RuntimeError("broken")])
async def test_what_does_not_pass_is_told(error: Exception) -> None:
    assert [outcome(event) for event in await judged(error, SCORED)] == [("failed", None)]


async def test_the_built_in_view_is_told_at_once_and_the_models_when_it_comes() -> None:
    assert [outcome(event) for event in await judged(PENDING_MODEL, SCORED)] == [("scored", 90.0), ("scored", 71.0)]


async def test_a_model_that_cannot_judge_takes_nothing_back() -> None:
    broken = Unavailable("The server is stopping.")
    assert [outcome(event) for event in await judged(PENDING_MODEL, broken)] == [("scored", 90.0)]
