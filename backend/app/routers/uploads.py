"""Routes that take files. Their paths have a body limit of their own: nothing larger is even read."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, UploadFile

from app.engines.audio.formats import ACCEPTED
from app.routers import present
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.interview import RecordingOut, ResumeOut
from app.web.dependencies import CurrentAccount, ServicesDep, limit_address

AUDIO_PATH = re.compile(r"/questions/[^/]+/audio$")
DOCUMENT_PATH = re.compile(r"/resume$")

router = APIRouter(prefix="/api/v1/interviews")


@router.post(
    "/sessions/{session_id}/questions/{question_id:uuid}/audio",
    status_code=201,
    responses=documented(404, 409, 415, 429, 503),
    tags=["Answers"],
    dependencies=[Depends(limit_address("upload"))],
)
async def upload_audio(
    session_id: UUID,
    question_id: UUID,
    account: CurrentAccount,
    services: ServicesDep,
    file: Annotated[UploadFile, File(description=f"{ACCEPTED}, recognised by content; 50 MB by default")],
    duration: Annotated[Any, Form(description="Ignored, whatever it holds: the server measures it")] = None,
) -> Envelope[RecordingOut]:
    """Upload the spoken answer to a question. A new upload replaces the old one, its transcript and evaluation."""
    recording, question = await services.recordings.upload(account, session_id, question_id, file)
    return wrap(present.recording(recording, session_id, question))


@router.post(
    "/sessions/{session_id}/resume",
    status_code=201,
    responses=documented(404, 409, 415, 429, 503),
    tags=["Resume"],
    dependencies=[Depends(limit_address("upload"))],
)
async def upload_resume(
    session_id: UUID,
    account: CurrentAccount,
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="PDF or DOCX; 10 MB")],
) -> Envelope[ResumeOut]:
    """Read a résumé. The file is not kept, and names and contacts are left out of the profile."""
    return wrap(present.resume(await services.resumes.upload(account, session_id, file, file.filename or "")))
