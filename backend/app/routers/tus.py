"""Uploads in pieces: the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), with creation, expiration and
termination. Any tus client can send a recording this way, and go on after a refresh or a broken connection.

`Upload-Metadata` of the creation: `session_id`, and optionally `question_id` and `is_answer`; what else a client sends
is kept and given back.
"""

import base64
import binascii
from email.utils import format_datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from app.errors import AppError, FieldError, Unprocessable, UnsupportedMedia
from app.models import Upload
from app.routers import present_recordings
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.recording import RecordingPlace, UploadOut
from app.web.dependencies import CurrentSubject, RuntimeDep, ServicesDep, limit_subject
from app.web.forms import RequestBody, parsed
from app.web.prefix import public

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CONTENT = "application/offset+octet-stream"
LARGEST = 2**53
"""What every client can count to."""


class UnsupportedVersion(AppError):
    status_code = 412
    default_code = "unsupported_version"


class TusRoute(APIRoute):
    """Speaks the protocol's version in every response, errors included, and refuses others."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Tus-Resumable"] = VERSION
            await send(message)

        try:
            asked = Headers(scope=scope).get("tus-resumable", VERSION)
            if asked != VERSION and scope["method"] != "OPTIONS":
                message = f"Version {asked} of the protocol is not spoken here. Use {VERSION}."
                raise UnsupportedVersion(message, headers={"Tus-Version": VERSION})
            await super().handle(scope, receive, send_version)
        except AppError as error:
            error.headers["Tus-Resumable"] = VERSION
            raise
        except ClientDisconnect:  # nobody reads it: the client is gone, and what it sent is kept
            await Response(status_code=204)(scope, receive, send)


PREFIX = "/api/v1/uploads"
router = APIRouter(prefix=PREFIX, tags=["Uploads"], route_class=TusRoute)
FOUND = documented(404, 412)


@router.options("", status_code=204, response_class=Response)
async def describe_uploads(runtime: RuntimeDep) -> Response:
    """What of the protocol is spoken here."""
    return Response(
        status_code=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(runtime.settings.limits.recording_bytes),
        },
    )


@router.post(
    "",
    status_code=201,
    response_class=Response,
    responses=documented(403, 404, 409, 412, 413, 429),
    dependencies=[Depends(limit_subject("upload"))],
)
async def create_upload(
    request: Request,
    subject: CurrentSubject,
    services: ServicesDep,
    upload_length: Annotated[int, Header(ge=1, le=LARGEST, description="Bytes of the whole file")],
    upload_metadata: Annotated[str, Header(max_length=8192, description="session_id, question_id, is_answer")] = "",
) -> Response:
    """Begin an upload. `Location` says where its bytes go."""
    metadata = _metadata(upload_metadata)
    if "session_id" not in metadata:
        raise _wrong_metadata("session_id is required")
    place = parsed(_Place, metadata)
    upload = await services.uploads.create(
        subject,
        place.session_id,
        length=upload_length,
        question_ref=place.question_id,
        is_answer=place.is_answer,
        described=upload_metadata,
    )
    location = public(f"{PREFIX}/{upload.public_id}")
    return Response(status_code=201, headers={"Location": location, **_state(upload)})


@router.head("/{upload_id}", response_class=Response, responses=FOUND)
async def find_upload(upload_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Response:
    """How many bytes there are: where to go on."""
    upload, _ = await services.uploads.get(subject, upload_id)
    return Response(
        headers={
            **_state(upload),
            "Upload-Length": str(upload.length),
            "Cache-Control": "no-store",
            **({"Upload-Metadata": upload.described} if upload.described else {}),
        }
    )


@router.get("/{upload_id}", responses=FOUND)
async def get_upload(upload_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Envelope[UploadOut]:
    """What became of an upload: the id of its recording, or why there is none."""
    return wrap(present_recordings.upload(*await services.uploads.get(subject, upload_id)))


@router.patch(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=documented(404, 409, 412, 415, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {CONTENT: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def continue_upload(
    request: Request,
    upload_id: UUID,
    subject: CurrentSubject,
    services: ServicesDep,
    upload_offset: Annotated[int, Header(ge=0, le=LARGEST, description="Where these bytes begin")],
) -> Response:
    """Send bytes, any number of them. With the last one the recording is made, behind the scenes."""
    if request.headers.get("content-type") != CONTENT:
        raise UnsupportedMedia(f"Send the bytes as Content-Type: {CONTENT}")
    upload = await services.uploads.append(subject, upload_id, upload_offset, RequestBody(request))
    return Response(status_code=204, headers=_state(upload))


@router.delete("/{upload_id}", status_code=204, response_class=Response, responses=FOUND)
async def abort_upload(upload_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Response:
    """Give an upload up. What was received is deleted."""
    await services.uploads.abort(subject, upload_id)
    return Response(status_code=204)


class _Place(RecordingPlace):
    """Which interview a recording is of, and where it belongs within it."""

    session_id: UUID


def _metadata(header: str) -> dict[str, str]:
    """Pairs of a name and a value in base64, separated by commas. Unprocessable for what is none."""
    found = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _wrong_metadata("names and values in base64, separated by commas") from error
    return found


def _wrong_metadata(why: str) -> Unprocessable:
    return Unprocessable("Validation error", details=[FieldError("Upload-Metadata", why)])


def _state(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.position),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }
