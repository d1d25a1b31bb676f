"""What a connection holds while it takes part in an interview."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from app.schemas.live import Command, Event, Ping, Pong, Refused
from app.services.live.outbox import Close, Outbox


class LiveError(Exception):
    """A command that cannot be followed now. `code` is stable; `message` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Options:
    """What a connection says of itself. With `echo_cancellation` sound may come while the interviewer speaks."""

    sample_rate: int = 16_000
    echo_cancellation: bool = False
    language: str | None = None


class Conversation(Protocol):
    """What a link needs of the interview it holds."""

    @property
    def link(self) -> "Link | None": ...

    async def audio(self, link: "Link", first_sample: int | None, data: bytes) -> None: ...

    async def obey(self, command: Command) -> None: ...

    def detach(self, link: "Link") -> None: ...


class Link:
    """A connection's hold on an interview; see `app.services.live` for how a transport uses it.

    When somebody connects anew, or the interview ends, iteration stops and `closing` says why. Commands of a link
    that lost its hold do nothing.
    """

    def __init__(self, conversation: Conversation, options: Options) -> None:
        self._conversation = conversation
        self.options = options
        self.outbox = Outbox()

    @property
    def closing(self) -> Close | None:
        """Why the connection is to be closed, once it is."""
        return self.outbox.closing

    async def audio(self, first_sample: int | None, data: bytes) -> None:
        """PCM16 samples (little-endian, mono) from number `first_sample` of the answer; None: right after the last."""
        try:
            if self._holds:
                await self._conversation.audio(self, first_sample, data)
        except LiveError as error:
            await self.refuse(error.code, error.message)

    async def obey(self, command: Command) -> None:
        """Follow a command; one that makes no sense now is answered with an `error` event."""
        try:
            if isinstance(command, Ping):
                await self.outbox.reply(Pong())
            elif self._holds:
                await self._conversation.obey(command)
        except LiveError as error:
            await self.refuse(error.code, error.message)

    async def refuse(self, code: str, message: str) -> None:
        """Tell the client that a message could not be followed."""
        await self.outbox.reply(Refused(code=code, message=message))

    def leave(self) -> None:
        """The connection is gone; the interview waits for another."""
        self._conversation.detach(self)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self.outbox.__aiter__()

    @property
    def _holds(self) -> bool:
        return self._conversation.link is self
