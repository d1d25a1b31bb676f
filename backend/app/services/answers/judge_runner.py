"""Where the judge works: a few threads with a bounded queue, so that neither the event loop nor the memory fills up."""

from typing import Final

from app.engines.lazy import Lazy
from app.engines.pool import PoolClosed, PoolFull, WorkPool
from app.errors import Unavailable
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict

JUDGE_BUSY: Final = "judge_busy"
"""The code of the error that a full queue is."""
QUEUE = 64
"""Answers that may wait: as many as there are live interviews at most, some seconds of work."""
SECONDS_AN_ANSWER = 0.25
"""What an answer of some hundred words takes when all threads are busy; used to say when to come back."""


class JudgeRunner:
    """Runs the judge in `workers` threads. Unavailable when `queue` answers wait already, or while the server stops."""

    def __init__(self, judge: Lazy[Judge], *, workers: int, queue: int = QUEUE) -> None:
        self.judge = judge
        self._pool = WorkPool("judge", workers=workers, queue=queue, seconds_a_call=SECONDS_AN_ANSWER)

    async def warm_up(self) -> None:
        """Open the judge and all that it needs."""
        await self._pool.run(lambda _: self.judge().warm_up())

    async def evaluate(self, question: QuestionSpec, answer: AnswerSpec, confidence_heard: float | None) -> Verdict:
        """The verdict on one answer."""
        try:
            return await self._pool.run(
                lambda _: self.judge().evaluate(question, answer, confidence_heard=confidence_heard)
            )
        except PoolFull as error:
            raise Unavailable(
                "Too many answers are being judged at once. Try again in a moment.",
                code=JUDGE_BUSY,
                headers={"Retry-After": str(max(1, round(error.retry_after)))},
            ) from error
        except PoolClosed as error:
            raise Unavailable("The server is stopping. Try again in a moment.") from error

    async def close(self) -> None:
        """Let running work end and take no more."""
        await self._pool.close()
