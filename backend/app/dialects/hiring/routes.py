"""The hiring document's fourteen endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, File, Form, Query, Request, UploadFile

from app.dialects.hiring import present
from app.dialects.hiring import schemas as s
from app.dialects.hiring.ids import InterviewId, QuestionId, parse, shown
from app.engines.audio.formats import ACCEPTED
from app.errors import NotFound
from app.models.values.kinds import Voice
from app.services.accounts.logins import WITHOUT_REFRESH
from app.services.interviews.question_generation import GenerateWishes
from app.web.dependencies import (
    CallerDep,
    CurrentAccount,
    Reading,
    RuntimeDep,
    ServicesDep,
    Writing,
    limit_account,
    limit_address,
)
from app.web.forms import StreamedForm, form_document
from app.web.patience import Patience
from app.web.shapes import LoginRequest, documented_by

router = APIRouter()
INTERVIEW = "/interviews/{interview_id}"
QUESTION = f"{INTERVIEW}/questions/{{question_id}}"
ANSWERS = [Depends(limit_account("answer"))]


documented = documented_by(s.ErrorBody)
FOUND = documented(404)


@router.post(
    "/auth/register", tags=["Auth"], responses=documented(429), dependencies=[Depends(limit_address("register"))]
)
async def register(body: s.Registration, services: ServicesDep, caller: CallerDep) -> s.Token:
    """Create an account. It works with every face of this server."""
    login = await services.auth.register(
        email=body.email,
        password=body.password,
        full_name=body.name,
        user_agent=caller.user_agent,
        rules=WITHOUT_REFRESH,
    )
    return s.Token(access_token=login.tokens.access_token)


@router.post("/auth/login", tags=["Auth"], responses=documented(429), dependencies=[Depends(limit_address("login"))])
async def login(body: LoginRequest, services: ServicesDep, caller: CallerDep) -> s.Token:
    """Get a token."""
    found = await services.auth.login(email=body.email, password=body.password, caller=caller, rules=WITHOUT_REFRESH)
    return s.Token(access_token=found.tokens.access_token)


@router.get("/auth/me", tags=["Auth"])
async def get_me(account: CurrentAccount, reads: Reading) -> s.User:
    """Who is logged in."""
    return present.user(await reads.users.me(account))


@router.post(
    "/interviews/create",
    tags=["Interviews"],
    responses=documented(429, 503),
    dependencies=[Depends(limit_account("interview_start"))],
)
async def create_interview(
    account: CurrentAccount,
    services: ServicesDep,
    resume: Annotated[UploadFile, File(description="PDF or DOCX; it is read and not kept")],
    job_description: Annotated[s.JobText, Form()],
) -> s.Created:
    """Create an interview from a résumé and a job description."""
    interview = await services.resumes.begin_for_job(account, resume, resume.filename or "", job_description)
    return s.Created(interview_id=shown(interview.public_id))


@router.post(f"{INTERVIEW}/setup-ai", tags=["Interviews"], responses=documented(404, 503))
async def set_up(interview_id: InterviewId, account: CurrentAccount, services: ServicesDep) -> s.SetUp:
    """Generate the questions, once."""
    generated = await services.questions.generate(account, interview_id, GenerateWishes(once=True))
    return s.SetUp(message="AI setup completed", questions_count=len(generated.questions))


@router.post(f"{INTERVIEW}/start", tags=["Interviews"], responses=FOUND)
async def start_interview(
    interview_id: InterviewId,
    account: CurrentAccount,
    writes: Writing,
    voice: Annotated[Voice | None, Query(description="Without one the interview keeps its own")] = None,
) -> s.Started:
    """Start the interview with a voice."""
    step = await writes.steps.start(account, interview_id, voice)
    return s.Started(message="Interview started", voice=step.interview.voice)


@router.get(f"{INTERVIEW}/next-question", tags=["Interviews"], responses=FOUND)
async def get_next_question(
    interview_id: InterviewId, account: CurrentAccount, writes: Writing
) -> s.DueQuestion | s.Message:
    """The question that is due; the same until it is passed. When none is left, the interview is completed."""
    return present.due(await writes.steps.current(account, interview_id))


@router.post(f"{INTERVIEW}/answer-complete", tags=["Interviews"], responses=FOUND)
async def complete_answer(
    interview_id: InterviewId,
    account: CurrentAccount,
    writes: Writing,
    body: Annotated[s.Passed | None, Body()] = None,
) -> s.Message:
    """Move on to the next question. With the `question_id` of the one that is done, a repeat changes nothing."""
    done = body.question_id if body else None
    await writes.steps.advance(account, interview_id, _question_id(done) if done else None)
    return s.Message(message="Answer recorded, moving to next question")


@router.post(f"{INTERVIEW}/end", tags=["Interviews"], responses=FOUND)
async def end_interview(interview_id: InterviewId, account: CurrentAccount, writes: Writing) -> s.Message:
    """End the interview early."""
    await writes.steps.end(account, interview_id)
    return s.Message(message="Interview ended successfully")


@router.post(
    f"{QUESTION}/upload-video",
    tags=["Answers"],
    responses=documented(403, 404, 429, 503),
    dependencies=[Depends(limit_account("upload"))],
    openapi_extra=form_document("video", f"Film (WebM, MP4, MOV, MKV) or sound ({ACCEPTED}), recognised by content"),
)
async def upload_video(
    request: Request,
    interview_id: InterviewId,
    question_id: QuestionId,
    account: CurrentAccount,
    services: ServicesDep,
) -> s.Message:
    """Upload the answer to a question. It is transcribed, looked at and judged behind the scenes."""
    form = await StreamedForm.open(request, "video")
    await services.recordings.add(account, interview_id, form, question_ref=question_id, is_answer=True)
    return s.Message(message="Video uploaded successfully. Processing started.")


@router.post(f"{QUESTION}/analyze", tags=["Answers"], responses=documented(404, 429, 503), dependencies=ANSWERS)
async def analyze_answer(
    interview_id: InterviewId,
    question_id: QuestionId,
    account: CurrentAccount,
    services: ServicesDep,
    patience: Patience,
) -> s.Analysis:
    """What was heard and seen in the answer to a question, which is waited for."""
    return present.analysis(await services.analyses.analyze(account, interview_id, question_id, patience))


@router.post(f"{QUESTION}/score", tags=["Answers"], responses=documented(404, 429, 503), dependencies=ANSWERS)
async def score_answer(
    interview_id: InterviewId,
    question_id: QuestionId,
    account: CurrentAccount,
    services: ServicesDep,
    patience: Patience,
) -> s.Scored:
    """Judge the answer to a question anew."""
    found = await services.analyses.score(account, interview_id, question_id, patience)
    return s.Scored(message="Scoring completed", score=s.AnswerScore.model_validate(found))


@router.post("/tts/generate", tags=["Speech"], responses=documented(429, 503), dependencies=ANSWERS)
async def generate_speech(body: s.SpeechWish, _account: CurrentAccount, runtime: RuntimeDep) -> s.Spoken:
    """Turn text into speech; the file is at the server's address, a slash and `audio_path`."""
    spoken = await runtime.tts.make(body.text, body.voice)
    return s.Spoken(audio_path=spoken.url.removeprefix("/"))


@router.get(
    f"{INTERVIEW}/report",
    tags=["Report"],
    responses=documented(403, 404, 429),
    dependencies=[Depends(limit_account("feedback"))],
)
async def get_report(
    interview_id: InterviewId, account: CurrentAccount, services: ServicesDep
) -> s.Report | s.NoReport:
    """The report once the interview is over and its answers are judged."""
    return present.report(await services.overview.so_far(account, interview_id))


def _question_id(text: str) -> UUID:
    try:
        return parse(text)
    except ValueError as error:
        raise NotFound.of("Question") from error
