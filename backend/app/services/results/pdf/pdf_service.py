"""Reports as PDF: the candidate's for whoever takes the interview, the hiring report for those who conduct it."""

from dataclasses import dataclass
from pathlib import Path

from app.database import Database
from app.engines.typesetting import Typesetter, TypesettingBusy, TypesettingFailed
from app.errors import NotFound, Unavailable
from app.models import InterviewSession
from app.repositories.answers import AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.conducted import ConductedRepository
from app.repositories.notes import NoteRepository
from app.repositories.results import FeedbackRepository, ReportRepository, ScorecardRepository
from app.services.accounts.subject import Account, Subject
from app.services.interviews.interview_service import InterviewService
from app.services.privacy import audit
from app.services.results.file_names import file_name
from app.services.results.pdf.content import Values, for_candidate, for_hiring
from app.services.results.screening import shown_feedback, shown_questions

TEMPLATE = Path(__file__).with_name("report.typ")


@dataclass(frozen=True, slots=True)
class PdfReport:
    """A report as it is sent, and what its file is called."""

    content: bytes
    name: str


class PdfService:
    """Prints what other services own; it computes nothing."""

    def __init__(self, database: Database, typesetter: Typesetter) -> None:
        self.database = database
        self.typesetter = typesetter

    async def report(self, subject: Subject, ref: Ref) -> PdfReport:
        """The report of an interview with its results as they are stored. That somebody read it who conducts the
        interview is noted. NotFound before there are results; Unavailable when too many are being made."""
        values, name = await self._values(subject, ref)
        try:
            return PdfReport(await self.typesetter.pdf(TEMPLATE, values), name)
        except TypesettingBusy as error:
            message = "Other reports are being made. Try again in a moment."
            raise Unavailable(message, headers={"Retry-After": "5"}) from error
        except TypesettingFailed as error:
            raise Unavailable("This report is too large for a PDF. Read it on the page.") from error

    async def _values(self, subject: Subject, ref: Ref) -> tuple[Values, str]:
        """What stands in the report, and what its file is called."""
        if isinstance(subject, Account) and subject.may("conduct_interviews"):
            async with self.database.writing() as session:
                interview = await InterviewService(session).visible(subject, ref)
                if interview.owner_id != subject.key:
                    await audit.note(session, subject, "report_downloaded", "session", interview.public_id)
                    return await _for_hiring(session, interview)
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            return await _for_candidate(session, interview), interview.title


async def _for_candidate(session: AnySession, interview: InterviewSession) -> Values:
    scores = await ScorecardRepository(session).of_session(interview.id)
    feedback = await FeedbackRepository(session).of_session(interview.id)
    if scores is None or feedback is None:
        raise NotFound("There is no feedback yet. Ask for it first, or wait until it is written.", code="no_feedback")
    rows = shown_questions(interview, await AnswerRepository(session).of_session(interview.id))
    return for_candidate(interview, rows, scores, shown_feedback(interview, feedback))


async def _for_hiring(session: AnySession, interview: InterviewSession) -> tuple[Values, str]:
    scores = await ScorecardRepository(session).of_session(interview.id)
    report = await ReportRepository(session).of_session(interview.id)
    if scores is None or report is None:
        raise NotFound("There is no report yet. It is written when the interview is over.", code="no_report")
    rows = await AnswerRepository(session).of_session(interview.id)
    (conducted,) = await ConductedRepository(session).among([interview.id])
    notes = await NoteRepository(session).of_session(interview.id)
    candidate = conducted.candidate_name
    printed = for_hiring(interview, candidate, rows, scores, report, notes, conducted.rating)
    return printed, file_name(interview, candidate)
