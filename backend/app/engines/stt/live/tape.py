"""The newest sound of a stream, addressed by its place in the stream."""

import numpy as np

from app.engines.audio import Pcm

FIRST_CAPACITY = 16_000


class Tape:
    """Keeps samples from `begin` to `end` (counted from the start of the stream) and forgets what is not needed."""

    def __init__(self) -> None:
        self.begin = 0
        self.end = 0
        self._samples: Pcm = np.zeros(FIRST_CAPACITY, np.int16)

    def append(self, pcm: Pcm) -> None:
        """Adds samples at the end."""
        held, needed = self.end - self.begin, self.end - self.begin + len(pcm)
        if needed > len(self._samples):
            grown = np.zeros(max(needed, 2 * len(self._samples)), np.int16)
            grown[:held] = self._samples[:held]
            self._samples = grown
        self._samples[held:needed] = pcm
        self.end += len(pcm)

    def slice(self, begin: int, end: int) -> Pcm:
        """A copy of the samples of that stretch, as far as they are held."""
        first, last = max(begin, self.begin) - self.begin, min(end, self.end) - self.begin
        return self._samples[first : max(first, last)].copy()

    def forget(self, before: int) -> None:
        """Drops the samples before `before`, and the room they took once it is mostly empty."""
        before = min(before, self.end)
        if before <= self.begin:
            return
        held = self.end - before
        kept = self._samples[before - self.begin : self.end - self.begin].copy()
        self.begin = before
        if len(self._samples) > max(FIRST_CAPACITY, 4 * held):
            self._samples = np.zeros(max(FIRST_CAPACITY, 2 * held), np.int16)
        self._samples[:held] = kept
