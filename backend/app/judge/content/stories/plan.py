"""Judges a plan: situational questions ("what would you do if ...")."""

from collections.abc import Mapping

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.stories import cues, verdicts
from app.judge.content.stories.asked_points import point_verdicts
from app.judge.content.stories.meanings import Meanings
from app.judge.content.stories.reading import Part, Reading, clip, concave, open_reading, ramp
from app.judge.content.stories.talk import emptiness, general_talk_flags, plain, specificity, without_hollow_deeds
from app.judge.content.stories.themes import Themes
from app.judge.language.text import Quoter
from app.judge.screening.screen import Screening
from app.judge.types import AnswerSpec, ContentVerdict, QuestionSpec

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


class PlanJudge:
    """Steps, reasons and conditions, order, specificity and fit. About 30 ms for 150 words."""

    def __init__(self, embedding: EmbeddingEngine | None) -> None:
        self._engine = embedding
        self._themes = Themes(embedding)
        self._meanings = Meanings(embedding)

    def judge(self, question: QuestionSpec, answer: AnswerSpec, quoter: Quoter, screening: Screening) -> ContentVerdict:
        """Judges the plan that `screening` has left of the answer."""
        reading = open_reading(question, screening.text, quoter, self._engine)
        if not screening.judged or not reading.clauses:
            return verdicts.nothing(question, WEIGHTS, screening)
        asked = self._themes.asked(question)
        fit = self._themes.fit(asked, reading)
        like_empty = self._meanings.likeness(reading)["empty"]
        reading = without_hollow_deeds(reading, like_empty)
        brief = plain(reading, like_empty)
        empty = emptiness(reading, like_empty)
        parts = plan_parts(reading)
        gate = verdicts.fit_gate(asked, fit) * verdicts.work_gate(reading, fit)
        told = verdicts.weighted(WEIGHTS, parts)
        real = (1 - EMPTY_COST * empty.value * (1 - brief)) * ramp(parts["steps"].value, 0.0, 0.25)
        return verdicts.assemble(
            verdicts.Findings(
                reading=reading,
                asked=asked,
                fit=fit,
                gate=gate,
                parts=parts,
                quality=max(verdicts.display(told, DISPLAY) * real, verdicts.PLAIN * brief) * gate,
                realness=real * ramp(told, 0.0, 0.45),
                shown=verdicts.shown(COVERAGE_WEIGHTS, parts) * real,
                points=point_verdicts(question.expected_points, asked, reading, parts, fit.value),
                flags=(*screening.flags, *general_talk_flags(reading, like_empty, empty)),
                cap=screening.cap,
            )
        )


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
        for phrase in cues.found(clause, "order"):
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
    """The weightiest deed for each verb, planned or done before, with its clause."""
    steps: dict[str, tuple[int, float]] = {}
    for at, clause in enumerate(reading.clauses):
        for deed in clause.deeds:
            if deed.subject != "other" and deed.weight > steps.get(deed.verb, (0, 0.0))[1]:
                steps[deed.verb] = (at, deed.weight)
    return steps
