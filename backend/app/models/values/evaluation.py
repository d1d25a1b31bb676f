"""What a person reads to check the numbers of an evaluation. The judge makes these values, and they are kept as such.

Measures are on a 0-100 scale; times are seconds in the answer's audio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.models.values.kinds import Facts, FlagCode, PointLabel, PointView


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in the answer: `text == answer.text[begin:end]`; times where the words have them."""

    text: str
    begin: int
    end: int
    start_seconds: float | None = None
    end_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. `value` is 0-100, or None with the reason in `note` when it cannot be measured.

    `heuristic` marks measures that were not validated against human judgement.
    """

    value: float | None
    note: str = ""
    evidence: tuple[Quote, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    heuristic: bool = False


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """How far one expected point stands in the answer; `match` is 0-1, `quote` the words that show it."""

    text: str
    label: PointLabel
    match: float
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class OwnView:
    """The candidate's own view of one expected point, set beside the judge's; it moves no score."""

    point: str
    view: PointView


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at. `lowers_score` says whether it changed a number or is only shown.

    `correction` says what is true instead of the quote, where a language model found a false statement.
    """

    code: FlagCode
    message: str
    quote: Quote | None = None
    lowers_score: bool = False
    correction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """What a language model took for one evaluation; `cost` in the currency of the configured prices."""

    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDetail:
    """The evidence of one evaluation.

    `measures` are those of the verdict by name, `parts` what the content score of the question's category is made of.
    `next_practice` is what to practise next by a language model's view, `language_model` what its calls took, also
    where they failed.
    """

    version: Literal[1] = 1
    measures: Mapping[str, Measure] = field(default_factory=dict)
    parts: Mapping[str, Measure] = field(default_factory=dict)
    points: tuple[PointVerdict, ...] = ()
    flags: tuple[Flag, ...] = ()
    facts: Facts = "not_checked"
    next_practice: str = ""
    language_model: ModelUse | None = None
