"""A language of loud blocks that a scripted engine understands exactly, and a clock that needs no waiting.

Word k is 0.3 s of sound at a level of its own. The engine tells the words by their levels and hears a question mark
where a word was cut in two, so that every word that live transcription loses, doubles or cuts is seen.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Segment, TimedWord, Transcription
from app.engines.stt.live import Final, LiveEvent, LiveScheduler, LiveTranscriber
from app.engines.stt.vad import FRAME
from app.engines.turn.base import TurnDetector

T = TypeVar("T")
WORD, GAP = 4800, 800
"""Samples of a word and of the silence after it: 0.3 and 0.05 s, shorter than a lull."""
CHUNK = SPEECH_RATE // 10
WORDS = 200
LOWEST, STEP, QUIET = 2000, 100, 1000


def say(words: Iterable[int]) -> Pcm:
    """The sound of words, 0.35 s each."""
    sounds = []
    for word in words:
        sounds += [_block(word), silence(GAP / SPEECH_RATE)]
    return np.concatenate(sounds)


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SPEECH_RATE), np.int16)


def names(words: Iterable[int]) -> list[str]:
    """The words as the engine writes them."""
    return [f"w{word % WORDS}" for word in words]


def read(pcm: Pcm) -> list[TimedWord]:
    """What is said in a sound."""
    level = np.abs(pcm.astype(np.int32))
    loud = np.concatenate([[0], (level > QUIET).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(loud))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        word = (int(level[(begin + end) // 2]) - LOWEST) // STEP
        text = f"w{word}" if end - begin > 0.95 * WORD else "?"
        found.append(TimedWord(text, begin / SPEECH_RATE, end / SPEECH_RATE, 0.9))
    return found


@dataclass
class Call:
    """What an engine was asked, and when it had answered."""

    seconds: float
    beam: int | None
    hot_words: Sequence[str]
    text: str = ""
    done: bool = False


@dataclass
class ScriptedEngine:
    """Understands blocks. Needs `fixed` seconds and `factor` times the length of the sound for a call."""

    name: str = "whisper"
    version: str = "1"
    keeps_fillers: bool = True
    basic_accuracy: bool = False
    fixed: float = 0.0
    factor: float = 0.0
    understand: Callable[[Pcm], list[TimedWord]] = read
    errors: list[Exception] = field(default_factory=list)
    """Raised by the next calls that want a final."""
    gate: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    calls: list[Call] = field(default_factory=list)

    async def warm_up(self) -> None:
        """Nothing to load."""

    def time_for(self, seconds: float) -> float:
        return self.fixed + self.factor * seconds

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        assert isinstance(audio, np.ndarray)
        seconds = len(audio) / SPEECH_RATE
        call = Call(seconds, beam, hot_words)
        self.calls.append(call)
        if self.errors and beam is None:
            raise self.errors.pop(0)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(self.time_for(seconds))
        words = tuple(self.understand(audio))
        call.text, call.done = " ".join(word.text for word in words), True
        return Transcription(
            text=call.text,
            words=words,
            segments=(Segment(call.text, words[0].start, words[-1].end),) if words else (),
            language="en",
            language_probability=None,
            duration=seconds,
            confidence=0.9,
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=True,
            basic_accuracy=False,
            seconds_taken=self.time_for(seconds),
        )

    async def close(self) -> None:
        """Nothing is held."""


class LoudVad:
    """Takes what is loud for speech; stands in for Silero, which knows that blocks are none."""

    def push(self, pcm: Pcm) -> list[float]:
        levels = np.abs(pcm.astype(np.float32)).reshape(-1, FRAME).mean(axis=1)
        return [float(level > QUIET / 4) for level in levels]


class Session:
    """A transcriber with its events and when they came, in seconds since the first sample."""

    def __init__(
        self,
        engine: ScriptedEngine,
        scheduler: LiveScheduler | None = None,
        hot_words: tuple[str, ...] = (),
        turn_detector: TurnDetector | None = None,
    ) -> None:
        self.live = LiveTranscriber(
            engine,
            scheduler or LiveScheduler(slots=2),
            language="en",
            hot_words=hot_words,
            turn_detector=turn_detector,
        )
        self.events: list[tuple[float, LiveEvent]] = []
        self._loop = asyncio.get_running_loop()
        self._begin = self._loop.time()
        self._reading = asyncio.create_task(self._read())

    @property
    def now(self) -> float:
        return self._loop.time() - self._begin

    async def play(self, pcm: Pcm) -> None:
        """Pushes a sound in real time."""
        begin = self.now
        for at in range(0, len(pcm), CHUNK):
            due = begin + min(at + CHUNK, len(pcm)) / SPEECH_RATE
            await asyncio.sleep(max(0.0, due - self.now))
            await self.live.push(pcm[at : at + CHUNK])

    async def end(self) -> list[Final]:
        finals = await self.live.finish()
        await self.live.close()
        await self._reading
        return finals

    def of(self, kind: type[LiveEvent]) -> list[tuple[float, LiveEvent]]:
        return [(at, event) for at, event in self.events if isinstance(event, kind)]

    async def _read(self) -> None:
        async for event in self.live.events():
            self.events.append((self.now, event))


async def collect(live: LiveTranscriber, events: list[LiveEvent]) -> None:
    """Reads until the end."""
    async for event in live.events():
        events.append(event)  # noqa: PERF401 - one by one, so that all is there when this is cancelled


def words_of(finals: Iterable[Final]) -> list[str]:
    return [word.text for final in finals for word in final.words]


def run_at_once(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` on a loop whose clock jumps to the next timer instead of waiting for it."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(work)


class _JumpingSelector(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def _block(word: int) -> Pcm:
    level = LOWEST + STEP * (word % WORDS)
    return np.tile(np.array([level, -level], np.int16), WORD // 2)
