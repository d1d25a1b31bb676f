"""The engine's work for one answer: partials that may be dropped, drafts that may be of use, finals that must come."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engines.audio import SPEECH_RATE
from app.engines.stt.base import Overloaded, SttEngine, SttError, SttFailed
from app.engines.stt.live.events import Final, Outbox, Partial
from app.engines.stt.live.hearing import Heard, Stretch, hear
from app.engines.stt.live.pace import Pace, pace_of
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment

log = logging.getLogger(__name__)

LANGUAGE_SECONDS = 2.0
"""Speech that is enough to settle the language."""
ATTEMPTS = 3
"""An engine that fails on a final is asked so often."""
RETRY_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
"""An engine that is overloaded is asked again after its own estimate, but no later than this."""


@dataclass(eq=False, slots=True)
class Draft:
    """A final that is prepared while the silence may still turn out to be a breath."""

    stretch: Stretch
    end: int
    """The frame at which its sound ends."""
    task: "asyncio.Task[Heard]" = field(init=False)
    running: bool = False


@dataclass(frozen=True, slots=True)
class _Closed:
    """A finished segment whose final is to come."""

    segment: Segment
    stretch: Stretch
    draft: Draft | None


class Recognition:
    """At most one partial and one draft at a time, finals in the order of their segments."""

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
        self.draft: Draft | None = None
        """What is prepared for the silence that goes on now."""
        self._stt = stt
        self._scheduler = scheduler
        self._outbox = outbox
        self._language = language
        self._hot_words = tuple(hot_words)
        self._guessing: asyncio.Task[Any] | None = None
        self._guess_running = False
        self._guesses_rest_until = 0.0
        self._waiting: deque[_Closed] = deque()
        self._finaliser: asyncio.Task[None] | None = None
        self._finals: list[Final] = []
        self._failure: SttError | None = None
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- partials

    def guess(self, segment: Segment, sound: Callable[[], Stretch]) -> None:
        """Begins a partial, unless the last is not digested. `sound` is asked for it when the engine is free.

        Partials rest as long as the last one took; longer where that was more than a second, because an engine that
        slow has little time to spare beside the finals.
        """
        is_busy = any(task is not None and not task.done() for task in (self._guessing, self._drafting))
        if not is_busy and asyncio.get_running_loop().time() >= self._guesses_rest_until:
            self._guessing = self._spawn(self._guess(segment, sound))

    async def _guess(self, segment: Segment, sound: Callable[[], Stretch]) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._scheduler.turn(self, urgent=False):
                begin = loop.time()
                segment.guessed = segment.seconds
                self._guess_running = True
                heard = await self._hear(segment, sound(), beam=1)
        except SttError as error:
            log.debug("no partial: %s", error.message)
            return
        finally:
            self._guess_running = False
        end = loop.time()
        self._guesses_rest_until = end + (end - begin) * max(1.0, end - begin)
        self._show(segment, heard)

    def _show(self, segment: Segment, heard: Heard) -> None:
        if heard.words:
            stable, unstable = segment.agreement.add(heard.words)
            if not segment.closed:
                segment.revision += 1
                self._outbox.put(Partial(segment.number, segment.revision, stable, unstable))

    # -- drafts

    @property
    def _drafting(self) -> "asyncio.Task[Heard] | None":
        return self.draft.task if self.draft else None

    def prepare(self, segment: Segment, stretch: Stretch, end: int) -> None:
        """Begins the final of a segment that may be over; partials make way."""
        self._cancel_unfinished()
        segment.guessed = segment.seconds
        self.draft = Draft(stretch, end)
        self.draft.task = self._spawn(self._prepare(segment, self.draft))

    async def _prepare(self, segment: Segment, draft: Draft) -> Heard:
        heard = await self._recognise(segment, draft.stretch, draft)
        self._show(segment, heard)
        return heard

    def resume(self) -> None:
        """The silence was a breath. A draft the engine is at still makes a good partial."""
        draft, self.draft = self.draft, None
        if draft is None or draft.task.done():
            return
        if draft.running:
            self._guessing = draft.task
        else:
            draft.task.cancel()

    # -- finals

    @property
    def backlog(self) -> float:
        """Seconds of finished speech that wait for the engine."""
        return sum(len(closed.stretch.pcm) for closed in self._waiting) / SPEECH_RATE

    async def room(self, seconds: float) -> None:
        """Waits while the backlog is longer than this."""
        if self.backlog > seconds:
            async with self._changed:
                await self._changed.wait_for(lambda: self.backlog <= seconds)

    def conclude(self, segment: Segment, stretch: Stretch | None = None) -> None:
        """The segment is over: its final comes from `stretch`, or from what was prepared."""
        draft = None
        if stretch is None:
            draft, self.draft = self.draft, None
            assert draft is not None  # noqa: S101 - the caller has looked
            stretch = draft.stretch
        segment.closed = True
        self._cancel_unfinished()
        self._waiting.append(_Closed(segment, stretch, draft))
        if self._finaliser is None or self._finaliser.done():
            self._finaliser = self._spawn(self._finalise())

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

    async def _finalise(self) -> None:
        while self._waiting:
            closed = self._waiting[0]
            heard = None
            try:
                heard = await (closed.draft.task if closed.draft else self._recognise(closed.segment, closed.stretch))
            except Exception as error:  # whatever happens to one segment, the others must come
                log.warning("speech was not recognised: %s", error)
                self._failure = error if isinstance(error, SttError) else SttFailed(f"Recognition failed: {error!r}")
            self._send(closed, heard)
            async with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()

    def _send(self, closed: _Closed, heard: Heard | None) -> None:
        words = heard.words if heard else ()
        if not words and not closed.segment.revision:
            return  # nothing was shown, so nothing needs to be taken back
        begin = closed.stretch.begin / SPEECH_RATE
        final = Final(
            segment=closed.segment.number,
            text=heard.text if heard and words else "",
            start=words[0].start if words else begin,
            end=words[-1].end if words else begin + len(closed.stretch.pcm) / SPEECH_RATE,
            words=words,
            confidence=heard.confidence if heard and words else None,
            engine=heard.engine if heard else self._stt.name,
        )
        self._finals.append(final)
        self._outbox.put(final)

    async def _recognise(self, segment: Segment, stretch: Stretch, draft: Draft | None = None) -> Heard:
        """The final text of a stretch. Tries again where that may help; raises SttError where it does not."""
        attempt = 0
        while True:
            attempt += 1
            wait = RETRY_SECONDS
            try:
                async with self._scheduler.turn(self, urgent=True):
                    if draft is not None:
                        draft.running = True
                    return await self._hear(segment, stretch)
            except Overloaded as error:
                wait = min(error.retry_after, LONGEST_WAIT_SECONDS)
            except SttFailed as error:
                if not error.retryable or attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(wait)

    # -- both

    async def _hear(self, segment: Segment, stretch: Stretch, beam: int | None = None) -> Heard:
        """Where time grows with the sound, what two guesses shared is settled and only the rest is heard again."""
        if self.pace.grows:
            stretch = stretch.after(segment.agreement.stable)
        heard = await hear(self._stt, stretch, language=self._language, hot_words=self._hot_words, beam=beam)
        self.pace = pace_of(heard.engine)  # another engine may have stepped in
        if stretch.voiced >= LANGUAGE_SECONDS:
            self._language = self._language or heard.language
        return heard

    def _cancel_unfinished(self) -> None:
        """Partial and draft make way for what is more urgent.

        Where a running partial shortens the work that is left, and cannot be interrupted, it is waited for.
        """
        if self._guessing is not None and not (self.pace.grows and self._guess_running):
            self._guessing.cancel()
        if self._drafting is not None:
            self._drafting.cancel()
        self.draft = None

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
