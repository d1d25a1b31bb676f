"""Recordings on their way out, the same from every face."""

from fastapi import Request
from fastapi.responses import StreamingResponse

from app.engines.media.types import MEDIA_TYPES as BY_FORMAT
from app.models import Recording
from app.runtime.services import Services
from app.services.recordings.joined import JoinedSound
from app.services.recordings.keeper import media_type
from app.web.files import serve

MEDIA_TYPES = sorted({kind for kinds in BY_FORMAT.values() for kind in kinds})
"""Everything that a recording may be served as."""


async def serve_recording(
    request: Request, services: Services, recording: Recording, name: str, *, disposition: str = "inline"
) -> StreamingResponse:
    """The file, or a part of it; `name` without its ending is what a browser saves it as."""
    return await serve(
        request,
        services.recordings.storage,
        recording.key,
        recording.size_bytes,
        media_type(recording.format, recording.kind),
        tag=recording.sha256[:32],
        **{
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'{disposition}; filename="{name}.{recording.format}"',
        },
    )


async def serve_joined(request: Request, sound: JoinedSound) -> StreamingResponse:
    """The answers of an interview as one file, or a part of it."""
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="interview.wav"'}
    return await serve(request, sound, "", sound.size_bytes, "audio/wav", tag=sound.tag, **headers)
