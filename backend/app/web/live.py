"""The transport loop of a live interview over WebSocket, the same for every face.

A face gives a `LiveAdapter`: how it finds the caller's interview and how its messages look. All else is here: accepting
a connection, the limit of connections, the origin, the deadline for a start message, reading and writing, size and rate
of messages, and the close codes (docs/design.md, "The live protocol of v1").
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any, Protocol

from fastapi import WebSocket
from pydantic import Field, ValidationError

from app.errors import AppError, FieldError, NotAuthenticated, NotFound, Unavailable, field_errors
from app.repositories.base import Ref
from app.runtime.runtime import Runtime
from app.services.accounts.subject import Account, CodeHolder
from app.services.interviews.follow_up_service import MAX_FOLLOW_UPS
from app.services.live.closing import (
    ENDED,
    FAILED,
    FULL,
    NO_SESSION,
    NOT_AUTHENTICATED,
    POLICY_VIOLATION,
    START_TIMEOUT,
    TOO_BIG,
    TOO_MANY_CONNECTIONS,
    TOO_MANY_MESSAGES,
    WRONG_ORIGIN,
    CloseReason,
)
from app.services.live.events import Event
from app.services.live.limits import MAX_MESSAGE_BYTES, TokenBucket
from app.services.live.link import Link, LiveError, Options
from app.web.credentials import Bearer
from app.web.faces import face_of
from app.web.origins import origins_of
from app.web.page_cookies import ACCESS

COOKIE = ACCESS
"""Where the web page keeps its access token."""
CLOSE_SECONDS = 2.0
"""How long the last events, and the close itself, may take with a client that does not read."""
OPEN_MICROPHONE = Options(echo_cancellation=True, follow_ups=0)
"""For faces whose document does not say when a client may send audio. It may always: browsers cancel the echo of what
they play unless told otherwise, and only speech, not any audio, interrupts the interviewer. Nor can their documents
announce follow-ups, so none come unless a client asks for them."""
FollowUps = Annotated[int, Field(ge=0, le=MAX_FOLLOW_UPS)]
"""How many follow-ups a client wants for a question at most."""

log = logging.getLogger(__name__)


class Disconnected(Exception):
    """The client has closed the connection."""


class CloseConnection(Exception):
    """The server closes the connection."""

    def __init__(self, reason: CloseReason) -> None:
        super().__init__(reason.text)
        self.reason = reason


class Connection:
    """Messages in and out of one WebSocket. Methods raise Disconnected when the client has gone."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.runtime: Runtime = websocket.app.state.runtime
        self.caller: Account | None = None
        """Who is connected, once that is known; None for a candidate with an access code."""
        self._face = face_of(websocket)
        self._bucket = TokenBucket()
        self._start_deadline = asyncio.get_running_loop().time() + self.runtime.settings.live.start_seconds

    @property
    def address(self) -> str:
        """The client's address, by which connections are limited."""
        return self.websocket.client.host if self.websocket.client else "unknown"

    @property
    def has_allowed_origin(self) -> bool:
        """Whether the connection comes from a page that may connect, or from no page."""
        return origins_of(self.websocket).allows(*self._origin)

    @property
    def _origin(self) -> tuple[str | None, str | None]:
        headers = self.websocket.headers
        return headers.get("origin"), headers.get("host")

    async def account(self, token: str | None = None) -> Account:
        """Who is calling, by a token of a message, or else one that came as the face's credentials or in the web app's
        cookie (browsers cannot set headers here). A page that CORS_ORIGINS=* alone lets in cannot use a cookie.
        NotAuthenticated for anybody else."""
        self.caller = await self.runtime.guard.account_of(self._token(token))
        return self.caller

    def _token(self, token: str | None) -> str:
        if not token and origins_of(self.websocket).trusts(*self._origin):
            token = self._face.token(self.websocket) or COOKIE.token(self.websocket)
        token = token or Bearer().token(self.websocket)
        if not token:
            raise NotAuthenticated("Authentication required")
        return token

    async def subject(self, token: str | None = None) -> Account | CodeHolder:
        """The same, or a candidate with an access code, who sends the UUID of their interview as the token."""
        subject = await self.runtime.guard.subject_of(self._token(token))
        self.caller = subject if isinstance(subject, Account) else None
        return subject

    def ref(self, text: str) -> Ref:
        """The interview that an address means; NotFound for what is no id of this face."""
        try:
            return self._face.parse_id(text)
        except ValueError as error:
            raise NotFound.of("Session") from error

    @asynccontextmanager
    async def start_deadline(self) -> AsyncIterator[None]:
        """What a face does here must be done within LIVE_START_SECONDS of connecting. CloseConnection otherwise."""
        try:
            async with asyncio.timeout_at(self._start_deadline):
                yield
        except TimeoutError as error:
            raise CloseConnection(START_TIMEOUT) from error

    async def receive(self) -> str | bytes:
        """The next message. CloseConnection for one that is too big, or when there are too many in a short time."""
        message: dict[str, Any] = dict(await self.websocket.receive())
        if message["type"] == "websocket.disconnect":
            raise Disconnected
        data: str | bytes = message["text"] if message.get("text") is not None else message["bytes"]
        if len(data) > MAX_MESSAGE_BYTES:
            raise CloseConnection(TOO_BIG)
        if not self._bucket.take():
            raise CloseConnection(TOO_MANY_MESSAGES)
        return data

    async def send(self, text: str) -> None:
        """Send one text message."""
        try:
            await self.websocket.send_text(text)
        except Exception as error:  # servers differ in what they raise for a socket that is closed
            raise Disconnected from error

    async def close(self, reason: CloseReason) -> None:
        """Close the connection, whether or not the client reads."""
        with suppress(Exception):  # it may be closed already
            await asyncio.wait_for(self.websocket.close(reason.code, reason.text), CLOSE_SECONDS)


