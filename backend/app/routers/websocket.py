"""The live interview over a WebSocket: protocol 1 of design 7 (`docs/asyncapi.yaml`).

What happens in an interview is the turn machine's business (`app.services.live`); here frames become commands, events
become frames, and whoever does not belong is shown out.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError

from app.errors import AppError, Conflict, NotAuthenticated, NotFound, Unavailable, field_errors
from app.models import InterviewSession
from app.runtime.runtime import Runtime
from app.schemas.live import Ended, Event, Refused, Start, client_message
from app.services.accounts.auth_service import Principal
from app.services.interviews.interview_service import InterviewService
from app.services.live.admission import (
    FULL,
    MAX_MESSAGE_BYTES,
    NO_SESSION,
    NOT_AUTHENTICATED,
    REFUSED,
    TOO_BIG,
    TOO_FAST,
    TOO_LATE,
    TOO_MANY,
    WRONG_ORIGIN,
    Pace,
)
from app.services.live.link import Link, LiveError, Options
from app.services.live.outbox import ENDED, FAILED, Close

COOKIE = "greenroom_access"
INDEX_BYTES = 8
"""A binary frame begins with the number of its first sample, unsigned and little-endian."""
CLOSE_SECONDS = 2.0
"""How long a close may take with a client that does not read."""

router = APIRouter()
log = logging.getLogger(__name__)


class Leave(Exception):
    """The connection is to be closed."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.reason)
        self.close = close


class Gone(Exception):
    """The client is not there any more."""


@router.websocket("/api/v1/interviews/sessions/{session_id}/stream")
async def stream_interview(websocket: WebSocket, session_id: str) -> None:
    """Take part in an interview."""
    resources: Runtime = websocket.app.state.runtime
    address = websocket.client.host if websocket.client else "unknown"
    await websocket.accept()
    with resources.live.doors.place(address) as has_place:
        close: Close | None = TOO_MANY
        try:
            if has_place:
                check_origin(websocket.headers, resources.settings.allowed_origins)
                close = await converse(websocket, resources, session_id)
        except Leave as leave:
            close = leave.close
        except Gone:
            return
        if close is not None:
            with contextlib.suppress(Exception):  # the client may be gone, or not read
                await asyncio.wait_for(websocket.close(close.code, close.reason), CLOSE_SECONDS)


def check_origin(headers: Mapping[str, str], allowed: list[str]) -> None:
    """Refuse pages of other sites; programs, which name no origin, are fine. Raises Leave."""
    origin = headers.get("origin")
    if origin is None or origin.rstrip("/") in allowed:
        return
    if urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise Leave(WRONG_ORIGIN)


async def converse(websocket: WebSocket, resources: Runtime, session_id: str) -> Close | None:
    """From `start` to the end; returns how to close, or None when the client went by itself."""
    connection = Connection(websocket)
    link = await introduce(connection, resources, session_id)
    writer = asyncio.create_task(connection.write(link))
    reader = asyncio.create_task(connection.read(link))
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
    for result in results:
        if isinstance(result, Leave):
            return result.close
        if isinstance(result, Gone):
            return None
        if isinstance(result, Exception):
            log.error("a live connection failed", exc_info=result)
            return FAILED
    return close


async def introduce(connection: "Connection", resources: Runtime, session_id: str) -> Link:
    """Wait for a good `start` and join. Raises Leave."""
    latest = asyncio.get_running_loop().time() + resources.settings.live.start_seconds
    while True:
        try:
            async with asyncio.timeout_at(latest):
                start = await connection.receive_start()
            return await join(connection.websocket, resources, session_id, start)
        except LiveError as error:
            await connection.send(Refused(code=error.code, message=error.message))
        except TimeoutError as error:
            raise Leave(TOO_LATE) from error
        except NotAuthenticated as error:
            raise Leave(NOT_AUTHENTICATED) from error
        except NotFound as error:
            raise Leave(NO_SESSION) from error
        except (Conflict, Unavailable) as error:
            raise await connection.refused(error, session_id) from error


