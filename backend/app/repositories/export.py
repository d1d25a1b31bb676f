"""Everything that is kept of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.models import (
    Answer,
    AuditEvent,
    AuthSession,
    Consent,
    CreditEntry,
    Evaluation,
    Feedback,
    InterviewSession,
    Message,
    Question,
    Recording,
    Report,
    Round,
    Scorecard,
    SessionNote,
    TranscriptSegment,
)
from app.repositories.base import AnySession


@dataclass(frozen=True, slots=True)
class WholeInterview:
    """An interview with every row that belongs to it."""

    interview: InterviewSession
    consents: Sequence[Consent]
    rounds: Sequence[Round]
    questions: Sequence[tuple[Question, Answer | None]]
    segments: Sequence[TranscriptSegment]
    evaluations: Sequence[Evaluation]
    messages: Sequence[Message]
    recordings: Sequence[Recording]
    scorecard: Scorecard | None
    feedback: Feedback | None
    report: Report | None
    notes: Sequence[SessionNote]
    events: Sequence[AuditEvent]


class ExportRepository:
    """Queries for whole interviews."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def interviews_of(self, user_id: int) -> list[int]:
        """Keys of the user's interviews, oldest first."""
        statement = (
            select(InterviewSession.id).where(InterviewSession.owner_id == user_id).order_by(InterviewSession.id)
        )
        return list((await self.session.execute(statement)).scalars())

    async def logins_of(self, user_id: int) -> list[AuthSession]:
        """The user's logins."""
        return await self._all(select(AuthSession).where(AuthSession.user_id == user_id).order_by(AuthSession.id))

    async def credits_of(self, user_id: int) -> list[CreditEntry]:
        """The changes of the user's credits."""
        return await self._all(select(CreditEntry).where(CreditEntry.user_id == user_id).order_by(CreditEntry.id))

    async def whole(self, interview_id: int) -> WholeInterview | None:
        """An interview with everything, or None when it was deleted meanwhile."""
        interview = await self.session.get(InterviewSession, interview_id)
        if interview is None:
            return None
        asked = (
            select(Question, Answer)
            .outerjoin(Answer, Answer.question_id == Question.id)
            .where(Question.session_id == interview_id)
            .order_by(Question.number, Question.id)
        )
        questions = [(row[0], row[1]) for row in (await self.session.execute(asked)).all()]
        answers = [answer.id for _, answer in questions if answer]
        recordings = await self._all(
            select(Recording)
            .options(undefer(Recording.peaks))
            .where(Recording.session_id == interview_id)
            .order_by(Recording.id)
        )
        about = [interview.public_id, *(recording.public_id for recording in recordings)]
        return WholeInterview(
            interview=interview,
            consents=await self._of(Consent, interview_id),
            rounds=await self._of(Round, interview_id),
            questions=questions,
            segments=await self._all(select(TranscriptSegment).where(TranscriptSegment.answer_id.in_(answers))),
            evaluations=await self._all(select(Evaluation).where(Evaluation.answer_id.in_(answers))),
            messages=await self._of(Message, interview_id),
            recordings=recordings,
            scorecard=next(iter(await self._of(Scorecard, interview_id)), None),
            feedback=next(iter(await self._of(Feedback, interview_id)), None),
            report=next(iter(await self._of(Report, interview_id)), None),
            notes=await self._of(SessionNote, interview_id),
            events=await self._all(select(AuditEvent).where(AuditEvent.subject_id.in_(about)).order_by(AuditEvent.id)),
        )

    async def _of(self, model: Any, interview_id: int) -> list[Any]:
        return await self._all(select(model).where(model.session_id == interview_id).order_by(model.id))

    async def _all(self, statement: Any) -> list[Any]:
        return list((await self.session.execute(statement)).scalars())
