"""The queue of events that wait to be sent to one client, which is bounded.

A newer partial replaces the one that waits for the same segment, a newer `Ack` or `Gap` an older one, because only the
newest counts. No other event is dropped. A client that lets more than `CAPACITY` events wait is disconnected, because
it is too slow for a conversation; it can connect again and resume.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

from app.services.live.closing import TOO_SLOW, CloseReason
from app.services.live.events import Ack, Event, Gap, PartialText

CAPACITY = 64
"""Events: some seconds of the busiest conversation."""
ROOM = CAPACITY // 2
"""Replies to the client's own messages wait until no more events than this wait before them."""


class EventQueue:
    """Events for one connection, read by one task."""

    def __init__(self) -> None:
        self._first: deque[Event] = deque()
        self._waiting: deque[Event] = deque()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = asyncio.Event()
        self.closing: CloseReason | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: Event) -> None:
        """Queue an event without waiting. Over capacity what waits is dropped and the connection is closed."""
        if self.closing is not None:
            return
        if (place := self._replaced_by(event)) is not None:
            del self._waiting[place]
        if len(self._waiting) >= CAPACITY:
            self._waiting.clear()
            self.close(TOO_SLOW)
        else:
            self._waiting.append(event)
        self._update()

    def put_first(self, events: Iterable[Event]) -> None:
        """Queue the events that a connection begins with, in front of all others and without a limit."""
        self._first.extend(events)
        self._update()

    async def reply(self, event: Event) -> None:
        """Queue the reply to a message of the client once there is room, which slows a client down that sends many."""
        await self._room.wait()
        self.put(event)

    def close(self, reason: CloseReason) -> None:
        """End the connection after the events that wait; the first reason counts."""
        self.closing = self.closing or reason
        self._closed.set()
        self._update()

    async def wait_closed(self) -> None:
        """Wait until the connection is to be closed, whether or not events still wait."""
        await self._closed.wait()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Events as they come, until the queue is closed and empty."""
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
    """Of events with the same key only the newest counts; None for events that all count."""
    match event:
        case PartialText():
            return "partial", event.segment
        case Ack():
            return ("ack",)
        case Gap():
            return ("gap",)
    return None
