"""The hire report: what a person reads before deciding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.models.values.evaluation import OwnView, Quote
from app.models.values.kinds import Facts, QuestionState
from app.models.values.resume import ResumeMatch


@dataclass(frozen=True, slots=True)
class ReportedPoint:
    """An expected point, with the words of the answer that show it."""

    point: str
    quote: Quote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedQuestion:
    """One question: how good its content was (0-100), and which expected points it shows. `flags` are sentences.

    `covered` are points that were mentioned, or said where facts are checked. `own_view` is what the candidate holds to
    have said.
    """

    question_key: int
    state: QuestionState
    quality: float | None
    uncertainty: float | None
    covered: tuple[ReportedPoint, ...]
    partly: tuple[ReportedPoint, ...]
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    own_view: tuple[OwnView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How it was said, 0-100. It does not enter the decision, and `note` says so."""

    grammar: float | None
    fluency: float | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """Everything that a report says beside the decision.

    `quality` is the mean content score, `categories` the same for each kind of question, `uncertainty` give or take in
    points.
    """

    version: Literal[1] = 1
    quality: float | None
    uncertainty: float | None
    reasons: tuple[str, ...]
    notice: str
    categories: Mapping[str, float]
    questions: tuple[ReportedQuestion, ...]
    delivery: Delivery
    job_match: ResumeMatch | None
    facts: Facts = "not_checked"
