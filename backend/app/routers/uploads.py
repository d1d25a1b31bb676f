"""Routes that take files. Their paths have a body limit of their own: nothing larger is even read."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, UploadFile

from app.engines.audio.formats import ACCEPTED
from app.routers import present, present_recordings
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.interview import RecordingOut, ResumeOut
from app.schemas.recording import MediaOut, RecordingPlace
from app.web.dependencies import CurrentAccount, CurrentSubject, ServicesDep, limit_account, limit_subject
from app.web.forms import StreamedForm, form_document, parsed

AUDIO_PATH = re.compile(r"/questions/[^/]+/audio$")
RECORDING_PATH = re.compile(r"/sessions/[^/]+/recordings$|/uploads/[^/]+$")
DOCUMENT_PATH = re.compile(r"/resume$")

router = APIRouter(prefix="/api/v1/interviews")


@router.post(
    "/sessions/{session_id}/questions/{question_id:uuid}/audio",
    status_code=201,
    responses=documented(403, 404, 409, 415, 429, 503),
    tags=["Answers"],
    dependencies=[Depends(limit_subject("upload"))],
    openapi_extra=form_document(
        "file",
        f"{ACCEPTED}, recognised by content; 50 MB by default",
        duration={"description": "Ignored, whatever it holds: the server measures it"},
    ),
)
async def upload_audio(
    request: Request, session_id: UUID, question_id: UUID, subject: CurrentSubject, services: ServicesDep
) -> Envelope[RecordingOut]:
    """Upload the spoken answer to a question. A new upload replaces the old one, its transcript and evaluation."""
    form = await StreamedForm.open(request, "file")
    recording, question = await services.recordings.upload(subject, session_id, question_id, form)
    return wrap(present.recording(recording, session_id, question))


@router.post(
    "/sessions/{session_id}/recordings",
    status_code=201,
    responses=documented(403, 404, 409, 415, 429, 503),
    tags=["Recordings"],
    dependencies=[Depends(limit_subject("upload"))],
    openapi_extra=form_document(
        "file",
        f"Film (WebM, MP4, MOV, MKV) or sound ({ACCEPTED}), recognised by content; 1 GB by default",
        question_id={"type": "string", "format": "uuid", "description": "The question it belongs to; before the file"},
        is_answer={"type": "boolean", "default": False, "description": "Whether it is the answer to the question"},
    ),
)
async def upload_recording(
    request: Request, session_id: UUID, subject: CurrentSubject, services: ServicesDep
) -> Envelope[MediaOut]:
    """Add sound or film to an interview. It is processed behind the scenes: `status` says when that is done."""
    form = await StreamedForm.open(request, "file")
    place = parsed(RecordingPlace, form.fields)
    view = await services.recordings.add(
        subject, session_id, form, question_ref=place.question_id, is_answer=place.is_answer
    )
    return wrap(present_recordings.media(view))


@router.post(
    "/sessions/{session_id}/resume",
    status_code=201,
    responses=documented(404, 409, 415, 429, 503),
    tags=["Resume"],
    dependencies=[Depends(limit_account("upload"))],
)
async def upload_resume(
    session_id: UUID,
    account: CurrentAccount,
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="PDF, DOCX or plain text, recognised by content; 10 MB by default")],
) -> Envelope[ResumeOut]:
    """Read a résumé. The file is not kept, and names and contacts are left out of the profile."""
    return wrap(present.resume(await services.resumes.upload(account, session_id, file, file.filename or "")))
