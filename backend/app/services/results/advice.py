"""What to do next time, in sentences that a coach would say. Each follows from what one answer lacked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES
from app.judge.verdict import WEIGHTS
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote

STRONG, FAIR = 75.0, 55.0
CONTENT_SHARE = WEIGHTS["relevance"] + WEIGHTS["coverage"]
TELLING_WORDS = 4
"""A quote of fewer words shows nothing to whoever reads it."""

PARTS: Mapping[str, tuple[float, str]] = {
    "situation": (0.15, "Say when and where it was and what was at stake before you tell what you did."),
    "action": (0.35, "Tell more of what you did yourself, step by step: I asked, I wrote, I called."),
    "result": (0.25, "Tell more of how it ended: what was different afterwards, with a number if you have one."),
    "reflection": (0.10, "Close with what you do differently since then."),
    "specificity": (0.15, "Give a name, a number or a date where you now speak in general."),
    "steps": (0.50, "Say what you would do first, second and third, so that one could do it after you."),
    "reasons": (0.20, "Add a because: say why you would do it, or what it depends on."),
    "order": (0.10, "Say what comes first, and what you would do if that does not help."),
    "facts": (0.45, "Tell more of yourself that one could ask about: what you did, where, for how long."),
}
"""Parts of the content (`judge.content`) with their weight and what to do when they are weak."""
REASONS_PERSONAL = "Add a because: say why that is so for you, or why you want it."
SPECIFIC_PLAN = "Be more concrete: whom you would ask, what you would say, by when."
FLUENCY: Mapping[str, str] = {
    "fillers": "When you look for a word, wait in silence: fillers took the place of pauses.",
    "fillers_per_100": "When you look for a word, wait in silence: fillers took the place of pauses.",
    "repeats": "Finish the sentence that you began: several were started twice.",
    "long_pauses": "If you need time, say that you think for a moment, and then speak: there were long silences.",
    "sentences": "Write whole sentences: some break off or run on.",
}
"""Parts of the fluency and what to do when one is the weakest."""
PACE: Mapping[str, str] = {
    "pace_fast": "Slow down: you spoke faster than most listeners can follow.",
    "pace_slow": "Speak a little faster: the pace makes it hard to stay with you.",
}
FLAGS: Mapping[str, str] = {
    "other_question": "Say in your first sentence how this answers the question: it seems to be about something else.",
    "hypothetical": "Tell one case that really happened: when and where it was, and what you did.",
    "own_part_unclear": "Say which part of it was yours: what did you do while the others did theirs?",
}
"""What stands in the way of all else: nothing but this is said of the content."""
CLEARLY_MISSING = 0.25
"""Match of a point under which it is said to be missing: what comes nearer may have been said in other words."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`gain`: how many points of the overall score it is about."""

    gain: float
    category: str
    text: str


def advice(
    category: str,
    measures: Mapping[str, Measure],
    parts: Mapping[str, Measure],
    points: tuple[PointVerdict, ...],
    flags: tuple[Flag, ...],
) -> list[Advice]:
    """What would help this answer, the most useful first."""
    codes: set[str] = {flag.code for flag in flags}
    first = [Advice(100 * CONTENT_SHARE, "Relevance", text) for code, text in FLAGS.items() if code in codes][:1]
    found = first or [*_parts(category, parts), *_points(category, points)]
    return sorted([*found, *_language(measures, codes)], key=lambda item: -item.gain)


def _parts(category: str, parts: Mapping[str, Measure]) -> list[Advice]:
    """Weak parts of a story, a plan or an answer about oneself."""
    texts = {name: text for name, (_, text) in PARTS.items()}
    texts |= {"reasons": REASONS_PERSONAL} if category in PERSONAL_CATEGORIES else {}
    texts |= {"specificity": SPECIFIC_PLAN} if category in PLAN_CATEGORIES else {}
    return [
        Advice(CONTENT_SHARE * weight * (100 - value), "Structure", texts[name])
        for name, (weight, _) in PARTS.items()
        if name in parts and (value := parts[name].value) is not None and value < FAIR
    ]


def _points(category: str, points: tuple[PointVerdict, ...]) -> list[Advice]:
    """Expected points that were left out, or contradicted."""
    if category not in POINT_CATEGORIES and category not in PLAN_CATEGORIES:
        return []
    lacking = [
        point
        for point in points
        if point.label == "contradicted" or (point.label == "missing" and point.match < CLEARLY_MISSING)
    ]
    gain = CONTENT_SHARE * 100 / max(1, len(points))
    return [Advice(gain, "Content", point_advice(category, point.text)) for point in lacking]


def point_advice(category: str, point: str) -> str:
    """A point that was left out, as something to say or do."""
    text = re.sub(r"\bthe candidate's\b", "your", point.strip().rstrip("."))
    text = re.sub(r"\bthe candidate\b", "you", text)
    first, _, rest = text.partition(" ")
    opening = first.lower() if first == "A" or first[1:].islower() else first
    text = f"{opening} {rest}".rstrip()
    return f"You could also {text}." if category in PLAN_CATEGORIES else f"You did not get to this: {text}."


def _language(measures: Mapping[str, Measure], flags: set[str]) -> list[Advice]:
    found = []
    fluency = measures.get("fluency")
    if (lost := _lost(fluency)) and fluency is not None:
        named = {name: value for name, value in fluency.details.items() if name in FLUENCY or name == "pace"}
        weakest = min(named, key=lambda name: named[name], default="")
        text = next((PACE[code] for code in PACE if code in flags), "") if weakest == "pace" else FLUENCY.get(weakest)
        if text:
            found.append(Advice(WEIGHTS["fluency"] * lost, "Fluency", text))
    grammar = measures.get("grammar")
    if (lost := _lost(grammar)) and grammar is not None and grammar.details.get("flags"):
        text = f"Look at this again and say it correctly: “{grammar.evidence[0].text}”."
        found.append(Advice(WEIGHTS["grammar"] * lost, "Grammar", text))
    return found


def _lost(measure: Measure | None) -> float:
    """Points that language alone lost, where it is weak."""
    if measure is None or measure.value is None:
        return 0.0
    alone = measure.details.get("language_alone", measure.value)
    return 100 - alone if alone < STRONG else 0.0


def telling(quotes: tuple[Quote, ...]) -> Quote | None:
    """The first quote that is long enough to mean something by itself."""
    return next((quote for quote in quotes if len(quote.text.split()) >= TELLING_WORDS), None)
