"""Waits for the evaluations of live answers; each goes to whoever is connected when it is there.

The evaluation itself is a job that was accepted together with the answer (`LiveStore.close_answer`), so it is made
whatever happens to this process.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

from app.judge.types import AnswerSpec, QuestionSpec
from app.models import Evaluation, JobState, Question
from app.services.answers.evaluation_service import EvaluationService, completing_key, is_pending, judging_key
from app.services.jobs.job_service import JobService, is_finished
from app.services.live.events import AnswerEvaluated, Event, RecordId

PATIENCE = 600.0
"""Seconds after which nobody is told of an evaluation any more."""
log = logging.getLogger(__name__)
_SAMPLE = (
    QuestionSpec(text="What have you done today?", category="behavioral"),
    AnswerSpec(text="I checked that everything is ready, and it took a second."),
)
Judgement = asyncio.Task[Evaluation | None]


class Judging:
    """The evaluations that the live interviews of the process wait for."""

    def __init__(self, jobs: JobService, evaluations: EvaluationService) -> None:
        self._jobs, self._evaluations = jobs, evaluations
        self._tasks: set[asyncio.Task[Evaluation | None]] = set()
        self._warming: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """Evaluations that are waited for."""
        return len(self._tasks)

    def start(self, answer: RecordId, emit: Callable[[Event], None]) -> Judgement:
        """Wait for the evaluation of an answer; the task's result is None when it could not be judged."""
        task = asyncio.create_task(self._wait(answer, emit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def follow_up(self, question: Question, evaluation: Evaluation) -> None:
        """Add a question about what the answer left out, where there is one to ask. The built-in choice stands alone,
        as the built-in judge does: nobody waits for a language model in a conversation."""
        await self._evaluations.follow_ups.next_for(question, evaluation, assisted=False)

    def warm_up(self) -> None:
        """Judge an example while the first candidate thinks, because the word lists take three seconds to load."""
        if self._warming is None:
            self._warming = asyncio.create_task(self._warm_up())

    async def close(self) -> None:
        """Wait no more."""
        tasks: list[asyncio.Task[Evaluation | None] | asyncio.Task[None]] = [*self._tasks]
        tasks += [self._warming] if self._warming else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._evaluations.close()

    async def _wait(self, answer: RecordId, emit: Callable[[Event], None]) -> Evaluation | None:
        try:
            evaluation = await self._evaluation_of(judging_key(answer.public_id))
        except Exception:
            log.exception("the evaluation of answer %s could not be read", answer.public_id)
            evaluation = None
        if evaluation is None:
            emit(AnswerEvaluated(answer, "failed", None))
            return None
        status: Literal["scored", "insufficient_evidence"] = (
            "scored" if evaluation.status == "scored" else "insufficient_evidence"
        )
        emit(AnswerEvaluated(answer, status, evaluation.overall))
        if is_pending(evaluation):
            completing = asyncio.create_task(self._complete(answer, emit))
            self._tasks.add(completing)
            completing.add_done_callback(self._tasks.discard)
        return evaluation

    async def _complete(self, answer: RecordId, emit: Callable[[Event], None]) -> Evaluation | None:
        """Wait for the language model while the interview goes on, and tell its result."""
        try:
            evaluation = await self._evaluation_of(completing_key(answer.public_id))
        except Exception:
            log.exception("the language model's view of answer %s could not be read", answer.public_id)
            return None
        if evaluation is not None:
            emit(AnswerEvaluated(answer, "scored", evaluation.overall))
        return evaluation

    async def _evaluation_of(self, key: str) -> Evaluation | None:
        """The evaluation when its job has ended, or None when there is no job, or it came to nothing."""
        job = await self._jobs.newest_with(key)
        if job is not None and not is_finished(job):
            job = await self._jobs.wait(job, PATIENCE, also_failures=False)
        if job is None or job.state != JobState.COMPLETED or job.result is None:
            return None
        return (await self._evaluations.outcome(job.result, whole=True)).evaluation

    async def _warm_up(self) -> None:
        try:
            await self._evaluations.judge.evaluate(*_SAMPLE, None)
        except Exception:
            log.exception("the judge could not be warmed up")
