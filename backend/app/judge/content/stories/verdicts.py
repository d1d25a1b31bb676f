"""From parts to a verdict: what the story, plan and personal judges do in the same way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engines.embedding.base import Vectors
from app.judge.content.stories.asked_points import weakened
from app.judge.content.stories.fit import Asked, Fit
from app.judge.content.stories.reading import Part, Reading, ramp
from app.judge.screening.screen import Screening
from app.judge.types import ContentVerdict, Flag, Measure, PointVerdict, QuestionSpec

FLOOR: Mapping[str, float] = {"story": 0.2, "plan": 0.2, "personal": 0.15}
"""What remains of an answer that does not fit its question."""
FITS, NO_FIT = 0.50, 0.10
"""Fit from which it is said that an answer fits, and under which that a story hardly does: in between lie one in
twenty honest answers, of which nothing is said."""

PLAIN = 18.0
"""Quality that a short plain answer has at least when it fits: it says little, but more than talk in general."""

REAL_POINTS = 1.5
"""Points count in full from two thirds of a real answer on: naming what is expected in general words shows nothing."""

UNCERTAINTY = ((0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 100.0), (6.0, 12.0, 18.0, 18.0, 20.0, 10.0, 8.0))
"""Quality > give or take, in points: root mean square distance from the quality that an answer's kind is meant to have,
over 480 answers by two authors. No such answer was graded by people, so this is a lower bound."""
EVIDENCE = ((0.0, 8.0, 20.0, 35.0, 60.0, 100.0), (0.2, 0.3, 0.5, 0.76, 0.9, 1.0))
"""Words, and how much of the full quality they can show: one sentence that names everything tells too little of how it
was. Good short answers have 28 to 60 words, strong ones 92 and more."""
PLAN_POINTS_COST = 0.4
"""What a plan loses of which no expected point was recognised: of the points of strong plans 80 to 94 % are, of half
ones 4 %. Stories and answers about oneself lose nothing: their points are told too unsurely."""
POINTS_SHARE: Mapping[str, float] = {"story": 0.2, "plan": 0.5, "personal": 0.2}
"""Share of the points in the coverage, by how surely they are told (`asked_points`)."""
FEW_WORDS = 4.0
"""Points added under 30 words."""

PART_NOTES: Mapping[str, tuple[str, str]] = {
    "situation": ("Says what it was about.", "Where, when and what was the matter was hardly recognised."),
    "action": ("Says what was done.", "Own actions were hardly recognised."),
    "result": ("Says what came of it.", "A result was hardly recognised."),
    "reflection": ("Says what was learned.", "What was learned was hardly recognised."),
    "specificity": ("Tells concrete things.", "Few concrete facts or numbers were recognised."),
    "steps": ("Names concrete steps.", "Concrete steps were hardly recognised."),
    "reasons": ("Gives reasons or conditions.", "Reasons or conditions were hardly recognised."),
    "order": ("The order is clear.", "An order of the steps was hardly recognised."),
    "facts": ("Gives facts about the person.", "Few facts about the person were recognised."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one kind of answer shows: its parts, their weighted sum, how far it is a real answer of its kind, and how
    far it is short but plain (all 0-1)."""

    reading: Reading
    parts: Mapping[str, Part]
    told: float
    real: float
    brief: float
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: what its parts are worth in quality and coverage, their sum as quality, and how it is read."""

    weights: Mapping[str, float]
    coverage_weights: Mapping[str, float]
    display: tuple[Sequence[float], Sequence[float]]
    tell: Callable[[QuestionSpec, Asked, Reading, Mapping[str, Vectors]], Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that a judge found. `quality` is 0-100 before the cap; `realness` and `shown` are 0-1."""

    reading: Reading
    asked: Asked
    fit: Fit
    gate: float
    parts: Mapping[str, Part]
    quality: float
    realness: float
    shown: float
    points: tuple[PointVerdict, ...]
    flags: Sequence[Flag]
    cap: float

    @property
    def carries(self) -> float:
        """How far what the points match counts as shown, 0-1."""
        return min(1.0, REAL_POINTS * self.realness)


def assemble(found: Findings) -> ContentVerdict:
    """The verdict on what was found."""
    quality = found.quality * found.cap / 100
    return ContentVerdict(
        quality=round(quality, 1),
        relevance=_relevance(found),
        coverage=_coverage(found),
        points=weakened(found.points, found.carries),
        parts={name: _part(name, part, found.reading) for name, part in found.parts.items()} | {"fit": _fit(found)},
        flags=(*found.flags, *_fit_flags(found)),
        uncertainty=uncertainty(found),
    )


