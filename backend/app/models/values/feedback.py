"""Feedback for the candidate: what to keep, what to change, and how."""

from dataclasses import dataclass
from typing import Literal

from app.models.values.evaluation import Quote
from app.models.values.kinds import Facts, Priority, ReadinessLevel, ResourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A strength or a weakness, where it shows, and the words of the answer that show it."""

    category: str
    message: str
    question_key: int | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to do in the next interview."""

    category: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something to read or to watch, from our own catalogue."""

    title: str
    type: ResourceType
    description: str
    url: str
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapStep:
    """A step that works on a measure or on a skill."""

    title: str
    description: str
    measure: str | None = None
    skill: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """What to do this week, this month, and after that."""

    immediate: tuple[RoadmapStep, ...]
    short_term: tuple[RoadmapStep, ...]
    long_term: tuple[RoadmapStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The total of this interview beside the mean of the earlier ones; `change` in points."""

    earlier_interviews: int
    earlier_average: float | None
    change: float | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackContent:
    """Everything that feedback says beside its summary and numbers."""

    version: Literal[1] = 1
    strengths: tuple[Remark, ...]
    weaknesses: tuple[Remark, ...]
    suggestions: tuple[Suggestion, ...]
    resources: tuple[Resource, ...]
    readiness_level: ReadinessLevel
    next_steps: tuple[str, ...]
    roadmap: Roadmap
    comparison: Comparison
    facts: Facts = "not_checked"
    notes: tuple[str, ...] = ()
    """What the questions could not show."""
