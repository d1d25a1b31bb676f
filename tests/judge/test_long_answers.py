"""However an answer is written, judging it is bounded work: counted in calls and in texts that are encoded."""

import random
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from app.engines.lazy import Lazy
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec, Word
from app.judge.verdict import Verdict
from app.services.answers.judge_runner import MOST_SENTENCES, TOO_LONG, JudgeRunner, beginning
from tests.support.embedding import CountingEngine

LENGTH, SIZE = 20_000, 384
STORY = QuestionSpec(text="Tell me about a conflict at work.", category="behavioral")
FACTS = QuestionSpec(text="What is a tuple?", reference="A tuple is immutable, so it can be a dictionary key.")
MOST_CALLS, MOST_TEXTS = 3_000_000, 2_000


@dataclass
class Cost:
    calls: int = 0

    def count(self, _frame: object, event: str, _argument: Any) -> None:
        self.calls += event in ("call", "c_call")


def cost_of(text: str, question: QuestionSpec) -> tuple[int, int]:
    """(calls of functions, texts that were encoded) of judging an answer in the way the server does."""
    engine, cost = CountingEngine(), Cost()
    judge, answer = Judge(engine), beginning(AnswerSpec(text=text))
    judge.evaluate(question, AnswerSpec(text="I fixed it, and then it worked well for everybody."))
    sys.setprofile(cost.count)
    try:
        judge.evaluate(question, answer)
    finally:
        sys.setprofile(None)
    return cost.calls, len(engine.texts)


def _distinct() -> str:
    letters = random.Random(1)
    return " ".join("".join(letters.choices("qxzjvkwpbg", k=5)) + "." for _ in range(LENGTH // 7))


HOSTILE = {
    "letters": "a. " * (LENGTH // 3),
    "lines": "a\n" * (LENGTH // 2),
    "words that are all different": _distinct(),
    "subjects": " ".join(f"i did thing{at} and then" for at in range(LENGTH // 24)),
    "numbers": "1.2." * (LENGTH // 4),
    "one word": "word " * (LENGTH // 5),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_20_kb_are_bounded_work(name: str) -> None:
    for question in (STORY, FACTS):
        calls, texts = cost_of(HOSTILE[name], question)
        assert (calls < MOST_CALLS, texts < MOST_TEXTS) == (True, True), (calls, texts)


def test_twice_the_words_are_no_more_than_twice_the_work() -> None:
    for text in ("I used a list. ", "word "):
        half, _ = cost_of(text * 100, STORY)
        whole, _ = cost_of(text * 200, STORY)
        assert whole < 2.5 * half


class TestBeginning:
    def test_ten_minutes_of_speech_are_judged_whole(self) -> None:
        spoken = AnswerSpec(text="So then I looked at the logs, and I found the reason for it. " * 140)
        assert len(spoken.text.split()) > 1_800
        assert beginning(spoken) is spoken

    def test_a_longer_one_is_cut_where_a_sentence_ends(self) -> None:
        found = beginning(AnswerSpec(text="It was late. " * 500))
        assert found.text.count(".") == MOST_SENTENCES

    def test_words_and_times_go_with_the_text(self) -> None:
        words = tuple(Word(f"word{at}", float(at), at + 0.5) for at in range(4_000))
        text = " ".join(word.text for word in words)
        whole = AnswerSpec(
            text=text, spoken=True, words=words, duration=4_000.0, hesitations=((1.0, 2.0), (3_000.0, 3_001.0))
        )
        found = beginning(whole)
        assert [word.text for word in found.words] == found.text.split()
        assert (found.duration, found.hesitations) == (found.words[-1].end, ((1.0, 2.0),))


async def test_the_verdict_says_that_only_the_beginning_was_judged() -> None:
    runner = JudgeRunner(Lazy(lambda: Judge(CountingEngine())), workers=1)
    long: Verdict = await runner.evaluate(STORY, AnswerSpec(text="I fixed the tests and told the team. " * 400), None)
    short = await runner.evaluate(STORY, AnswerSpec(text="I fixed the tests and told the team. " * 4), None)
    await runner.close()
    assert TOO_LONG in long.flags
    assert TOO_LONG not in short.flags
