"""The results of an interview at a glance: whether they are there, and one number for each measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.database import Database
from app.errors import NotFound
from app.models import Feedback, InterviewSession, JobKind, Report, Scorecard
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Ref
from app.repositories.results import FeedbackRepository, ReportRepository, ScorecardRepository
from app.services.accounts.subject import Account
from app.services.answers.evaluation_service import MEASURE_COLUMNS
from app.services.interviews.completion import ask_for, remake
from app.services.interviews.interview_service import InterviewService
from app.services.jobs.job_service import JobService
from app.services.results.counting import average_of, counted
from app.services.results.screening import refuse, shown_feedback, shown_questions

ResultsState = Literal["generating", "ready", "failed", "empty"]
"""`empty`: nothing was answered, so there is nothing to judge."""
BEFORE = (JobKind.TRANSCRIBE, JobKind.EVALUATE, JobKind.EVALUATE_LIVE)
"""Work on answers, which results come after."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`rows` are the questions that count; `means` those of each measure, 0-100, a skipped question counting as 0."""

    interview: InterviewSession
    state: ResultsState
    feedback: Feedback | None
    scorecard: Scorecard | None
    report: Report | None
    rows: Sequence[AnsweredQuestion]
    means: Mapping[str, float | None]


class OverviewService:
    """Reads results. They are made by the services that own them."""

    def __init__(self, database: Database, jobs: JobService) -> None:
        self.database = database
        self.jobs = jobs

    async def get(self, account: Account, ref: Ref) -> Overview:
        """The results of the account's interview as it may see them, or that they are not there yet. NotFound as long
        as the interview goes on and nobody asked for feedback."""
        found = await self._look(account, ref)
        if found.state == "empty" and found.interview.status != "completed":
            raise NotFound("There is no feedback yet. Complete the interview first.", code="no_feedback")
        return found

    async def so_far(self, account: Account, ref: Ref) -> Overview:
        """The same with the report, also while the interview goes on. Results that could not be made are asked for
        again. Forbidden for the candidate of a screening."""
        found = await self._look(account, ref)
        refuse(found.interview, "The report")
        lacks_report = found.state == "ready" and found.report is None
        if found.interview.status != "completed" or not (lacks_report or found.state == "failed"):
            return found
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(account, ref)
            await (ask_for(session, interview, "report") if lacks_report else remake(session, interview))
        return replace(found, state="generating")

    async def _look(self, account: Account, ref: Ref) -> Overview:
        work = await self.jobs.status(account, ref)
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(account, ref)
            feedback = await FeedbackRepository(session).of_session(interview.id)
            card = await ScorecardRepository(session).of_session(interview.id)
            report = await ReportRepository(session).of_session(interview.id)
            rows = counted(shown_questions(interview, await AnswerRepository(session).of_session(interview.id)))
        feedback = feedback and shown_feedback(interview, feedback)
        state: ResultsState = "empty" if work.results == "none" else work.results
        if state == "ready" and (feedback is None or card is None):
            state = "generating"  # an answer was changed between the two looks
        is_over = interview.status == "completed"
        if is_over and state != "ready" and any(job.kind in BEFORE for job in work.unfinished):
            state = "generating"  # the results are made again when an answer that came late is judged
        means = {name: average_of(rows, name, is_over=is_over) for name in MEASURE_COLUMNS}
        return Overview(interview, state, feedback, card, report, rows, means)
