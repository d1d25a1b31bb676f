"""Who may use the engine next: one for the process, shared by all live sessions."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from app.engines.stt.base import SttUnavailable

PARTIAL_SHARE = 0.5
"""Of the engine's time that all partials together may take; the rest is for finals."""
SPEAKING_SECONDS = 3.0
"""Who asked for no partial for so long does not speak any more."""
COST_WEIGHT = 0.2
"""Of the newest partial in the running mean of what one takes."""


@dataclass(eq=False, slots=True)
class _Ticket:
    session: object
    urgent: bool
    granted: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class LiveScheduler:
    """Grants turns at the engine: the urgent first, then the session that was served least recently.

    A session has at most one turn at a time. Turns that are not urgent (partials) never take the last of several
    slots, so an urgent one (a final) waits for as little as possible. Whoever waits holds no audio: what is to be
    recognised is taken when the turn comes, so a request cannot be stale, and leaving the queue withdraws it.
    """

    def __init__(self, slots: int | None = None) -> None:
        """`slots`: calls the engine works on at once, by default as many as there are cores."""
        self._slots = slots or os.cpu_count() or 2
        self._waiting: list[_Ticket] = []
        self._running: list[_Ticket] = []
        self._served: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._asked: WeakKeyDictionary[object, float] = WeakKeyDictionary()
        """When each session last asked for a partial, in seconds of the loop's clock."""
        self._partial_cost = 0.0
        """Seconds that a partial holds its turn, as a running mean."""
        self._turns = 0
        self._closed = False

    @property
    def pending(self) -> int:
        """Turns that run or are waited for."""
        return len(self._waiting) + len(self._running)

    def partial_interval(self, session: object) -> float:
        """Seconds to leave between two partials of a session, so that all who speak get as many as each other and
        finals do not wait. Called whenever a session could use a partial."""
        now = asyncio.get_running_loop().time()
        self._asked[session] = now
        speaking = sum(now - asked < SPEAKING_SECONDS for asked in self._asked.values())
        return speaking * self._partial_cost / (self._slots * PARTIAL_SHARE)

    @asynccontextmanager
    async def turn(self, session: object, *, urgent: bool) -> AsyncIterator[None]:
        """Waits for a turn and holds it. Raises SttUnavailable after `close`."""
        if self._closed:
            raise _closing()
        ticket = _Ticket(session, urgent)
        self._waiting.append(ticket)
        self._grant()
        try:
            await ticket.granted
            begin = ticket.granted.get_loop().time()
            yield
            if not urgent:
                self._learn_cost(ticket.granted.get_loop().time() - begin)
        finally:
            for tickets in (self._waiting, self._running):
                if ticket in tickets:
                    tickets.remove(ticket)
            self._grant()

    async def close(self) -> None:
        """Turns that were granted go on, all others end with SttUnavailable."""
        self._closed = True
        for ticket in self._waiting:
            if not ticket.granted.done():
                ticket.granted.set_exception(_closing())
        self._waiting.clear()

    def _learn_cost(self, seconds: float) -> None:
        weight = COST_WEIGHT if self._partial_cost else 1.0
        self._partial_cost += weight * (seconds - self._partial_cost)

    def _grant(self) -> None:
        while (ticket := self._next()) is not None:
            self._waiting.remove(ticket)
            self._running.append(ticket)
            self._turns += 1
            self._served[ticket.session] = self._turns
            ticket.granted.set_result(None)

    def _next(self) -> _Ticket | None:
        busy = {id(ticket.session) for ticket in self._running}
        free = self._slots - len(self._running)
        leisurely = max(1, self._slots - 1) - sum(not ticket.urgent for ticket in self._running)
        may = [
            ticket
            for ticket in self._waiting
            if free > 0
            and id(ticket.session) not in busy
            and not ticket.granted.done()
            and (ticket.urgent or leisurely > 0)
        ]
        return min(may, key=lambda ticket: (not ticket.urgent, self._served.get(ticket.session, 0)), default=None)


def _closing() -> SttUnavailable:
    return SttUnavailable("Live transcription is being shut down: connect again later")
