"""The kiosk's REST for candidates, whose key is the id of their interview, and for recordings."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from app.dialects.kiosk import schemas as s
from app.dialects.kiosk.access import Admin, Candidates, candidates
from app.dialects.kiosk.schemas import documented
from app.services.accounts.subject import CodeHolder
from app.services.answers.submission import Claim
from app.services.interviews.question_service import places
from app.services.recordings.recording_service import Place
from app.web.dependencies import RuntimeDep, ServicesDep, counting_wrong
from app.web.files import file_content
from app.web.forms import StreamedForm, form_document, parsed
from app.web.recordings import MEDIA_TYPES, serve_recording
from app.web.text import PathKey

router = APIRouter(prefix="/api/interview", responses=documented(403, 429))
UPLOAD_PATH = re.compile(r"^/api/interview/upload-recording$")
Known = Annotated[Candidates, Depends(candidates("kiosk_interview"))]
Uploading = Annotated[Candidates, Depends(candidates("kiosk_upload"))]


@router.post("/validate-code", tags=["Interview"])
async def validate_code(request: Request, body: s.EnterRequest, services: ServicesDep, known: Known) -> s.Entered:
    """Begin the interview of a code, or come back to it with the same name."""
    async with counting_wrong(request, "join"):
        entry = await services.entry.enter(body.code, candidate_name=body.candidate_name, begin=True)
    await known.recognised(CodeHolder(entry.interview.public_id))
    numbers = places(entry.questions)
    questions = [
        s.QuestionOut(id=numbers[found.id], text=found.text, time_limit=found.time_limit, order_index=index)
        for index, found in enumerate(entry.questions)
    ]
    return s.Entered(
        session_id=str(entry.interview.public_id), candidate_name=entry.interview.candidate_name, questions=questions
    )


@router.post("/submit-response", status_code=201, responses=documented(404), tags=["Interview"])
async def submit_response(body: s.ResponseRequest, runtime: RuntimeDep, known: Known) -> s.CreatedResponse:
    """Answer a question by a text, also while it is asked over Socket.IO. The server judges it behind the scenes."""
    holder = await known.of_session(body.session_id)
    question = await known.question(holder, body.question_id)
    await runtime.live.take_text(holder, holder.interview_id, question, body.transcript)
    async with runtime.services.writing() as writes:
        claim = Claim(body.ai_score, body.ai_analysis)
        answer = await writes.submissions.submit(holder, holder.interview_id, question, body.transcript, claim)
    return s.CreatedResponse(response_id=answer.id, message="Response submitted successfully")


@router.get("/session/{session_id}/status", responses=documented(404), tags=["Interview"])
async def get_session_status(session_id: str, services: ServicesDep, known: Known) -> s.SessionStatusResponse:
    """Where the interview stands."""
    holder = await known.of_session(session_id)
    async with services.reading() as reads:
        progress = await reads.questions.progress(await reads.interviews.get(holder, holder.interview_id))
    return s.SessionStatusResponse.model_validate({"session": progress})


@router.post(
    "/upload-recording",
    status_code=201,
    responses=documented(404, 503),
    tags=["Recordings"],
    openapi_extra=form_document(
        "recording",
        "Film or sound, recognised by content",
        session_id={"type": "string", "description": "The interview"},
        question_id={"type": "integer", "description": "The question that was being answered"},
        recording_type={"type": "string", "description": "Ignored: the server looks"},
        duration={"type": "number", "description": "Ignored: the server measures it"},
    ),
)
async def upload_recording(request: Request, runtime: RuntimeDep, known: Uploading) -> s.CreatedRecording:
    """Add sound or film to an interview. The fields may stand before or after the file."""
    form = await StreamedForm.open(request, "recording")

    async def place() -> Place:
        fields = parsed(s.UploadFields, form.fields)
        holder = await known.of_session(fields.session_id)
        question = None if fields.question_id is None else await known.question(holder, fields.question_id)
        return holder, holder.interview_id, question

    if not (is_described := "session_id" in form.fields):
        await known.require_id_first()
    view = await runtime.services.recordings.add_described(form, place, is_described=is_described)
    return s.CreatedRecording(
        recording_id=view.recording.id,
        file_size=view.recording.size_bytes,
        duration=view.recording.duration,
        storage_type=runtime.settings.storage_type,
        message="Recording uploaded successfully",
    )


@router.get("/session/{session_id}/recordings", responses=documented(404), tags=["Recordings"])
async def list_recordings(session_id: str, services: ServicesDep, known: Known) -> s.RecordingList:
    """The recordings of an interview, oldest first."""
    holder = await known.of_session(session_id)
    views = await services.recordings.of_interview(holder, holder.interview_id)
    async with services.reading() as reads:
        numbers = await reads.questions.places(await reads.interviews.get(holder, holder.interview_id))
    return s.RecordingList.model_validate({"recordings": views}, context=numbers)


@router.get(
    "/recording/{recording_id}/download",
    responses={**documented(404, 503), **file_content(*MEDIA_TYPES)},
    response_class=StreamingResponse,
    tags=["Recordings"],
)
async def download_recording(
    request: Request, recording_id: PathKey, account: Admin, services: ServicesDep
) -> StreamingResponse:
    """The file of a candidate with a code, for administrators; Range is served."""
    view = await services.recordings.get(account, recording_id, action="recording_downloaded", by_code=True)
    name = f"recording-{recording_id}"
    return await serve_recording(request, services, view.recording, name, disposition="attachment")
