"""Evaluations of live answers are jobs: whoever is connected is told when one has ended."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from app.models import Evaluation, Job, JobState
from app.services.answers.evaluation_service import EvaluationService
from app.services.jobs.job_service import JobService
from app.services.live.events import AnswerEvaluated, Event, RecordId
from app.services.live.judging import Judging

SCORED = Evaluation(status="scored", overall=71.0)
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
    async def outcome(self, result: Mapping[str, str]) -> Any:
        assert result == DONE
        return SimpleNamespace(evaluation=SCORED)


async def told(end: Job | Exception | None) -> tuple[str, float | None]:
    """What is told of an answer whose job ends like this."""
    events: list[Event] = []
    judging = Judging(cast("JobService", Jobs(end)), cast("EvaluationService", Evaluations()))
    await asyncio.wait_for(judging.start(RecordId(1, uuid4()), events.append), 10)
    (event,) = events
    assert isinstance(event, AnswerEvaluated)
    return event.status, event.overall


async def test_an_evaluation_is_told() -> None:
    assert await told(Job(state=JobState.COMPLETED.value, result=DONE)) == ("scored", 71.0)


@pytest.mark.parametrize(
    "end",
    [Job(state=JobState.FAILED.value), Job(state=JobState.COMPLETED.value, result=None), None, RuntimeError("broken")],
)
async def test_what_came_to_nothing_is_told(end: Job | Exception | None) -> None:
    assert await told(end) == ("failed", None)
