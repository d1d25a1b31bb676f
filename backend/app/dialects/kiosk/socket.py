"""The kiosk's live interview: Socket.IO events as its document has them, on the same port as everything else.

The client sends `join_interview`, `audio_data` and `request_ai_response`; the server sends `transcription_update`,
`ai_response`, `interview_status`, and `error` in the shape of the kiosk's REST. The credential is the UUID of an
interview that was started with an access code. Where the document is silent: bare samples are PCM16 mono at 16 kHz;
texts are those of the utterance that is being spoken; `interview_status` is `in_progress` after a join and `completed`
at the end. An interviewer who speaks, and follow-ups, come only to clients that ask for them when they join.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import socketio
from pydantic import ValidationError

from app.config import Settings
from app.dialects.kiosk.access import interview_ref
from app.dialects.kiosk.events import AiRequest, AudioData, ErrorEvent, InterviewEvent, JoinInterview
from app.dialects.kiosk.participant import Participant
from app.engines.audio import AudioError
from app.errors import AppError, Conflict, InvalidRequest
from app.services.accounts.subject import CodeHolder
from app.services.live.closing import ENDED, OPENED_ELSEWHERE
from app.services.live.commands import Command, Skip, SpeechEnd
from app.services.live.limits import MAX_MESSAGE_BYTES, ConnectionLimiter
from app.services.live.link import LiveError
from app.services.llm.hints import ResponseType
from app.web.connection_guard import Client, ConnectionGuard
from app.web.live import OPEN_MICROPHONE, message_errors, run_link

PATH = "/socket.io"
PING_SECONDS, PONG_SECONDS = 10, 15
"""A client that has vanished is noticed after the sum of these. A stopping server waits for open polls, which end with
the next ping."""
HELP: dict[str, ResponseType] = {
    "hint": "hint",
    "clarify": "clarify",
    "clarification": "clarify",
    "encourage": "encourage",
    "encouragement": "encourage",
}
"""`response_type` of requests for help. The document shows "hint" and leaves the others open."""
QUESTION = ("repeat", "question")
"""`response_type` of requests for the text of the question."""
COMMANDS: dict[str, Command] = {
    "follow_up": SpeechEnd(follow_up=True),
    "next": SpeechEnd(),
    "skip": Skip(),
}
"""`response_type` of requests that move the interview on. Who asks for a follow-up is done with the answer, and gets
one where it left something out."""

E = TypeVar("E", bound=InterviewEvent)
log = logging.getLogger(__name__)
library_log = logging.getLogger("greenroom.socketio")
library_log.setLevel(logging.CRITICAL)  # it logs a trace for each bad packet, so clients could fill the disk


class Kiosk:
    """The Socket.IO server. `app` is to be mounted at `path`."""

    path = PATH

    def __init__(self, settings: Settings) -> None:
        server = socketio.AsyncServer(
            async_mode="asgi",
            async_handlers=False,  # audio has an order, and a handler that waits slows its client down
            cors_allowed_origins=[],  # the guard asks app.web.origins, which also sets the headers
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            logger=library_log,
            engineio_logger=library_log,
        )
        limiter = ConnectionLimiter(settings.rate_limit.kiosk_connections)
        self.app: ConnectionGuard[Participant] = ConnectionGuard(
            server, limiter, settings.live.join_seconds, lambda code, error: ErrorEvent(code=code, error=error)
        )
        self._on(JoinInterview, self._join)
        self._on(AudioData, self._receive_audio)
        self._on(AiRequest, self._respond)
        server.on("disconnect", self._on_disconnect)
        server.on("*", self._on_unknown)

    async def close(self) -> None:
        """Close every connection, when the server stops."""
        await self.app.close()

    def _on(self, schema: type[E], act: Callable[[Client[Participant], E], Awaitable[None]]) -> None:
        async def handle(name: str, *arguments: Any) -> None:
            client = self.app.client(name)
            if client is not None:
                data = arguments[0] if arguments else None
                await self._reporting_errors(client, lambda: act(client, schema.model_validate(data)))

        self.app.server.on(schema.event, handle)

    async def _reporting_errors(self, client: Client[Participant], act: Callable[[], Awaitable[None]]) -> None:
        """Do something for a client. What is wrong with it becomes an `error` event, and the connection stays open."""
        try:
            await act()
        except ValidationError as error:
            details = {flaw.field: flaw.message for flaw in message_errors(error)}
            event = ErrorEvent(code="INVALID_EVENT", error="This event is not understood.", details=details)
        except (AppError, LiveError) as error:
            event = ErrorEvent.of(error)
        except AudioError as error:
            event = ErrorEvent(code="INVALID_AUDIO", error=error.message, details={"reason": error.code})
        except Exception:
            log.exception("a kiosk event failed")
            event = ErrorEvent(code="INTERNAL_ERROR", error="Something went wrong here. It was logged.")
        else:
            return
        await self.app.emit(client, event)

    async def _join(self, client: Client[Participant], request: JoinInterview) -> None:
        interview_id = interview_ref(request.session_id, UUID)
        holder = CodeHolder(interview_id)
        options = replace(
            OPEN_MICROPHONE, language=request.language, follow_ups=request.follow_ups, speech=request.speech
        )
        async with client.runtime.services.reading() as reads:
            await reads.interviews.get(holder, interview_id)
        self.app.recognised(client)
        try:
            link = await client.runtime.live.join(holder, interview_id, options)
        except (AppError, LiveError):
            if client.participant is None:
                self.app.start_join_deadline(client)
            raise
        if client.gone or self.app.name(client) is None:  # it has gone meanwhile
            link.leave()
            return
        participant = Participant(
            str(interview_id), link, client.runtime.services.help, lambda event: self.app.emit(client, event)
        )
        before, client.participant = client.participant, participant
        self.app.run_in_background(self._take_part(client, participant))
        if before is not None:
            await before.close()
        await participant.joined.wait()

    async def _take_part(self, client: Client[Participant], participant: Participant) -> None:
        """Emit events until the client leaves the interview or the link is closed."""
        try:
            reason = await run_link(participant.link, participant.write())
        finally:
            await participant.close()
        if client.participant is participant and not client.gone:
            if reason in (ENDED, OPENED_ELSEWHERE):
                await self.app.disconnect(client)
            else:
                await self.app.close_connection(client, reason)

    async def _receive_audio(self, client: Client[Participant], request: AudioData) -> None:
        await _participant(client, request).receive_audio(request.question_id, request.audio_data)

    async def _respond(self, client: Client[Participant], request: AiRequest) -> None:
        participant, wanted = _participant(client, request), request.response_type
        participant.check_question(request.question_id)
        if wanted in QUESTION:
            await participant.tell_question(wanted)
        elif (command := COMMANDS.get(wanted)) is not None:
            await participant.link.obey(command)
        elif (kind := HELP.get(wanted)) is not None:
            answer = request.transcript or ""
            help_ = self._reporting_errors(client, lambda: participant.help(wanted, kind, answer))
            self.app.run_in_background(help_)
        else:
            known = ", ".join((*HELP, *QUESTION, *COMMANDS))
            raise InvalidRequest(f"This response_type is not known. There are: {known}.", code="invalid_response_type")

    async def _on_unknown(self, _event: Any, name: str, *_arguments: Any) -> None:
        client = self.app.client(name)
        if client is not None:
            await self.app.emit(client, ErrorEvent(code="UNKNOWN_EVENT", error="There is no event of this name."))

    async def _on_disconnect(self, name: str, *_reason: Any) -> None:
        """The client takes part in no interview any more. While it stays connected it may join another."""
        client = self.app.client(name)
        if client is not None and client.participant is not None:
            participant, client.participant = client.participant, None
            await participant.close()
            self.app.start_join_deadline(client)


def _participant(client: Client[Participant], request: InterviewEvent) -> Participant:
    """The client's part in this interview; Conflict when it has not joined."""
    participant = client.participant
    if participant is None or request.session_id.lower() != participant.session_id:
        raise Conflict("Take part in this interview first: send join_interview.", code="not_joined")
    return participant
