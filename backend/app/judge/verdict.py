"""The whole verdict on one answer: every measure computed once, each face picks its names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.judge.types import Facts, Flag, Measure, PointVerdict

WEIGHTS: Mapping[str, float] = {"relevance": 0.35, "grammar": 0.20, "fluency": 0.25, "coverage": 0.20}
"""The weights of the overall score (docs/design.md, "Scoring")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All measures of one answer, 0-100. With `insufficient_evidence` there is a reason and no number.

    measures: relevance, coverage, grammar, fluency, structure, communication, confidence, technical, behavior.
    parts: what the content score of this category is made of. `uncertainty` is give or take, in points. Only with a
    language model are facts checked, and `next_practice` is then a sentence of its own.
    """

    status: Literal["scored", "insufficient_evidence"]
    reason: str = ""
    overall: float | None = None
    quality: float | None = None
    uncertainty: float | None = None
    measures: Mapping[str, Measure] = field(default_factory=dict)
    parts: Mapping[str, Measure] = field(default_factory=dict)
    points: tuple[PointVerdict, ...] = ()
    flags: tuple[Flag, ...] = ()
    facts: Facts = "not_checked"
    next_practice: str = ""
    engine: str = "builtin"
    engine_version: str = ""

    def value(self, measure: str) -> float | None:
        """The value of a measure, or None where it was not measured."""
        found = self.measures.get(measure)
        return found.value if found else None


def weighted_total(values: Mapping[str, float | None]) -> float | None:
    """The overall score of the four weighted measures, to one decimal.

    A measure that could not be taken gives its weight to the others; None when nothing was measured.
    """
    known = {name: value for name in WEIGHTS if (value := values.get(name)) is not None}
    weight = sum(WEIGHTS[name] for name in known)
    return round(sum(WEIGHTS[name] * value for name, value in known.items()) / weight, 1) if weight else None


def mean_of(*values: float | None) -> float | None:
    """The mean of what was measured, or None."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
