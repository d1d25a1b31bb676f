"""What routes ask for, as aliases: a signature reads as a sentence."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotAuthenticated
from app.models import InterviewSession, Question
from app.runtime.resources import Resources
from app.services.accounts.auth_service import AuthService, Principal
from app.services.accounts.rate_limits import Action
from app.services.accounts.user_service import UserService
from app.services.answers.evaluation_service import EvaluationService
from app.services.answers.recording_service import RecordingService
from app.services.answers.stt_service import SttService
from app.services.interviews.follow_up_service import FollowUpService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService
from app.services.interviews.resume_service import ResumeService
from app.services.results.feedback_service import FeedbackService
from app.services.results.report_service import ReportService
from app.services.results.scoring_service import ScoringService
from app.services.results.stats_service import StatsService

bearer = HTTPBearer(auto_error=False, description="The `token` of register or login")


async def get_resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


ResourcesDep = Annotated[Resources, Depends(get_resources)]


async def get_session(request: Request, resources: ResourcesDep) -> AsyncIterator[AsyncSession]:
    """One session for the request; what changes something is committed before the response is sent."""
    reads = request.method in ("GET", "HEAD")
    async with resources.database.reading() if reads else resources.database.writing() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_principal(
    resources: ResourcesDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Principal:
    if credentials is None:
        raise NotAuthenticated("Send an access token: Authorization: Bearer <token>")
    return await resources.guard.principal(credentials.credentials)


Caller = Annotated[Principal, Depends(get_principal)]


def client_address(request: Request) -> str:
    """The address of the client; behind a proxy uvicorn has put the forwarded one here."""
    return request.client.host if request.client else "unknown"


def limit_address(action: Action) -> Callable[..., Awaitable[None]]:
    """A dependency that counts the request against the client's address."""

    async def check(request: Request, resources: ResourcesDep) -> None:
        await resources.rate_limits.hit(action, client_address(request))

    return check


def limit_user(action: Action) -> Callable[..., Awaitable[None]]:
    """A dependency that counts the request against the caller."""

    async def check(caller: Caller, resources: ResourcesDep) -> None:
        await resources.rate_limits.hit(action, str(caller.key))

    return check


async def get_auth_service(session: SessionDep, resources: ResourcesDep) -> AuthService:
    return AuthService(session, resources.guard, resources.settings)


async def get_user_service(session: SessionDep, resources: ResourcesDep) -> UserService:
    return UserService(session, resources.guard, resources.storage)


async def get_interview_service(session: SessionDep, resources: ResourcesDep) -> InterviewService:
    return InterviewService(session, resources.storage)


async def get_question_service(session: SessionDep, resources: ResourcesDep) -> QuestionService:
    return QuestionService(session, resources.embedding, resources.assistants, resources.tts)


async def get_recording_service(session: SessionDep, resources: ResourcesDep) -> RecordingService:
    return RecordingService(session, resources.storage, resources.settings.limits)


async def get_resume_service(session: SessionDep, resources: ResourcesDep) -> ResumeService:
    return ResumeService(session, resources.settings.limits)


async def get_follow_up_service(session: SessionDep) -> FollowUpService:
    return FollowUpService(session)


Auth = Annotated[AuthService, Depends(get_auth_service)]
Users = Annotated[UserService, Depends(get_user_service)]
Interviews = Annotated[InterviewService, Depends(get_interview_service)]
Questions = Annotated[QuestionService, Depends(get_question_service)]
Resumes = Annotated[ResumeService, Depends(get_resume_service)]
FollowUps = Annotated[FollowUpService, Depends(get_follow_up_service)]
Recordings = Annotated[RecordingService, Depends(get_recording_service)]


async def get_stt_service(session: SessionDep, resources: ResourcesDep, recordings: Recordings) -> SttService:
    return SttService(session, resources.stt, recordings)


async def get_evaluation_service(session: SessionDep, resources: ResourcesDep) -> EvaluationService:
    return EvaluationService(session, resources.judge, resources.assistants)


Transcripts = Annotated[SttService, Depends(get_stt_service)]
Evaluations = Annotated[EvaluationService, Depends(get_evaluation_service)]


async def get_scoring_service(session: SessionDep, evaluations: Evaluations) -> ScoringService:
    return ScoringService(session, evaluations)


Scoring = Annotated[ScoringService, Depends(get_scoring_service)]


async def get_feedback_service(session: SessionDep, resources: ResourcesDep, scoring: Scoring) -> FeedbackService:
    return FeedbackService(session, scoring, resources.assistants)


async def get_stats_service(session: SessionDep) -> StatsService:
    return StatsService(session)


async def get_report_service(session: SessionDep, scoring: Scoring) -> ReportService:
    return ReportService(session, scoring)


Reports = Annotated[ReportService, Depends(get_report_service)]
FeedbackDep = Annotated[FeedbackService, Depends(get_feedback_service)]
Stats = Annotated[StatsService, Depends(get_stats_service)]


async def get_owned_session(session_id: UUID, caller: Caller, interviews: Interviews) -> InterviewSession:
    return await interviews.owned(caller, session_id)


OwnedSession = Annotated[InterviewSession, Depends(get_owned_session)]


async def get_owned_question(question_id: UUID, interview: OwnedSession, questions: Questions) -> Question:
    return await questions.get(interview, question_id)


OwnedQuestion = Annotated[Question, Depends(get_owned_question)]
