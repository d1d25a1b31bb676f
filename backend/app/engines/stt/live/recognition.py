"""The engine's work for one answer: a segment is decoded again and again while it grows, and for good at its end.

Partials show what is said so far and may be left out. A draft is a final that is prepared in a silence which may still
turn out to be a breath, so that most finals are there as soon as the speech is known to be over. Finals come in order
and always.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engines.audio import SPEECH_RATE
from app.engines.stt.base import Overloaded, SttEngine, SttError, SttFailed
from app.engines.stt.live.decoding import Stretch, StretchText, decode_stretch
from app.engines.stt.live.events import CaptionsThin, Final, Outbox, Partial
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment
from app.engines.stt.live.segmentation import SENTENCE_SECONDS, segmentation_for

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""An engine that fails on speech is asked so often."""
LANGUAGE_SECONDS = 2.0
"""Speech that is enough to settle the language."""
RETRY_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
"""An engine that is overloaded is asked again after its own estimate, but no later than this."""
THIN_FACTOR = 1.5
"""Captions are called thin when partials come so many times more seldom than they would on an idle machine."""
SENTENCE_ENDS = (".", "?", "!", "。", "?", "!")
UNFINISHED = ("...", "…")


@dataclass(eq=False, slots=True)
class Draft:
    """A final that is prepared while the silence may still turn out to be a breath."""

    segment: Segment
    stretch: Stretch
    end: int
    """The frame at which its sound ends."""
    task: "asyncio.Task[StretchText]" = field(init=False)
    running: bool = False

    @property
    def is_sentence(self) -> bool:
        """Whether it is there and its text is a whole sentence."""
        if not self.task.done() or self.task.cancelled() or self.task.exception() is not None:
            return False
        text = self.task.result().text
        return (
            self.stretch.voiced >= SENTENCE_SECONDS and text.endswith(SENTENCE_ENDS) and not text.endswith(UNFINISHED)
        )


@dataclass(eq=False, slots=True)
class Pending:
    """A segment whose final is to come, its sound, and the draft that becomes the final if there is one."""

    segment: Segment
    stretch: Stretch
    draft: Draft | None


