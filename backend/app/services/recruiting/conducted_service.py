"""The interviews that an account conducts: listing them, reading one whole, a table of all of them.

A recruiter conducts those that were begun with their own codes, an administrator all. Reading what a candidate said is
noted, in the transaction in which it is read.
"""

import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import spreadsheets
from app.database import Database
from app.errors import NotFound
from app.models import Consent, Feedback, Question, Report, Scorecard, TranscriptSegment
from app.models.values.kinds import MediaKind, RecordingState, ResultsState, Review
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Order, Page, Ref
from app.repositories.conducted import ConductedInterview, ConductedRepository, SessionSort, Wanted
from app.repositories.notes import NoteRepository, NoteView
from app.repositories.privacy import ConsentRepository
from app.repositories.recordings import RecordingRepository, RecordingView
from app.repositories.results import FeedbackRepository, ReportRepository, ScorecardRepository
from app.services.accounts.subject import Account
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.rounds.round_service import RoundService, RoundView
from app.services.jobs.job_service import work_of
from app.services.privacy import audit
from app.services.recruiting.scope import creator
from app.services.results.interview_result import InterviewResult, by_key
from app.services.results.states import KINDS, REVIEWS, STATUSES
from app.services.results.wording import DECISIONS

AT_ONCE = 500
"""Rows of a table that are read and noted together."""
COLUMNS = (
    *("id", "candidate", "email", "code", "kind", "title", "role", "company", "status", "created", "started"),
    *("completed", "questions", "answered", "follow_ups", "score", "grade", "suggestion", "review", "rating"),
    *("recordings", "notes"),
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is known of an interview."""

    row: ConductedInterview
    questions: Sequence[AnsweredQuestion]
    rounds: Sequence[RoundView]
    segments: Sequence[TranscriptSegment]
    recordings: Sequence[RecordingView]
    notes: Sequence[NoteView]
    consent: Consent | None
    results: ResultsState
    scores: InterviewResult[Scorecard] | None
    feedback: InterviewResult[Feedback] | None
    report: InterviewResult[Report] | None

    @property
    def asked(self) -> dict[int, Question]:
        """The questions by their integer keys."""
        return by_key([row.question for row in self.questions])

    @property
    def answered(self) -> list[AnsweredQuestion]:
        """The questions that have an answer."""
        return [row for row in self.questions if row.answer is not None]


class ConductedService:
    """Interviews as those see them who conduct them; Forbidden for everybody else."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def page(
        self, account: Account, wanted: Wanted, *, order: Order[SessionSort], page: Page
    ) -> tuple[list[ConductedInterview], int]:
        """One page of interviews, and how many there are."""
        own = own_of(account, wanted)
        async with self.database.reading() as session:
            return await ConductedRepository(session).page_of(own, order, page)

    async def table(self, account: Account, wanted: Wanted, *, order: Order[SessionSort]) -> AsyncIterator[str]:
        """All these interviews as a CSV file, in pieces, in the words of the page. Each interview in it is noted."""
        own = own_of(account, wanted)
        async with self.database.reading() as session:
            keys = await ConductedRepository(session).keys(own, order)
        return self._pieces(account, keys)

    async def get(self, account: Account, ref: Ref, *, by_code: bool = False) -> Dossier:
        """An interview with everything that belongs to it; `by_code` only one that was entered with a code."""
        async with self.database.writing() as session:
            interview = await InterviewService(session).conducted(account, ref)
            if by_code and interview.access_code_id is None:
                raise NotFound.of("Session")
            await audit.note(session, account, "session_viewed", "session", interview.public_id)
            (row,) = await ConductedRepository(session).among([interview.id])
            questions = await AnswerRepository(session).of_session(interview.id)
            asked = by_key([row.question for row in questions])
            scorecard = await ScorecardRepository(session).of_session(interview.id)
            feedback = await FeedbackRepository(session).of_session(interview.id)
            report = await ReportRepository(session).of_session(interview.id)
            return Dossier(
                row=row,
                questions=questions,
                rounds=await RoundService(session).views(interview, questions),
                segments=await AnswerRepository(session).segments_of_session(interview.id),
                recordings=await RecordingRepository(session).of_session(interview.id),
                notes=await NoteRepository(session).of_session(interview.id),
                consent=await ConsentRepository(session).newest(interview.id),
                results=(await work_of(session, interview)).results,
                scores=InterviewResult(interview, asked, scorecard) if scorecard else None,
                feedback=InterviewResult(interview, asked, feedback) if feedback else None,
                report=InterviewResult(interview, asked, report) if report else None,
            )

    async def review(self, account: Account, ref: Ref, review: Review) -> ConductedInterview:
        """Write down what a person has decided about the candidate. A change is noted with what it was before."""
        async with self.database.writing() as session:
            interview = await InterviewService(session).conducted(account, ref)
            if (before := interview.review) != review:
                interview.review = review
                await audit.note(
                    session, account, "session_reviewed", "session", interview.public_id, before=before, after=review
                )
                await session.flush()
            (row,) = await ConductedRepository(session).among([interview.id])
            return row

    async def recordings(
        self, account: Account, *, kind: MediaKind | None, status: RecordingState | None, page: Page
    ) -> tuple[list[tuple[RecordingView, str]], int]:
        """One page of recordings, newest first, each with the candidate's name, and how many there are."""
        conductor = own_of(account, Wanted()).conductor
        async with self.database.reading() as session:
            return await ConductedRepository(session).recordings(
                conductor=conductor, kind=kind, status=status, page=page
            )

    async def _pieces(self, account: Account, keys: Sequence[int]) -> AsyncIterator[str]:
        file = io.StringIO(newline="")
        file.write("\ufeff")  # by which spreadsheets know UTF-8
        writer = spreadsheets.Writer(file, COLUMNS)
        for start in range(0, max(1, len(keys)), AT_ONCE):
            chosen = keys[start : start + AT_ONCE]
            async with self.database.writing() as session:
                found = {row.interview.id: row for row in await ConductedRepository(session).among(chosen)}
                rows = [found[key] for key in chosen if key in found]  # else deleted meanwhile
                ids = [row.interview.public_id for row in rows]
                await audit.note_all(session, account, "session_exported", "session", ids)
            for row in rows:
                writer.write(_cells(row))
            yield file.getvalue()
            file.seek(0)
            file.truncate()


