"""Verdicts on made-up answers, as the sentences of feedback are made of them."""

import re
from collections.abc import Mapping

from app.judge.verdict import Verdict
from app.models import Question
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote
from app.models.values.kinds import FlagCode

STORY: Mapping[str, float] = {"situation": 100, "action": 100, "result": 100, "reflection": 100, "specificity": 100}
PLAN: Mapping[str, float] = {"steps": 100, "reasons": 100, "order": 100, "specificity": 100}
PERSONAL: Mapping[str, float] = {"facts": 100, "reasons": 100, "specificity": 100}
KINDS = {"behavioral": STORY, "situational": PLAN, "hr": PERSONAL}
NAMED = {
    "situation": "what it was about",
    "action": "what you did",
    "result": "how it ended",
    "reflection": "what you took from it",
    "steps": "what you would do",
    "reasons": "your reasons",
    "order": "the order of the steps",
    "facts": "facts about yourself",
}
ASKED_FOR = {
    "behavioral": {"situation", "action", "result", "reflection"},
    "situational": {"steps", "reasons"},
    "hr": {"facts"},
}
"""Parts that somebody may be asked for: the order of one step, or the reason for a fact, is none."""
WORDS = "I quickly called the doctor on the other ward that night"
BARE = "I called her."
LONG = "He stood beside the window while the rain came down on the roof and all of us looked at him. " * 3


UNSEEN = "Not recognised, though it may be there"

ANY = Question(text="Tell me about a hard day.", category="behavioral")

FEW = tuple(PointVerdict(text, "missing", match) for text, match in (("Core.", 0.3), ("Side.", 0.0), ("Rim.", 0.1)))


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
    """The parts that a sentence beginning so names, with commas between them."""
    found = re.search(rf"{start}:? ([^.;]*)[.;]", text)
    return found[1].replace(" and ", ", ") if found else ""
