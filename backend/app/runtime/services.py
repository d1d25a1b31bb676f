"""The one place where services are put together, for routes, sockets, jobs and commands alike.

Services of one transaction come with its session: `Reads` or `Writes`. Services that compute for long open the
transactions they need themselves, so the process has one of each: `Services`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

from app.config import Settings
from app.database import Database, ReadSession, WriteSession
from app.engines.storage import Scratch, Storage
from app.repositories.base import AnySession
from app.runtime.engines import Engines, mailer_of
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.administration import Administration
from app.services.accounts.auth_service import AuthService
from app.services.accounts.credits import CreditService
from app.services.accounts.guest_service import GuestService
from app.services.accounts.password_service import PasswordService
from app.services.accounts.user_service import UserService
from app.services.answers.answer_service import AnswerService
from app.services.answers.evaluation_service import EvaluationService
from app.services.answers.stt_service import SttService
from app.services.answers.submission import JudgedSubmissions, SubmissionService
from app.services.interviews.attempt_service import AttemptService
from app.services.interviews.conversation import ConversationService
from app.services.interviews.creation import InterviewCreation
from app.services.interviews.help_service import HelpService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_generation import QuestionGeneration
from app.services.interviews.question_service import QuestionService
from app.services.interviews.resume_service import ResumeService
from app.services.interviews.rounds.conduct import RoundConduct
from app.services.interviews.rounds.round_service import RoundService
from app.services.interviews.steps import StepService
from app.services.jobs.job_service import JobService
from app.services.privacy.audit import AuditService
from app.services.privacy.consent_service import ConsentService
from app.services.privacy.deletion_service import DeletionService, FileRemover
from app.services.privacy.export_service import ExportService
from app.services.privacy.retention import RetentionService
from app.services.recordings.analysis_service import AnalysisService
from app.services.recordings.film_service import FilmService
from app.services.recordings.keeper import Keeper
from app.services.recordings.processing import RecordingProcessing
from app.services.recordings.recording_service import RecordingService
from app.services.recordings.upload_service import UploadService
from app.services.recruiting.access_code_service import AccessCodeService
from app.services.recruiting.comparison import ComparisonService
from app.services.recruiting.conducted_service import ConductedService
from app.services.recruiting.entry_service import EntryService
from app.services.recruiting.note_service import NoteService
from app.services.recruiting.prompt_service import PromptService
from app.services.recruiting.question_set_service import QuestionSetService
from app.services.recruiting.timeline import TimelineService
from app.services.results.feedback_service import FeedbackService
from app.services.results.outcome_service import OutcomeService
from app.services.results.overview import OverviewService
from app.services.results.pdf.pdf_service import PdfService
from app.services.results.report_service import ReportService
from app.services.results.scoring_service import ScoringService
from app.services.results.stats_service import StatsService
from app.services.speech.tts_service import TtsService


@dataclass(frozen=True)
class _Bound:
    """What a session of either kind can be asked."""

    session: AnySession

    @cached_property
    def users(self) -> UserService:
        return UserService(self.session)

    @cached_property
    def interviews(self) -> InterviewService:
        return InterviewService(self.session)

    @cached_property
    def attempts(self) -> AttemptService:
        return AttemptService(self.session)

    @cached_property
    def questions(self) -> QuestionService:
        return QuestionService(self.session)

    @cached_property
    def notes(self) -> NoteService:
        return NoteService(self.session)

    @cached_property
    def conversation(self) -> ConversationService:
        return ConversationService(self.session)

    @cached_property
    def credits(self) -> CreditService:
        return CreditService(self.session)

    @cached_property
    def rounds(self) -> RoundService:
        return RoundService(self.session)

    @cached_property
    def steps(self) -> StepService:
        return StepService(self.session)

    @cached_property
    def consents(self) -> ConsentService:
        return ConsentService(self.session)

    @cached_property
    def codes(self) -> AccessCodeService:
        return AccessCodeService(self.session)

    @cached_property
    def question_sets(self) -> QuestionSetService:
        return QuestionSetService(self.session)

    @cached_property
    def prompts(self) -> PromptService:
        return PromptService(self.session)


@dataclass(frozen=True)
class Reads(_Bound):
    """What can be asked in one reading session."""

    session: ReadSession

    @cached_property
    def stats(self) -> StatsService:
        return StatsService(self.session)


@dataclass(frozen=True)
class Writes(_Bound):
    """What can be done in one transaction; all of it is committed when the session's block ends, or none."""

    session: WriteSession
    storage: Storage
    remover: FileRemover
    speech: TtsService
    guard: AccessGuard

    @cached_property
    def answers(self) -> AnswerService:
        return AnswerService(self.session, self.storage)

    @cached_property
    def submissions(self) -> SubmissionService:
        return SubmissionService(self.session, self.storage)

    @cached_property
    def deletion(self) -> DeletionService:
        return DeletionService(self.session, self.remover, self.speech, self.guard)


