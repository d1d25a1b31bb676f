"""The platform's live interview: `WS /api/interview/stream/{session_id}` as its document has it.

The client sends `audio_chunk` and `speech_end`; the server sends `transcription`, `audio_response` and `status`, and
errors in the platform's shape. There is no first message: who connects is in the interview. Where the document is
silent: no follow-ups come unless a client asks for them (`Wishes`); partial and final texts are those of the utterance
that is being spoken; the interviewer speaks sentence by sentence; a client that comes back hears the question again;
the socket closes with the codes of v1's protocol.
"""

import base64
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.dialects.platform.schemas import ErrorBody, ErrorCode, ErrorResponse
from app.engines.audio import AudioError
from app.engines.stt.languages import LanguageHint
from app.errors import AppError, InvalidRequest, NotAuthenticated, NotFound, Unavailable
from app.services.answers.answer_service import HeardSegment
from app.services.live.commands import Repeat, Resume, SpeechEnd
from app.services.live.events import (
    CommandRejected,
    Event,
    Joined,
    PartialText,
    SentenceSpoken,
    StateChanged,
)
from app.services.live.link import Link, LiveError
from app.services.speech.tts_service import SpokenFile, TtsService
from app.web import live
from app.web.live import OPEN_MICROPHONE, Connection, FollowUps, message_errors
from app.web.shapes import Shape
from app.web.sound import AudioStream, Base64Audio, SampleRate
from app.web.text import parse_message

PlatformState = Literal["listening", "processing", "speaking"]
STATES: dict[str, PlatformState] = {"asking": "speaking", "listening": "listening", "processing": "processing"}
"""States as the platform names them; it has no names for the others."""

router = APIRouter()
log = logging.getLogger(__name__)


class Wishes(BaseModel):
    """What a client may add to the address, beyond the document: the `language` that is spoken, and how many
    `follow_ups` are wanted for a question."""

    model_config = ConfigDict(frozen=True)
    language: LanguageHint = None
    follow_ups: FollowUps = 0


class AudioChunk(BaseModel):
    """Audio: bare PCM16 mono at `sample_rate` Hz, or a piece of a WAV, WebM or Ogg stream."""

    model_config = ConfigDict(frozen=True)
    type: Literal["audio_chunk"]
    data: Base64Audio
    sample_rate: SampleRate = 16_000


class SpeechEndMessage(BaseModel):
    """The candidate is done with this answer."""

    model_config = ConfigDict(frozen=True)
    type: Literal["speech_end"]


_client_message: TypeAdapter[AudioChunk | SpeechEndMessage] = TypeAdapter(
    Annotated[AudioChunk | SpeechEndMessage, Field(discriminator="type")]
)


class Transcription(Shape):
    """What was heard of an utterance; the final text replaces the earlier ones."""

    type: Literal["transcription"] = "transcription"
    text: str
    is_final: bool


class AudioResponse(Shape):
    """A sentence of the interviewer: its words and an MP3 in base64, empty where the server has no voice."""

    type: Literal["audio_response"] = "audio_response"
    data: str
    text: str


class StatusUpdate(Shape):
    """What the interviewer does now."""

    type: Literal["status"] = "status"
    state: PlatformState


class ErrorMessage(ErrorResponse):
    """An error as the platform's REST has it, with the `type` of every message."""

    type: Literal["error"] = "error"


CLIENT = (AudioChunk, SpeechEndMessage)
SERVER = (Transcription, AudioResponse, StatusUpdate, ErrorMessage)


@router.websocket("/api/interview/stream/{session_id}")
async def stream(websocket: WebSocket, session_id: str) -> None:
    """Take part in an interview, as the platform's document has it."""
    await live.serve(websocket, PlatformAdapter(session_id, websocket.app.state.runtime.tts))


