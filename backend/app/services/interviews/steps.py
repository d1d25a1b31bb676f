"""Interviews that a client leads step by step: start, the question that is due, the next one.

Questions are asked in their order. `passed_number` is that of the last one left behind, whether it was answered or not:
its answer may still be on its way.
"""

from dataclasses import dataclass

from app.errors import Conflict
from app.models import InterviewSession, Question
from app.models.values.kinds import Voice
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import Subject
from app.services.interviews.completion import complete
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.lifecycle import begin
from app.services.interviews.question_service import QuestionService


@dataclass(frozen=True, slots=True)
class Step:
    """Where an interview is; `question` is the one that is due, None when it is over."""

    interview: InterviewSession
    question: Question | None


class StepService:
    """Leads interviews within one transaction; a reading session is enough for `due`."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def start(self, subject: Subject, ref: Ref, voice: Voice | None = None) -> Step:
        """Begin an interview that has its questions, which are asked with this voice. Conflict for any other."""
        interview = await InterviewService(self.session).get(subject, ref)
        if interview.status == "created":
            raise Conflict("The interview has no questions yet. Have them generated first.", code="no_questions")
        if interview.status != "questions_generated":
            raise Conflict(f"The interview cannot be started: it is {interview.status}.")
        begin(interview)
        interview.voice = voice or interview.voice
        return await self._at_due(interview)

    async def due(self, subject: Subject, ref: Ref) -> Step:
        """The question that is due; None when none is left. Conflict when the interview is not in progress."""
        interview = await InterviewService(self.session).get(subject, ref)
        _require_in_progress(interview)
        return Step(interview, await self._due(interview))

    async def current(self, subject: Subject, ref: Ref) -> Step:
        """The same, but when none is left, the interview is completed; of a completed one there is none."""
        interview = await InterviewService(self.session).get(subject, ref)
        if interview.status == "completed":
            return Step(interview, None)
        _require_in_progress(interview)
        question = await self._due(interview)
        if question is None:
            await complete(self.session, interview)
        return Step(interview, question)

    async def advance(self, subject: Subject, ref: Ref, question_ref: Ref | None = None) -> Step:
        """Leave the question that is due behind.

        With `question_ref` only if it is that one: for a question that was passed before nothing happens, so a client
        may ask again; Conflict for one that is not due yet. Conflict also when the interview is not in progress.
        """
        interview = await InterviewService(self.session).get(subject, ref)
        named = await QuestionService(self.session).get(interview, question_ref) if question_ref is not None else None
        is_passed = named is not None and named.number <= interview.passed_number
        if is_passed and interview.status == "completed":
            return Step(interview, None)
        _require_in_progress(interview)
        if not is_passed:
            due = await self._due(interview)
            if due is None:
                raise Conflict("There is no question left to leave behind.", code="question_not_current")
            if named is not None and named.id != due.id:
                raise Conflict("This question is not due yet. Ask for the next question.", code="question_not_current")
            interview.passed_number = due.number
        return await self._at_due(interview)

    async def end(self, subject: Subject, ref: Ref) -> Step:
        """End an interview that is in progress; Conflict for any other."""
        interview = await InterviewService(self.session).get(subject, ref)
        _require_in_progress(interview)
        await complete(self.session, interview)
        return Step(interview, None)

    async def _at_due(self, interview: InterviewSession) -> Step:
        """The step at which the interview is now, which is noted."""
        question = await self._due(interview)
        interview.current_question_id = question.id if question else None
        await self.session.flush()
        return Step(interview, question)

    async def _due(self, interview: InterviewSession) -> Question | None:
        questions = await QuestionRepository(self.session).of_session(interview.id)
        return next((question for question in questions if question.number > interview.passed_number), None)


def _require_in_progress(interview: InterviewSession) -> None:
    if interview.status != "in_progress":
        raise Conflict(f"The interview is not in progress: it is {interview.status}.")
