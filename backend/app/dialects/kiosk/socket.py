"""The kiosk's live interview: Socket.IO events in its document's words, on the same port as everything else.

The client sends `join_interview`, `audio_data` and `request_ai_response`; the server sends `transcription_update`,
`ai_response`, `interview_status`, and `error` in the shape of the kiosk's REST. The session's UUID is the credential.
Where the document is silent: bare samples are PCM16 mono at 16 kHz; texts are those of the utterance that is being
spoken; `interview_status` also tells `in_progress`, `speaking`, `listening`, `processing`, `paused` and `completed`;
what the interviewer says comes as `ai_response` with an `audio_url`, a question with `response_type` "question" and
its whole text, everything else as "speech".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import socketio
from pydantic import ValidationError

from app.config import Settings
from app.dialects.kiosk.connection_guard import CLOSE_SECONDS, Client, Gate
from app.dialects.kiosk.events import AiRequest, AudioData, JoinInterview, Trouble
from app.dialects.kiosk.participant import Seat
from app.engines.audio import AudioError
from app.errors import AppError, Conflict, InvalidRequest, NotFound
from app.schemas.live import Command, Repeat, Skip, SpeechEnd
from app.services.interviews.interview_service import InterviewService
from app.services.live.admission import MAX_MESSAGE_BYTES, Doorkeeper
from app.services.live.link import LiveError
from app.services.live.outbox import ENDED, FAILED, OPENED_ELSEWHERE
from app.services.llm.hints import ResponseType
from app.web.origins import OPTIONS, flaws, is_own_origin

PATH = "/socket.io"
PING_SECONDS, PONG_SECONDS = 10, 15
"""Vanished clients are noticed after these two at most. A stopping server waits for open polls, which a ping ends."""
HELP: dict[str, ResponseType] = {
    "hint": "hint",
    "clarify": "clarify",
    "clarification": "clarify",
    "encourage": "encourage",
    "encouragement": "encourage",
}
"""`response_type` of requests for help. The document shows "hint" and leaves the others open."""
COMMANDS: dict[str, Command] = {
    "repeat": Repeat(),
    "question": Repeat(),
    "follow_up": SpeechEnd(),
    "next": SpeechEnd(),
    "skip": Skip(),
}
"""`response_type` of requests that move the interview on: who asks for a follow-up is done with the answer."""

M = TypeVar("M", bound=JoinInterview)
log = logging.getLogger(__name__)
quiet = logging.getLogger("greenroom.socketio")
quiet.setLevel(logging.CRITICAL)  # a trace for each bad packet would let clients fill the disk; we log our own faults


class Kiosk:
    """The Socket.IO server. `app` is to be mounted at `PATH`."""

    def __init__(self, settings: Settings) -> None:
        def is_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
            return is_own_origin(origin, environ.get("HTTP_HOST"), settings.allowed_origins)

        server = socketio.AsyncServer(
            async_mode="asgi",
            async_handlers=False,  # sound has an order, and a handler that waits slows its client down
            cors_allowed_origins=is_allowed,
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            logger=quiet,
            engineio_logger=quiet,
        )
        self.app = Gate(server, Doorkeeper(settings.rate_limit.kiosk_connections), settings.live.start_seconds)
        self._on(JoinInterview, self._join)
        self._on(AudioData, self._hear)
        self._on(AiRequest, self._respond)
        server.on("disconnect", self._disconnect)
        server.on("*", self._unknown)

    async def close(self) -> None:
        """Let everybody go."""
        await self.app.close()

    def _on(self, schema: type[M], act: Callable[[Client, M], Awaitable[None]]) -> None:
        async def handle(name: str, *arguments: Any) -> None:
            client = self.app.client(name)
            if client is not None:
                await self._guarded(client, lambda: act(client, schema.model_validate(_first(arguments))))

        self.app.server.on(schema.event, handle)

    async def _guarded(self, client: Client, act: Callable[[], Awaitable[None]]) -> None:
        """Do something; whatever is wrong with it is told to the client, and the socket lives."""
        try:
            await act()
        except ValidationError as error:
            refusal = Trouble(code="INVALID_EVENT", error="This event is not understood.", details=flaws(error))
        except AppError as error:
            details = {flaw.field: flaw.message for flaw in error.details}
            refusal = Trouble(code=error.code.upper(), error=error.message, details=details)
        except LiveError as error:
            refusal = Trouble(code=error.code.upper(), error=error.message)
        except AudioError as error:
            refusal = Trouble(code="INVALID_AUDIO", error=error.message, details={"reason": error.code})
        except Exception:
            log.exception("a kiosk event failed")
            refusal = Trouble(code="INTERNAL_ERROR", error="Something went wrong here. It was logged.")
        else:
            return
        await self.app.tell(client, refusal)

    async def _join(self, client: Client, request: JoinInterview) -> None:
        resources = client.resources
        async with resources.database.reading() as session:
            interview = await InterviewService(session, resources.storage).by_credential(_uuid(request.session_id))
        link = await resources.live.join(interview.id, OPTIONS)
        if client.gone or self.app.name(client) is None:  # it went meanwhile
            link.leave()
            return
        self.app.stop_waiting(client)
        seat = Seat(resources, interview, link, lambda said: self.app.tell(client, said))
        other, client.seat = client.seat, seat
        self.app.spawn(self._attend(client, seat))
        if other is not None:
            await other.leave()
        await seat.arrived.wait()

    async def _attend(self, client: Client, seat: Seat) -> None:
        """Speak to the client until it leaves, or is let go."""
        writer = asyncio.create_task(seat.write())
        closed = asyncio.create_task(seat.link.outbox.wait_closed())
        await asyncio.wait({writer, closed}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({writer}, timeout=CLOSE_SECONDS)  # the last words, to a client that takes them
        if client.seat is seat and not client.gone:
            close = seat.link.closing or FAILED
            await (self.app.see_off(client) if close in (ENDED, OPENED_ELSEWHERE) else self.app.dismiss(client, close))
        await seat.leave()
        for result in await asyncio.gather(writer, closed, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("a kiosk conversation failed", exc_info=result)

    async def _hear(self, client: Client, request: AudioData) -> None:
        await _seat(client, request).hear(request.question_id, request.audio_data)

    async def _respond(self, client: Client, request: AiRequest) -> None:
        seat, wish = _seat(client, request), request.response_type
        seat.check(request.question_id)
        if (command := COMMANDS.get(wish)) is not None:
            await seat.link.obey(command)
        elif (kind := HELP.get(wish)) is not None:
            said = request.transcript or ""
            self.app.spawn(self._guarded(client, lambda: seat.help(wish, kind, said)))
        else:
            known = ", ".join((*HELP, *COMMANDS))
            raise InvalidRequest(f"This response_type is not known. There are: {known}.", code="invalid_response_type")

    async def _unknown(self, event: Any, name: str, *_arguments: Any) -> None:
        client = self.app.client(name)
        if client is not None:
            await self.app.tell(client, Trouble(code="UNKNOWN_EVENT", error="There is no event of this name."))

    async def _disconnect(self, name: str, *_reason: Any) -> None:
        client = self.app.client(name)
        if client is not None:
            await self._leave(client)

    async def _leave(self, client: Client) -> None:
        """The client takes part in no interview any more, and has a while to join another."""
        seat: Seat | None = client.seat
        client.seat = None
        if seat is not None:
            await seat.leave()
            self.app.wait_for_join(client)


def _first(arguments: tuple[Any, ...]) -> Any:
    return arguments[0] if arguments else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound.of("Session") from error


def _seat(client: Client, request: JoinInterview) -> Seat:
    """The client's seat in this interview; Conflict without one."""
    seat: Seat | None = client.seat
    if seat is None or request.session_id.lower() != seat.session_id:
        raise Conflict("Take part in this interview first: send join_interview.", code="not_joined")
    return seat
