"""An utterance that PocketSphinx decodes while it is said, in a process that is forked for it."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.pool import WorkPool
from app.engines.stt.base import TimedWord, Voice
from app.engines.stt.offline_words import PATIENCE_FACTOR, PATIENCE_SECONDS, level, levelled, read_words
from app.engines.stt.offline_worker import FIRST_SECONDS
from app.engines.workers import Worker, Workers

FIRST = round(FIRST_SECONDS * SPEECH_RATE)
BLOCK = round(0.1 * SPEECH_RATE)
"""Samples that are brought to one level, so that words do not depend on how the sound happened to be cut."""
EARLIER = 0.7
"""Of the level of the utterance before: nobody stays as loud as once."""
TOO_LOUD = 2.0
"""The level is corrected when the sound turns out to be so many times louder than it was taken for."""


class OfflineStream:
    """See `SttStream`. What is learned of the voice in one utterance is used in the next, as a recording does within
    an utterance."""

    def __init__(self, processes: Workers, pool: WorkPool, voice: Voice | None) -> None:
        self.voice: Voice | None = None
        self._before = voice
        self._processes = processes
        self._pool = pool
        self._worker: Worker | None = None
        self._closed = False
        self._held: Pcm = np.zeros(0, np.int16)
        self._level = 0.0
        self._words: tuple[TimedWord, ...] = ()

    async def feed(self, pcm: Pcm) -> tuple[TimedWord, ...]:
        """See `SttStream.feed`. Raises OSError or EOFError, which the engine translates, when the process ends."""
        self._held = np.concatenate([self._held, pcm])
        if len(self._held) >= (FIRST if self._worker is None else BLOCK):
            self._words = tuple(await self._pool.run(lambda _: self._feed()))
        return self._words

    async def finish(self) -> tuple[TimedWord, ...]:
        """See `SttStream.finish`."""
        if len(self._held) or self._worker is not None:
            self._words = tuple(await self._pool.run(lambda _: self._finish()))
        return self._words

    def close(self) -> None:
        """Ends the process, also in the middle of its work."""
        self._closed = True
        if self._worker is not None:
            self._worker.end()

    def _feed(self) -> list[TimedWord]:
        """Decodes whole blocks; the rest waits."""
        begin = 0 if self._worker is not None else min(FIRST, len(self._held))
        end = len(self._held) - (len(self._held) - begin) % BLOCK
        return self._decode(np.split(self._held[:end], range(begin or BLOCK, end, BLOCK)), end)

    def _finish(self) -> list[TimedWord]:
        if len(self._held) >= BLOCK:
            self._feed()
        if len(self._held):
            self._decode([self._held], len(self._held))
        found = self._ask(b"e", 0.0)
        self.voice = Voice(self._level, found["voice"])
        return read_words(found["words"])

    def _decode(self, blocks: Sequence[Pcm], samples: int) -> list[TimedWord]:
        self._held = self._held[samples:]
        sound = np.concatenate([self._levelled(block) for block in blocks]).astype("<i2").tobytes()
        return read_words(self._ask(b"f" + sound, samples / SPEECH_RATE))

    def _levelled(self, block: Pcm) -> Pcm:
        loud = level(block)
        if not self._level:
            self._level = max(loud, EARLIER * self._before.level) if self._before else loud
        elif loud > TOO_LOUD * self._level:
            self._level = loud
        return levelled(block, self._level)

    def _ask(self, request: bytes, seconds: float) -> Any:
        if self._worker is None:
            self._worker = self._processes.open()
            if self._closed:
                self._worker.end()
            if self._before is not None:
                self._worker.ask(b"v" + self._before.cepstrum.encode(), PATIENCE_SECONDS)
        return json.loads(self._worker.ask(request, PATIENCE_SECONDS + PATIENCE_FACTOR * seconds))