class Recognition:
    """Segments in; partials and finals out. At most one partial and one draft at a time."""

    def __init__(
        self,
        stt: SttEngine,
        scheduler: LiveScheduler,
        outbox: Outbox,
        *,
        language: str | None,
        hot_words: Sequence[str],
    ) -> None:
        self.segmentation = segmentation_for(stt.name)
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
        self._draft: Draft | None = None
        self._guessing: asyncio.Task[Any] | None = None
        self._partials_rest_until = 0.0
        self._is_thin = False

    # -- partials

    def follow(self, segment: Segment, sound: Callable[[], Stretch], *, silent: bool) -> None:
        """There is more of a segment: begins a partial, but not when a draft may be about to come (`silent`), nor
        before the last is digested. `sound` is asked for it when the engine is free.

        Partials come as often as the segmentation says, more seldom when all speakers together would keep the engine
        from the finals. They rest as long as the last one took; longer where that was more than a second.
        """
        normal = self.segmentation.partial_every
        every = max(normal, self._scheduler.partial_interval(self))
        if silent or (segment.guessed and segment.seconds - segment.guessed < every):
            return
        is_busy = any(task is not None and not task.done() for task in (self._guessing, self._drafting))
        if not is_busy and asyncio.get_running_loop().time() >= self._partials_rest_until:
            self._guessing = self._spawn(self._guess(segment, sound))
            if every >= THIN_FACTOR * normal and not self._is_thin:
                self._is_thin = True
                self._outbox.put(CaptionsThin(every))

    async def _guess(self, segment: Segment, sound: Callable[[], Stretch]) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._scheduler.turn(self, urgent=False):
                begin = loop.time()
                segment.guessed = segment.seconds
                text = await self._decode(sound(), draft=True)
        except SttError as error:
            log.debug("no partial: %s", error.message)
            return
        end = loop.time()
        self._partials_rest_until = end + (end - begin) * max(1.0, end - begin)
        if not segment.closed:
            self._show(segment, text)

    # -- drafts

    @property
    def prepared(self) -> int | None:
        """The frame at which the draft ends that belongs to the silence that goes on now."""
        return self._draft.end if self._draft else None

    @property
    def prepared_sentence(self) -> int | None:
        """The same, once the draft is there and a whole sentence."""
        return self._draft.end if self._draft and self._draft.is_sentence else None

    @property
    def _drafting(self) -> "asyncio.Task[StretchText] | None":
        return self._draft.task if self._draft else None

    def prepare(self, segment: Segment, stretch: Stretch, end: int) -> None:
        """A silence, at the frame `end`, that may be the end of the segment: begins its final; partials make way."""
        self._cancel_unfinished()
        segment.guessed = segment.seconds
        self._draft = Draft(segment, stretch, end)
        self._draft.task = self._spawn(self._prepare(self._draft))

    async def _prepare(self, draft: Draft) -> StretchText:
        text = await self._decode_final(draft.stretch, draft)
        if not draft.segment.closed:
            self._show(draft.segment, text)
        return text

    def resume(self) -> None:
        """The silence was a breath. A draft the engine is at still makes a good partial."""
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
        """The segment is over: its final comes from `stretch`, or from what was prepared."""
        draft = None
        if stretch is None:
            draft, self._draft = self._draft, None
            assert draft is not None  # noqa: S101 - the caller has looked
            stretch = draft.stretch
        segment.closed = True
        self._cancel_unfinished()
        self._waiting.append(Pending(segment, stretch, draft))
        if self._finaliser is None or self._finaliser.done():
            self._finaliser = self._spawn(self._finalise())

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

    async def _finalise(self) -> None:
        while self._waiting:
            pending = self._waiting[0]
            text = None
            try:
                draft = pending.draft
                text = await (draft.task if draft else self._decode_final(pending.stretch))
            except Exception as error:  # whatever happens to one segment, the others must come
                log.warning("speech was not recognised: %s", error)
                self._failure = error if isinstance(error, SttError) else SttFailed(f"Recognition failed: {error!r}")
            self._send(pending, text)
            self._waiting.popleft()
            async with self._changed:
                self._changed.notify_all()

    async def _decode_final(self, stretch: Stretch, draft: Draft | None = None) -> StretchText:
        """The final text of a stretch. Tries again where that may help; raises SttError where it does not."""
        attempt = 0
        while True:
            attempt += 1
            wait = RETRY_SECONDS
            try:
                async with self._scheduler.turn(self, urgent=True):
                    if draft is not None:
                        draft.running = True
                    return await self._decode(stretch)
            except Overloaded as error:
                wait = min(error.retry_after, LONGEST_WAIT_SECONDS)
            except SttFailed as error:
                if not error.retryable or attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(wait)

    async def _decode(self, stretch: Stretch, *, draft: bool = False) -> StretchText:
        text = await decode_stretch(self._stt, stretch, language=self._language, hot_words=self._hot_words, draft=draft)
        self.segmentation = segmentation_for(text.engine)  # another engine may have stepped in
        if stretch.voiced >= LANGUAGE_SECONDS:
            self._language = self._language or text.language
        return text

    def _show(self, segment: Segment, text: StretchText) -> None:
        """A partial from the newest guess."""
        if text.words:
            stable, unstable = segment.agreement.add(text.words)
            segment.revision += 1
            self._outbox.put(Partial(segment.number, segment.revision, stable, unstable))

    def _send(self, pending: Pending, text: StretchText | None) -> None:
        segment, stretch = pending.segment, pending.stretch
        words = text.words if text else ()
        if not words and not segment.revision:
            return  # nothing was shown, so nothing needs to be taken back
        begin = stretch.begin / SPEECH_RATE
        final = Final(
            segment=segment.number,
            text=text.text if text and words else "",
            start=words[0].start if words else begin,
            end=words[-1].end if words else begin + len(stretch.pcm) / SPEECH_RATE,
            words=words,
            confidence=text.confidence if text and words else None,
            engine=text.engine if text else self._stt.name,
        )
        self._finals.append(final)
        self._outbox.put(final)

    def _cancel_unfinished(self) -> None:
        """Partial and draft make way for what is more urgent."""
        for task in (self._guessing, self._drafting):
            if task is not None:
                task.cancel()
        self._draft = None

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
