"""A recogniser that hears what a test tells it to, in place of the real one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

import numpy as np

from app.engines.audio import Pcm
from app.engines.stt.base import SttEngine, SttError, SttFailed, TimedWord
from app.engines.stt.live import (
    CaptionsThin,
    Final,
    LiveEvent,
    LiveScheduler,
    Partial,
    SpeechPaused,
    SpeechStarted,
    TurnScored,
)
from app.engines.turn.base import TurnDetector


class ScriptedTranscriber:
    """Keeps what was pushed; says what the test puts in. `made` are all of a test, the newest last."""

    made: ClassVar[list["ScriptedTranscriber"]] = []

    def __init__(
        self,
        stt: SttEngine | None = None,
        scheduler: LiveScheduler | None = None,
        *,
        language: str | None,
        hot_words: Sequence[str],
        offset: float = 0.0,
        first_segment: int = 0,
        turn_detector: TurnDetector | None = None,
    ) -> None:
        self.language, self.hot_words = language, tuple(hot_words)
        self.offset, self.next_segment = offset, first_segment
        self.pieces: list[Pcm] = []
        self.breaks = False
        self.closed = False
        self._finals: list[Final] = []
        self._events: asyncio.Queue[LiveEvent | None] = asyncio.Queue()
        self.made.append(self)

    @property
    def heard(self) -> Pcm:
        """Everything that was pushed."""
        return np.concatenate(self.pieces) if self.pieces else np.zeros(0, np.int16)

    async def push(self, pcm: Pcm) -> None:
        self.pieces.append(pcm)

    async def events(self) -> AsyncIterator[LiveEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def finish(self) -> list[Final]:
        if self.breaks:
            raise SttFailed("The engine broke.")
        return list(self._finals)

    async def close(self) -> None:
        self.closed = True
        self._events.put_nowait(None)

    # what tests say

    def say(self, text: str, *, at: float = 0.0, sure: float = 0.9) -> Final:
        """A segment of half a second a word, each of the probability `sure`."""
        words = tuple(
            TimedWord(word, at + number / 2, at + number / 2 + 0.4, sure) for number, word in enumerate(text.split())
        )
        end = words[-1].end if words else at
        final = Final(self.next_segment, text, at, end, words, 0.9, "scripted")
        self.next_segment += 1
        self._finals.append(final)
        self._events.put_nowait(final)
        return final

    def guess(self, revision: int, stable: str, unstable: str = "") -> None:
        self._events.put_nowait(Partial(self.next_segment, revision, stable, unstable))

    def starts(self, at: float) -> None:
        self._events.put_nowait(SpeechStarted(at))

    def pauses(self, at: float, silence: float) -> None:
        self._events.put_nowait(SpeechPaused(at, silence))

    def sounds_finished(self, at: float, finished: float) -> None:
        self._events.put_nowait(TurnScored(at, finished))

    def thins_out(self, every: float) -> None:
        self._events.put_nowait(CaptionsThin(every))


class BrokenTranscriber(ScriptedTranscriber):
    """Fails as soon as it is given sound."""

    async def push(self, pcm: Pcm) -> None:
        raise SttError("The engine is not there.")
