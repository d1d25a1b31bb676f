"""How an answer is built: whether its parts are there and in order, and how long it is.

The parts are those that the content judge found. No graded data was found, so this is a heuristic, and marked as one;
it enters `communication`, not the total.
"""

from collections.abc import Mapping
from itertools import pairwise

from app.judge.content.stories import cues
from app.judge.delivery.delivery import on_curve
from app.judge.language.text import Quoter, words
from app.judge.types import (
    PERSONAL_CATEGORIES,
    PLAN_CATEGORIES,
    STORY_CATEGORIES,
    ContentVerdict,
    Measure,
    QuestionSpec,
)

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "story": {
        "situation": 0.15, "action": 0.35, "result": 0.25, "reflection": 0.05, "sequence": 0.10, "length": 0.10,
    },
    "plan": {"steps": 0.40, "reasons": 0.25, "order": 0.20, "length": 0.15},
    "personal": {"facts": 0.45, "reasons": 0.30, "length": 0.25},
    "points": {"signposts": 0.40, "length": 0.60},
}  # fmt: skip
"""Shares by kind of question: parts of the content, `sequence` (a story's parts follow each other), `signposts` (words
that show order and reasons), and length."""
LENGTH = ((0.0, 0.0), (15, 30), (40, 70), (80, 95), (110, 100), (320, 100), (480, 75), (700, 45))
"""Words: 60 to 120 seconds at a good pace are 120 to 320 words."""
CLEAR = ((0.0, 0.0), (10, 0), (60, 100))
"""Value of a part of the content to how clearly it is there."""
FULL_SIGNPOSTS = 5
MISSING = 25.0
"""Value of a part under which it is named as missing."""
MIN_WORDS = 8


def structure(question: QuestionSpec, content: ContentVerdict, quoter: Quoter) -> Measure:
    """0-100 from the parts of `WEIGHTS` for this kind of question; None below 8 words."""
    count = len(words(quoter.text))
    if count < MIN_WORDS:
        return Measure(value=None, note=f"Too short to have a structure (under {MIN_WORDS} words).", heuristic=True)
    kind = _kind(question)
    found = {name: content.parts[name] for name in WEIGHTS[kind] if name in content.parts}
    values = {name: on_curve(CLEAR, part.value or 0.0) for name, part in found.items()}
    values |= {"length": on_curve(LENGTH, count), "signposts": _signposts(quoter.text), "sequence": _sequence(found)}
    missing = [name for name, part in found.items() if (part.value or 0.0) < MISSING]
    verb = "were" if len(missing) > 1 or any(name.endswith("s") for name in missing) else "was"
    note = "Something of every part was recognised." if found else ""
    if missing:
        note = f"No {' and no '.join(missing)} {verb} recognised."
    return Measure(
        value=round(sum(weight * values.get(name, 0.0) for name, weight in WEIGHTS[kind].items()), 1),
        note=note or "Judged by its length and by words that show order and reasons, such as “first” and “because”.",
        evidence=tuple(part.evidence[0] for part in found.values() if part.evidence),
        details={name: round(values.get(name, 0.0), 1) for name in WEIGHTS[kind]},
        heuristic=True,
    )


def _sequence(parts: Mapping[str, Measure]) -> float:
    """Share of a story's parts that begin after the one before them, 0-100."""
    begins = [part.evidence[0].begin for part in parts.values() if part.evidence]
    return 100 * sum(first <= second for first, second in pairwise(begins)) / max(1, len(parts) - 1)


def _signposts(text: str) -> float:
    phrases = {phrase for cue in ("order", "reason") for phrase in cues.phrases(text, cue)}
    return 100 * min(1.0, len(phrases) / FULL_SIGNPOSTS)


def _kind(question: QuestionSpec) -> str:
    if question.category in STORY_CATEGORIES:
        return "story"
    if question.category in PLAN_CATEGORIES:
        return "plan"
    return "personal" if question.category in PERSONAL_CATEGORIES else "points"
