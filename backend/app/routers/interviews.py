"""Interviews from creation to evaluation: `/api/v1/interviews`."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from app.models.values.kinds import SessionStatus
from app.repositories.interviews import SessionCounts, SortKey
from app.routers import present, present_jobs, present_recordings
from app.routers.errors import documented
from app.routers.jobs import ACCEPTED, done
from app.routers.paging import Search
from app.schemas.common import Envelope, wrap
from app.schemas.feedback import ReportOut
from app.schemas.interview import (
    AnswerRequest,
    AttemptList,
    AttemptOut,
    CorrectTranscriptRequest,
    CreateSessionRequest,
    EvaluateRequest,
    EvaluationOut,
    GeneratedQuestions,
    GenerateRequest,
    MatchOut,
    MatchRequest,
    OwnViewList,
    OwnViewRequest,
    QuestionList,
    QuestionOut,
    ResumeOut,
    SessionEvaluationOut,
    SessionList,
    SessionOut,
    TranscribeRequest,
    TranscriptOut,
    UpdateSessionRequest,
)
from app.schemas.job import SessionStatusOut
from app.schemas.recording import DeletionOut
from app.services.interviews.question_generation import GenerateWishes
from app.web.dependencies import (
    CurrentAccount,
    CurrentSubject,
    Reading,
    ServicesDep,
    Writing,
    limit_account,
    limit_subject,
)
from app.web.files import attachment, file_content
from app.web.patience import Patience
from app.web.recordings import MEDIA_TYPES, serve_recording

router = APIRouter(prefix="/api/v1/interviews")
OWNED = documented(404)
CHANGES = documented(404, 409)
QUESTION = "/sessions/{session_id}/questions/{question_id:uuid}"  # a name, as "generate", is none


@router.post(
    "/sessions",
    tags=["Interviews"],
    status_code=201,
    responses=documented(403, 429),
    dependencies=[Depends(limit_account("interview_start"))],
)
async def create_session(body: CreateSessionRequest, account: CurrentAccount, writes: Writing) -> Envelope[SessionOut]:
    """Create an interview."""
    created = await writes.interviews.create(account, body.model_dump())
    return wrap(present.interview(SessionCounts(created)))


@router.get("/sessions", tags=["Interviews"])
async def list_sessions(
    account: CurrentAccount,
    reads: Reading,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    status: SessionStatus | None = None,
    search: Annotated[Search | None, Query(description="In title, role and company")] = None,
    sort: SortKey = "created_at",
    order: Literal["asc", "desc"] = "desc",
) -> Envelope[SessionList]:
    """The caller's interviews, newest first."""
    rows, total = await reads.interviews.page(
        account,
        status=status,
        search=search,
        sort=sort,
        ascending=order == "asc",
        page=page,
        per_page=per_page,
    )
    return wrap(
        SessionList(
            sessions=[present.interview(row) for row in rows], pagination=present.page_info(page, per_page, total)
        )
    )


@router.get("/sessions/{session_id}", tags=["Interviews"], responses=OWNED)
async def get_session_details(session_id: UUID, subject: CurrentSubject, reads: Reading) -> Envelope[SessionOut]:
    """One interview."""
    return wrap(present.interview(await reads.interviews.get_with_counts(subject, session_id)))


@router.put("/sessions/{session_id}", tags=["Interviews"], responses=CHANGES)
async def update_session(
    session_id: UUID, body: UpdateSessionRequest, account: CurrentAccount, writes: Writing
) -> Envelope[SessionOut]:
    """Change an interview that is not over, or cancel it."""
    changes = body.model_dump(exclude_unset=True)
    return wrap(present.interview(await writes.interviews.update(account, session_id, changes)))


