"""For engines that take whole sounds, as Whisper and servers do: a segment is heard again and again while it grows."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.engines.audio import SPEECH_RATE
from app.engines.stt.base import Overloaded, SttError, SttFailed
from app.engines.stt.live.hearing import Heard, Stretch, hear
from app.engines.stt.live.pace import pace_of
from app.engines.stt.live.recognition import ATTEMPTS, Pending, Recognition
from app.engines.stt.live.segment import Segment

log = logging.getLogger(__name__)

LANGUAGE_SECONDS = 2.0
"""Speech that is enough to settle the language."""
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


@dataclass(eq=False, slots=True)
class _Closed(Pending):
    draft: Draft | None


class Redecoding(Recognition):
    """At most one partial and one draft at a time; drafts make the wait for a final shorter."""

    _draft: Draft | None = None
    _guessing: "asyncio.Task[Any] | None" = None
    _guesses_rest_until = 0.0

    # -- partials

    def follow(self, segment: Segment, sound: Callable[[], Stretch], *, silent: bool) -> None:
        """Begins a partial when there is news, but not when a draft may be about to come, nor before the last is
        digested. `sound` is asked for it when the engine is free.

        Partials rest as long as the last one took; longer where that was more than a second, because an engine that
        slow has little time to spare beside the finals.
        """
        if silent or (segment.guessed and segment.seconds - segment.guessed < self.pace.partial_every):
            return
        is_busy = any(task is not None and not task.done() for task in (self._guessing, self._drafting))
        if not is_busy and asyncio.get_running_loop().time() >= self._guesses_rest_until:
            self._guessing = self._spawn(self._guess(segment, sound))

    async def _guess(self, segment: Segment, sound: Callable[[], Stretch]) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._scheduler.turn(self, urgent=False):
                begin = loop.time()
                segment.guessed = segment.seconds
                heard = await self._hear(sound(), beam=1)
        except SttError as error:
            log.debug("no partial: %s", error.message)
            return
        end = loop.time()
        self._guesses_rest_until = end + (end - begin) * max(1.0, end - begin)
        if not segment.closed:
            self._show(segment, heard)

    # -- drafts

    @property
    def prepared(self) -> int | None:
        """See `Recognition.prepared`."""
        return self._draft.end if self._draft else None

    @property
    def _drafting(self) -> "asyncio.Task[Heard] | None":
        return self._draft.task if self._draft else None

    def prepare(self, segment: Segment, stretch: Stretch, end: int) -> None:
        """Begins the final of a segment that may be over; partials make way."""
        self._cancel_unfinished()
        segment.guessed = segment.seconds
        self._draft = Draft(stretch, end)
        self._draft.task = self._spawn(self._prepare(segment, self._draft))

    async def _prepare(self, segment: Segment, draft: Draft) -> Heard:
        heard = await self._recognise(draft.stretch, draft)
        if not segment.closed:
            self._show(segment, heard)
        return heard

    def resume(self) -> None:
        """A draft the engine is at still makes a good partial."""
        draft, self._draft = self._draft, None
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
        return sum(len(pending.stretch.pcm) for pending in self._waiting) / SPEECH_RATE

    def conclude(self, segment: Segment, stretch: Stretch | None = None) -> None:
        """See `Recognition.conclude`."""
        draft = None
        if stretch is None:
            draft, self._draft = self._draft, None
            assert draft is not None  # noqa: S101 - the caller has looked
            stretch = draft.stretch
        segment.closed = True
        self._cancel_unfinished()
        self._await(_Closed(segment, stretch, draft))

    async def _hear_out(self, pending: Pending) -> Heard:
        draft = pending.draft if isinstance(pending, _Closed) else None
        return await (draft.task if draft else self._recognise(pending.stretch))

    async def _recognise(self, stretch: Stretch, draft: Draft | None = None) -> Heard:
        """The final text of a stretch. Tries again where that may help; raises SttError where it does not."""
        attempt = 0
        while True:
            attempt += 1
            wait = RETRY_SECONDS
            try:
                async with self._scheduler.turn(self, urgent=True):
                    if draft is not None:
                        draft.running = True
                    return await self._hear(stretch)
            except Overloaded as error:
                wait = min(error.retry_after, LONGEST_WAIT_SECONDS)
            except SttFailed as error:
                if not error.retryable or attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(wait)

    async def _hear(self, stretch: Stretch, beam: int | None = None) -> Heard:
        heard = await hear(self._stt, stretch, language=self._language, hot_words=self._hot_words, beam=beam)
        self.pace = pace_of(heard.engine)  # another engine may have stepped in
        if stretch.voiced >= LANGUAGE_SECONDS:
            self._language = self._language or heard.language
        return heard

    def _cancel_unfinished(self) -> None:
        """Partial and draft make way for what is more urgent."""
        for task in (self._guessing, self._drafting):
            if task is not None:
                task.cancel()
        self._draft = None
