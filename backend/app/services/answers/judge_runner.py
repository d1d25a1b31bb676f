"""Where the judge works: a few threads with a bounded queue, so that neither the event loop nor the memory fills up."""

import re
from dataclasses import replace
from itertools import islice
from typing import Final

from app.engines.lazy import Lazy
from app.engines.pool import PoolClosed, PoolFull, WorkPool
from app.errors import Unavailable
from app.judge.judge import Judge
from app.judge.language.text import sentence_spans
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.models.values.evaluation import Flag

JUDGE_BUSY: Final = "judge_busy"
"""The code of the error that a full queue is."""
QUEUE = 64
"""Answers that may wait: as many as there are live interviews at most, some seconds of work."""
SECONDS_AN_ANSWER = 0.25
"""What an answer of some hundred words takes when all threads are busy; used to say when to come back."""


MOST_MARKS, MOST_SENTENCES = 2_500, 300
"""Words and signs, and sentences, of an answer that are judged: more than ten minutes of speech have. The judge's work
grows with them and not with letters: 20 KB of "a. " are 6,700 sentences."""
TOO_LONG = Flag("too_long", "This answer is longer than what is judged at once: only its beginning was judged.")
_MARK = re.compile(r"[A-Za-z0-9']+|[^\sA-Za-z0-9']")


def beginning(answer: AnswerSpec) -> AnswerSpec:
    """The answer as far as it is judged, with the times of what is left; the answer itself unless it is too long."""
    ends = [mark.start() for mark in islice(_MARK.finditer(answer.text), MOST_MARKS, MOST_MARKS + 1)]
    ends += [end for _, end in sentence_spans(answer.text)[MOST_SENTENCES - 1 : MOST_SENTENCES]]
    text = answer.text[: min(ends, default=len(answer.text))].rstrip()
    if text == answer.text.rstrip():
        return answer
    words = answer.words[: len(text.split())]
    end = words[-1].end if words else None
    return replace(
        answer,
        text=text,
        words=words,
        hesitations=tuple(span for span in answer.hesitations if end is not None and span[1] <= end),
        duration=end if answer.duration is not None else None,
    )


class JudgeRunner:
    """Runs the judge in `workers` threads. Unavailable when `queue` answers wait already, or while the server stops."""

    def __init__(self, judge: Lazy[Judge], *, workers: int, queue: int = QUEUE) -> None:
        self.judge = judge
        self._pool = WorkPool("judge", workers=workers, queue=queue, seconds_a_call=SECONDS_AN_ANSWER)

    async def warm_up(self) -> None:
        """Open the judge and all that it needs."""
        await self._pool.run(lambda _: self.judge().warm_up())

    async def evaluate(self, question: QuestionSpec, answer: AnswerSpec, confidence_heard: float | None) -> Verdict:
        """The verdict on one answer. Of a very long one the beginning is judged, and a flag says so."""
        judged = beginning(answer)
        try:
            verdict = await self._pool.run(
                lambda _: self.judge().evaluate(question, judged, confidence_heard=confidence_heard)
            )
            return verdict if judged is answer else replace(verdict, flags=(*verdict.flags, TOO_LONG))
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