def own_of(account: Account, wanted: Wanted) -> Wanted:
    """Those of the wanted interviews that the account conducts. Forbidden for those who conduct none."""
    conductor = creator(account)
    return replace(wanted, conductor=account.key if wanted.own else conductor)


def _cells(row: ConductedInterview) -> dict[str, str | None]:
    interview = row.interview
    return {
        "id": str(interview.public_id),
        "candidate": row.candidate_name,
        "email": row.candidate.email if row.candidate else None,
        "code": row.code.code if row.code else None,
        "kind": KINDS[interview.kind],
        "title": interview.title,
        "role": interview.target_role,
        "company": interview.target_company,
        "status": STATUSES[interview.status],
        "created": _time(interview.created_at),
        "started": _time(interview.started_at),
        "completed": _time(interview.completed_at),
        "questions": str(row.questions),
        "answered": str(row.answered),
        "follow_ups": str(row.follow_ups),
        "score": None if row.card is None or row.card.total is None else f"{row.card.total:.1f}",
        "grade": row.card.letter_grade if row.card else None,
        "suggestion": DECISIONS[row.decision] if row.decision else None,
        "review": REVIEWS[interview.review],
        "rating": None if row.rating is None else f"{row.rating:.1f}",
        "recordings": str(row.recordings),
        "notes": str(row.notes),
    }


def _time(moment: datetime | None) -> str | None:
    """As spreadsheets read it, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else None
