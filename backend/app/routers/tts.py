"""Speech: `POST /api/v1/tts`, and the files themselves, which are public by names that cannot be guessed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints

from app.errors import NotFound
from app.models.values.kinds import Voice
from app.routers.errors import documented
from app.schemas.common import Envelope, RequestBody, Schema, wrap
from app.web.dependencies import RuntimeDep, get_account, limit_account
from app.web.files import file_content, serve
from app.web.prefix import public
from app.web.text import Clean, Filled

router = APIRouter(tags=["Speech"])


class SpeakRequest(RequestBody):
    """What is to be said. Markdown is read as its words."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), Clean, Filled]
    voice: Voice = "female"


class SpeechOut(Schema):
    """An MP3 that says the text; `duration` in seconds."""

    text: str
    voice: Voice
    url: Annotated[str, Field(description="Relative to the server; needs no login")]
    duration: float


@router.post(
    "/api/v1/tts",
    responses=documented(422, 429, 503),
    dependencies=[Depends(get_account), Depends(limit_account("answer"))],
)
async def speak_text(body: SpeakRequest, runtime: RuntimeDep) -> Envelope[SpeechOut]:
    """Turn text into speech. The same text and voice give the same file."""
    spoken = await runtime.tts.make(body.text, body.voice)
    return wrap(SpeechOut(text=body.text, voice=body.voice, url=public(spoken.url), duration=spoken.seconds))


@router.get(
    "/uploads/tts/{name}",
    responses={**documented(404, 416), **file_content("audio/mpeg")},
    response_class=StreamingResponse,
)
async def get_speech(request: Request, name: str, runtime: RuntimeDep) -> StreamingResponse:
    """A spoken text as MP3."""
    found = await runtime.tts.find(name)
    if found is None:
        raise NotFound("There is no such speech. Have it generated again.", code="speech_not_found")
    cached = {"Cache-Control": "public, max-age=86400, immutable"}
    return await serve(request, runtime.storage, found.key, found.size, "audio/mpeg", **cached)
