"""The scores of an interview, question by question."""

from dataclasses import dataclass
from typing import Literal

from app.models.values.kinds import Facts, QuestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionScore:
    """The scores of one question, 0-100, and None where there is none; `question_key` is the key of its row."""

    question_key: int
    state: QuestionState
    overall: float | None
    relevance: float | None
    grammar: float | None
    fluency: float | None
    coverage: float | None
    is_follow_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDetail:
    """What a scorecard says beside its totals. `uncertainty` is give or take, in points of the total; `notes` say what
    the questions could not show. `heard_fluency` is the mean of the answers that were heard: of typed ones there is
    none to show."""

    version: Literal[1] = 1
    summary: str
    uncertainty: float | None
    questions: tuple[QuestionScore, ...]
    facts: Facts = "not_checked"
    notes: tuple[str, ...] = ()
    heard_fluency: float | None = None

    @property
    def planned(self) -> int:
        """How many questions there are beside follow-ups."""
        return sum(not question.is_follow_up for question in self.questions)
