"""The engine's work for one answer. What both ways to do it share: finals in order, failures, bounds, and the end."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from app.engines.audio import SPEECH_RATE
from app.engines.stt.base import SttEngine, SttError, SttFailed
from app.engines.stt.live.events import Final, Outbox, Partial
from app.engines.stt.live.hearing import Heard, Stretch
from app.engines.stt.live.pace import Pace, pace_of
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""An engine that fails on speech is asked so often."""


@dataclass(eq=False, slots=True)
class Pending:
    """A segment whose final is to come, and its sound."""

    segment: Segment
    stretch: Stretch


class Recognition(ABC):
    """Segments in; partials, which may be dropped, and finals, which must come, out."""

    def __init__(
        self,
        stt: SttEngine,
        scheduler: LiveScheduler,
        outbox: Outbox,
        *,
        language: str | None,
        hot_words: Sequence[str],
    ) -> None:
        self.pace: Pace = pace_of(stt.name)
        self._stt = stt
        self._scheduler = scheduler
        self._outbox = outbox
        self._language = language
        self._hot_words = tuple(hot_words)
        self._waiting: deque[Pending] = deque()
        self._finaliser: asyncio.Task[None] | None = None
        self._finals: list[Final] = []
        self._failure: SttError | None = None
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[Any]] = set()

    @abstractmethod
    def follow(self, segment: Segment, sound: Callable[[], Stretch], *, silent: bool) -> None:
        """There is more of a segment. `sound` is what there is of it; `silent`: a lull may be near."""

    @abstractmethod
    def conclude(self, segment: Segment, stretch: Stretch | None = None) -> None:
        """The segment is over: its final comes from `stretch`, or from what was prepared."""

    @property
    @abstractmethod
    def backlog(self) -> float:
        """Seconds of speech that wait for the engine."""

    @property
    def prepared(self) -> int | None:
        """The frame at which a final ends that is being prepared in the silence that goes on now."""
        return None

    def prepare(self, segment: Segment, stretch: Stretch, end: int) -> None:  # noqa: B027 - not every way needs it
        """A silence, at the frame `end`, that may be the end of the segment."""

    def resume(self) -> None:  # noqa: B027 - not every way needs it
        """The silence was a breath."""

    async def room(self, seconds: float) -> None:
        """Waits while the backlog is longer than this."""
        if self.backlog > seconds:
            async with self._changed:
                await self._changed.wait_for(lambda: self.backlog <= seconds)

    async def finals(self) -> list[Final]:
        """All finals, once none is to come. Raises SttError when the engine failed on one."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._waiting)
        if self._failure is not None:
            raise self._failure
        return list(self._finals)

    async def close(self) -> None:
        """Cancels all work and waits until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    @abstractmethod
    async def _hear_out(self, pending: Pending) -> Heard:
        """What a segment says for good; raises SttError."""

    def _await(self, pending: Pending) -> None:
        """Its final comes after those that are waited for already."""
        self._waiting.append(pending)
        if self._finaliser is None or self._finaliser.done():
            self._finaliser = self._spawn(self._finalise())

    async def _finalise(self) -> None:
        while self._waiting:
            pending = self._waiting[0]
            heard = None
            try:
                heard = await self._hear_out(pending)
            except Exception as error:  # whatever happens to one segment, the others must come
                log.warning("speech was not recognised: %s", error)
                self._failure = error if isinstance(error, SttError) else SttFailed(f"Recognition failed: {error!r}")
            self._send(pending, heard)
            self._waiting.popleft()
            await self._tell()

    async def _tell(self) -> None:
        """The backlog has become smaller."""
        async with self._changed:
            self._changed.notify_all()

    def _show(self, segment: Segment, heard: Heard) -> None:
        """A partial from the newest guess."""
        if heard.words:
            stable, unstable = segment.agreement.add(heard.words)
            segment.revision += 1
            self._outbox.put(Partial(segment.number, segment.revision, stable, unstable))

    def _send(self, pending: Pending, heard: Heard | None) -> None:
        segment, stretch = pending.segment, pending.stretch
        words = heard.words if heard else ()
        if not words and not segment.revision:
            return  # nothing was shown, so nothing needs to be taken back
        begin = stretch.begin / SPEECH_RATE
        final = Final(
            segment=segment.number,
            text=heard.text if heard and words else "",
            start=words[0].start if words else begin,
            end=words[-1].end if words else begin + len(stretch.pcm) / SPEECH_RATE,
            words=words,
            confidence=heard.confidence if heard and words else None,
            engine=heard.engine if heard else self._stt.name,
        )
        self._finals.append(final)
        self._outbox.put(final)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        """The error of a draft that nobody needs is not worth more than this."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.debug("live transcription: %r", error)
