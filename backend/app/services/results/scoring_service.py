"""The scores of a whole interview: totals of what was measured, by rules that live here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound
from app.judge.verdict import WEIGHTS, mean_of, weighted_total
from app.models import Evaluation, InterviewSession, Scorecard
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.results import ScorecardRepository
from app.services.answers.evaluation_service import EvaluationService
from app.services.results.wording import GRADES, NAMES, step


class ScoringService:
    """Owns scorecards."""

    def __init__(self, session: AsyncSession, evaluations: EvaluationService) -> None:
        self.session = session
        self.evaluations = evaluations
        self.answers = AnswerRepository(session)
        self.scorecards = ScorecardRepository(session)

    async def calculate(self, interview: InterviewSession) -> Scorecard:
        """Compute and store the scores; answers that nobody evaluated yet are evaluated first.

        Conflict when nothing was answered. A skipped question counts as 0; an unscored one does not count; one that was
        never reached does not count either and is reported.
        """
        for question in await self.evaluations.missing(interview.id):
            await self.evaluations.evaluate(question)
        rows = counted(await self.answers.of_session(interview.id))
        if not any(row.evaluation or row.question.skipped_at for row in rows):
            raise Conflict("Nothing was answered and transcribed yet, so there is nothing to score.", code="no_answers")
        return await self.scorecards.replace(_scorecard(interview, rows))

    async def get(self, interview: InterviewSession) -> Scorecard:
        """The stored scores."""
        scorecard = await self.scorecards.of_session(interview.id)
        if scorecard is None:
            raise NotFound("The scores were not calculated yet. POST to this address first.", code="no_scores")
        return scorecard

    async def get_or_calculate(self, interview: InterviewSession) -> Scorecard:
        """The stored scores, or new ones."""
        return await self.scorecards.of_session(interview.id) or await self.calculate(interview)


def counted(rows: Sequence[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """The questions that a score is made of. A follow-up that nobody answered is none: it asks for the same again."""
    return [row for row in rows if row.question.follow_up_of_id is None or row.answer is not None]


def state_of(row: AnsweredQuestion) -> str:
    """What became of a question: scored, insufficient_evidence, not_evaluated, skipped or not_answered."""
    if row.evaluation is not None:
        return row.evaluation.status
    if row.answer is not None:
        return "not_evaluated"
    return "skipped" if row.question.skipped_at else "not_answered"


def _scorecard(interview: InterviewSession, rows: Sequence[AnsweredQuestion]) -> Scorecard:
    states = [state_of(row) for row in rows]
    scored = [row.evaluation for row in rows if row.evaluation is not None and row.evaluation.status == "scored"]
    skipped = states.count("skipped")
    means = {name: _mean(scored, name, skipped) for name in WEIGHTS}
    total = weighted_total(means)
    return Scorecard(
        session_id=interview.id,
        total=total,
        letter_grade=step(GRADES, total) if total is not None else None,
        relevance=means["relevance"],
        grammar=means["grammar"],
        fluency=means["fluency"],
        coverage=means["coverage"],
        scored=len(scored),
        skipped=skipped,
        unscored=states.count("insufficient_evidence"),
        detail={
            "questions": [_question(row, state) for row, state in zip(rows, states, strict=True)],
            "summary": _summary(total, means, scored, states),
            "uncertainty": _uncertainty(scored),
        },
        engine_version=scored[0].engine_version if scored else "",
    )


def _mean(scored: Sequence[Evaluation], name: str, skipped: int) -> float | None:
    """Mean of a measure. Where an answer was too short to measure it, the answer's overall score stands for it, so
    that the total is the mean of the questions and nobody gains by saying little."""
    values = [
        evaluation.overall if getattr(evaluation, name) is None else getattr(evaluation, name) for evaluation in scored
    ]
    mean = mean_of(*values, *[0.0] * skipped)
    return None if mean is None else round(mean, 1)


def _uncertainty(scored: Sequence[Evaluation]) -> float | None:
    """Give or take, in points: independent errors of n answers, so the root of their squares over n."""
    known = [evaluation.uncertainty for evaluation in scored if evaluation.uncertainty is not None]
    return round(sum(value**2 for value in known) ** 0.5 / len(known), 1) if known else None


def _question(row: AnsweredQuestion, state: str) -> dict[str, Any]:
    evaluation = row.evaluation
    return {
        "question_id": str(row.question.public_id),
        "number": row.question.number,
        "question_text": row.question.text,
        "category": row.question.category,
        "state": state,
        "overall_score": evaluation.overall if evaluation else (0.0 if state == "skipped" else None),
        "relevance_score": evaluation.relevance if evaluation else None,
        "grammar_score": evaluation.grammar if evaluation else None,
        "fluency_score": evaluation.fluency if evaluation else None,
        "keyword_score": evaluation.coverage if evaluation else None,
    }


def _summary(
    total: float | None, means: dict[str, float | None], scored: Sequence[Evaluation], states: Sequence[str]
) -> str:
    if total is None:
        return "There was not enough to score. Answer again close to the microphone, or type your answers."
    known = sorted((value, name) for name, value in means.items() if value is not None)
    sentence = f"{len(scored)} of {len(states)} questions scored"
    if len(known) > 1 and known[-1][0] - known[0][0] >= 5:
        sentence += f"; {NAMES[known[-1][1]].lower()} is strongest, {NAMES[known[0][1]].lower()} weakest"
    sentence += "."
    if skipped := states.count("skipped"):
        sentence += f" {skipped} skipped question{'s' * (skipped > 1)} counted as 0."
    if unscored := states.count("insufficient_evidence"):
        sentence += f" {unscored} answer{'s' * (unscored > 1)} could not be scored and did not count."
    return sentence