class LiveAdapter(Protocol):
    """What a face gives for one connection."""

    async def join(self, connection: Connection) -> Link:
        """Join the caller's interview. Raises AppError and LiveError as `LiveService.join` does."""
        ...

    async def receive(self, link: Link, message: str | bytes) -> None:
        """Act on a message of the client; `link.reject` answers one that cannot be understood."""
        ...

    async def render(self, link: Link, event: Event) -> str | None:
        """An event as a text message, or None where this face says nothing about it."""
        ...

    def render_refusal(self, error: AppError | LiveError) -> Sequence[str]:
        """What a client is told, before the connection is closed, when it could not join."""
        ...

    async def close(self) -> None:
        """Release what the adapter has opened."""
        ...


async def serve(websocket: WebSocket, adapter: LiveAdapter) -> None:
    """One client's connection, from accepting it to closing it."""
    await websocket.accept()
    connection = Connection(websocket)
    with connection.runtime.live.connections.connection(connection.address) as is_admitted, suppress(Disconnected):
        try:
            if not is_admitted:
                raise CloseConnection(TOO_MANY_CONNECTIONS)
            if not connection.has_allowed_origin:
                raise CloseConnection(WRONG_ORIGIN)
            link = await _join(connection, adapter)
            tasks = [_read(connection, adapter, link)]
            if connection.caller is not None:
                tasks.append(_end_with_login(connection, adapter, connection.caller))
            reason = await run_link(link, _write(connection, adapter, link), *tasks)
        except CloseConnection as error:
            reason = error.reason
        except Disconnected:
            raise
        except Exception:
            log.exception("a live connection failed")
            reason = FAILED
        finally:
            await adapter.close()
        await connection.close(reason)


async def run_link(link: Link, writer: Coroutine[Any, Any, None], *others: Coroutine[Any, Any, None]) -> CloseReason:
    """Run the tasks of a connection until one of them ends or the link is closed, and give the link back.

    After the link is closed the writer may still send the last events, to a client that reads them. Returns why the
    connection is to be closed; raises Disconnected and CloseConnection of a task. Other errors are logged.
    """
    writing = asyncio.create_task(writer)
    closed = asyncio.create_task(link.queue.wait_closed())
    tasks = [writing, *(asyncio.create_task(other) for other in others), closed]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if closed.done():
            await asyncio.wait({writing}, timeout=CLOSE_SECONDS)
    finally:
        reason = link.closing
        link.leave()
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Disconnected | CloseConnection):
            raise result
        if isinstance(result, Exception):
            log.error("a live connection failed", exc_info=result)
            return FAILED
    return reason or FAILED


def close_reason(error: AppError | LiveError) -> CloseReason:
    """How to close a connection that could not join because of this error."""
    match error:
        case NotAuthenticated():
            return NOT_AUTHENTICATED
        case NotFound():
            return NO_SESSION
        case Unavailable():
            return FULL
    return ENDED if error.code == "session_closed" else CloseReason(POLICY_VIOLATION, error.code)


def message_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """What is wrong with a message, field by field; what the client sent is not repeated."""
    return tuple(field_errors(error.errors(include_url=False, include_input=False), whole="message"))


async def _join(connection: Connection, adapter: LiveAdapter) -> Link:
    try:
        return await adapter.join(connection)
    except (AppError, LiveError) as error:
        for message in adapter.render_refusal(error):
            await connection.send(message)
        raise CloseConnection(close_reason(error)) from error


async def _write(connection: Connection, adapter: LiveAdapter, link: Link) -> None:
    async for event in link:
        if (message := await adapter.render(link, event)) is not None:
            await connection.send(message)


async def _end_with_login(connection: Connection, adapter: LiveAdapter, account: Account) -> None:
    """Whoever logs out is gone from the interview, too; who logs in again goes on where it was."""
    await connection.runtime.guard.until_ended(account)
    for message in adapter.render_refusal(NotAuthenticated("You were signed out. Sign in again.")):
        await connection.send(message)
    raise CloseConnection(NOT_AUTHENTICATED)


async def _read(connection: Connection, adapter: LiveAdapter, link: Link) -> None:
    while True:
        await adapter.receive(link, await connection.receive())