class Services:
    """The services of the process. `reading` and `writing` open a session with the services bound to it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        storage: Storage,
        scratch: Scratch,
        guard: AccessGuard,
        engines: Engines,
        speech: TtsService,
    ) -> None:
        self._database, self._storage, self._guard = database, storage, guard
        self._settings, self._scratch, self._engines, self._speech = settings, scratch, engines, speech
        self.jobs = JobService(database)
        self.auth = AuthService(database, guard, settings)
        self.guests = GuestService(self.auth)
        self.passwords = PasswordService(self.auth, mailer_of(settings.smtp), settings.smtp)
        self.questions = QuestionGeneration(database, engines.embedding, engines.assistants, speech)
        self.entry = EntryService(database, self.questions, settings.privacy, looks_at_films=engines.vision is not None)
        self.creation = InterviewCreation(database, self.questions)
        self.resumes = ResumeService(database, settings.limits)
        self.help = HelpService(database, engines.assistants)
        keeper = Keeper(storage, scratch, settings.limits)
        self.recordings = RecordingService(
            database, keeper, settings.privacy, settings.jwt_secret, grace_seconds=settings.job.grace_seconds
        )
        self.uploads = UploadService(database, keeper, self.recordings)
        self.processing = RecordingProcessing(
            database, storage, scratch, settings.limits, looks=engines.vision is not None
        )
        self.films = FilmService(database, storage, engines.vision, settings.privacy)
        self.remover = FileRemover(database, storage)
        self.exports = ExportService(database, storage)
        self.retention = RetentionService(database, storage, settings.privacy)
        self.audit = AuditService(database)
        self.transcripts = SttService(database, engines.stt, self.recordings)
        self.evaluations = EvaluationService(database, engines.judge, engines.assistants)
        self.analyses = AnalysisService(database, self.jobs, self.recordings, self.transcripts, self.evaluations)
        self.scoring = ScoringService(database, self.evaluations)
        self.feedback = FeedbackService(database, self.scoring, engines.assistants)
        self.reports = ReportService(database, self.scoring)
        self.pdf = PdfService(database, engines.typesetter)
        self.administration = Administration(database, guard, self.passwords)
        self.conducted = ConductedService(database)
        self.timelines = TimelineService(database, self.conducted)
        self.comparisons = ComparisonService(database)
        self.overview = OverviewService(database, self.jobs)
        self.submissions = JudgedSubmissions(database, storage, self.evaluations)
        self.rounds = RoundConduct(database, self.questions, self.scoring)
        self.outcomes = OutcomeService(database, self.feedback)

    async def aclose(self) -> None:
        """Stop what they do in the background."""
        await self.passwords.aclose()

    def over(self, database: Database) -> "Services":
        """The same services over a database with another guard."""
        return Services(
            self._settings, database, self._storage, self._scratch, self._guard, self._engines, self._speech
        )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reads]:
        """Services that share a reading session."""
        async with self._database.reading() as session:
            yield Reads(session)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writes]:
        """Services that share one transaction, committed when the block ends."""
        async with self._database.writing() as session:
            yield Writes(session, self._storage, self.remover, self._speech, self._guard)
