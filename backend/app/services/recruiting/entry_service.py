"""How candidates without an account come in."""

from dataclasses import dataclass

from app.database import Database
from app.models import InterviewSession, Question
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import CodeHolder
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
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

    async def enter(self, code: str, *, candidate_name: str, begin: bool = False) -> Entry:
        """See `AccessCodeService.enter`. Where no set says what to ask, the questions come from the bank.

        `begin` starts the interview at once, for clients that show the first question then.
        """
        async with self.database.writing() as session:
            interview = await AccessCodeService(session).enter(code, candidate_name=candidate_name)
            if begin and interview.status == "questions_generated":
                lifecycle.begin(interview)
        holder = CodeHolder(interview.public_id)
        if interview.status == "created":
            await self.questions.prepare(holder, interview.public_id)
            async with self.database.writing() as session:
                interview = await InterviewService(session).get(holder, interview.public_id)
                if begin:
                    lifecycle.begin(interview)
        async with self.database.reading() as session:
            return Entry(interview, await QuestionRepository(session).of_session(interview.id))
