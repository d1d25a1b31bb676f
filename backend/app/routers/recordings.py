"""Recordings of interviews, links to them, consent and receipts of deletions."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app.errors import NotFound
from app.routers import present_recordings
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.recording import (
    ConsentOut,
    ConsentRequest,
    DeletionOut,
    LinkOut,
    MediaDetailOut,
    MediaList,
)
from app.services.recordings.joined import JoinedSound
from app.web.dependencies import CurrentAccount, CurrentSubject, Reading, RuntimeDep, ServicesDep, Writing
from app.web.files import file_content, serve
from app.web.prefix import public
from app.web.recordings import MEDIA_TYPES, serve_joined, serve_recording

router = APIRouter(prefix="/api/v1")
OWNED = documented(404)
SESSION = "/interviews/sessions/{session_id}"
MEDIA = {
    **documented(404, 416, 503),
    **file_content(*MEDIA_TYPES),
}
PICTURE = {**documented(404, 416, 503), **file_content("image/jpeg")}


@router.get(f"{SESSION}/recordings", responses=OWNED, tags=["Recordings"])
async def list_recordings(session_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Envelope[MediaList]:
    """The recordings of an interview, oldest first."""
    views = await services.recordings.of_interview(subject, session_id)
    return wrap(MediaList(recordings=[present_recordings.media(view) for view in views]))


@router.get("/recordings/{recording_id}", responses=OWNED, tags=["Recordings"])
async def get_recording(recording_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[MediaDetailOut]:
    """One recording, with the shape of its sound."""
    return wrap(present_recordings.media_detail(await services.recordings.get(account, recording_id)))


@router.delete("/recordings/{recording_id}", responses=OWNED, tags=["Recordings"])
async def delete_recording(recording_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[DeletionOut]:
    """Delete a recording. The transcript of an answer stays until the answer is deleted."""
    receipt = await writes.deletion.recording(account, recording_id)
    return wrap(present_recordings.deletion(receipt, "Recording deleted"))


@router.get("/recordings/{recording_id}/file", responses=MEDIA, response_class=StreamingResponse, tags=["Recordings"])
async def get_recording_file(
    request: Request, recording_id: UUID, account: CurrentAccount, services: ServicesDep
) -> StreamingResponse:
    """The file; Range is served."""
    view = await services.recordings.get(account, recording_id, action="recording_downloaded")
    return await serve_recording(request, services, view.recording, f"recording-{recording_id}")


@router.get(
    "/recordings/{recording_id}/thumbnail", responses=PICTURE, response_class=StreamingResponse, tags=["Recordings"]
)
async def get_thumbnail(
    request: Request, recording_id: UUID, account: CurrentAccount, runtime: RuntimeDep
) -> StreamingResponse:
    """A picture of the film as JPEG."""
    view = await runtime.services.recordings.get(account, recording_id)
    key = view.recording.thumbnail_key
    found = await runtime.storage.head(key) if key else None
    if found is None:
        raise NotFound("This recording has no picture, or none yet.", code="thumbnail_not_found")
    cached = {"Cache-Control": "private, max-age=86400"}
    return await serve(request, runtime.storage, found.key, found.size, "image/jpeg", **cached)


@router.post("/recordings/{recording_id}/link", responses=OWNED, tags=["Recordings"])
async def create_link(recording_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[LinkOut]:
    """An address that plays the recording for a few minutes without a login, for players and for other people."""
    link = await services.recordings.link(account, recording_id)
    url = link.url or public(f"/api/v1/media/{link.token}")
    return wrap(LinkOut(url=url, expires_at=link.expires_at))


@router.get(
    "/media/{token}", responses={**MEDIA, **documented(401)}, response_class=StreamingResponse, tags=["Recordings"]
)
async def get_linked_media(request: Request, token: str, services: ServicesDep) -> StreamingResponse:
    """What a link plays; Range is served."""
    found = await services.recordings.linked(token)
    if isinstance(found, JoinedSound):
        return await serve_joined(request, found)
    return await serve_recording(request, services, found.recording, f"recording-{found.recording.public_id}")


@router.post(f"{SESSION}/consent", status_code=201, responses=OWNED, tags=["Privacy"])
async def give_consent(
    session_id: UUID, body: ConsentRequest, subject: CurrentSubject, writes: Writing
) -> Envelope[ConsentOut]:
    """Record what the candidate agrees to. It takes the place of earlier consent, which is kept as history."""
    return wrap(
        present_recordings.consent(await writes.consents.give(subject, session_id, body.purposes, body.wording))
    )


@router.get(f"{SESSION}/consent", responses=OWNED, tags=["Privacy"])
async def get_consent(session_id: UUID, subject: CurrentSubject, reads: Reading) -> Envelope[ConsentOut]:
    """What the candidate agreed to last."""
    return wrap(present_recordings.consent(await reads.consents.get(subject, session_id)))


@router.get("/deletions/{receipt_id}", responses=documented(404), tags=["Privacy"])
async def get_deletion(receipt_id: UUID, services: ServicesDep) -> Envelope[DeletionOut]:
    """The receipt of a deletion, without a login: the account may be gone."""
    receipt = await services.remover.receipt(receipt_id)
    message = "Everything is deleted" if receipt.completed_at else "Rows are deleted, files are being deleted"
    return wrap(present_recordings.deletion(receipt, message))
