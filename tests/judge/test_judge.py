"""The whole verdict: what is scored, what is not, and how the parts come together."""

import pytest

from app import installation
from app.engines.embedding import minilm
from app.judge.judge import LEAST_SHARE, Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import WEIGHTS, Verdict, weighted_total

QUESTION = QuestionSpec(
    text="What is the difference between a list and a tuple in Python?",
    category="technical",
    expected_points=(
        "A list can be changed after it was made, a tuple cannot.",
        "A tuple can be the key of a dictionary because it is hashable.",
        "Tuples suit records of fixed shape, lists suit sequences of the same kind.",
    ),
)
GOOD = (
    "A list is mutable, you can append to it or change its items after you made it, and a tuple is immutable. That is "
    "why a tuple is hashable and may be the key of a dictionary. I take a tuple for a record with a fixed shape, such "
    "as a point, and a list for a sequence of similar things."
)
TALK = (
    "Python is a very popular language and I really like it. There are many important things to know and it always "
    "depends on the situation, so it is good to think carefully about what is best for the project and the team."
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(minilm.load(installation.models()))


def test_a_good_answer_is_scored_well_by_the_documented_weights(judge: Judge) -> None:
    verdict = judge.evaluate(QUESTION, AnswerSpec(text=GOOD))
    values = {name: verdict.value(name) for name in WEIGHTS}
    assert verdict.overall == weighted_total(values)
    assert verdict.overall is not None
    assert verdict.overall >= 75


def test_fluent_talk_earns_only_a_part_of_its_language(judge: Judge) -> None:
    verdict = judge.evaluate(QUESTION, AnswerSpec(text=TALK))
    assert (verdict.overall or 0) < 45
    grammar = verdict.measures["grammar"]
    assert grammar.value == pytest.approx(LEAST_SHARE * grammar.details["language_alone"], abs=3)


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "No idea, sorry. Next question please.",
        "I always used lists for everything, so what is different about a tuple is a mystery to me.",
        "Lists and tuples, yes, I've seen both words. What they are exactly, I have never asked myself.",
    ],
)
def test_not_knowing_is_an_answer_worth_nothing(judge: Judge, text: str) -> None:
    verdict = judge.evaluate(QUESTION, AnswerSpec(text=text))
    assert (verdict.status, verdict.overall) == ("scored", 0.0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (AnswerSpec(text="", spoken=True), "No speech"),
        (AnswerSpec(text="  "), "empty"),
        (AnswerSpec(text="我不知道"), "English"),
        (AnswerSpec(text="the tuple", spoken=True), "too short"),
    ],
)
def test_what_cannot_be_judged_has_a_reason_and_no_number(judge: Judge, answer: AnswerSpec, reason: str) -> None:
    verdict = judge.evaluate(QUESTION, answer)
    assert verdict.status == "insufficient_evidence"
    assert reason in verdict.reason
    assert verdict.overall is None


def test_speech_that_was_not_understood_is_not_guessed_at(judge: Judge) -> None:
    answer = AnswerSpec(text=GOOD, spoken=True)
    assert judge.evaluate(QUESTION, answer, confidence_heard=0.1).status == "insufficient_evidence"
    assert judge.evaluate(QUESTION, answer, confidence_heard=0.6).status == "scored"


def test_names_and_pronouns_move_nothing(judge: Judge) -> None:
    question = QuestionSpec(text="Tell me about a conflict with a colleague.", category="behavioral", theme="conflict")
    story = (
        "Last year my colleague {name} and I argued about the release date. I asked {him} for a talk, listened to what "
        "{he} feared, and wrote a plan with two dates. We shipped on the second one, without a single open bug."
    )
    forms = [("John", "him", "he"), ("Aisha", "her", "she"), ("Nguyen", "them", "they")]
    scores = [
        judge.evaluate(question, AnswerSpec(text=story.format(name=name, him=him, he=he))).overall or 0.0
        for name, him, he in forms
    ]
    assert max(scores) - min(scores) <= 1


def test_the_same_answer_gets_the_same_verdict(judge: Judge) -> None:
    def run() -> Verdict:
        return judge.evaluate(QUESTION, AnswerSpec(text=GOOD))

    assert run() == run()
