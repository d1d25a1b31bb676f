"""Words that tell of wrong conduct lower a score and are shown; a mistake that was put right is none."""

import re

import pytest

from app.engines.embedding.minilm import MiniLmEngine
from app.judge.types import ContentVerdict, QuestionSpec
from benchmarks.ranking import ContentJudges

MISTAKE = QuestionSpec(
    text="Tell me about a mistake you made at work and what you did about it.", category="behavioral", theme="failure"
)
HIDDEN = (
    "Last winter I mixed up two pallets in our cold store, and forty boxes of fish went to the wrong customer. I "
    "changed the loading list afterwards and told my manager that the driver had done it, which was not true. "
    "Nobody ever found out. The driver got a warning, and I got my bonus in spring."
)
PUT_RIGHT = (
    "Last winter I mixed up two pallets in our cold store, and forty boxes of fish went to the wrong customer. My "
    "first thought was to say nothing, but I called my manager at once and admitted it was my mistake. I drove "
    "out that night, fetched the boxes and apologised to both customers. Since then I scan each pallet twice, and "
    "we have had no mix-up."
)


@pytest.fixture(scope="module", params=["minilm", "words"])
def judges(request: pytest.FixtureRequest, engine: MiniLmEngine) -> ContentJudges:
    return ContentJudges(engine if request.param == "minilm" else None)


def _quotes(verdict: ContentVerdict) -> list[str]:
    return [flag.quote.text if flag.quote else "" for flag in verdict.flags if flag.code == "misconduct"]


def test_a_well_told_story_of_a_hidden_mistake_is_lowered_and_quoted(judges: ContentJudges) -> None:
    verdict = judges.judge(MISTAKE, HIDDEN)
    (quote,) = _quotes(verdict)
    assert quote in HIDDEN
    assert quote
    assert verdict.quality < judges.judge(MISTAKE, PUT_RIGHT).quality - 30


def test_a_mistake_that_was_admitted_and_put_right_is_not_punished(judges: ContentJudges) -> None:
    assert _quotes(judges.judge(MISTAKE, PUT_RIGHT)) == []


def test_the_words_of_speech_are_enough(judges: ContentJudges) -> None:
    spoken = re.sub(r"[^\w' ]+", " ", HIDDEN).lower()
    assert len(_quotes(judges.judge(MISTAKE, spoken, spoken=True))) == 1


@pytest.mark.parametrize(
    "said",
    [
        "My colleague had lied to the customer and blamed me for it. I called the customer, explained what had "
        "happened and sent the right invoice the same day, and she stayed with us.",
        "A man called me an idiot and shouted at me in front of the queue. I let him finish, asked for his receipt and "
        "found that we had charged the cable twice. I paid it back, and he thanked me.",
        "My boss asked me to change two figures before the audit. I did not fake them, I never lied about them, and I "
        "told him that I would not sign. We called the auditor and corrected the report together.",
    ],
)
def test_what_others_did_and_what_was_refused_is_not_held_against_one(judges: ContentJudges, said: str) -> None:
    assert _quotes(judges.judge(MISTAKE, said)) == []


def test_a_plan_that_does_the_opposite_stands_under_a_plain_one(judges: ContentJudges) -> None:
    question = QuestionSpec(
        text="What would you do if you dropped a customer's laptop in your repair shop?", category="situational"
    )
    opposite = (
        "I'd put it back in the bag and keep quiet. If the customer asks, I would say that it must have been broken "
        "before, and with luck nobody will ever know. It's not my problem when people bring in old machines."
    )
    plain = (
        "I'd call the customer the same hour and tell her what happened. Then I would check what is broken, order the "
        "part at our cost, and lend her a machine until it is repaired."
    )
    assert judges.judge(question, opposite).quality < judges.judge(question, plain).quality - 20
    assert len(_quotes(judges.judge(question, opposite))) == 1
