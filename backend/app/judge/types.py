"""What the judge is given and what it gives back.

The judge is pure: no database, no network, no clock. The same question, answer and engine version give the same
verdict. Every number is on a 0-100 scale unless it says otherwise; times are seconds in the answer's audio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote
from app.models.values.kinds import Category, Facts, FlagCode, PointLabel

__all__ = [
    "PERSONAL_CATEGORIES",
    "PLAN_CATEGORIES",
    "POINT_CATEGORIES",
    "STORY_CATEGORIES",
    "AnswerSpec",
    "Category",
    "ContentVerdict",
    "Facts",
    "Flag",
    "FlagCode",
    "Measure",
    "PointLabel",
    "PointVerdict",
    "QuestionSpec",
    "Quote",
    "Word",
]

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
    the recogniser drops "um" and "uh" (Whisper does), so that their absence proves nothing; `hesitations` are the
    places, in seconds, where it noticed a voice and wrote no word. `basic_accuracy` marks a transcript of which about a
    third of the words are wrong, so scores carry more uncertainty.
    """

    text: str
    spoken: bool = False
    words: tuple[Word, ...] = ()
    hesitations: tuple[tuple[float, float], ...] = ()
    duration: float | None = None
    keeps_fillers: bool = True
    basic_accuracy: bool = False


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
