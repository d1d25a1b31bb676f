"""The live transcription of one answer."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Overloaded, SttEngine, SttError, SttFailed
from app.engines.stt.live.endpoint import FRAME_SECONDS, START_FRAMES, Endpointer, Mark, frames
from app.engines.stt.live.events import Final, LiveEvent, Outbox, Partial, SpeechPaused, SpeechStarted
from app.engines.stt.live.hearing import Heard, Stretch, hear
from app.engines.stt.live.pace import CONTEXT_SECONDS, pace_of
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment
from app.engines.stt.live.tape import Tape
from app.engines.stt.vad import FRAME, StreamVad

log = logging.getLogger(__name__)

SLICE = 10 * FRAME
"""Samples that are looked at before the loop gets its turn: 0.3 s, half a millisecond of work."""
PRE_ROLL_FRAMES = frames(0.4)
"""Sound from before the speech was noticed: soft consonants come first (findings 5)."""
FIRST_PARTIAL_SECONDS = 0.4
"""Speech in a segment before its first partial: less is not a word."""
BACKLOG_SECONDS = 60.0
"""Finished speech that may wait for the engine; beyond it `push` waits."""
LANGUAGE_SECONDS = 2.0
"""Speech that is enough to settle the language."""
ATTEMPTS = 3
"""An engine that fails on a final is asked so often."""
LONGEST_WAIT_SECONDS = 5.0
"""An engine that is overloaded is asked again after its own estimate, but no later than this."""


@dataclass(eq=False, slots=True)
class _Draft:
    """A final that is prepared while the silence may still turn out to be a breath."""

    segment: Segment
    end: int
    task: "asyncio.Task[Heard]" = field(init=False)
    running: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Closed:
    """A finished segment whose final is to come."""

    segment: Segment
    stretch: Stretch
    begin: float
    end: float
    draft: _Draft | None
    """Its sound is the same as `stretch`."""


class LiveTranscriber:
    """Hears one answer: audio in by `push`, events out by `events`, all text at `finish`.

    One reader and any number of writers, all on one event loop. Memory holds the segment that is being said and what
    waits for the engine, never more than about a minute and a half of sound. Times are seconds of the answer's audio:
    `offset` is the place of the first pushed sample in it, and segments are numbered from `first_segment` on.
    """

    def __init__(
        self,
        stt: SttEngine,
        scheduler: LiveScheduler,
        *,
        language: str | None,
        hot_words: Sequence[str],
        offset: float = 0.0,
        first_segment: int = 0,
    ) -> None:
        self._stt = stt
        self._scheduler = scheduler
        self._language = language
        self._hot_words = tuple(hot_words)
        self._base = round(offset * SPEECH_RATE)
        self._next_number = first_segment
        self._pace = pace_of(stt.name)
        self._vad: StreamVad | None = None
        self._tape = Tape()
        self._endpointer = Endpointer()
        self._segment: Segment | None = None
        self._segment_may_begin = 0
        self._partial: asyncio.Task[None] | None = None
        self._partial_end = 0.0
        self._partials_rest_until = 0.0
        self._draft: _Draft | None = None
        self._waiting: deque[_Closed] = deque()
        self._finaliser: asyncio.Task[None] | None = None
        self._finals: list[Final] = []
        self._failure: SttError | None = None
        self._outbox = Outbox()
        self._pushing = asyncio.Lock()
        self._settled = asyncio.Condition()
        self._finished = False
        self._tasks: set[asyncio.Task[Any]] = set()

    async def push(self, pcm: Pcm) -> None:
        """Hears the next samples: mono PCM16 at 16 kHz, any number.

        Waits only while more than a minute of finished speech waits for the engine. After `finish` or `close` it does
        nothing, so that frames that were under way do no harm.
        """
        async with self._pushing:
            if self._vad is None:
                self._vad = await _open_vad()
            for at in range(0, len(pcm), SLICE):
                async with self._settled:
                    await self._settled.wait_for(lambda: self._finished or self._backlog < BACKLOG_SECONDS)
                if self._finished:
                    return
                self._take(self._vad, pcm[at : at + SLICE])
                await asyncio.sleep(0)

    def events(self) -> AsyncIterator[LiveEvent]:
        """What is heard, as it is heard, until `close`. For one reader, who may be slow."""
        return self._outbox.read()

    async def finish(self) -> list[Final]:
        """Ends the answer: waits until all that was pushed is recognised, returns all its finals in order.

        Raises SttError when the engine could not do some of it, after the events have brought the rest.
        """
        async with self._pushing:
            if not self._finished:
                self._finished = True
                self._finish_segment()
        async with self._settled:
            await self._settled.wait_for(lambda: not self._waiting)
        if self._failure is not None:
            raise self._failure
        return list(self._finals)

    async def close(self) -> None:
        """Stops all work; `events` ends after what is already there, `finish` returns what it has. May be repeated."""
        self._finished = True
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._segment = None
        self._tape = Tape()
        self._waiting.clear()
        self._outbox.close()
        async with self._settled:
            self._settled.notify_all()

    # -- sound in

    def _take(self, vad: StreamVad, pcm: Pcm) -> None:
        """Looks at the frames that `pcm` completes."""
        self._tape.append(pcm)
        whole = self._tape.slice(self._endpointer.frame * FRAME, self._tape.end // FRAME * FRAME)
        levels = np.abs(whole.astype(np.float32)).reshape(-1, FRAME).mean(axis=1)
        for probability, level in zip(vad.push(whole), levels, strict=True):
            self._hear_frame(probability, float(level))
        self._begin_partial()
        self._forget()

    def _hear_frame(self, probability: float, level: float) -> None:
        points = self._endpointer
        voiced = points.is_voiced(probability)
        mark = points.feed(probability)
        if self._segment is not None:
            self._segment.add(voiced, level)
        if mark is Mark.STARTED:
            self._open_segment()
        elif mark is Mark.RESUMED:
            self._drop_draft()
        elif mark is Mark.LULL:
            self._begin_draft()
        elif mark is Mark.BREATH:
            self._breathe()
        elif mark is Mark.PAUSED:
            self._end_segment()
        if mark in (Mark.PAUSED, Mark.STILL_PAUSED):
            self._outbox.put(SpeechPaused(self._seconds(points.end), round(points.silence, 3)))
        if self._segment is not None and self._segment.seconds >= self._pace.longest:
            self._cut(self._segment.quietest(self._pace), joined=True)

    def _open_segment(self) -> None:
        points = self._endpointer
        begin = max(points.begin - PRE_ROLL_FRAMES, self._segment_may_begin)
        self._segment = Segment(self._next_number, begin)
        for frame in range(begin, points.frame):
            self._segment.add(frame >= points.begin, 0.0)
        self._partial_end = 0.0
        self._outbox.put(SpeechStarted(self._seconds(points.begin)))

    def _begin_draft(self) -> None:
        """A short silence: perhaps the end of the segment."""
        segment, points = self._segment, self._endpointer
        if segment is None or segment.is_click:
            return
        self._cancel(self._partial)
        self._cancel(self._draft.task if self._draft else None)
        draft = _Draft(segment, points.frame)
        draft.task = self._spawn(self._prepare(draft, segment.stretch(self._tape, self._base, points.frame * FRAME)))
        self._draft = draft

    def _breathe(self) -> None:
        """A longer silence: the end of a segment that is long enough."""
        if self._segment is not None and self._segment.seconds >= self._pace.ripe and self._draft is not None:
            self._cut(self._draft.end, joined=False, draft=self._draft)

    def _drop_draft(self) -> None:
        """The silence was a breath. A draft that is being recognised still makes a good partial."""
        if self._draft is not None:
            self._draft.stale = True
            if not self._draft.running:
                self._cancel(self._draft.task)

    def _cut(self, frame: int, *, joined: bool, draft: _Draft | None = None) -> None:
        """Ends the segment at `frame` and goes on with the next."""
        segment = self._segment
        assert segment is not None  # noqa: S101 - the callers have one
        rest = segment.rest_after(frame, joined=joined)
        self._close_segment(segment, frame * FRAME, cut=joined, draft=draft)
        self._segment = rest
        self._partial_end = 0.0

    def _end_segment(self) -> None:
        """The silence holds."""
        segment, self._segment = self._segment, None
        if segment is not None:
            draft = self._draft if self._draft and not self._draft.stale else None
            end = draft.end if draft else self._endpointer.frame
            self._close_segment(segment, end * FRAME, draft=draft)

    def _finish_segment(self) -> None:
        """The answer is over, perhaps in the middle of a word."""
        segment, points = self._segment, self._endpointer
        self._segment = None
        if segment is None and not points.speaking:
            return
        if segment is not None:
            if self._draft is not None and not self._draft.stale:
                self._close_segment(segment, self._draft.end * FRAME, draft=self._draft)
            else:
                self._close_segment(segment, self._tape.end)

    def _close_segment(self, segment: Segment, end: int, *, cut: bool = False, draft: _Draft | None = None) -> None:
        """Hands a segment over to be recognised for good, unless it is but a click."""
        self._cancel(self._partial)
        if draft is None and self._draft is not None:
            self._cancel(self._draft.task)
        self._draft = None
        self._segment_may_begin = end // FRAME
        if segment.is_click and not segment.revision:
            return
        self._next_number = segment.number + 1
        closed = _Closed(
            segment,
            segment.stretch(self._tape, self._base, end, cut=cut),
            self._seconds(segment.begin),
            (self._base + end) / SPEECH_RATE,
            draft,
        )
        self._waiting.append(closed)
        if self._finaliser is None or self._finaliser.done():
            self._finaliser = self._spawn(self._finalise())

    def _forget(self) -> None:
        """Lets go of sound that no segment can need any more."""
        keep = self._endpointer.frame - START_FRAMES - PRE_ROLL_FRAMES
        if self._segment is not None:
            keep = self._segment.begin - frames(CONTEXT_SECONDS) if self._segment.joined else self._segment.begin
        self._tape.forget(keep * FRAME)

    # -- text out

    def _begin_partial(self) -> None:
        """Asks for a partial when there is news and the last one is digested."""
        segment, points = self._segment, self._endpointer
        tasks: list[asyncio.Task[Any] | None] = [self._partial, self._draft.task if self._draft else None]
        busy = any(task is not None and not task.done() for task in tasks)
        if segment is None or busy or segment.voiced_seconds < FIRST_PARTIAL_SECONDS or points.may_lull:
            return
        news = not self._partial_end or segment.seconds - self._partial_end >= self._pace.partial_every
        if news and asyncio.get_running_loop().time() >= self._partials_rest_until:
            self._partial = self._spawn(self._guess(segment))

    async def _guess(self, segment: Segment) -> None:
        """One partial: waits for its turn, then takes all the sound there is by then."""
        loop = asyncio.get_running_loop()
        try:
            async with self._scheduler.turn(self, urgent=False):
                begin = loop.time()
                self._partial_end = segment.seconds
                heard = await self._hear(segment.stretch(self._tape, self._base, self._tape.end), beam=1)
        except SttError as error:
            log.debug("no partial: %s", error.message)
            return
        self._partials_rest_until = 2 * loop.time() - begin  # rest as long as it took
        self._show(segment, heard)

    def _show(self, segment: Segment, heard: Heard) -> None:
        """Sends a partial when it brings something new."""
        if segment is not self._segment or not heard.words:
            return
        stable, unstable = segment.agreement.add(heard.words)
        segment.revision += 1
        self._outbox.put(Partial(segment.number, segment.revision, stable, unstable))

    async def _prepare(self, draft: _Draft, stretch: Stretch) -> Heard:
        heard = await self._recognise(stretch, draft)
        if draft.stale:
            self._partial_end = (draft.end - draft.segment.begin) * FRAME_SECONDS
        self._show(draft.segment, heard)
        return heard

    async def _recognise(self, stretch: Stretch, draft: _Draft | None = None) -> Heard:
        """The final text of a stretch. Tries again where that may help; raises SttError where it does not."""
        attempt = 0
        while True:
            attempt += 1
            wait = 0.1
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
        self._pace = pace_of(heard.engine)  # another engine may have stepped in
        if stretch.voiced >= LANGUAGE_SECONDS:
            self._language = self._language or heard.language
        return heard

    async def _finalise(self) -> None:
        """Recognises closed segments one by one, in their order."""
        while self._waiting:
            closed = self._waiting[0]
            try:
                heard = await (closed.draft.task if closed.draft else self._recognise(closed.stretch))
            except Exception as error:  # whatever happens to one segment, the others must come
                log.warning("speech was not recognised: %s", error)
                self._failure = error if isinstance(error, SttError) else SttFailed(f"Recognition failed ({error!r})")
                heard = None
            self._send_final(closed, heard)
            async with self._settled:
                self._waiting.popleft()
                self._settled.notify_all()
        self._finaliser = None

    def _send_final(self, closed: _Closed, heard: Heard | None) -> None:
        words = heard.words if heard else ()
        if not words and not closed.segment.revision:
            return
        final = Final(
            segment=closed.segment.number,
            text=heard.text if heard and words else "",
            start=words[0].start if words else closed.begin,
            end=words[-1].end if words else closed.end,
            words=words,
            confidence=heard.confidence if heard and words else 0.0,
            engine=heard.engine if heard else self._stt.name,
        )
        self._finals.append(final)
        self._outbox.put(final)

    # -- helpers

    @property
    def _backlog(self) -> float:
        """Seconds of finished speech that wait for the engine."""
        return sum(len(closed.stretch.pcm) for closed in self._waiting) / SPEECH_RATE

    def _seconds(self, frame: int) -> float:
        return round((self._base + frame * FRAME) / SPEECH_RATE, 3)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        """Forgets a task. The errors of drafts that nobody needs are not worth more than this."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.debug("live transcription: %r", error)

    @staticmethod
    def _cancel(task: "asyncio.Task[Any] | None") -> None:
        if task is not None:
            task.cancel()


async def _open_vad() -> StreamVad:
    """The first one opens the model (0.1 s), so it is made in a thread, which ends with it."""
    with ThreadPoolExecutor(1, thread_name_prefix="vad-loader") as thread:
        return await asyncio.get_running_loop().run_in_executor(thread, StreamVad)
