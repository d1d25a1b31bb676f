"""Judges a plan: situational questions ("what would you do if ...")."""

from collections.abc import Mapping

from app.engines.embedding.base import Vectors
from app.judge.content.stories import cues
from app.judge.content.stories.fit import Asked
from app.judge.content.stories.reading import Part, Reading, clip, concave, ramp
from app.judge.content.stories.talk import emptiness, general_talk_flags, hollow, plain, specificity
from app.judge.content.stories.verdicts import Kind, Told, weighted
from app.judge.types import QuestionSpec

WEIGHTS: Mapping[str, float] = {"steps": 0.50, "reasons": 0.20, "order": 0.10, "specificity": 0.20}
"""What a plan is worth: what one would do counts half. Set by hand, not fitted."""
COVERAGE_WEIGHTS: Mapping[str, float] = {"steps": 0.55, "reasons": 0.30, "order": 0.15}

DISPLAY = ((0.0, 0.10, 0.20, 0.30, 0.50, 0.65, 0.85, 1.0), (0.0, 10.0, 26.0, 42.0, 68.0, 83.0, 95.0, 100.0))
"""Sum of the weighted parts > quality."""

FULL_STEPS = 3.5
"""Sum of the weights of different steps that make a full plan: about five that can be pictured."""
FULL_REASONS = 2.5
FULL_ORDER = 2.0
SPECIFIC = 12.0
"""Concrete words of a fully specific plan: fewer than of a story, nothing has happened yet."""
EMPTY_COST = 0.6
OTHERS_STEPS = 0.5
"""What a step counts that is told of others ("the customer hears it from me first")."""
CONCRETE = 0.3
"""Specificity from which a plan in which no step is recognised says something all the same."""


def plan_parts(reading: Reading) -> dict[str, Part]:
    """What would be done, why and when, in which order."""
    steps = _steps(reading)
    total = sum(weight for _, weight in steps.values())
    reasons = [
        at
        for at, clause in enumerate(reading.clauses)
        if (cues.shows(clause, "reason") or cues.shows(clause, "condition"))
        and (clause.substance >= 0.5 or any(deed.weight >= 0.5 for deed in clause.deeds))
    ]
    order: dict[str, int] = {}
    for at, clause in enumerate(reading.clauses):
        for phrase in cues.phrases(clause.text, "order"):
            order.setdefault(phrase, at)
    enough = ramp(total, 0.0, 1.0)
    places = [at for at, _ in sorted(steps.values(), key=lambda step: -step[1])]
    return {
        "steps": Part(concave(total, FULL_STEPS), tuple(dict.fromkeys(places))),
        "reasons": Part(concave(len(reasons), FULL_REASONS) * enough, tuple(reasons)),
        "order": Part(clip(len(order) / FULL_ORDER) * enough, tuple(dict.fromkeys(order.values()))),
        "specificity": specificity(reading, SPECIFIC),
    }


def _steps(reading: Reading) -> dict[str, tuple[int, float]]:
    """The weightiest deed for each verb, planned or done before, with its clause; of others what is planned."""
    steps: dict[str, tuple[int, float]] = {}
    for at, clause in enumerate(reading.clauses):
        for deed in clause.deeds:
            weight = deed.weight if deed.subject != "other" else OTHERS_STEPS * deed.weight * (deed.mood != "did")
            if weight > steps.get(deed.verb, (0, 0.0))[1]:
                steps[deed.verb] = (at, weight)
    return steps


def tell_plan(_question: QuestionSpec, _asked: Asked, reading: Reading, like: Mapping[str, Vectors]) -> Told:
    """Steps, reasons and conditions, order and specificity."""
    brief = plain(reading, like["empty"])
    empty = emptiness(reading, like["empty"])
    parts = plan_parts(reading)
    return Told(
        reading,
        parts,
        told=weighted(WEIGHTS, parts),
        real=(1 - EMPTY_COST * empty.value * (1 - brief)) * ramp(parts["steps"].value, 0.0, 0.25),
        brief=max(brief, (1 - hollow(reading, like["empty"])) * ramp(parts["specificity"].value, 0.0, CONCRETE)),
        flags=tuple(general_talk_flags(reading, like["empty"], empty)),
    )


PLAN = Kind(WEIGHTS, COVERAGE_WEIGHTS, DISPLAY, tell_plan)
