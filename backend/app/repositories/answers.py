"""Answers with their recordings, transcripts and evaluations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, or_, select, update

from app.models import Answer, Evaluation, Feedback, Question, Report, Scorecard, TranscriptSegment
from app.models.values.kinds import QuestionState
from app.repositories.base import Repository

RESULTS = (Scorecard, Feedback, Report)
"""What is computed for a whole interview."""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its answer and current evaluation, where it has them."""

    question: Question
    answer: Answer | None
    evaluation: Evaluation | None

    @property
    def state(self) -> QuestionState:
        """What became of the question."""
        if self.evaluation is not None:
            return self.evaluation.status
        if self.answer is not None:
            return "not_evaluated"
        return "skipped" if self.question.skipped_at else "not_answered"

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer, or one is being taken in."""
        return self.answer is not None and self.answer.status != "failed"

    @property
    def is_spoken(self) -> bool:
        """Whether the answer was heard, so that there is something to say of how it was spoken."""
        return self.answer is not None and self.answer.engine is not None

    @property
    def is_unanswered(self) -> bool:
        """Whether the answer said that there is none: it counts as 0, and there is nothing in it to measure."""
        found = self.evaluation
        return found is not None and found.status == "scored" and any(f.code == "no_answer" for f in found.detail.flags)

    @property
    def remarks(self) -> str | None:
        """What is said of the answer, as one text."""
        found = self.evaluation
        return " ".join((found.summary, *found.suggestions)).strip() if found else None

    @property
    def started_at(self) -> datetime | None:
        """When the candidate began to answer, as far as is known: when it was asked, or else when the answer came."""
        return self.question.asked_at or (self.answer.created_at if self.answer else None)


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What is looked at before a verdict is stored: whether the answer still says the same, its current evaluation, and
    whether anything was computed for its whole interview."""

    public_id: UUID
    text: str | None
    current: Evaluation | None
    has_results: bool


# Each answer that is judged asks these; see `repositories/interviews.py` for why they are made once.
_IS_CURRENT = (Evaluation.answer_id == Answer.id) & Evaluation.is_current
_ANSWERED = (
    select(Question, Answer, Evaluation)
    .join(Answer, Answer.question_id == Question.id)
    .outerjoin(Evaluation, _IS_CURRENT)
    .where(Answer.public_id == bindparam("ref"))
)
_HAS_RESULTS = or_(*(exists().where(table.session_id == bindparam("interview")) for table in RESULTS))
_JUDGED = (
    select(Answer.public_id, Answer.text, Evaluation, _HAS_RESULTS)
    .outerjoin(Evaluation, _IS_CURRENT)
    .where(Answer.question_id == bindparam("question"))
)


class AnswerRepository(Repository[Answer]):
    model = Answer

    async def answered(self, answer_id: UUID) -> tuple[Question, Answer, Evaluation | None] | None:
        """An answer, by its public id, with its question and current evaluation."""
        row = (await self.session.execute(_ANSWERED, {"ref": answer_id})).one_or_none()
        return (row[0], row[1], row[2]) if row else None

    async def judged(self, question: Question) -> JudgedAnswer | None:
        """What there is of the answer to a question now."""
        refs = {"question": question.id, "interview": question.session_id}
        row = (await self.session.execute(_JUDGED, refs)).one_or_none()
        return JudgedAnswer(row[0], row[1], row[2], row[3]) if row else None

    async def of_question(self, question_id: int) -> Answer | None:
        """The answer to a question."""
        return await self._one(select(Answer).where(Answer.question_id == question_id))

    async def of_session(self, interview_id: int) -> list[AnsweredQuestion]:
        """Every question of the interview in order, with its answer and current evaluation."""
        return await self._answered(Question.session_id == interview_id)

    async def of_sessions(self, interview_ids: Collection[int]) -> list[AnsweredQuestion]:
        """The same of several interviews."""
        return await self._answered(Question.session_id.in_(interview_ids))

    async def _answered(self, condition: ColumnElement[bool]) -> list[AnsweredQuestion]:
        statement = (
            select(Question, Answer, Evaluation)
            .outerjoin(Answer, Answer.question_id == Question.id)
            .outerjoin(Evaluation, (Evaluation.answer_id == Answer.id) & Evaluation.is_current)
            .where(condition)
            .order_by(Question.number, Question.id)
        )
        return [AnsweredQuestion(row[0], row[1], row[2]) for row in (await self.session.execute(statement)).all()]

    async def withdraw(self, question: Question) -> None:
        """Remove the answer to a question and what was concluded from it; the recording's row is the caller's."""
        await self.session.execute(delete(Answer).where(Answer.question_id == question.id))
        await self.withdraw_results(question.session_id)

    async def leaves_open(self, interview_id: int) -> bool:
        """Whether a planned question was neither answered nor skipped."""
        is_open = (
            exists()
            .where(Question.session_id == interview_id, Question.skipped_at.is_(None))
            .where(Question.follow_up_of_id.is_(None))
            .where(~exists().where(Answer.question_id == Question.id))
        )
        return bool(await self.session.scalar(select(is_open)))

    async def withdraw_results(self, interview_id: int) -> None:
        """Remove what was computed for the whole interview, because an answer changed."""
        for table in RESULTS:
            await self.session.execute(delete(table).where(table.session_id == interview_id))

    async def segments(self, answer_id: int) -> list[TranscriptSegment]:
        """The final pieces of a live transcript in order."""
        statement = (
            select(TranscriptSegment).where(TranscriptSegment.answer_id == answer_id).order_by(TranscriptSegment.number)
        )
        return list((await self.session.execute(statement)).scalars())

    async def segments_of_session(self, interview_id: int) -> list[TranscriptSegment]:
        """Those of every answer of an interview, in the order in which they were heard."""
        statement = (
            select(TranscriptSegment)
            .join(Answer, Answer.id == TranscriptSegment.answer_id)
            .join(Question, Question.id == Answer.question_id)
            .where(Question.session_id == interview_id)
            .order_by(TranscriptSegment.id)
        )
        return list((await self.session.execute(statement)).scalars())


class EvaluationRepository(Repository[Evaluation]):
    model = Evaluation

    async def current(self, answer_id: int) -> Evaluation | None:
        """The evaluation of an answer that counts."""
        return await self._one(select(Evaluation).where(Evaluation.answer_id == answer_id, Evaluation.is_current))

    async def of_answers(self, answer_ids: Collection[int]) -> list[Evaluation]:
        """Every evaluation of these answers, also earlier ones, oldest first."""
        return await self._all(select(Evaluation).where(Evaluation.answer_id.in_(answer_ids)).order_by(Evaluation.id))

    async def retire(self, answer_id: int) -> None:
        """Let no evaluation of this answer be the current one; they stay as history."""
        await self.session.execute(update(Evaluation).where(Evaluation.answer_id == answer_id).values(is_current=False))
