"""The platform's live interview: `WS /api/interview/stream/{session_id}` in its document's words.

The client sends `audio_chunk` and `speech_end`; the server sends `transcription`, `audio_response` and `status`, and
errors in the platform's shape. There is no first message: who connects is in the interview. Where the document is
silent: partial and final texts are those of the utterance that is being spoken; the interviewer speaks sentence by
sentence; a client that comes back hears the question again; the socket closes with the codes of the v1 protocol.
"""

import asyncio
import base64
import contextlib
import logging
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from app.engines.audio import AudioError
from app.errors import AppError, NotAuthenticated, NotFound, Unavailable
from app.runtime.resources import Resources
from app.schemas.live import (
    Event,
    FinalText,
    Gap,
    Incoming,
    PartialText,
    Ready,
    Refused,
    Repeat,
    Resume,
    SampleRate,
    SpeechEnd,
    Spoken,
    Status,
)
from app.services.accounts.auth_service import Principal
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import GenerateWishes, QuestionService
from app.services.live.admission import (
    FULL,
    MAX_MESSAGE_BYTES,
    NO_SESSION,
    NOT_AUTHENTICATED,
    REFUSED,
    TOO_BIG,
    TOO_FAST,
    TOO_MANY,
    WRONG_ORIGIN,
    Pace,
)
from app.services.live.link import Link, LiveError
from app.services.live.outbox import ENDED, FAILED, Close
from app.web.origins import OPTIONS, flaws, is_own_origin
from app.web.sound import Base64Sound, Sound

COOKIE = "greenroom_access"
CLOSE_SECONDS = 2.0
"""How long the last words and the close may take with a client that does not read."""
PlatformState = Literal["listening", "processing", "speaking"]
STATES: dict[str, PlatformState] = {"asking": "speaking", "listening": "listening", "processing": "processing"}
"""Our states in the platform's words; the others have none there."""
ErrorCode = Literal["INVALID_REQUEST", "UNAUTHORIZED", "NOT_FOUND", "INTERNAL_ERROR"]

router = APIRouter()
log = logging.getLogger(__name__)


class AudioChunk(Incoming):
    """Sound: bare PCM16 mono at `sample_rate` Hz, or a piece of a WAV, WebM or Ogg stream."""

    type: Literal["audio_chunk"]
    data: Base64Sound
    sample_rate: SampleRate = 16_000


_client_message: TypeAdapter[AudioChunk | SpeechEnd] = TypeAdapter(
    Annotated[AudioChunk | SpeechEnd, Field(discriminator="type")]
)


class Transcription(BaseModel):
    """What was heard of an utterance; the final text takes the place of the earlier ones."""

    type: Literal["transcription"] = "transcription"
    text: str
    is_final: bool


class AudioResponse(BaseModel):
    """A sentence of the interviewer: its words and an MP3 in base64, empty where the server has no voice."""

    type: Literal["audio_response"] = "audio_response"
    data: str
    text: str


class StatusUpdate(BaseModel):
    """What the interviewer does now."""

    type: Literal["status"] = "status"
    state: PlatformState


class ErrorBody(BaseModel):
    """`details.reason` is the stable code of our own where there is one."""

    code: ErrorCode
    message: str
    details: dict[str, Any] = {}


class Problem(BaseModel):
    """An error in the shape of the platform's REST."""

    error: ErrorBody


CLIENT = (AudioChunk, SpeechEnd)
SERVER = (Transcription, AudioResponse, StatusUpdate, Problem)


def problem(code: ErrorCode, message: str, details: dict[str, Any] | None = None) -> Problem:
    """An error message."""
    return Problem(error=ErrorBody(code=code, message=message, details=details or {}))


class Leave(Exception):
    """The connection is to be closed, after a last word where there is one."""

    def __init__(self, close: Close, last: Problem | None = None) -> None:
        super().__init__(close.reason)
        self.close, self.last = close, last


class Gone(Exception):
    """The client is not there any more."""


@router.websocket("/api/interview/stream/{session_id}")
async def stream(websocket: WebSocket, session_id: str) -> None:
    """Take part in an interview, the platform's way."""
    resources: Resources = websocket.app.state.resources
    address = websocket.client.host if websocket.client else "unknown"
    await websocket.accept()
    connection = Connection(websocket, resources)
    with resources.live.doors.place(address) as has_place, contextlib.suppress(Gone):
        try:
            if not has_place:
                raise Leave(TOO_MANY)
            close = await connection.converse(await admitted(websocket, resources, session_id))
        except Leave as leave:
            close = leave.close
            if leave.last is not None:
                await connection.send(leave.last)
        with contextlib.suppress(Exception):  # the client may be gone, or not read
            await asyncio.wait_for(websocket.close(close.code, close.reason), CLOSE_SECONDS)


async def admitted(websocket: WebSocket, resources: Resources, session_id: str) -> Link:
    """The caller's part in the interview. Raises Leave."""
    headers = websocket.headers
    if not is_own_origin(headers.get("origin"), headers.get("host"), resources.settings.allowed_origins):
        raise Leave(WRONG_ORIGIN)
    try:
        principal = await resources.guard.principal(token_of(websocket))
        return await resources.live.join(await prepared(resources, principal, session_id), OPTIONS)
    except NotAuthenticated as error:
        raise Leave(NOT_AUTHENTICATED, problem("UNAUTHORIZED", error.message)) from error
    except NotFound as error:
        raise Leave(NO_SESSION, problem("NOT_FOUND", error.message)) from error
    except Unavailable as error:
        raise Leave(FULL, problem("INTERNAL_ERROR", error.message, {"reason": error.code})) from error
    except (AppError, LiveError) as error:
        close = ENDED if error.code == "session_closed" else Close(REFUSED, error.code)
        raise Leave(close, problem("INVALID_REQUEST", error.message, {"reason": error.code})) from error


