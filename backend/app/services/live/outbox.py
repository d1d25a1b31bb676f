"""What waits to be sent to one client: bounded, and clear about what may be dropped.

A newer partial takes the place of the one that waits for the same segment, a newer `ack` or `gap` that of an older
one: only the last word counts. Nothing else is dropped. A client that leaves more than `CAPACITY` events waiting is
too slow for a conversation and is let go; it can come back and resume.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from app.schemas.live import Ack, Event, Gap, PartialText

CAPACITY = 64
"""Events; findings 5."""
ROOM = CAPACITY // 2
"""Answers to the client's own messages wait until no more than this is in front of them."""


@dataclass(frozen=True, slots=True)
class Close:
    """Why the server ends a connection: the codes of design 7."""

    code: int
    reason: str


ENDED = Close(1000, "the interview is over")
OVERLOADED = Close(1013, "too slow: connect again to resume")
SHUTTING_DOWN = Close(1013, "the server restarts: connect again to resume")
FAILED = Close(1013, "something went wrong here: connect again to resume")
LEFT = Close(1000, "the client left")
OPENED_ELSEWHERE = Close(4409, "opened elsewhere")


class Outbox:
    """Events for one connection, read by one task."""

    def __init__(self) -> None:
        self._first: deque[Event] = deque()
        self._waiting: deque[Event] = deque()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = asyncio.Event()
        self.closing: Close | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: Event) -> None:
        """Queue an event; never waits. Over capacity the connection is given up and what waits is dropped."""
        if self.closing is not None:
            return
        if (place := self._replaced_by(event)) is not None:
            del self._waiting[place]
        if len(self._waiting) >= CAPACITY:
            self._waiting.clear()
            self.close(OVERLOADED)
        else:
            self._waiting.append(event)
        self._update()

    def put_first(self, events: Iterable[Event]) -> None:
        """Queue what a connection begins with, however much it is."""
        self._first.extend(events)
        self._update()

    async def reply(self, event: Event) -> None:
        """Queue the answer to a message of the client once there is room: a flood of its own waits for itself."""
        await self._room.wait()
        self.put(event)

    def close(self, close: Close) -> None:
        """End the connection after what waits; the first reason counts."""
        self.closing = self.closing or close
        self._closed.set()
        self._update()

    async def wait_closed(self) -> None:
        """Wait until there is a reason to end the connection, whether or not it can still send."""
        await self._closed.wait()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Events as they come, until the outbox is closed and empty."""
        while True:
            while self._first or self._waiting:
                event = (self._first or self._waiting).popleft()
                self._update()
                yield event
            if self.closing is not None:
                return
            self._changed.clear()
            await self._changed.wait()

    def _replaced_by(self, event: Event) -> int | None:
        key = _key(event)
        if key is None:
            return None
        return next((place for place, waiting in enumerate(self._waiting) if _key(waiting) == key), None)

    def _update(self) -> None:
        self._changed.set()
        if len(self._waiting) <= ROOM or self.closing is not None:
            self._room.set()
        else:
            self._room.clear()


def _key(event: Event) -> tuple[Any, ...] | None:
    """Events with the same key say the same thing at different times; None for those that all count."""
    match event:
        case PartialText():
            return "partial", event.segment
        case Ack():
            return ("ack",)
        case Gap():
            return ("gap",)
    return None