async def join(websocket: WebSocket, resources: Runtime, session_id: str, start: Start) -> Link:
    """The caller's interview."""
    principal = await resources.guard.principal(token_of(websocket, start))
    interview = await owned(resources, principal, session_id)
    options = Options(start.sample_rate, start.echo_cancellation, start.language)
    return await resources.live.join(interview.id, options)


async def owned(resources: Runtime, principal: Principal, session_id: str) -> InterviewSession:
    """The interview, if it is the caller's; NotFound for anything else."""
    try:
        public_id = UUID(session_id)
    except ValueError as error:
        raise NotFound.of("Session") from error
    async with resources.database.reading() as session:
        return await InterviewService(session, resources.storage).owned(principal, public_id)


def token_of(websocket: WebSocket, start: Start) -> str:
    """The access token: in the message, the header or the cookie of the web app. NotAuthenticated without."""
    scheme, _, bearer = websocket.headers.get("authorization", "").partition(" ")
    token = start.token or (bearer.strip() if scheme.lower() == "bearer" else "") or websocket.cookies.get(COOKIE)
    if not token:
        raise NotAuthenticated("Send an access token with start.")
    return token


class Connection:
    """Frames in and out of one socket."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self._pace = Pace()

    async def receive_start(self) -> Start:
        """The first good `start`; whatever else comes is refused."""
        while True:
            data = await self._receive()
            message = _parse(data) if isinstance(data, str) else None
            if isinstance(message, Start):
                return message
            problem = message if isinstance(message, Refused) else None
            await self.send(problem or Refused(code="not_started", message="Send a start message first."))

    async def write(self, link: Link) -> None:
        """Send events until the link ends."""
        async for event in link:
            await self.send(event)

    async def read(self, link: Link) -> None:
        """Follow what the client sends until it goes."""
        while True:
            data = await self._receive()
            if isinstance(data, bytes):
                await self._audio(link, data)
                continue
            message = _parse(data)
            if isinstance(message, Refused):
                await link.outbox.reply(message)
            elif isinstance(message, Start):
                await link.refuse("already_started", "This connection has started. Open a new one to start again.")
            else:
                await link.obey(message)

    async def send(self, event: Event) -> None:
        """Send one event. Raises Gone."""
        try:
            await self.websocket.send_text(event.model_dump_json())
        except Exception as error:  # servers differ in what they raise for a socket that is closed
            raise Gone from error

    async def refused(self, error: AppError, session_id: str) -> Leave:
        """Say why there is no interview to take part in, and how to close."""
        await self.send(Refused(code=error.code, message=error.message))
        if error.code == "session_closed":
            await self.send(Ended(session_id=UUID(session_id)))
            return Leave(ENDED)
        if isinstance(error, Unavailable):
            return Leave(FULL)
        return Leave(Close(REFUSED, error.code))

    async def _audio(self, link: Link, frame: bytes) -> None:
        if len(frame) <= INDEX_BYTES or len(frame) % 2:
            await link.refuse("bad_frame", "A frame is 8 bytes of sample index and whole 16-bit samples.")
            return
        await link.audio(int.from_bytes(frame[:INDEX_BYTES], "little"), frame[INDEX_BYTES:])

    async def _receive(self) -> str | bytes:
        message: dict[str, Any] = dict(await self.websocket.receive())
        if message["type"] == "websocket.disconnect":
            raise Gone
        data: str | bytes = message["text"] if message.get("text") is not None else message["bytes"]
        if len(data) > MAX_MESSAGE_BYTES:
            raise Leave(TOO_BIG)
        if not self._pace.admit():
            raise Leave(TOO_FAST)
        return data


def _parse(text: str) -> Any:
    """A client message, or what is wrong with it as an event."""
    try:
        return client_message.validate_json(text)
    except ValidationError as error:
        flaw = field_errors(error.errors(include_url=False, include_input=False), whole="message")[0]
        return Refused(code="bad_message", message=f"{flaw.field}: {flaw.message}.")
