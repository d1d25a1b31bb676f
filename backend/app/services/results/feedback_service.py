"""Feedback for the candidate: written from the scores, in warmer words where there is a language model."""

from app.database import Database
from app.errors import Conflict, NotFound
from app.models import Feedback, Job
from app.repositories.answers import AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.results import FeedbackRepository, ScorecardRepository
from app.services.accounts.subject import Subject
from app.services.interviews.completion import ask_for, feedback_id
from app.services.interviews.interview_service import InterviewService
from app.services.llm.assistants import Assistants, account
from app.services.results.feedback_content import content, readiness, reworded, statements, summary
from app.services.results.interview_result import InterviewResult, by_key
from app.services.results.scoring_service import ScoringService
from app.services.results.screening import shown_feedback
from app.services.results.unsettled import settled
from app.services.results.wording import RATINGS, step


class FeedbackService:
    """Owns feedback."""

    def __init__(self, database: Database, scoring: ScoringService, assistants: Assistants) -> None:
        self.database = database
        self.scoring = scoring
        self.assistants = assistants

    async def ask(self, subject: Subject, ref: Ref) -> Job:
        """Have feedback written anew, behind the scenes."""
        async with self.database.writing() as session:
            return await ask_for(session, await InterviewService(session).get(subject, ref), "feedback")

    async def generate(self, subject: Subject, ref: Ref, *, anew: bool = True) -> InterviewResult[Feedback]:
        """Write feedback from the scores, which are computed first where they are missing; without `anew` feedback that
        was written meanwhile stays.

        Conflict when answers keep changing meanwhile.
        """
        return await settled(lambda: self._write(subject, ref, anew=anew))

    async def _write(self, subject: Subject, ref: Ref, *, anew: bool) -> InterviewResult[Feedback]:
        scores = (await self.scoring.get_or_calculate(subject, ref)).result
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            rows = await AnswerRepository(session).of_session(interview.id)
            earlier = await ScorecardRepository(session).earlier_totals(interview)
        plain = content(interview, scores, rows, earlier)
        worded = await self.assistants.feedback.word(statements(plain))
        rating = step(RATINGS, scores.total) if scores.total is not None else None
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            await account(session, interview.id, worded.usage, "feedback")
            current = await ScorecardRepository(session).of_session(interview.id)
            feedback = None
            if current is not None and current.public_id == scores.public_id:  # every change of an answer removes them
                stored = FeedbackRepository(session)
                feedback = None if anew else await stored.of_session(interview.id)
                feedback = feedback or await stored.replace(
                    Feedback(
                        public_id=feedback_id(interview),
                        session_id=interview.id,
                        overall_rating=rating,
                        readiness_score=readiness(scores),
                        summary=summary(scores, rating, plain.comparison),
                        content=reworded(plain, worded.value),
                        engine=worded.engine,
                        engine_version=scores.engine_version,
                    )
                )
        if feedback is None:
            raise Conflict("An answer changed while the feedback was written. Try again.", code="answer_changed")
        return InterviewResult(interview, by_key([row.question for row in rows]), feedback)

    async def get_or_generate(self, subject: Subject, ref: Ref) -> InterviewResult[Feedback]:
        """The stored feedback, or new one. Conflict when nothing was answered yet."""
        try:
            return await self.get(subject, ref)
        except NotFound as error:
            if error.code != "no_feedback":
                raise
        await self.generate(subject, ref, anew=False)
        return await self.get(subject, ref)

    async def get(self, subject: Subject, ref: Ref) -> InterviewResult[Feedback]:
        """The stored feedback, as the candidate may see it."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            feedback = await FeedbackRepository(session).of_session(interview.id)
            questions = await QuestionRepository(session).shown_of_session(interview.id)
        if feedback is None:
            raise NotFound("There is no feedback yet. POST to this address first.", code="no_feedback")
        return InterviewResult(interview, by_key(questions), shown_feedback(interview, feedback))
