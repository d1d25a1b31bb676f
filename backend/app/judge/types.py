"""What the judge is given and what it gives back.

The judge is pure: no database, no network, no clock. The same question, answer and engine version give the same
verdict. Every number is on a 0-100 scale unless it says otherwise; times are seconds in the answer's audio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Category = Literal["behavioral", "technical", "situational", "system_design", "hr", "leadership", "case"]
PointLabel = Literal["covered", "partly", "missing"]

STORY_CATEGORIES: frozenset[str] = frozenset({"behavioral", "leadership"})
"""Judged as a story that happened: situation, own action, result, reflection."""
PLAN_CATEGORIES: frozenset[str] = frozenset({"situational"})
"""Judged as a plan: steps, reasons, order."""
PERSONAL_CATEGORIES: frozenset[str] = frozenset({"hr"})
"""Judged as facts about the person with reasons."""
POINT_CATEGORIES: frozenset[str] = frozenset({"technical", "system_design", "case"})
"""Judged by the concepts of the reference answer."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word with its times in seconds; `probability` 0-1 where the engine gives one."""

    text: str
    start: float
    end: float
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSpec:
    """The question as the judge sees it. `reference` is a model answer; points and keywords may be empty."""

    text: str
    category: Category = "technical"
    expected_points: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    reference: str = ""
    theme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpec:
    """The answer as the judge sees it.

    `words` come from speech recognition and are empty for a typed or corrected answer. `keeps_fillers` is false where
    the recogniser drops "um" and "uh" (Whisper does), so that their absence proves nothing. `basic_accuracy` marks
    a transcript of the offline recogniser: about a third of its words are wrong, so scores carry more uncertainty.
    """

    text: str
    spoken: bool = False
    words: tuple[Word, ...] = ()
    duration: float | None = None
    keeps_fillers: bool = True
    basic_accuracy: bool = False


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
class Flag:
    """Something a person should look at. `lowers_score` says whether it changed a number or is only shown."""

    code: str
    message: str
    quote: Quote | None = None
    lowers_score: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentVerdict:
    """What the content judges (points, story, plan, personal) return to `Judge`.

    `quality` is the content score of this category, 0-100. `relevance` and `coverage` are the two content measures of
    the v1 total. `parts` are the category's own weighted parts, shown beside the score (0-100 each).
    """

    quality: float
    relevance: Measure
    coverage: Measure
    points: tuple[PointVerdict, ...] = ()
    parts: Mapping[str, Measure] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    uncertainty: float = 10.0
