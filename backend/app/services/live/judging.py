"""Answers are judged in the background; what comes of it is told to whoever is connected then."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

from app.errors import Conflict
from app.judge.types import AnswerSpec, QuestionSpec
from app.models import Evaluation
from app.schemas.live import Event, Judged
from app.services.live.store import Gone, LiveStore

log = logging.getLogger(__name__)
_SAMPLE = (
    QuestionSpec(text="What have you done today?", category="behavioral"),
    AnswerSpec(text="I checked that everything is ready, and it took a second."),
)
Judgement = asyncio.Task[Evaluation | None]


class Judging:
    """Runs evaluations for all live interviews of the process and knows which are under way."""

    def __init__(self, store: LiveStore) -> None:
        self._store = store
        self._tasks: set[asyncio.Task[Evaluation | None]] = set()
        self._asides: list[asyncio.Task[None]] = []
        self._is_warm = False

    @property
    def pending(self) -> int:
        """Evaluations that are not done."""
        return len(self._tasks)

    def start(self, question_key: int, answer_id: UUID, emit: Callable[[Event], None]) -> Judgement:
        """Judge an answer; the task's result is None when it could not be judged."""
        task = asyncio.create_task(self._judge(question_key, answer_id, emit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def recover(self) -> None:
        """Judge what an earlier process left unjudged, one after the other."""
        self._asides.append(asyncio.create_task(self._recover()))

    def warm_up(self) -> None:
        """Judge something once, while the first candidate still thinks: the word lists take three seconds to load."""
        if not self._is_warm:
            self._is_warm = True
            self._asides.append(asyncio.create_task(self._warm_up()))

    async def close(self) -> None:
        """Stop; what is not judged yet is taken up at the next start."""
        tasks = [*self._tasks, *self._asides]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _judge(self, question_key: int, answer_id: UUID, emit: Callable[[Event], None]) -> Evaluation | None:
        try:
            evaluation = await self._store.judge_answer(question_key)
        except (Gone, Conflict) as error:  # deleted, changed or answered anew meanwhile, or never understood
            log.info("answer %s is not judged: %s", answer_id, error)
            emit(Judged(answer_id=answer_id, status="failed", overall=None))
            return None
        except Exception:
            log.exception("answer %s could not be judged", answer_id)
            emit(Judged(answer_id=answer_id, status="failed", overall=None))
            return None
        status = "scored" if evaluation.status == "scored" else "insufficient_evidence"
        emit(Judged(answer_id=answer_id, status=status, overall=evaluation.overall))
        return evaluation

    async def _recover(self) -> None:
        for question_key in await self._store.unjudged():
            try:
                await self._store.judge_answer(question_key)
            except (Gone, Conflict):
                continue
            except Exception:
                log.exception("the answer to question %d could not be judged", question_key)

    async def _warm_up(self) -> None:
        try:
            await self._store.judge.evaluate(*_SAMPLE, None)
        except Exception:
            log.exception("the judge could not be tried out")