@router.delete("/sessions/{session_id}", tags=["Interviews"], responses=OWNED)
async def delete_session(session_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[DeletionOut]:
    """Delete an interview with its questions, answers and recordings. This cannot be undone."""
    receipt = await writes.deletion.interview(account, session_id)
    return wrap(present_recordings.deletion(receipt, "Session deleted with its questions, answers and recordings"))


@router.post("/sessions/{session_id}/complete", tags=["Interviews"], responses=CHANGES)
async def complete_session(session_id: UUID, subject: CurrentSubject, writes: Writing) -> Envelope[SessionOut]:
    """End an interview; after that nothing can be answered any more.

    Its feedback and report are made behind the scenes: `GET .../status` says when they are there.
    """
    return wrap(present.interview(await writes.interviews.complete(subject, session_id)))


@router.get("/sessions/{session_id}/status", responses=OWNED, tags=["Jobs"])
async def get_session_status(
    session_id: UUID, subject: CurrentSubject, services: ServicesDep
) -> Envelope[SessionStatusOut]:
    """What is going on behind the scenes for an interview, and whether its results are there."""
    return wrap(present_jobs.session_status(await services.jobs.status(subject, session_id)))


@router.post("/sessions/{session_id}/questions/generate", status_code=201, responses=CHANGES, tags=["Questions"])
async def generate_questions(
    session_id: UUID, account: CurrentAccount, services: ServicesDep, body: GenerateRequest | None = None
) -> Envelope[GeneratedQuestions]:
    """Plan questions for this interview. Before the first answer they replace the earlier ones unless `append`."""
    body = body or GenerateRequest()
    generated = await services.questions.generate(
        account,
        session_id,
        GenerateWishes(
            count=body.num_questions,
            categories=tuple(body.categories),
            skills=tuple(body.skills),
            role=body.role,
            difficulty=body.difficulty,
            seed=body.seed,
            append=body.append,
        ),
    )
    return wrap(
        GeneratedQuestions(questions=[present.question(view) for view in generated.questions], notes=generated.notes)
    )


@router.get("/sessions/{session_id}/questions", responses=OWNED, tags=["Questions"])
async def list_questions(session_id: UUID, subject: CurrentSubject, reads: Reading) -> Envelope[QuestionList]:
    """The questions of an interview in order."""
    interview = await reads.interviews.get(subject, session_id)
    return wrap(QuestionList(questions=[present.question(view) for view in await reads.questions.views(interview)]))


@router.get(QUESTION, responses=OWNED, tags=["Questions"])
async def get_question(
    session_id: UUID, question_id: UUID, subject: CurrentSubject, reads: Reading
) -> Envelope[QuestionOut]:
    """One question."""
    interview = await reads.interviews.get(subject, session_id)
    question = await reads.questions.get(interview, question_id)
    return wrap(present.question(await reads.questions.view(question)))


@router.post(f"{QUESTION}/skip", responses=CHANGES, tags=["Questions"])
async def skip_question(
    session_id: UUID, question_id: UUID, subject: CurrentSubject, writes: Writing
) -> Envelope[QuestionOut]:
    """Leave a question out. It counts as 0, until it is answered after all."""
    interview = await writes.interviews.get(subject, session_id)
    question = await writes.questions.get(interview, question_id)
    await writes.answers.skip(interview, question)
    return wrap(present.question(await writes.questions.view(question)))


@router.post(
    f"{QUESTION}/redo",
    status_code=201,
    responses=documented(403, 404, 409, 429),
    tags=["Questions"],
    dependencies=[Depends(limit_account("interview_start"))],
)
async def redo_question(
    session_id: UUID, question_id: UUID, account: CurrentAccount, writes: Writing
) -> Envelope[SessionOut]:
    """Another attempt at a question of an interview that is over: a new practice with this question alone."""
    interview = await writes.interviews.get(account, session_id)
    question = await writes.questions.get(interview, question_id)
    return wrap(present.interview(await writes.attempts.redo(account, interview, question)))


@router.get(f"{QUESTION}/attempts", responses=OWNED, tags=["Questions"])
async def list_attempts(
    session_id: UUID, question_id: UUID, account: CurrentAccount, reads: Reading
) -> Envelope[AttemptList]:
    """Every attempt of the caller at this question, the first one first."""
    interview = await reads.interviews.get(account, session_id)
    question = await reads.questions.get(interview, question_id)
    found = await reads.attempts.of(account, question)
    return wrap(AttemptList(attempts=[AttemptOut.model_validate(row) for row in found]))


@router.get(
    f"{QUESTION}/audio",
    responses={**documented(404, 416, 503), **file_content(*MEDIA_TYPES)},
    response_class=StreamingResponse,
    tags=["Answers"],
)
async def get_audio(
    request: Request, session_id: UUID, question_id: UUID, account: CurrentAccount, services: ServicesDep
) -> StreamingResponse:
    """The recording of the answer; Range is served. WebM gets an index after a moment, so that players can seek."""
    recording, question = await services.recordings.of_question(account, session_id, question_id)
    return await serve_recording(request, services, recording, f"answer-{question.number}")


@router.post(
    f"{QUESTION}/transcribe",
    responses={**documented(404, 409, 429, 503), **ACCEPTED},
    response_model=Envelope[TranscriptOut],
    tags=["Answers"],
    dependencies=[Depends(limit_subject("answer"))],
)
async def transcribe_audio(
    session_id: UUID,
    question_id: UUID,
    subject: CurrentSubject,
    services: ServicesDep,
    patience: Patience,
    body: TranscribeRequest | None = None,
) -> Envelope[TranscriptOut] | Response:
    """Turn the recording into text with the time of each word. Silence gives an empty transcript."""
    language = body.language if body else None
    job = await services.transcripts.ask(subject, session_id, question_id, language=language)
    if isinstance(found := await done(services, job, patience), Response):
        return found
    async with services.reading() as reads:
        interview = await reads.interviews.get(subject, session_id)
        question = await reads.questions.get(interview, question_id)
        return wrap(present.transcript(await reads.questions.transcript(question)))


@router.get(f"{QUESTION}/transcript", responses=OWNED, tags=["Answers"])
async def get_transcript(
    session_id: UUID, question_id: UUID, subject: CurrentSubject, reads: Reading
) -> Envelope[TranscriptOut]:
    """The transcript of an answer and the engine that made it."""
    interview = await reads.interviews.get(subject, session_id)
    question = await reads.questions.get(interview, question_id)
    return wrap(present.transcript(await reads.questions.transcript(question)))


@router.put(f"{QUESTION}/transcript", responses=CHANGES, tags=["Answers"])
async def correct_transcript(
    session_id: UUID, question_id: UUID, body: CorrectTranscriptRequest, subject: CurrentSubject, writes: Writing
) -> Envelope[TranscriptOut]:
    """Correct what was misheard; what the engine heard stays beside it. The old evaluation is withdrawn."""
    interview = await writes.interviews.get(subject, session_id)
    question = await writes.questions.get(interview, question_id)
    return wrap(present.transcript(await writes.answers.correct(interview, question, body.transcript)))


@router.post(
    f"{QUESTION}/answer",
    status_code=201,
    responses=documented(404, 409, 429),
    tags=["Answers"],
    dependencies=[Depends(limit_subject("answer"))],
)
async def answer_by_text(
    session_id: UUID, question_id: UUID, body: AnswerRequest, subject: CurrentSubject, writes: Writing
) -> Envelope[TranscriptOut]:
    """Type the answer instead of speaking it."""
    interview = await writes.interviews.get(subject, session_id)
    question = await writes.questions.get(interview, question_id)
    answer = await writes.answers.type(interview, question, body.answer, time_spent=body.time_spent)
    return wrap(present.transcript(answer))


@router.delete(f"{QUESTION}/answer", responses=CHANGES, tags=["Answers"])
async def delete_answer(
    session_id: UUID, question_id: UUID, account: CurrentAccount, writes: Writing
) -> Envelope[DeletionOut]:
    """Delete the answer to a question with its recording, transcript and evaluations. This cannot be undone."""
    receipt = await writes.deletion.answer(account, session_id, question_id)
    return wrap(present_recordings.deletion(receipt, "Answer deleted with its recording, transcript and evaluations"))


@router.post(
    f"{QUESTION}/evaluate",
    responses={**documented(403, 404, 409, 429, 503), **ACCEPTED},
    response_model=Envelope[EvaluationOut],
    tags=["Evaluation"],
    dependencies=[Depends(limit_account("answer"))],
)
async def evaluate_answer(
    session_id: UUID,
    question_id: UUID,
    account: CurrentAccount,
    services: ServicesDep,
    patience: Patience,
    body: EvaluateRequest | None = None,
) -> Envelope[EvaluationOut] | Response:
    """Judge an answer: four weighted measures, each with the words that show it."""
    body = body or EvaluateRequest()
    job = await services.evaluations.ask(
        account, session_id, question_id, expected_keywords=body.expected_keywords, follow_up=body.follow_up
    )
    if isinstance(found := await done(services, job, patience), Response):
        return found
    return wrap(present.evaluation(await services.evaluations.outcome(found.result or {})))


@router.put(f"{QUESTION}/own-view", responses=documented(403, 404, 409), tags=["Evaluation"])
async def mark_points(
    session_id: UUID, question_id: UUID, account: CurrentAccount, writes: Writing, body: OwnViewRequest
) -> Envelope[OwnViewList]:
    """Say of expected points: I said this, I did not, I said the opposite. Kept beside the judge's view; no score
    moves."""
    interview = await writes.interviews.get(account, session_id)
    question = await writes.questions.get(interview, question_id)
    views = {mark.point: mark.view for mark in body.points}
    return wrap(OwnViewList(points=present.own_view(await writes.answers.mark_points(interview, question, views))))


@router.get("/sessions/{session_id}/evaluation", responses=OWNED, tags=["Evaluation"])
async def get_session_evaluation(
    session_id: UUID, account: CurrentAccount, services: ServicesDep
) -> Envelope[SessionEvaluationOut]:
    """Every question with its evaluation, and the means of what was scored."""
    return wrap(present.session_evaluation(await services.evaluations.of_session(account, session_id)))


@router.get("/sessions/{session_id}/resume", responses=OWNED, tags=["Resume"])
async def get_resume(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[ResumeOut]:
    """What the résumé of this interview says."""
    return wrap(present.resume(await services.resumes.get(account, session_id)))


@router.post("/sessions/{session_id}/match", responses=CHANGES, tags=["Resume"])
async def match_resume(
    session_id: UUID, account: CurrentAccount, services: ServicesDep, body: MatchRequest | None = None
) -> Envelope[MatchOut]:
    """Match the résumé with the job: skills that meet it, miss it, exceed it, each with the words that show it."""
    job_description = body.job_description if body else None
    return wrap(present.match(await services.resumes.match(account, session_id, job_description)))


@router.get("/sessions/{session_id}/match", responses=OWNED, tags=["Resume"])
async def get_match(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[MatchOut]:
    """The stored match of résumé and job."""
    return wrap(present.match(await services.resumes.get_match(account, session_id)))


@router.post(
    "/sessions/{session_id}/report",
    responses={**documented(403, 404, 409, 429, 503), **ACCEPTED},
    response_model=Envelope[ReportOut],
    tags=["Report"],
    dependencies=[Depends(limit_account("feedback"))],
)
async def create_report(
    session_id: UUID, account: CurrentAccount, services: ServicesDep, patience: Patience
) -> Envelope[ReportOut] | Response:
    """Write the hire report of a completed interview: a suggestion with reasons and doubt. A person decides."""
    job = await services.reports.ask(account, session_id)
    if isinstance(found := await done(services, job, patience), Response):
        return found
    return wrap(present.report(await services.reports.get(account, session_id)))


@router.get("/sessions/{session_id}/report", responses=documented(403, 404), tags=["Report"])
async def get_report(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[ReportOut]:
    """The stored hire report."""
    return wrap(present.report(await services.reports.get(account, session_id)))


@router.get(
    "/sessions/{session_id}/report.pdf",
    responses={**documented(404, 429, 503), 200: file_content("application/pdf")[200]},
    response_class=Response,
    tags=["Report"],
    dependencies=[Depends(limit_subject("feedback"))],
)
async def print_report(session_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Response:
    """The stored results as a PDF: for the candidate scores, evidence and advice; for those who conduct the interview
    the hire report with the answers, and that it was read is noted."""
    report = await services.pdf.report(subject, session_id)
    headers = {
        "Content-Disposition": attachment(f"{report.name}.pdf"),
        "Cache-Control": "private, no-store",
    }
    return Response(report.content, media_type="application/pdf", headers=headers)
