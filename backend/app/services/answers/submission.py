"""Answers that a client sends as a text of its own, in interviews that may be spoken as well.

What a client sends is compared with what was heard: the same words change nothing, others are the candidate's
correction. What the client says of the answer is kept apart as its claim. The answer to the last question ends the
interview, because such clients have no call for that.
"""

from dataclasses import dataclass

from app.database import WriteSession
from app.engines.storage import Storage
from app.models import Answer, InterviewSession, Priority, Question
from app.repositories.answers import AnswerRepository
from app.repositories.base import Ref
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService, is_open, is_settled, same_words
from app.services.answers.evaluation_service import ask_to_judge
from app.services.interviews import lifecycle
from app.services.interviews.completion import complete
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService


@dataclass(frozen=True, slots=True)
class Claim:
    """What a client says of an answer: a score on its own scale and its own words."""

    score: float | None = None
    analysis: str | None = None


class SubmissionService:
    """Takes such answers within one transaction."""

    def __init__(self, session: WriteSession, storage: Storage) -> None:
        self.session = session
        self.answers = AnswerService(session, storage)

    async def submit(self, subject: Subject, interview_ref: Ref, question_ref: Ref, text: str, claim: Claim) -> Answer:
        """Keep the answer and have it judged. Conflict when the question has another answer in a screening, and when
        the interview is over, unless the answer was heard in it."""
        interview = await InterviewService(self.session).get(subject, interview_ref)
        question = await QuestionService(self.session).get(interview, question_ref)
        answer = await self.answers.answers.of_question(question.id)
        if answer is None or is_open(answer):
            answer = await self._new(interview, question, text)
        elif text and not any(same_words(text, known) for known in (answer.text, answer.original_text or "")):
            answer = await self._other(interview, question, answer, text)
        if lifecycle.is_open(interview) or (answer.claimed_score is None and answer.claimed_analysis is None):
            answer.claimed_score, answer.claimed_analysis = claim.score, claim.analysis
        await self.session.flush()
        return answer

    async def _other(self, interview: InterviewSession, question: Question, answer: Answer, text: str) -> Answer:
        """Other words than those of the answer that there is. Once the interview is over, what was heard counts."""
        if answer.engine is None:
            return await self._new(interview, question, text)
        if interview.status != "completed":
            answer = await self.answers.correct(interview, question, text)
            await ask_to_judge(self.session, interview, answer, priority=Priority.LIVE)
        return answer

    async def _new(self, interview: InterviewSession, question: Question, text: str) -> Answer:
        answer = await self.answers.type(interview, question, text)
        await ask_to_judge(self.session, interview, answer, priority=Priority.LIVE)
        rows = await AnswerRepository(self.session).of_session(interview.id)
        if all(is_settled(row) for row in rows):
            await complete(self.session, interview)
        return answer
