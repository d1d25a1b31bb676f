"""The live interview over a WebSocket: docs/design.md, "The live protocol of v1", and docs/asyncapi.yaml.

Here messages become commands and events become messages. The connection is `app.web.live`'s business, the interview
that of `app.services.live`.
"""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError

from app.errors import AppError, ErrorType, NotAuthenticated, NotFound
from app.routers.present_live import to_command, to_message
from app.schemas.live import AnyClientMessage, EndedEvent, ErrorEvent, StartMessage, client_message
from app.services.live.events import Event, RejectionCode
from app.services.live.link import Link, LiveError, Options
from app.web import live
from app.web.live import Connection, message_errors
from app.web.text import parse_message

INDEX_BYTES = 8
"""A binary frame begins with the number of its first sample, unsigned and little-endian."""

router = APIRouter()


@router.websocket("/api/v1/interviews/sessions/{session_id}/stream")
async def stream_interview(websocket: WebSocket, session_id: str) -> None:
    """Take part in an interview."""
    await live.serve(websocket, V1Adapter(session_id))


class V1Adapter:
    """One connection's messages in v1's protocol; see `app.web.live.LiveAdapter`."""

    def __init__(self, session_id: str) -> None:
        self._session_id = session_id

    async def join(self, connection: Connection) -> Link:
        """Wait for a `start` that can be followed."""
        while True:
            async with connection.start_deadline():
                start = await _receive_start(connection)
            try:
                return await self._join(connection, start)
            except LiveError as error:
                await connection.send(_error(error.code, error.message))

    async def receive(self, link: Link, message: str | bytes) -> None:
        """Audio, or a command."""
        if isinstance(message, bytes):
            await _receive_audio(link, message)
            return
        try:
            parsed = parse_message(client_message, message)
        except ValidationError as error:
            await link.reject("bad_message", _first_error(error))
            return
        if isinstance(parsed, StartMessage):
            await link.reject("already_started", "This connection has started. Open a new one to start again.")
        else:
            await link.obey(to_command(parsed))

    async def render(self, _link: Link, event: Event) -> str:
        """Every event has a message here."""
        return to_message(event).model_dump_json()

    def render_refusal(self, error: AppError | LiveError) -> Sequence[str]:
        """The close code tells who is not authenticated or asks for no session of theirs; others are told the error."""
        if isinstance(error, NotAuthenticated | NotFound):
            return []
        messages = [_error(error.code, error.message)]
        if error.code == "session_closed":
            messages.append(EndedEvent(session_id=UUID(self._session_id)).model_dump_json())
        return messages

    async def close(self) -> None:
        """Nothing to release."""

    async def _join(self, connection: Connection, start: StartMessage) -> Link:
        subject = await connection.subject(start.token)
        options = Options(
            sample_rate=start.sample_rate,
            echo_cancellation=start.echo_cancellation,
            language=start.language,
            follow_ups=start.follow_ups,
            end_of_answer=start.end_of_answer,
        )
        return await connection.runtime.live.join(subject, connection.ref(self._session_id), options)


async def _receive_start(connection: Connection) -> StartMessage:
    """The first good `start`; any other message is answered with an error."""
    while True:
        data = await connection.receive()
        message: AnyClientMessage | None = None
        problem = _error("not_started", "Send a start message first.")
        if isinstance(data, str):
            try:
                message = parse_message(client_message, data)
            except ValidationError as error:
                problem = _error("bad_message", _first_error(error))
        if isinstance(message, StartMessage):
            return message
        await connection.send(problem)


async def _receive_audio(link: Link, frame: bytes) -> None:
    """Half a sample at the end is left out: the next frame begins with the number of its first sample."""
    if len(frame) < INDEX_BYTES:
        await link.reject("bad_frame", "A frame is 8 bytes of sample index and 16-bit samples.")
    elif samples := frame[INDEX_BYTES : len(frame) - len(frame) % 2]:
        await link.audio(int.from_bytes(frame[:INDEX_BYTES], "little"), samples)


def _error(code: RejectionCode | ErrorType, message: str) -> str:
    return ErrorEvent(code=code, message=message).model_dump_json()


def _first_error(error: ValidationError) -> str:
    first = message_errors(error)[0]
    return f"{first.field}: {first.message}."
