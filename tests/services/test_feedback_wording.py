"""What is said of an answer is true of it even where the judge missed something that was told in other words."""

import re
from collections.abc import Mapping

import pytest

from app.judge.verdict import Verdict
from app.models import Question
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote
from app.models.values.kinds import FlagCode
from app.services.results.wording import suggestions, summary

STORY: Mapping[str, float] = {"situation": 100, "action": 100, "result": 100, "reflection": 100, "specificity": 100}
PLAN: Mapping[str, float] = {"steps": 100, "reasons": 100, "order": 100, "specificity": 100}
PERSONAL: Mapping[str, float] = {"facts": 100, "reasons": 100, "specificity": 100}
KINDS = {"behavioral": STORY, "situational": PLAN, "hr": PERSONAL}
NAMED = {
    "situation": "what it was about",
    "action": "what you did yourself",
    "result": "how it ended",
    "reflection": "what you took from it",
    "steps": "what you would do",
    "reasons": "why",
    "order": "in which order",
    "facts": "facts about yourself",
}
WORDS = "I called the doctor within five minutes"


def asked(category: str) -> Question:
    return Question(text="Tell me about a mistake of yours.", category=category)


def quote(text: str = WORDS) -> Quote:
    return Quote(text, 0, len(text))


def judged(
    parts: Mapping[str, float],
    *flags: FlagCode,
    fluency: Mapping[str, float] | None = None,
    points: tuple[PointVerdict, ...] = (),
    words: str = WORDS,
) -> Verdict:
    spoken = fluency or {}
    measures = {"fluency": Measure(value=min(spoken.values(), default=100.0), details=spoken)}
    return Verdict(
        status="scored",
        overall=70.0,
        quality=60.0,
        uncertainty=10.0,
        measures=measures,
        parts={name: Measure(value=value, evidence=(quote(words),)) for name, value in parts.items()},
        points=points,
        flags=tuple(Flag(code, "A hint.", quote(words)) for code in flags),
    )


def listed(text: str, start: str) -> str:
    found = re.search(rf"{start}: ([^.;]*)[.;]", text)
    return found[1] if found else ""


class TestParts:
    @pytest.mark.parametrize(
        ("category", "weak"), [(category, name) for category, parts in KINDS.items() for name in parts if name in NAMED]
    )
    @pytest.mark.parametrize("value", [0.0, 40.0, 60.0])
    def test_one_that_was_not_clear_is_named_so_with_something_to_do(
        self, category: str, weak: str, value: float
    ) -> None:
        verdict = judged({**KINDS[category], weak: value})
        text = summary(asked(category), verdict)
        assert NAMED[weak] in listed(text, "not at all").split(", ")
        assert NAMED[weak] not in listed(text, "Recognised").split(", ")
        assert "if it is there" in text
        assert suggestions(asked(category), verdict)

    @pytest.mark.parametrize("category", KINDS)
    def test_all_that_are_clear_leave_nothing_to_say(self, category: str) -> None:
        verdict = judged(KINDS[category])
        assert "not at all" not in summary(asked(category), verdict)
        assert not suggestions(asked(category), verdict)

    def test_a_weak_ending_is_asked_for_after_what_was_done(self) -> None:
        first = suggestions(asked("behavioral"), judged({**STORY, "result": 0.0}))[0]
        assert f"“{WORDS}”" in first

    def test_somebody_who_told_a_fact_is_not_asked_for_one(self) -> None:
        some, none = (suggestions(asked("hr"), judged({**PERSONAL, "facts": value}))[0] for value in (55.0, 10.0))
        assert some.startswith(f"Go on from “{WORDS}”")
        assert none.startswith("Answer with what is true of you alone")

    def test_one_quote_is_not_shown_twice(self) -> None:
        lines = suggestions(asked("behavioral"), judged({**STORY, "action": 40.0, "result": 0.0}))
        assert sum(WORDS in line for line in lines) == 1


class TestQuotes:
    def test_what_is_concrete_is_to_be_kept(self) -> None:
        assert f"“{WORDS}”" in summary(asked("behavioral"), judged(STORY))

    @pytest.mark.parametrize(
        "words", ["i um called the doctor at once", "i called called the doctor", "on the on the ward i"]
    )
    def test_stumbles_are_no_model(self, words: str) -> None:
        assert "Keep" not in summary(asked("behavioral"), judged(STORY, words=words))

    def test_words_that_only_join_are_left_out(self) -> None:
        text = summary(asked("behavioral"), judged(STORY, words="and then i called the doctor at once,"))
        assert "“i called the doctor at once”" in text


class TestFirstLine:
    @pytest.mark.parametrize("flags", [(), ("hypothetical",), ("general_talk",)])
    def test_no_case_asks_for_one(self, flags: tuple[FlagCode, ...]) -> None:
        verdict = judged({**dict.fromkeys(STORY, 20.0)}, *flags)
        lines = suggestions(asked("behavioral"), verdict)
        assert len(lines) == 1
        assert "ell one case that really happened" in lines[0]
        assert "Recognised:" not in summary(asked("behavioral"), verdict)

    def test_an_answer_beside_the_question_is_led_back_to_it(self) -> None:
        verdict = judged(STORY, "other_question")
        assert "what the question asks for" in suggestions(asked("behavioral"), verdict)[0]
        assert asked("behavioral").text in summary(asked("behavioral"), verdict)

    def test_a_story_of_the_team_asks_for_the_own_part(self) -> None:
        first = suggestions(asked("behavioral"), judged({**STORY, "action": 20.0}, "own_part_unclear"))[0]
        assert first.startswith(f"“{WORDS}”: which part of it was yours")

    def test_good_parts_that_hardly_fit_ask_for_the_link(self) -> None:
        lines = suggestions(asked("hr"), judged({**PERSONAL, "fit": 40.0}))
        assert "how this answers the question" in lines[0]

    @pytest.mark.parametrize("category", [*KINDS, "technical"])
    def test_no_answer_is_met_kindly(self, category: str) -> None:
        verdict = Verdict(status="scored", reason="No answer to the question was recognised.", overall=0.0, quality=0.0)
        (line,) = suggestions(asked(category), verdict)
        assert not re.search("nothing|candidate|earn", line)
        assert ("know" in line) == (category == "technical")


class TestDelivery:
    def test_what_was_taken_off_is_told(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 80.0, "repeats": 95.0})
        assert "taken off for fillers (fluency 80 of 100)" in summary(asked("behavioral"), verdict)
        assert "silence" in suggestions(asked("behavioral"), verdict)[0]

    def test_nothing_is_told_where_nothing_was(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 99.0, "repeats": 100.0})
        assert "taken off" not in summary(asked("behavioral"), verdict)


class TestPoints:
    def test_of_knowledge_are_to_be_added_or_said_more_plainly(self) -> None:
        points = (PointVerdict("It has no length.", "missing", 0.4), PointVerdict("It yields.", "missing", 0.1))
        lines = suggestions(asked("technical"), judged({}, points=points))
        assert lines[0] == "Add this, or say it in plainer words: it yields."
        assert len(lines) == 2

    def test_of_a_plan_are_offered(self) -> None:
        points = (PointVerdict("Ask what is meant.", "missing", 0.0), PointVerdict("Refuse.", "missing", 0.3))
        lines = suggestions(asked("situational"), judged(PLAN, points=points))
        assert lines == ["Unless you meant it already, you could also ask what is meant."]
