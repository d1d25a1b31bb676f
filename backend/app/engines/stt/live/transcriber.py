"""The live transcription of one answer: from sound to segments."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import SttEngine
from app.engines.stt.live.endpoint import (
    BREATH_FRAMES,
    FRAME_SECONDS,
    LEAD_FRAMES,
    START_FRAMES,
    Endpointer,
    Mark,
    frames,
)
from app.engines.stt.live.events import Final, LiveEvent, Outbox, SpeechPaused, SpeechStarted, TurnScored
from app.engines.stt.live.recognition import Recognition
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment
from app.engines.stt.live.segmentation import CONTEXT_SECONDS
from app.engines.stt.live.tape import Tape
from app.engines.stt.vad import FRAME, StreamVad
from app.engines.turn.base import TurnDetector

SLICE = 10 * FRAME
"""Samples that are looked at before the loop gets its turn: 0.3 s, half a millisecond of work."""
PRE_ROLL_FRAMES = frames(0.4)
"""Sound from before the speech was noticed: soft consonants come first."""
FIRST_PARTIAL_SECONDS = 0.4
"""Speech in a segment before its first partial: less is not a word."""
SCORED_FRAMES = frames(8.0)
"""Sound that the turn detector looks at."""
SCORED_SILENCE_FRAMES = frames(0.2)
"""Silence that it gets after the speech: with .2 s it calls .81 of ends finished and .39 of cut sentences, with .6 s
.86 and .67."""
BACKLOG_SECONDS = 60.0
"""Finished speech that may wait for the engine; beyond it `push` waits."""


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
        turn_detector: TurnDetector | None = None,
    ) -> None:
        self._outbox = Outbox()
        self._recognition = Recognition(stt, scheduler, self._outbox, language=language, hot_words=hot_words)
        self._base = round(offset * SPEECH_RATE)
        self._next_number = first_segment
        self._vad: StreamVad | None = None
        self._tape = Tape()
        self._endpointer = Endpointer()
        self._segment: Segment | None = None
        self._segments_end = 0
        """The frame up to which sound belongs to closed segments."""
        self._turn_detector = turn_detector
        self._scoring: asyncio.Task[None] | None = None
        self._pushing = asyncio.Lock()
        self._finished = False

    async def push(self, pcm: Pcm) -> None:
        """Hears the next samples: mono PCM16 at 16 kHz, any number.

        Waits only while more than a minute of finished speech waits for the engine. After `finish` or `close` it does
        nothing, so that frames that were under way do no harm.
        """
        async with self._pushing:
            if self._vad is None:
                self._vad = await _open_vad()
            for at in range(0, len(pcm), SLICE):
                await self._recognition.room(BACKLOG_SECONDS)
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
                self._end_segment(self._tape.end)
        return await self._recognition.finals()

    async def close(self) -> None:
        """Stops all work; `events` ends after what is already there, `finish` returns what it has. May be repeated."""
        self._finished = True
        if self._scoring is not None:
            self._scoring.cancel()
            await asyncio.gather(self._scoring, return_exceptions=True)
        await self._recognition.close()
        self._segment = None
        self._tape = Tape()
        self._outbox.close()

    def _take(self, vad: StreamVad, pcm: Pcm) -> None:
        """Looks at the frames that `pcm` completes."""
        self._tape.append(pcm)
        whole = self._tape.slice(self._endpointer.frame * FRAME, self._tape.end // FRAME * FRAME)
        levels = np.abs(whole.astype(np.float32)).reshape(-1, FRAME).mean(axis=1)
        for probability, level in zip(vad.push(whole), levels, strict=True):
            self._hear_frame(probability, float(level))
        self._guess()
        self._forget()

    def _hear_frame(self, probability: float, level: float) -> None:
        points, limits = self._endpointer, self._recognition.segmentation
        voiced = points.is_voiced(probability)
        mark = points.feed(probability)
        if self._segment is not None:
            self._segment.add(voiced, level)
        match mark:
            case Mark.STARTED:
                self._open_segment()
            case Mark.LULL:
                self._prepare()
            case Mark.RESUMED:
                self._recognition.resume()
            case Mark.BREATH if self._segment and self._segment.seconds >= limits.ripe and not self._segment.is_click:
                self._cut(self._recognition.prepared or points.frame, joined=False)
            case Mark.PAUSED:
                self._end_segment(points.frame * FRAME)
                self._score_turn()
        if mark in (Mark.PAUSED, Mark.STILL_PAUSED):
            self._outbox.put(SpeechPaused(self._seconds(points.end), round(points.silence, 3)))
        breath = BREATH_FRAMES * FRAME_SECONDS
        if points.speaking and points.silence >= breath and (end := self._recognition.prepared_sentence):
            self._cut(end, joined=False)
        if self._segment is not None and self._segment.seconds >= limits.longest:
            self._cut(self._segment.quietest(limits.cut_within), joined=True)

    def _open_segment(self) -> None:
        points = self._endpointer
        begin = max(points.lead - PRE_ROLL_FRAMES, self._segments_end)
        self._segment = Segment(self._next_number, begin)
        for frame in range(begin, points.frame):
            self._segment.add(frame >= points.lead, 0.0)
        self._outbox.put(SpeechStarted(self._seconds(points.begin)))

    def _guess(self) -> None:
        """There is more of the segment; perhaps enough for a partial."""
        segment, silent = self._segment, self._endpointer.may_lull
        if segment is not None and segment.voiced_seconds >= FIRST_PARTIAL_SECONDS:
            self._recognition.follow(
                segment, lambda: segment.stretch(self._tape, self._base, self._tape.end), silent=silent
            )

    def _prepare(self) -> None:
        """A short silence: perhaps the end of the segment."""
        segment, frame = self._segment, self._endpointer.frame
        if segment is not None and not segment.is_click:
            self._recognition.prepare(segment, segment.stretch(self._tape, self._base, frame * FRAME), frame)

    def _cut(self, frame: int, *, joined: bool) -> None:
        """Ends the segment at `frame` and goes on with the next."""
        segment = self._segment
        assert segment is not None  # noqa: S101 - the callers have one
        rest = segment.rest_after(frame, self._base, joined=joined)
        self._conclude(segment, frame * FRAME, cut=joined)
        self._segment = rest

    def _end_segment(self, end: int) -> None:
        """The speech is over, or at least the answer is."""
        segment, self._segment = self._segment, None
        if segment is not None:
            self._conclude(segment, end)

    def _conclude(self, segment: Segment, end: int, *, cut: bool = False) -> None:
        """Has a segment recognised for good, unless it is but a click. What is prepared ends in the same silence."""
        prepared = None if cut else self._recognition.prepared
        self._segments_end = prepared or end // FRAME
        if segment.is_click and not segment.revision:
            return
        self._next_number = segment.number + 1
        stretch = None if prepared else segment.stretch(self._tape, self._base, end, cut=cut)
        self._recognition.conclude(segment, stretch)

    def _score_turn(self) -> None:
        """The speech has paused: asks the detector whether it sounded finished, once for each pause."""
        if self._turn_detector is not None and (self._scoring is None or self._scoring.done()):
            end = self._endpointer.end
            last = end + SCORED_SILENCE_FRAMES
            pcm = self._tape.slice((last - SCORED_FRAMES) * FRAME, last * FRAME)
            self._scoring = asyncio.create_task(self._score(self._turn_detector, pcm, self._seconds(end)))

    async def _score(self, detector: TurnDetector, pcm: Pcm, at: float) -> None:
        finished = await detector.finished(pcm)
        if finished is not None:
            self._outbox.put(TurnScored(at, finished))

    def _forget(self) -> None:
        """Lets go of sound that no segment and no turn detector can need any more."""
        keep = self._endpointer.frame - START_FRAMES - LEAD_FRAMES - PRE_ROLL_FRAMES
        if self._turn_detector is not None:
            keep = self._endpointer.frame - SCORED_FRAMES
        if self._segment is not None:
            keep = min(keep, self._segment.begin - frames(CONTEXT_SECONDS))
        self._tape.forget(keep * FRAME)

    def _seconds(self, frame: int) -> float:
        return round((self._base + frame * FRAME) / SPEECH_RATE, 3)


async def _open_vad() -> StreamVad:
    """The first one opens the model (0.1 s), so it is made in a thread, which ends with it."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="vad-loader")
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, StreamVad)
    finally:
        thread.shutdown(wait=False)  # waiting for its end would hold the loop up
