"""What a connection holds while it takes part in an interview."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.errors import ErrorType, FieldError
from app.services.live.closing import CloseReason
from app.services.live.commands import Command, Ping
from app.services.live.endpointing import EndOfAnswer
from app.services.live.event_queue import EventQueue
from app.services.live.events import CommandRejected, Event, Pong, RejectionCode


class LiveError(Exception):
    """A command that cannot be followed now. `code` is stable; `message` tells the client what to do."""

    def __init__(self, code: RejectionCode, message: str) -> None:
        super().__init__(message)
        self.code: RejectionCode = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Options:
    """What a connection asks for. With `echo_cancellation` audio may come while the interviewer speaks. At most
    `follow_ups` further questions may be asked about an answer, more only where the candidate asks for one. Without
    `speech` the client plays nothing, so the interviewer asks without a word and listens at once. `end_of_answer` says
    who ends an answer: a short silence, or only the candidate, unless they are silent for very long.
    """

    sample_rate: int = 16_000
    echo_cancellation: bool = False
    language: str | None = None
    follow_ups: int = 1
    speech: bool = True
    end_of_answer: EndOfAnswer = "silence"


class Conversation(Protocol):
    """What a link needs of the interview that it is attached to."""

    @property
    def link(self) -> "Link | None": ...

    @property
    def places(self) -> frozenset[int]: ...

    async def audio(self, link: "Link", first_sample: int | None, data: bytes) -> None: ...

    async def obey(self, command: Command) -> None: ...

    def detach(self, link: "Link") -> None: ...


class Link:
    """The attachment of one connection to an interview; see `app.services.live` for how a transport uses it.

    An interview has one link at a time. When another connection joins, or the interview ends, the iteration of this
    one stops and `closing` gives the reason; its commands have no effect any more.
    """

    def __init__(self, conversation: Conversation, options: Options) -> None:
        self._conversation = conversation
        self.options = options
        self.queue = EventQueue()
        self._heard_at: float | None = None

    @property
    def silent_for(self) -> float:
        """Seconds since sound or a ping came last; 0 from a client that sends neither."""
        return 0.0 if self._heard_at is None else time.monotonic() - self._heard_at

    @property
    def closing(self) -> CloseReason | None:
        """Why the connection is to be closed, once it is."""
        return self.queue.closing

    @property
    def places(self) -> frozenset[int]:
        """Under which places in the interview an answer is taken right now: that of the question that is asked, and of
        the one that it follows up. Empty between two questions."""
        return self._conversation.places if self._is_current else frozenset()

    async def audio(self, first_sample: int | None, data: bytes) -> None:
        """PCM16 samples (little-endian, mono) from number `first_sample` of the answer; None: right after the last."""
        self._heard()
        try:
            if self._is_current:
                await self._conversation.audio(self, first_sample, data)
        except LiveError as error:
            await self.reject(error.code, error.message)

    async def obey(self, command: Command) -> None:
        """Follow a command; one that makes no sense now is answered with `CommandRejected`."""
        try:
            if isinstance(command, Ping):
                self._heard()
                await self.queue.reply(Pong())
            elif self._is_current:
                await self._conversation.obey(command)
        except LiveError as error:
            await self.reject(error.code, error.message)

    async def reject(self, code: RejectionCode | ErrorType, message: str, details: Sequence[FieldError] = ()) -> None:
        """Tell the client that a message could not be followed."""
        await self.queue.reply(CommandRejected(code, message, tuple(details)))

    def leave(self) -> None:
        """The connection is gone; the interview waits for another."""
        self._conversation.detach(self)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self.queue.__aiter__()

    def _heard(self) -> None:
        self._heard_at = time.monotonic()

    @property
    def _is_current(self) -> bool:
        return self._conversation.link is self
