"""What a live transcription tells, and the box in which it waits for a slow reader."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.engines.stt.base import TimedWord


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody speaks since `at`, in seconds of the answer's audio."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Nobody speaks since `at` (seconds of the answer's audio), which is `silence` seconds ago.

    Comes at 0.6 s and every 0.25 s after, as long as audio comes in, until speech starts again.
    """

    at: float
    silence: float


@dataclass(frozen=True, slots=True)
class Partial:
    """What a segment seems to say so far. Within a segment `stable` only ever grows; `unstable` may change."""

    segment: int
    revision: int
    stable: str
    unstable: str


@dataclass(frozen=True, slots=True)
class Final:
    """What a segment says; times are seconds of the answer's audio, `confidence` (0-1) is the engine's, None where
    it has none.

    Segment numbers grow, with gaps where a segment turned out to hold no words. An empty text takes back the
    partials that were shown of such a segment.
    """

    segment: int
    text: str
    start: float
    end: float
    words: tuple[TimedWord, ...]
    confidence: float | None
    engine: str


@dataclass(frozen=True, slots=True)
class CaptionsThin:
    """So many people speak that partials come only every so many seconds (`every`); finals and sound are not touched.

    Comes at most once in an answer.
    """

    every: float


@dataclass(frozen=True, slots=True)
class TurnScored:
    """How likely (0-1) the turn is over, as it sounds, after the speech that ended at `at` (as in SpeechPaused)."""

    at: float
    finished: float


LiveEvent = SpeechStarted | SpeechPaused | Partial | Final | CaptionsThin | TurnScored


class Outbox:
    """Events on their way to one reader. A newer partial or pause takes the place of an unread older one.

    Finals and starts are kept, so what waits grows with what was said, not with how long it takes to be read.
    """

    def __init__(self) -> None:
        self._events: deque[LiveEvent] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._events)

    def put(self, event: LiveEvent) -> None:
        """Adds an event; never waits."""
        if self._closed:
            return
        if not isinstance(event, SpeechStarted | CaptionsThin | TurnScored):
            self._overwrite(event)
        self._events.append(event)
        self._changed.set()

    def close(self) -> None:
        """What is in the box can still be read, then the reader's loop ends."""
        self._closed = True
        self._changed.set()

    async def read(self) -> AsyncIterator[LiveEvent]:
        """The events in their order, until the box is closed and empty. For one reader."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._closed:
                return
            self._changed.clear()
            await self._changed.wait()

    def _overwrite(self, event: SpeechPaused | Partial | Final) -> None:
        """Takes out the event that this one makes worthless: a pause that grew, partials of the same segment."""
        for at in range(len(self._events) - 1, -1, -1):
            waiting = self._events[at]
            if isinstance(event, SpeechPaused):
                if isinstance(waiting, SpeechStarted):
                    return
                found = isinstance(waiting, SpeechPaused)
            else:
                found = isinstance(waiting, Partial) and waiting.segment == event.segment
            if found:
                del self._events[at]
                return
