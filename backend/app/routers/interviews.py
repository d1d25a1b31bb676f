"""Interviews from creation to evaluation: `/api/v1/interviews`."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import StringConstraints

from app.repositories.interviews import SessionCounts
from app.routers import present
from app.schemas.common import Clean, Envelope, Message, wrap
from app.schemas.feedback import ReportOut
from app.schemas.interview import (
    AnswerRequest,
    CorrectTranscriptRequest,
    CreateSessionRequest,
    EvaluateRequest,
    EvaluationOut,
    GeneratedQuestions,
    GenerateRequest,
    MatchOut,
    MatchRequest,
    QuestionList,
    QuestionOut,
    ResumeOut,
    SessionEvaluationOut,
    SessionList,
    SessionOut,
    Status,
    TranscribeRequest,
    TranscriptOut,
    UpdateSessionRequest,
)
from app.services.interviews.question_service import GenerateWishes
from app.web.dependencies import (
    Caller,
    Evaluations,
    FollowUps,
    Interviews,
    OwnedQuestion,
    OwnedSession,
    Questions,
    Recordings,
    Reports,
    Resumes,
    Transcripts,
    limit_user,
)
from app.web.errors import documented
from app.web.files import serve

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
}

router = APIRouter(prefix="/api/v1/interviews", tags=["Interviews"], responses=documented(401, 422))
OWNED = documented(404)
CHANGES = documented(404, 409, 413)
Search = Annotated[str, StringConstraints(max_length=100), Clean]
QUESTION = "/sessions/{session_id}/questions/{question_id}"


@router.post(
    "/sessions",
    status_code=201,
    responses=documented(413, 429),
    dependencies=[Depends(limit_user("interview_start"))],
)
async def create_session(body: CreateSessionRequest, caller: Caller, interviews: Interviews) -> Envelope[SessionOut]:
    """Create an interview."""
    created = await interviews.create(caller, body.model_dump())
    return wrap(present.interview(SessionCounts(created, 0, 0)))


@router.get("/sessions")
async def list_sessions(
    caller: Caller,
    interviews: Interviews,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    status: Status | None = None,
    search: Annotated[Search | None, Query(description="In title, role and company")] = None,
    sort: Literal["created_at", "title", "status", "completed_at"] = "created_at",
    order: Literal["asc", "desc"] = "desc",
) -> Envelope[SessionList]:
    """The caller's interviews, newest first."""
    rows, total = await interviews.page(
        caller,
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


@router.get("/sessions/{session_id}", responses=OWNED)
async def get_session_details(session_id: UUID, caller: Caller, interviews: Interviews) -> Envelope[SessionOut]:
    """One interview."""
    return wrap(present.interview(await interviews.owned_with_counts(caller, session_id)))


@router.put("/sessions/{session_id}", responses=CHANGES)
async def update_session(
    body: UpdateSessionRequest, interview: OwnedSession, caller: Caller, interviews: Interviews
) -> Envelope[SessionOut]:
    """Change an interview that is not over, or cancel it."""
    await interviews.update(interview, body.model_dump(exclude_unset=True))
    return wrap(present.interview(await interviews.owned_with_counts(caller, interview.public_id)))


@router.delete("/sessions/{session_id}", responses=OWNED)
async def delete_session(interview: OwnedSession, interviews: Interviews) -> Envelope[Message]:
    """Delete an interview with its questions, answers and recordings. This cannot be undone."""
    await interviews.delete(interview)
    return wrap(Message(message="Session deleted with its questions, answers and recordings"))


@router.post("/sessions/{session_id}/complete", responses=CHANGES)
async def complete_session(interview: OwnedSession, caller: Caller, interviews: Interviews) -> Envelope[SessionOut]:
    """End an interview; after that nothing can be answered any more."""
    await interviews.complete(interview)
    return wrap(present.interview(await interviews.owned_with_counts(caller, interview.public_id)))


@router.post("/sessions/{session_id}/questions/generate", status_code=201, responses=CHANGES, tags=["Questions"])
async def generate_questions(
    interview: OwnedSession, questions: Questions, body: GenerateRequest | None = None
) -> Envelope[GeneratedQuestions]:
    """Plan questions for this interview. Before the first answer they replace the earlier ones unless `append`."""
    body = body or GenerateRequest()
    generated = await questions.generate(
        interview,
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
async def list_questions(interview: OwnedSession, questions: Questions) -> Envelope[QuestionList]:
    """The questions of an interview in order."""
    return wrap(QuestionList(questions=[present.question(view) for view in await questions.views(interview)]))


@router.get(QUESTION, responses=OWNED, tags=["Questions"])
async def get_question(question: OwnedQuestion, questions: Questions) -> Envelope[QuestionOut]:
    """One question."""
    return wrap(present.question(await questions.view(question)))


@router.post(f"{QUESTION}/skip", responses=CHANGES, tags=["Questions"])
async def skip_question(
    interview: OwnedSession, question: OwnedQuestion, questions: Questions
) -> Envelope[QuestionOut]:
    """Leave a question out. It counts as 0, until it is answered after all."""
    await questions.skip(interview, question)
    return wrap(present.question(await questions.view(question)))


@router.get(
    f"{QUESTION}/audio",
    responses={
        **documented(404, 416),
        200: {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "The bytes of the Range header"},
    },
    response_class=FileResponse,
    tags=["Answers"],
)
async def get_audio(request: Request, question: OwnedQuestion, recordings: Recordings) -> FileResponse:
    """The recording, byte for byte; Range is served."""
    recording, path = await recordings.get(question)
    return serve(
        request,
        path,
        recording.size_bytes,
        MEDIA_TYPES[recording.format],
        **{
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="answer-{question.number}.{recording.format}"',
        },
    )


@router.post(
    f"{QUESTION}/transcribe",
    responses=documented(404, 409, 413, 429, 503),
    tags=["Answers"],
    dependencies=[Depends(limit_user("answer"))],
)
async def transcribe_audio(
    question: OwnedQuestion, transcripts: Transcripts, body: TranscribeRequest | None = None
) -> Envelope[TranscriptOut]:
    """Turn the recording into text with the time of each word. Silence gives an empty transcript."""
    language = body.language if body else None
    return wrap(present.transcript(await transcripts.transcribe(question, language=language)))


@router.get(f"{QUESTION}/transcript", responses=OWNED, tags=["Answers"])
async def get_transcript(question: OwnedQuestion, transcripts: Transcripts) -> Envelope[TranscriptOut]:
    """The transcript of an answer and the engine that made it."""
    return wrap(present.transcript(await transcripts.get(question)))


@router.put(f"{QUESTION}/transcript", responses=CHANGES, tags=["Answers"])
async def correct_transcript(
    body: CorrectTranscriptRequest, interview: OwnedSession, question: OwnedQuestion, transcripts: Transcripts
) -> Envelope[TranscriptOut]:
    """Correct what was misheard; what the engine heard stays beside it. The old evaluation is withdrawn."""
    return wrap(present.transcript(await transcripts.correct(interview, question, body.transcript)))


@router.post(
    f"{QUESTION}/answer",
    status_code=201,
    responses=documented(404, 409, 413, 429),
    tags=["Answers"],
    dependencies=[Depends(limit_user("answer"))],
)
async def answer_by_text(
    body: AnswerRequest, interview: OwnedSession, question: OwnedQuestion, transcripts: Transcripts
) -> Envelope[TranscriptOut]:
    """Type the answer instead of speaking it."""
    answer = await transcripts.type(interview, question, body.answer, body.time_spent)
    return wrap(present.transcript(answer))


@router.post(
    f"{QUESTION}/evaluate",
    responses=documented(404, 409, 413, 429),
    tags=["Evaluation"],
    dependencies=[Depends(limit_user("answer"))],
)
async def evaluate_answer(
    question: OwnedQuestion,
    evaluations: Evaluations,
    follow_ups: FollowUps,
    questions: Questions,
    body: EvaluateRequest | None = None,
) -> Envelope[EvaluationOut]:
    """Judge an answer: four weighted measures, each with the words that show it."""
    body = body or EvaluateRequest()
    evaluation = await evaluations.evaluate(question, expected_keywords=body.expected_keywords)
    follow_up = await follow_ups.next_for(question, evaluation) if body.follow_up else None
    view = await questions.view(follow_up) if follow_up else None
    return wrap(present.evaluation(evaluation, question, view))


@router.get("/sessions/{session_id}/evaluation", responses=OWNED, tags=["Evaluation"])
async def get_session_evaluation(interview: OwnedSession, evaluations: Evaluations) -> Envelope[SessionEvaluationOut]:
    """Every question with its evaluation, and the means of what was scored."""
    return wrap(present.session_evaluation(interview, await evaluations.of_session(interview)))


@router.get("/sessions/{session_id}/resume", responses=OWNED, tags=["Résumé"])
async def get_resume(interview: OwnedSession, resumes: Resumes) -> Envelope[ResumeOut]:
    """What the résumé of this interview says."""
    return wrap(present.resume(interview, resumes.get(interview)))


@router.post("/sessions/{session_id}/match", responses=CHANGES, tags=["Résumé"])
async def match_resume(
    interview: OwnedSession, resumes: Resumes, body: MatchRequest | None = None
) -> Envelope[MatchOut]:
    """Match the résumé with the job: skills that meet it, miss it, exceed it, each with the words that show it."""
    job_description = body.job_description if body else None
    return wrap(MatchOut.model_validate(await resumes.match(interview, job_description)))


@router.get("/sessions/{session_id}/match", responses=OWNED, tags=["Résumé"])
async def get_match(interview: OwnedSession, resumes: Resumes) -> Envelope[MatchOut]:
    """The stored match of résumé and job."""
    return wrap(MatchOut.model_validate(resumes.get_match(interview)))


@router.post("/sessions/{session_id}/report", responses=CHANGES, tags=["Report"])
async def create_report(interview: OwnedSession, reports: Reports) -> Envelope[ReportOut]:
    """Write the hire report of a completed interview: a suggestion with reasons and doubt. A person decides."""
    return wrap(present.report(await reports.write(interview), interview))


@router.get("/sessions/{session_id}/report", responses=OWNED, tags=["Report"])
async def get_report(interview: OwnedSession, reports: Reports) -> Envelope[ReportOut]:
    """The stored hire report."""
    return wrap(present.report(await reports.get(interview), interview))