class PlatformAdapter:
    """One connection's messages as the platform has them; see `app.web.live.LiveAdapter`."""

    def __init__(self, session_id: str, tts: TtsService) -> None:
        self._session_id = session_id
        self._tts = tts
        self._audio = AudioStream()
        self._state: PlatformState | None = None

    async def join(self, connection: Connection) -> Link:
        """Join the caller's interview, which gets questions if it has none: the platform's clients ask for none."""
        account, ref = await connection.account(), connection.ref(self._session_id)
        wishes = _wishes(connection)
        await connection.runtime.services.questions.prepare(account, ref)
        return await connection.runtime.live.join(account, ref, replace(OPEN_MICROPHONE, **dict(wishes)))

    async def receive(self, link: Link, message: str | bytes) -> None:
        """Audio, or the end of an answer."""
        try:
            parsed = parse_message(_client_message, message)
        except ValidationError as error:
            await link.reject("bad_message", "This message is not understood.", message_errors(error))
            return
        if isinstance(parsed, SpeechEndMessage):
            await link.obey(SpeechEnd())
            return
        try:
            pcm = await self._audio.decode(parsed.data, parsed.sample_rate)
        except AudioError as error:
            await link.reject(error.code, error.message)
        else:
            if pcm:
                await link.audio(None, pcm)

    async def render(self, link: Link, event: Event) -> str | None:
        """An event as a message of the document, where that has one."""
        message = await self._message(link, event)
        return message.model_dump_json() if message is not None else None

    def render_refusal(self, error: AppError | LiveError) -> Sequence[str]:
        """The error, in the platform's shape."""
        match error:
            case NotAuthenticated():
                refusal = error_message("UNAUTHORIZED", error.message)
            case NotFound():
                refusal = error_message("NOT_FOUND", error.message)
            case Unavailable():
                refusal = error_message("INTERNAL_ERROR", error.message, {"reason": error.code})
            case _:
                refusal = error_message("INVALID_REQUEST", error.message, {"reason": error.code})
        return [refusal.model_dump_json()]

    async def close(self) -> None:
        """Stop decoding."""
        await self._audio.close()

    async def _message(self, link: Link, event: Event) -> Shape | None:
        match event:
            case Joined():
                await self._on_joined(link, event)
            case PartialText():
                return Transcription(text=f"{event.stable} {event.unstable}".strip(), is_final=False)
            case HeardSegment():
                return Transcription(text=event.text, is_final=True)
            case SentenceSpoken():
                return AudioResponse(text=event.text, data=await self._mp3(event.audio) if event.audio else "")
            case StateChanged() if (state := STATES.get(event.state)) not in (None, self._state):
                self._state = state
                return StatusUpdate(state=state)
            case CommandRejected():
                details = {flaw.field: flaw.message for flaw in event.details} or {"reason": event.code}
                return error_message("INVALID_REQUEST", event.message, details)
        return None

    async def _on_joined(self, link: Link, joined: Joined) -> None:
        """The document has no message that resumes after a pause or repeats the question, so connecting does both."""
        if joined.state == "paused":
            await link.obey(Resume())
        elif joined.state == "listening":
            await link.obey(Repeat())

    async def _mp3(self, audio: SpokenFile) -> str:
        """The MP3 of a sentence in base64."""
        try:
            pieces = [piece async for piece in self._tts.storage.open_range(audio.key)]
        except (OSError, AppError) as error:
            log.warning("a spoken sentence could not be read: %s", error)
            return ""
        return base64.b64encode(b"".join(pieces)).decode()


def _wishes(connection: Connection) -> Wishes:
    """Raises InvalidRequest."""
    try:
        return Wishes.model_validate(dict(connection.websocket.query_params))
    except ValidationError as error:
        first = message_errors(error)[0]
        raise InvalidRequest(f"{first.field}: {first.message}.", code="invalid_parameter") from error


def error_message(code: ErrorCode, message: str, details: dict[str, Any] | None = None) -> ErrorMessage:
    """An error in the platform's shape."""
    return ErrorMessage(error=ErrorBody(code=code, message=message, details=details or {}))
