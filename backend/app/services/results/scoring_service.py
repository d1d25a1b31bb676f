"""The scores of a whole interview: totals of what was measured, by rules that live here."""

from collections.abc import Iterable, Mapping, Sequence

from app.database import Database
from app.errors import Conflict, NotFound
from app.judge.numbers import whole
from app.judge.verdict import weighted_total
from app.models import Evaluation, InterviewSession, Scorecard
from app.models.values.kinds import Facts, QuestionState
from app.models.values.scores import QuestionScore, ScoreDetail
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.results import ScorecardRepository
from app.services.accounts.subject import Subject
from app.services.answers.evaluation_service import EvaluationService, is_pending
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.job_field import field_note
from app.services.results.counting import average_of, counted, means_of, points_of, scored_of
from app.services.results.interview_result import InterviewResult, by_key
from app.services.results.unsettled import settled
from app.services.results.wording import GRADES, step

SPOKEN_OF: Mapping[str, str] = {
    "relevance": "relevance",
    "coverage": "completeness",
    "grammar": "language",
    "fluency": "fluency",
}
"""The measures as the report calls them."""


class ScoringService:
    """Owns scorecards."""

    def __init__(self, database: Database, evaluations: EvaluationService) -> None:
        self.database = database
        self.evaluations = evaluations

    async def calculate(self, subject: Subject, ref: Ref, *, anew: bool = True) -> InterviewResult[Scorecard]:
        """Compute and store the scores; answers that nobody evaluated yet, or no language model, are evaluated first.
        Without `anew` scores that were stored meanwhile stay, so that what is made of them at the same time holds.

        Conflict when nothing was answered, or when answers keep changing meanwhile. A skipped question counts as 0, and
        so does one that was left without an answer when the interview ended; an unscored one does not count. Until the
        interview has ended, neither does one that was not answered yet.
        """
        return await settled(lambda: self._calculate(subject, ref, anew=anew))

    async def _calculate(self, subject: Subject, ref: Ref, *, anew: bool) -> InterviewResult[Scorecard]:
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = await AnswerRepository(session).of_session(interview.id)
        await self.judge_missing(rows)
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = await AnswerRepository(session).of_session(interview.id)
            if any(_is_unjudged(row) for row in rows):
                raise Conflict(
                    "An answer was changed while the scores were calculated. Try again.", code="answer_changed"
                )
            cards, card = ScorecardRepository(session), scorecard(interview, counted(rows))
            card = await (cards.replace(card) if anew else cards.keep_or_add(card))
        return InterviewResult(interview, by_key([row.question for row in rows]), card)

    async def judge_missing(self, rows: Iterable[AnsweredQuestion]) -> None:
        """Evaluate the answers that nobody evaluated yet, or no language model."""
        for row in rows:
            if _is_unjudged(row):
                await self.evaluations.evaluate_question(row.question.id, anew=False)
            elif row.evaluation is not None and is_pending(row.evaluation):
                await self.evaluations.complete(row.question.id)

    async def get(self, subject: Subject, ref: Ref) -> InterviewResult[Scorecard]:
        """The stored scores."""
        found = await self._stored(subject, ref)
        if found is None:
            raise NotFound("The scores were not calculated yet. POST to this address first.", code="no_scores")
        return found

    async def get_or_calculate(self, subject: Subject, ref: Ref) -> InterviewResult[Scorecard]:
        """The stored scores, or new ones."""
        return await self._stored(subject, ref) or await self.calculate(subject, ref, anew=False)

    async def _stored(self, subject: Subject, ref: Ref) -> InterviewResult[Scorecard] | None:
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            card = await ScorecardRepository(session).of_session(interview.id)
            if card is None:
                return None
            questions = await QuestionRepository(session).shown_of_session(interview.id)
        return InterviewResult(interview, by_key(questions), card)


