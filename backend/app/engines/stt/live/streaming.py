"""For engines that decode while somebody speaks: each sound is heard once, and the final is there soon after the end.

An answer has one stream at a time, for the utterance that comes next; later sound waits on its side. What waits is
bounded (`backlog`), and nothing of an utterance is forgotten before its final: when a stream breaks, its sound is
played to a new one.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import (
    StreamingEngine,
    SttEngine,
    SttError,
    SttFailed,
    SttStream,
    TimedWord,
    Voice,
    mean_probability,
)
from app.engines.stt.live.events import Outbox
from app.engines.stt.live.hearing import Heard, Stretch, hear, place
from app.engines.stt.live.recognition import ATTEMPTS, Pending, Recognition
from app.engines.stt.live.scheduler import LiveScheduler
from app.engines.stt.live.segment import Segment

log = logging.getLogger(__name__)

STEP = round(0.3 * SPEECH_RATE)
"""Samples that are worth a turn at the engine while more is to come."""
LONGEST_STEP = round(1.5 * SPEECH_RATE)
"""Samples of one turn: who has much to catch up with lets others in between."""


@dataclass(eq=False, slots=True)
class _Utterance(Pending):
    """`heard` samples of its sound are decoded; it grows until its segment is closed."""

    heard: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def grow(self, stretch: Stretch) -> None:
        self.stretch = stretch
        self.grown.set()

    async def next_sound(self) -> Pcm:
        """What to decode next; waits for enough of it. Empty when there is no more."""
        while len(self.stretch.pcm) - self.heard < STEP and not self.segment.closed:
            self.grown.clear()
            await self.grown.wait()
        return self.stretch.pcm[self.heard : self.heard + LONGEST_STEP]


class Streaming(Recognition):
    """See `StreamingEngine`. Partials are what the stream has heard so far, so they cost nothing of their own."""

    def __init__(
        self,
        stt: SttEngine,
        streams: StreamingEngine,
        scheduler: LiveScheduler,
        outbox: Outbox,
        *,
        language: str | None,
        hot_words: Sequence[str],
    ) -> None:
        super().__init__(stt, scheduler, outbox, language=language, hot_words=hot_words)
        self._streams = streams
        self._voice: Voice | None = None

    def follow(self, segment: Segment, sound: Callable[[], Stretch], *, silent: bool) -> None:
        """See `Recognition.follow`."""
        self._grow(segment, sound())

    def conclude(self, segment: Segment, stretch: Stretch | None = None) -> None:
        """See `Recognition.conclude`."""
        assert stretch is not None  # noqa: S101 - nothing is ever prepared
        segment.closed = True
        self._grow(segment, stretch)

    @property
    def backlog(self) -> float:
        """Seconds of speech that are not decoded yet, of the utterance that is being said, too."""
        waiting = (pending for pending in self._waiting if isinstance(pending, _Utterance))
        return sum(max(0, len(one.stretch.pcm) - one.heard) for one in waiting) / SPEECH_RATE

    def _grow(self, segment: Segment, stretch: Stretch) -> None:
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, _Utterance) and last.segment is segment:
            last.grow(stretch)
        else:
            self._await(_Utterance(segment, stretch))

    async def _hear_out(self, pending: Pending) -> Heard:
        assert isinstance(pending, _Utterance)  # noqa: S101 - no others are made
        for attempt in range(ATTEMPTS):
            try:
                async with self._streams.open_stream(language=self._language, voice=self._voice) as stream:
                    return await self._follow_to_the_end(pending, stream)
            except SttError as error:
                log.warning("a stream of speech broke (attempt %d): %s", attempt + 1, error)
                if isinstance(error, SttFailed) and not error.retryable:
                    break
        return await self._hear_whole(pending)

    async def _follow_to_the_end(self, utterance: _Utterance, stream: SttStream) -> Heard:
        utterance.heard = 0
        while len(sound := await utterance.next_sound()):
            async with self._scheduler.turn(self, urgent=True):
                words = await stream.feed(sound)
            utterance.heard += len(sound)
            self._show(utterance.segment, self._place(utterance, words))
            await self._tell()
        async with self._scheduler.turn(self, urgent=True):
            words = await stream.finish()
        self._voice = stream.voice or self._voice
        return self._place(utterance, words)

    async def _hear_whole(self, utterance: _Utterance) -> Heard:
        """By whatever engine there is, once the utterance is over; raises SttError."""
        utterance.heard = 0
        while len(sound := await utterance.next_sound()):
            utterance.heard += len(sound)
        async with self._scheduler.turn(self, urgent=True):
            return await hear(self._stt, utterance.stretch, language=self._language, hot_words=self._hot_words)

    def _place(self, utterance: _Utterance, words: Sequence[TimedWord]) -> Heard:
        placed = place(words, utterance.stretch)
        text = " ".join(word.text for word in placed)
        return Heard(text, placed, mean_probability(placed), self._stt.name, None)
