"""The judge's queue is bounded: who comes when it is full is told when to come back, and nothing is lost."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from app.engines.lazy import Lazy
from app.errors import Unavailable
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.runtime.engines import Engines, judge_with
from app.services.answers.judge_runner import JudgeRunner
from tests.conftest import Candidate

QUESTION, ANSWER = QuestionSpec(text="Why?"), AnswerSpec(text="Because.")


class SlowJudge(Judge):
    """Judges when it is let go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def evaluate(self, question: QuestionSpec, answer: AnswerSpec, *, confidence_heard: float | None = None) -> Verdict:
        self.begun.release()
        self.go_on.wait(30)
        return Verdict(status="scored", overall=50.0)


@pytest.fixture
def judge() -> Iterator[SlowJudge]:
    slow = SlowJudge()
    yield slow
    slow.go_on.set()


async def test_a_full_queue_refuses_and_goes_on_when_there_is_room(judge: SlowJudge) -> None:
    runner = JudgeRunner(Lazy(lambda: judge), workers=1, queue=1)
    taken = [asyncio.create_task(runner.evaluate(QUESTION, ANSWER, None)) for _ in range(2)]
    await asyncio.to_thread(judge.begun.acquire)
    with pytest.raises(Unavailable) as refused:
        await runner.evaluate(QUESTION, ANSWER, None)
    assert (refused.value.code, int(refused.value.headers["Retry-After"]) >= 1) == ("judge_busy", True)
    judge.go_on.set()
    assert [verdict.overall for verdict in await asyncio.gather(*taken)] == [50.0, 50.0]
    assert (await runner.evaluate(QUESTION, ANSWER, None)).overall == 50.0
    await runner.close()


async def test_a_closed_one_is_unavailable(judge: SlowJudge) -> None:
    runner = JudgeRunner(Lazy(lambda: judge), workers=1)
    await runner.close()
    with pytest.raises(Unavailable):
        await runner.evaluate(QUESTION, ANSWER, None)


async def test_a_client_gets_503_and_when_to_come_back(
    candidate: Candidate, engines: Engines, judge: SlowJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, question = await candidate.asked(categories=["behavioral"])
    await candidate.data("POST", f"{question}/answer", json={"answer": "I wrote a test first, and it failed."})
    full = JudgeRunner(Lazy(lambda: judge), workers=1, queue=0)
    monkeypatch.setattr(engines.judge, "evaluate", full.evaluate)
    waiting = asyncio.create_task(full.evaluate(QUESTION, ANSWER, None))
    await asyncio.to_thread(judge.begun.acquire)
    response = await candidate.call("POST", f"{question}/evaluate")
    assert (response.status_code, response.json()["error"]["type"]) == (503, "judge_busy")
    assert int(response.headers["Retry-After"]) >= 1
    judge.go_on.set()
    await waiting
    assert (await candidate.call("POST", f"{question}/evaluate")).status_code == 200
    await full.close()


async def test_without_the_sentence_model_a_client_is_told_what_to_install(
    candidate: Candidate, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, question = await candidate.asked(categories=["behavioral"])
    await candidate.data("POST", f"{question}/answer", json={"answer": "I wrote a test first, and it failed."})
    without = JudgeRunner(Lazy(lambda: judge_with(None)), workers=1)
    monkeypatch.setattr(engines.judge, "evaluate", without.evaluate)
    response = await candidate.call("POST", f"{question}/evaluate")
    assert response.status_code == 503
    assert "sentence model is not installed" in response.json()["error"]["message"]
    monkeypatch.undo()
    assert (await candidate.call("POST", f"{question}/evaluate")).status_code == 200, "the answer was kept"
    await without.close()
