"""How candidates without an account come in."""

from dataclasses import dataclass
from uuid import UUID

from app.config import PrivacySettings
from app.database import Database
from app.errors import NotFound
from app.models import Consent, InterviewSession, Question
from app.repositories.interviews import QuestionRepository, SessionCounts
from app.repositories.privacy import ConsentRepository
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


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody has to know who entered an interview: what it is, what they agreed to (None: nobody asked), for how
    many days sound, film and words are kept (0: until somebody deletes them), and whether films are looked at."""

    found: SessionCounts
    consent: Consent | None
    recordings_days: int
    transcripts_days: int
    looks_at_films: bool


class EntryService:
    """Lets candidates in with their codes."""

    def __init__(
        self, database: Database, questions: QuestionGeneration, privacy: PrivacySettings, *, looks_at_films: bool
    ) -> None:
        self.database = database
        self.questions = questions
        self.privacy = privacy
        self.looks_at_films = looks_at_films

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

    async def entered(self, token: str) -> Entered | None:
        """The interview that was entered with a code and given this token, however far it is; None when there is none
        any more."""
        try:
            holder = CodeHolder(UUID(token))
        except ValueError:
            return None
        async with self.database.reading() as session:
            try:
                found = await InterviewService(session).get_with_counts(holder, holder.interview_id)
            except NotFound:
                return None
            consent = await ConsentRepository(session).newest(found.interview.id)
        days = self.privacy
        return Entered(found, consent, days.recordings_days, days.transcripts_days, self.looks_at_films)
