"""Who passes gets 0 and is told so; who says something, however shyly, is judged."""

import pytest

from app.engines.embedding.minilm import MiniLmEngine
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, Category, QuestionSpec

STACK = QuestionSpec(
    text="What is a stack and where is it used?",
    category="technical",
    reference="The last element added is removed first. Function calls and undo use one.",
)
CONFLICT = QuestionSpec(text="Describe a conflict with a coworker.", category="behavioral")


@pytest.fixture(scope="module")
def judge(engine: MiniLmEngine) -> Judge:
    return Judge(engine)


def is_passed(judge: Judge, question: QuestionSpec, text: str, *, spoken: bool = False) -> bool:
    verdict = judge.evaluate(question, AnswerSpec(text=text, spoken=spoken))
    passed = [flag for flag in verdict.flags if flag.code == "no_answer"]
    assert all(flag.lowers_score for flag in passed)
    assert not passed or (verdict.status, verdict.overall, verdict.quality) == ("scored", 0, 0)
    return bool(passed)


@pytest.mark.parametrize("question", [STACK, CONFLICT])
@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "No idea, next question please.",
        "um i'm not sure i have no idea to be honest",
        "Sorry, I can't think of anything right now.",
        "I have never been in such a situation so I can't say anything about it.",
        "I’d rather skip this one.",
        "idk",
        "no idea",
    ],
)
def test_a_pass_is_noticed(judge: Judge, question: QuestionSpec, text: str) -> None:
    assert is_passed(judge, question, text)


@pytest.mark.parametrize(
    ("category", "question", "text"),
    [
        ("technical", STACK.text, "I don't know, maybe the last element is removed first?"),
        ("technical", STACK.text, "LIFO"),
        ("technical", STACK.text, "Not sure I remember it all, but you push on top and pop from the top again."),
        (
            "hr",
            "Why do you want to leave your job?",
            "To be honest it's the noise. Eight hours beside the presses, and I can't think any more when I come home.",
        ),
        (
            "behavioral",
            CONFLICT.text,
            "The other driver kept taking my keys. I don't know why, I asked him twice and then hung them elsewhere.",
        ),
        (
            "situational",
            "What would you do if a customer shouted at you?",
            "I wouldn't know what to say at first, so I'd listen, and then ask what we can put right today.",
        ),
    ],
)
def test_a_shy_answer_is_an_answer(judge: Judge, category: Category, question: str, text: str) -> None:
    reference = STACK.reference if category == "technical" else ""
    assert not is_passed(judge, QuestionSpec(text=question, category=category, reference=reference), text)