def token_of(websocket: WebSocket) -> str:
    """The access token, from the header or the cookie: browsers cannot set headers here. NotAuthenticated without."""
    scheme, _, bearer = websocket.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else websocket.cookies.get(COOKIE)
    if not token:
        raise NotAuthenticated("Authentication required")
    return token


async def prepared(resources: Resources, principal: Principal, session_id: str) -> int:
    """The key of the caller's interview, which gets questions if it has none: the platform's clients ask for none."""
    try:
        public_id = UUID(session_id)
    except ValueError as error:
        raise NotFound.of("Session") from error
    async with resources.database.writing() as session:
        interviews = InterviewService(session, resources.storage)
        interview = await interviews.owned(principal, public_id)
        interviews.require_open(interview)
        questions = QuestionService(session, resources.embedding, resources.assistants, resources.tts)
        if not await questions.views(interview):
            await questions.generate(interview, GenerateWishes(append=interview.status == "in_progress"))
        return interview.id


class Connection:
    """Messages in and out of one socket."""

    def __init__(self, websocket: WebSocket, resources: Resources) -> None:
        self._websocket = websocket
        self._resources = resources
        self._pace = Pace()
        self._sound = Sound()
        self._state: PlatformState | None = None

    async def converse(self, link: Link) -> Close:
        """From the first word to the last; returns how to close. Raises Leave and Gone."""
        reader = asyncio.create_task(self._read(link))
        writer = asyncio.create_task(self._write(link))
        closed = asyncio.create_task(link.outbox.wait_closed())
        tasks = (reader, writer, closed)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():  # the last words still go out, to a client that takes them
                await asyncio.wait({writer}, timeout=CLOSE_SECONDS)
        finally:
            close = link.closing
            link.leave()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            await self._sound.close()
        for result in results:
            if isinstance(result, Leave | Gone):
                raise result
            if isinstance(result, Exception):
                log.error("a live connection failed", exc_info=result)
        return close or FAILED

    async def send(self, message: BaseModel) -> None:
        """Send one message. Raises Gone."""
        try:
            await self._websocket.send_text(message.model_dump_json())
        except Exception as error:  # servers differ in what they raise for a socket that is closed
            raise Gone from error

    async def _write(self, link: Link) -> None:
        async for event in link:
            if isinstance(event, Ready):
                await self._arrive(link, event)
            elif (message := await self._translated(event)) is not None:
                await self.send(message)

    async def _arrive(self, link: Link, ready: Ready) -> None:
        """Nothing in the document goes on after a pause or shows the question again, so coming back does."""
        if ready.state == "paused":
            await link.obey(Resume())
        elif ready.state == "listening":
            await link.obey(Repeat())

    async def _translated(self, event: Event) -> BaseModel | None:
        match event:
            case PartialText():
                return Transcription(text=f"{event.stable} {event.unstable}".strip(), is_final=False)
            case FinalText():
                return Transcription(text=event.text, is_final=True)
            case Spoken():
                return AudioResponse(text=event.text, data=await self._speech(event))
            case Status() if (state := STATES.get(event.state)) not in (None, self._state):
                self._state = state
                return StatusUpdate(state=state)
            case Refused() | Gap():
                return problem("INVALID_REQUEST", event.message, {"reason": event.code})
        return None

    async def _speech(self, spoken: Spoken) -> str:
        """The MP3 of a sentence in base64."""
        path = self._resources.tts.path((spoken.url or "").rpartition("/")[2])
        if path is None:
            return ""
        try:
            return base64.b64encode(await asyncio.to_thread(path.read_bytes)).decode()
        except OSError as error:
            log.warning("a spoken sentence could not be read: %s", error)
            return ""

    async def _read(self, link: Link) -> None:
        while True:
            data = await self._receive()
            try:
                message = _client_message.validate_json(data)
            except ValidationError as error:
                await self.send(problem("INVALID_REQUEST", "This message is not understood.", flaws(error)))
                continue
            if isinstance(message, SpeechEnd):
                await link.obey(message)
            else:
                await self._hear(link, message)

    async def _hear(self, link: Link, chunk: AudioChunk) -> None:
        try:
            pcm = await self._sound.take(chunk.data, chunk.sample_rate)
        except AudioError as error:
            await self.send(problem("INVALID_REQUEST", error.message, {"reason": error.code}))
        else:
            if pcm:
                await link.audio(None, pcm)

    async def _receive(self) -> str | bytes:
        message: dict[str, Any] = dict(await self._websocket.receive())
        if message["type"] == "websocket.disconnect":
            raise Gone
        data: str | bytes = message["text"] if message.get("text") is not None else message["bytes"]
        if len(data) > MAX_MESSAGE_BYTES:
            raise Leave(TOO_BIG)
        if not self._pace.admit():
            raise Leave(TOO_FAST)
        return data
