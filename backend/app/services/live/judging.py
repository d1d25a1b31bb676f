"""Evaluates answers in the background; the result goes to whoever is connected when it is there."""

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

from app.errors import Conflict, NotFound, Unavailable
from app.judge.types import AnswerSpec, QuestionSpec
from app.models import Evaluation, Question
from app.services.answers.evaluation_service import EvaluationService, is_pending
from app.services.answers.judge_runner import JUDGE_BUSY
from app.services.live.events import AnswerEvaluated, Event, RecordId
from app.services.live.store import LiveStore

log = logging.getLogger(__name__)
_SAMPLE = (
    QuestionSpec(text="What have you done today?", category="behavioral"),
    AnswerSpec(text="I checked that everything is ready, and it took a second."),
)
Judgement = asyncio.Task[Evaluation | None]


class Judging:
    """Runs the evaluations of all live interviews of the process and knows which are under way."""

    def __init__(self, store: LiveStore, evaluations: EvaluationService) -> None:
        self._store, self._evaluations = store, evaluations
        self._tasks: set[asyncio.Task[Evaluation | None]] = set()
        self._background: list[asyncio.Task[None]] = []
        self._is_warm = False

    @property
    def pending(self) -> int:
        """Evaluations that are not done."""
        return len(self._tasks)

    def start(self, question_key: int, answer: RecordId, emit: Callable[[Event], None]) -> Judgement:
        """Judge an answer; the task's result is None when it could not be judged."""
        task = asyncio.create_task(self._judge(question_key, answer, emit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def follow_up(self, question: Question, evaluation: Evaluation) -> None:
        """Add a question about what the answer left out, where there is one to ask. The built-in choice stands alone,
        as the built-in judge does: nobody waits for a language model in a conversation."""
        await self._evaluations.follow_ups.next_for(question, evaluation, assisted=False)

    def recover(self) -> None:
        """Evaluate the answers that an earlier process left without an evaluation, one after the other."""
        self._background.append(asyncio.create_task(self._recover()))

    def warm_up(self) -> None:
        """Judge an example while the first candidate thinks, because the word lists take three seconds to load."""
        if not self._is_warm:
            self._is_warm = True
            self._background.append(asyncio.create_task(self._warm_up()))

    async def close(self) -> None:
        """Stop; answers that are not evaluated yet are evaluated after the next start."""
        tasks = [*self._tasks, *self._background]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._evaluations.close()

    async def _judge(self, question_key: int, answer: RecordId, emit: Callable[[Event], None]) -> Evaluation | None:
        try:
            evaluation = await self._evaluate(question_key)
        except (NotFound, Conflict) as error:  # deleted, changed or answered anew meanwhile, or never understood
            log.info("answer %s is not judged: %s", answer.public_id, error)
            emit(AnswerEvaluated(answer, "failed", None))
            return None
        except Exception:
            log.exception("answer %s could not be judged", answer.public_id)
            emit(AnswerEvaluated(answer, "failed", None))
            return None
        status: Literal["scored", "insufficient_evidence"] = (
            "scored" if evaluation.status == "scored" else "insufficient_evidence"
        )
        emit(AnswerEvaluated(answer, status, evaluation.overall))
        if is_pending(evaluation):
            completing = asyncio.create_task(self._complete(question_key, answer, emit))
            self._tasks.add(completing)
            completing.add_done_callback(self._tasks.discard)
        return evaluation

    async def _complete(self, question_key: int, answer: RecordId, emit: Callable[[Event], None]) -> Evaluation | None:
        """Let the language model judge too, while the interview goes on, and tell its result. What is lost here (the
        process ends) is made up for when the scores are calculated."""
        try:
            evaluation = await self._evaluations.complete(question_key)
        except (NotFound, Conflict, Unavailable) as error:
            log.info("the language model does not judge answer %s: %s", answer.public_id, error)
            return None
        except Exception:
            log.exception("the language model's view of answer %s could not be stored", answer.public_id)
            return None
        if evaluation is not None:
            emit(AnswerEvaluated(answer, "scored", evaluation.overall))
        return evaluation

    async def _evaluate(self, question_key: int) -> Evaluation:
        """Judge an answer as soon as there is room in the judge's queue: unlike a request, this can wait."""
        while True:
            try:
                return await self._evaluations.evaluate_question(question_key, assisted=False)
            except Unavailable as error:
                if error.code != JUDGE_BUSY:
                    raise
                await asyncio.sleep(float(error.headers["Retry-After"]))

    async def _recover(self) -> None:
        for question_key in await self._store.unjudged():
            try:
                await self._evaluate(question_key)
            except (NotFound, Conflict):
                continue
            except Exception:
                log.exception("the answer to question %d could not be judged", question_key)

    async def _warm_up(self) -> None:
        try:
            await self._evaluations.judge.evaluate(*_SAMPLE, None)
        except Exception:
            log.exception("the judge could not be warmed up")
