"""The coach's thirteen endpoints."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile

from app.services.accounts.logins import TokenRules
from app.services.accounts.passwords import AS_DOCUMENTED
from app.services.interviews.question_generation import GenerateWishes
from app.services.interviews.question_service import Place
from app.web.dependencies import CallerDep, CurrentAccount, ServicesDep, Writing, limit_account, limit_address
from app.web.shapes import LoginRequest, documented_by
from app.web.text import PathKey, ShortLine, listed

from . import present
from . import schemas as s

TOKENS = TokenRules(access_at_most=timedelta(minutes=15), rotates=False)
"""The document's refresh answers with an access token alone, so the refresh token stays."""

router = APIRouter(prefix="/api")
documented = documented_by(s.ErrorReply, 429)
REGISTERS = [Depends(limit_address("register"))]
LOGINS = [Depends(limit_address("login"))]
ANSWERS = [Depends(limit_account("answer"))]
STARTS = [Depends(limit_account("interview_start"))]
READS = [Depends(limit_account("feedback"))]


@router.post("/register", status_code=201, responses=documented(), tags=["Authentication"], dependencies=REGISTERS)
async def register(body: s.RegisterRequest, services: ServicesDep) -> s.Registered:
    """Create an account. It works with every face of this server."""
    user = await services.auth.create_account(
        email=body.email, password=body.password, full_name=body.name, rule=AS_DOCUMENTED
    )
    return s.Registered(user_id=user.id)


@router.post("/login", responses=documented(401), tags=["Authentication"], dependencies=LOGINS)
async def login(body: LoginRequest, services: ServicesDep, caller: CallerDep) -> s.LoggedIn:
    """Get an access token for 15 minutes, and a refresh token for 7 days."""
    found = await services.auth.login(email=body.email, password=body.password, caller=caller, rules=TOKENS)
    return s.LoggedIn.model_validate(found)


@router.post(
    "/refresh",
    responses=documented(401),
    tags=["Authentication"],
    dependencies=[Depends(limit_address("refresh"))],
    response_model_exclude_none=True,
)
async def refresh(body: s.RefreshRequest, services: ServicesDep) -> s.Refreshed:
    """Get a new access token."""
    found = await services.auth.refresh(body.refresh_token, TOKENS)
    successor = found.refresh_token if found.refresh_token != body.refresh_token else None
    return s.Refreshed(access_token=found.access_token, refresh_token=successor)


@router.post("/upload-resume", responses=documented(413, 503), tags=["Interviews"], dependencies=STARTS)
async def upload_resume(
    account: CurrentAccount,
    services: ServicesDep,
    resume: Annotated[UploadFile, File(description="PDF or DOCX; 10 MB")],
    jobRole: Annotated[ShortLine, Form(examples=["Software Engineer"])],
) -> s.Started:
    """Start an interview about a job and the candidate's own work. The file is read and not kept."""
    interview = await services.resumes.begin_interview(account, jobRole, resume, resume.filename or "")
    generated = await services.questions.generate(account, interview.id, GenerateWishes())
    return present.started(interview.id, generated.questions)


@router.post("/start-role-interview", responses=documented(), tags=["Interviews"], dependencies=STARTS)
async def start_role_interview(body: s.StartRoleRequest, account: CurrentAccount, services: ServicesDep) -> s.Started:
    """Start an interview for a job."""
    async with services.writing() as writes:
        areas = listed(body.focusAreas)
        interview = await writes.interviews.create_for_role(
            account, body.jobRole, job_description=body.jobDescription, focus_areas=areas
        )
    generated = await services.questions.generate(account, interview.id, GenerateWishes())
    return present.started(interview.id, generated.questions)


@router.post("/submit-answer-enhanced", responses=documented(404, 503), tags=["Interviews"], dependencies=ANSWERS)
async def submit_answer(body: s.AnswerRequest, account: CurrentAccount, services: ServicesDep) -> s.Judged:
    """Answer a question. What the answer left out may be asked for, at most twice for a question; a follow-up is
    answered like any other question, and `followup` is null when none is asked."""
    place = Place(body.questionId)
    found = await services.submissions.submit(account, body.interviewId, place, body.answer, time_spent=body.timeSpent)
    return present.judged(found)


@router.post("/complete-interview", responses=documented(404, 503), tags=["Interviews"], dependencies=READS)
async def complete_interview(body: s.InterviewRequest, account: CurrentAccount, services: ServicesDep) -> s.Completed:
    """End an interview, its round in progress included; rounds that were not started are skipped. Asked again, it
    answers the same."""
    return present.completed(await services.outcomes.complete(account, body.interviewId))


@router.post("/suggest-rounds", responses=documented(), tags=["Rounds"], dependencies=READS)
async def suggest_rounds(body: s.Job, _account: CurrentAccount, services: ServicesDep) -> s.Suggestions:
    """The rounds that interviews for a job usually have, by role, seniority and what the description names."""
    found = await services.rounds.suggest(body.jobRole, body.jobDescription or "")
    return s.Suggestions(suggested_rounds=[s.SuggestedRound.model_validate(plan) for plan in found])


@router.post("/start-multi-round-interview", responses=documented(), tags=["Rounds"], dependencies=STARTS)
async def start_multi_round_interview(
    body: s.StartRoundsRequest, account: CurrentAccount, writes: Writing
) -> s.RoundsStarted:
    """Create an interview in rounds. Each gets its questions when it is started; together at most 50."""
    interview = await writes.interviews.create_for_role(account, body.jobRole, job_description=body.jobDescription)
    rounds = await writes.rounds.plan(interview, [present.planned(wanted) for wanted in body.selectedRounds])
    return s.RoundsStarted(interview_id=interview.id, round_ids=[row.id for row in rounds])


@router.post("/start-round/{round_id}", responses=documented(404), tags=["Rounds"], dependencies=STARTS)
async def start_round(round_id: PathKey, account: CurrentAccount, services: ServicesDep) -> s.RoundStarted:
    """Start a round. Rounds are held in any order, one at a time; one that is in progress gives its questions again."""
    return present.round_started(await services.rounds.start(account, round_id))


@router.post("/complete-round/{round_id}", responses=documented(404, 503), tags=["Rounds"], dependencies=READS)
async def complete_round(round_id: PathKey, account: CurrentAccount, services: ServicesDep) -> s.RoundCompleted:
    """Complete a round. `next_round` is the first that is still to be held, null after the last."""
    return present.round_completed(await services.rounds.complete(account, round_id))


@router.get(
    "/personalized-feedback/{interview_id}", responses=documented(404, 503), tags=["Feedback"], dependencies=READS
)
async def get_feedback(interview_id: PathKey, account: CurrentAccount, services: ServicesDep) -> s.Feedback:
    """What was good, what was not, and how to go on: each claim with the words that show it."""
    return s.Feedback.model_validate((await services.feedback.get_or_generate(account, interview_id)).result)


@router.get("/interview-results/{interview_id}", responses=documented(404, 503), tags=["Feedback"], dependencies=READS)
async def get_results(interview_id: PathKey, account: CurrentAccount, services: ServicesDep) -> s.Results:
    """An interview with every question, answer and score, so far or in the end."""
    return present.results(await services.outcomes.get(account, interview_id))
