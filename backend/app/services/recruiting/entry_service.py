"""How candidates without an account come in."""

from dataclasses import dataclass

from app.database import Database
from app.models import InterviewSession, Question
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import CodeHolder
from app.services.interviews.question_generation import QuestionGeneration
from app.services.recruiting.access_code_service import AccessCodeService


@dataclass(frozen=True, slots=True)
class Entry:
    """The interview that somebody entered, and what is asked in it."""

    interview: InterviewSession
    questions: list[Question]


class EntryService:
    """Lets candidates in with their codes."""

    def __init__(self, database: Database, questions: QuestionGeneration) -> None:
        self.database = database
        self.questions = questions

    async def enter(self, code: str, *, candidate_name: str) -> Entry:
        """See `AccessCodeService.enter`. Where no set says what to ask, the questions come from the bank."""
        async with self.database.writing() as session:
            interview = await AccessCodeService(session).enter(code, candidate_name=candidate_name)
        if interview.status == "created":
            await self.questions.prepare(CodeHolder(interview.public_id), interview.public_id)
        async with self.database.reading() as session:
            return Entry(interview, await QuestionRepository(session).of_session(interview.id))
