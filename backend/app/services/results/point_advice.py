"""What to do about the expected points of a question: of knowledge to check, of a plan to consider."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.judge.language.text import content_stems
from app.judge.types import PLAN_CATEGORIES, POINT_CATEGORIES, PointLabel
from app.judge.verdict import WEIGHTS
from app.models.values.evaluation import Measure, PointVerdict
from app.services.results import heard

CLEAR = 65.0
"""Value from which a part is named as recognised; under it something may be advised."""
CONTENT_SHARE = WEIGHTS["relevance"] + WEIGHTS["coverage"]
MANY_POINTS, FEW_MADE, FEW_IN_ALL, HALF = 3, 1, 1.5, 0.5
"""Expected points from which it says much that no more than so many were made, and in all with those half made."""
MADE: frozenset[PointLabel] = frozenset({"mentioned", "said"})
"""Labels of points that are there; only `said` was checked."""
THIN_PLAN_WORDS = 35
"""Words up to which further steps are offered for a plan."""
MAYBE_THERE = 0.33
"""Match of a technical point from which it may stand in an answer in other words: at .35 to .4 half of them did."""
SAME_STEMS = 0.5
"""Share of the content words of a point from which it may stand in the answer already."""
CHECK, ALSO_CHECK = "Check your answer against this: ", "Check it against this too: "
COMPARE = "Check whether you said this; it was not recognised in full: {point}."
POINTS_FIRST = 3.0
"""How much sooner than its points say something is offered that one could also do: it is of most use."""
MOST_POINTS = 2
"""Further things that one could do, of which so many are offered."""
CLEARLY_MISSING = 0.05
"""Match of a point of a plan under which it is offered: at .07 to .2 one in three stood there in other words."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`gain`: how many points of the overall score it is about. `text` is for any answer, `here` for this one."""

    gain: float
    category: str
    text: str
    here: str = ""


def few_points(points: Sequence[PointVerdict]) -> bool:
    """Whether hardly any of the expected points was recognised, so that the core of the answer is open."""
    made = sum(point.label in MADE for point in points)
    return len(points) >= MANY_POINTS and (
        not made or (made <= FEW_MADE and made + HALF * _count(points, "partly") <= FEW_IN_ALL)
    )


def _count(points: Sequence[PointVerdict], label: PointLabel) -> int:
    return sum(point.label == label for point in points)


def on_points(category: str, points: tuple[PointVerdict, ...], parts: Mapping[str, Measure], text: str) -> list[Advice]:
    """Expected points that were contradicted, then those that were not recognised: the least recognised first, or
    where hardly any was, the core of the answer first, which the list of the question begins with."""
    if category in PLAN_CATEGORIES:
        return _plan_points(points, parts, text)
    if category not in POINT_CATEGORIES:
        return []
    few = few_points(points)
    open_points = [
        point
        for point in points
        if point.label == "contradicted"
        or (point.label == "missing" and (few or not (point.match >= MAYBE_THERE or _may_stand(point, text))))
        or (point.label == "partly" and few)
    ]
    gain = CONTENT_SHARE * 100 / max(1, len(points))
    ordered = sorted(open_points, key=lambda point: (point.label != "contradicted", 0.0 if few else point.match))
    made = sum(point.label in MADE for point in points) + HALF * _count(points, "partly")
    if not ordered and (made < HALF * len(points) or any(point.label not in MADE for point in points)):
        rest = min((point for point in points if point.label not in MADE), key=lambda point: point.match)
        return [Advice(gain, "Content", COMPARE.format(point=_as_words(rest)))]  # it may be there in other words
    lines = [point_advice(category, point) for point in ordered]
    return [
        Advice(gain, "Content", line, line.replace(CHECK, ALSO_CHECK) if at else "") for at, line in enumerate(lines)
    ]


def _plan_points(points: tuple[PointVerdict, ...], parts: Mapping[str, Measure], text: str) -> list[Advice]:
    """What one could also do, where the plan is thin: a full one holds most of it in words that nobody foresaw."""
    steps = parts["steps"].value or 0.0 if "steps" in parts else 0.0
    if steps >= CLEAR or heard.words_of(text) > THIN_PLAN_WORDS:
        points = tuple(point for point in points if point.label == "contradicted")
    offered = [
        point
        for point in points
        if point.label == "contradicted"
        or (point.label == "missing" and point.match < CLEARLY_MISSING and not _may_stand(point, text))
    ]
    gain = POINTS_FIRST * CONTENT_SHARE * 100 / max(1, len(points))
    ordered = sorted(offered, key=lambda point: (point.label != "contradicted", point.match))
    return [Advice(gain, "Content", point_advice("situational", point)) for point in ordered[:MOST_POINTS]]


def _may_stand(point: PointVerdict, text: str) -> bool:
    """Whether so many content words of a point stand in the answer that it may be there."""
    wanted, said = set(content_stems(point.text)), set(content_stems(text))
    return len(wanted & said) >= SAME_STEMS * max(1, len(wanted))


def point_advice(category: str, point: PointVerdict) -> str:
    """A point that was not recognised, as something to say or do."""
    text = _as_words(point)
    if point.label == "contradicted":
        return f"Look at this again: {text}."
    return f"You could also {text}." if category in PLAN_CATEGORIES else f"{CHECK}{text}."


def _as_words(point: PointVerdict) -> str:
    """A point as it stands inside a sentence."""
    text = re.sub(r"\bthe candidate's\b", "your", point.text.strip().rstrip("."))
    text = re.sub(r"\bthe candidate\b", "you", text)
    first, _, rest = text.partition(" ")
    opening = first.lower() if first == "A" or first[1:].islower() else first
    return f"{opening} {rest}".rstrip()