def nothing(question: QuestionSpec, weights: Mapping[str, float], screening: Screening) -> ContentVerdict:
    """The verdict when there is nothing to judge; what cannot be judged at all is no number."""
    note = screening.flags[0].message if screening.flags else "Nothing was recognised that answers the question."
    zero = Measure(value=None if screening.insufficient else 0.0, note=note, heuristic=True)
    return ContentVerdict(
        quality=0.0,
        relevance=zero,
        coverage=zero,
        points=tuple(PointVerdict(point, "missing", 0.0) for point in question.expected_points),
        parts=dict.fromkeys(weights, zero),
        flags=screening.flags,
        uncertainty=3.0,
    )


def weighted(weights: Mapping[str, float], parts: Mapping[str, Part]) -> float:
    """Weighted sum of the parts, 0-1."""
    return sum(weight * parts[name].value for name, weight in weights.items())


def display(told: float, curve: tuple[Sequence[float], Sequence[float]]) -> float:
    """The weighted sum on the 0-100 scale; the curve is monotone, so it changes no order."""
    return float(np.interp(told, *curve))


def shown(weights: Mapping[str, float], parts: Mapping[str, Part]) -> float:
    """Share of the parts that are shown, each counted fully from three fifths of its full value."""
    return sum(weight * ramp(parts[name].value, 0.10, 0.60) for name, weight in weights.items())


def fit_gate(asked: Asked, fit: Fit) -> float:
    """What remains (0-1) of an answer by its fit."""
    floor = FLOOR[asked.kind]
    return floor + (1 - floor) * fit.value


def evidence(reading: Reading, asked: Asked) -> float:
    """How much so many words can show of somebody's work at most, 0-1."""
    return 1.0 if asked.single_fact else float(np.interp(reading.words, *EVIDENCE))


def points_shown(points: Sequence[PointVerdict]) -> float:
    """How much of the expected points is shown, 0-1."""
    return sum(ramp(point.match, 0.1, 0.6) for point in points) / max(1, len(points))


def asked_share(asked: Asked, points: Sequence[PointVerdict]) -> float:
    """What remains (0-1) of a plan by the share of its question's points that were recognised."""
    return 1 - PLAN_POINTS_COST * (1 - points_shown(points)) if points and asked.kind == "plan" else 1.0


def uncertainty(found: Findings) -> float:
    """Give or take, in points."""
    points = float(np.interp(found.quality, *UNCERTAINTY))
    points += FEW_WORDS * ramp(30 - found.reading.words, 0, 20)
    return round(points, 1)


def _relevance(found: Findings) -> Measure:
    """Fit to the question times being a real answer of its kind."""
    value = found.gate * found.realness * found.cap
    quote = found.reading.quote(found.fit.first, found.fit.last)
    details = {"fit": round(100 * found.fit.value, 1), "real_answer": round(100 * found.realness, 1)}
    return Measure(value=round(value, 1), note=_fit_note(found), evidence=(quote,), details=details, heuristic=True)


def _fit_note(found: Findings) -> str:
    """What is said of the fit; where it is hardly there and a flag says so, nothing more."""
    if found.fit.value >= FITS:
        return "Fits the question."
    hardly = found.asked.kind == "story" and found.fit.value < NO_FIT and not found.fit.elsewhere
    return "It is hard to see how this answers the question." if hardly else ""


def _coverage(found: Findings) -> Measure:
    """Share of the parts and, where the question names them, of the expected points that are shown."""
    value = 100 * found.shown
    details = {"parts_shown": round(value, 1)}
    if found.points:
        points = 100 * points_shown(found.points)
        share = POINTS_SHARE[found.asked.kind]
        value = (1 - share) * value + share * points * found.carries
        details["points_shown"] = round(points, 1)
    value = value * found.gate * found.cap / 100
    evidence = tuple(point.quote for point in found.points if point.quote)
    return Measure(value=round(value, 1), evidence=evidence, details=details, heuristic=True)


def _part(name: str, part: Part, reading: Reading) -> Measure:
    return part.measure(reading, *PART_NOTES[name])


def _fit(found: Findings) -> Measure:
    quote = found.reading.quote(found.fit.first, found.fit.last)
    return Measure(value=round(100 * found.fit.value, 1), evidence=(quote,), heuristic=True)


def _fit_flags(found: Findings) -> list[Flag]:
    if not found.fit.elsewhere:
        return []
    quote = found.reading.quote(0, min(1, len(found.reading.clauses) - 1))
    return [Flag("other_question", "Does this answer the question that was asked?", quote, lowers_score=True)]