def scorecard(interview: InterviewSession, rows: Sequence[AnsweredQuestion]) -> Scorecard:
    """The scores of the counted questions. Conflict when none of them was answered or skipped."""
    if not any(row.evaluation or row.question.skipped_at for row in rows):
        raise Conflict("Nothing was answered and transcribed yet, so there is nothing to score.", code="no_answers")
    is_over = interview.status == "completed"
    scored, planned = scored_of(rows), [row for row in rows if row.question.follow_up_of_id is None]
    states = [row.state for row in planned]
    means = means_of(rows, is_over=is_over)
    total = weighted_total(means)
    heard = average_of([row for row in rows if row.is_spoken], "fluency", is_over=is_over)
    heard_fluency = None if heard is None else round(heard, 1)
    note = field_note(interview.target_role, [row.question for row in rows])
    notes = (note,) if note else ()
    summary = _summary(
        total,
        {**means, "fluency": heard_fluency},
        states,
        follow_ups=len(scored) - states.count("scored"),
        is_over=is_over,
    )
    return Scorecard(
        session_id=interview.id,
        total=total,
        letter_grade=step(GRADES, total) if total is not None else None,
        relevance=means["relevance"],
        grammar=means["grammar"],
        fluency=means["fluency"],
        coverage=means["coverage"],
        scored=states.count("scored"),
        skipped=states.count("skipped"),
        unscored=states.count("insufficient_evidence"),
        detail=ScoreDetail(
            summary=" ".join([summary, *notes]),
            uncertainty=mean_uncertainty(scored),
            questions=tuple(_question(row, is_over=is_over) for row in rows),
            facts=facts_of(scored),
            notes=notes,
            heard_fluency=heard_fluency,
        ),
        engine_version=scored[0].engine_version if scored else "",
    )


def mean_uncertainty(evaluations: Sequence[Evaluation]) -> float | None:
    """Give or take, in points: independent errors of n answers, so the root of their squares over n."""
    known = [evaluation.uncertainty for evaluation in evaluations if evaluation.uncertainty is not None]
    return round(sum(value**2 for value in known) ** 0.5 / len(known), 1) if known else None


def facts_of(evaluations: Sequence[Evaluation]) -> Facts:
    """Checked where every scored answer was."""
    checked = [evaluation.detail.facts == "checked" for evaluation in evaluations if evaluation.status == "scored"]
    return "checked" if checked and all(checked) else "not_checked"


def _is_unjudged(row: AnsweredQuestion) -> bool:
    return row.answer is not None and row.answer.status == "completed" and row.evaluation is None


def _question(row: AnsweredQuestion, *, is_over: bool) -> QuestionScore:
    evaluation = row.evaluation
    return QuestionScore(
        question_key=row.question.id,
        state=row.state,
        overall=points_of(row, is_over=is_over),
        relevance=evaluation.relevance if evaluation else None,
        grammar=evaluation.grammar if evaluation else None,
        fluency=evaluation.fluency if evaluation else None,
        coverage=evaluation.coverage if evaluation else None,
        is_follow_up=row.question.follow_up_of_id is not None,
    )


def _summary(
    total: float | None,
    means: dict[str, float | None],
    states: Sequence[QuestionState],
    *,
    follow_ups: int,
    is_over: bool,
) -> str:
    """What was scored, in sentences; `states` are those of the planned questions, `follow_ups` how many were scored."""
    if total is None:
        return "There was not enough to score. Answer again close to the microphone, or type your answers."
    known = sorted((value, name) for name, value in means.items() if value is not None)
    sentence = f"{states.count('scored')} of {len(states)} questions scored"
    sentence += f", and {_count(follow_ups, 'follow-up')}" if follow_ups else ""
    if len(known) > 1 and known[-1][0] - known[0][0] >= 5:
        (lowest, low), (highest, high) = known[0], known[-1]
        sentence += f". Highest: {SPOKEN_OF[high]}, {whole(highest)} of 100. Lowest: {SPOKEN_OF[low]}, {whole(lowest)}"
    sentence += "."
    if skipped := states.count("skipped"):
        sentence += f" {_count(skipped, 'skipped question')} counted as 0."
    if missing := states.count("not_answered"):
        counted_as = "counted as 0" if is_over else "did not count"
        sentence += f" {_count(missing, 'question')} had no answer and {counted_as}."
    if unscored := states.count("insufficient_evidence"):
        sentence += f" {_count(unscored, 'answer')} could not be scored and did not count."
    return sentence


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
