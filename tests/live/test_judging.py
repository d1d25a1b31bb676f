"""Evaluations of live answers are jobs: whoever is connected is told when one has ended."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from app.models import Evaluation, Job, JobState
from app.models.values.evaluation import EvaluationDetail
from app.services.answers.evaluation_service import EvaluationService
from app.services.jobs.job_service import JobService
from app.services.live.events import AnswerEvaluated, Event, RecordId
from app.services.live.judging import Judging
from app.services.llm.judge import PENDING

SCORED = Evaluation(status="scored", overall=71.0, detail=EvaluationDetail())
PENDING_MODEL = Evaluation(status="scored", overall=90.0, detail=EvaluationDetail(flags=(PENDING,)))
DONE: dict[str, Any] = {"evaluation": str(uuid4())}


class Jobs:
    """Has one job, which is found waiting and ends like this."""

    def __init__(self, end: Job | Exception | None) -> None:
        self.end = end

    async def newest_with(self, key: str) -> Job | None:
        return None if self.end is None else Job(state=JobState.WAITING.value)

    async def wait(self, job: Job, seconds: float, *, also_failures: bool) -> Job | None:
        assert not also_failures, "another attempt may follow"
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


class Evaluations:
    """What came of one job after the other."""

    def __init__(self, *evaluations: Evaluation) -> None:
        self.evaluations = list(evaluations)

    async def outcome(self, result: Mapping[str, str], *, whole: bool) -> Any:
        assert result == DONE
        return SimpleNamespace(evaluation=self.evaluations.pop(0))


async def told(end: Job | Exception | None, *evaluations: Evaluation) -> list[tuple[str, float | None]]:
    """What is told of an answer whose jobs end like this."""
    events: list[Event] = []
    judging = Judging(cast("JobService", Jobs(end)), cast("EvaluationService", Evaluations(*evaluations)))
    async with asyncio.timeout(10):
        await judging.start(RecordId(1, uuid4()), events.append)
        await asyncio.gather(*judging._tasks)
    return [(event.status, event.overall) for event in events if isinstance(event, AnswerEvaluated)]


async def test_an_evaluation_is_told() -> None:
    assert await told(Job(state=JobState.COMPLETED.value, result=DONE), SCORED) == [("scored", 71.0)]


async def test_the_built_in_view_is_told_at_once_and_the_models_when_it_comes() -> None:
    done = Job(state=JobState.COMPLETED.value, result=DONE)
    assert await told(done, PENDING_MODEL, SCORED) == [("scored", 90.0), ("scored", 71.0)]


@pytest.mark.parametrize(
    "end",
    [Job(state=JobState.FAILED.value), Job(state=JobState.COMPLETED.value, result=None), None, RuntimeError("broken")],
)
async def test_what_came_to_nothing_is_told(end: Job | Exception | None) -> None:
    assert await told(end) == [("failed", None)]
