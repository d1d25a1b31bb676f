"""Mono PCM16 at one rate from frames of any kind."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from app.engines.audio.formats import Pcm

MEMORY_SECONDS = 1.0
"""After so long, what channels had in common counts half."""
OPPOSITE = -0.5
"""Channels that correlate with the loudest by less carry the same sound turned over: a swapped wire, a phase switch."""


class Resampler:
    """Mono PCM16 at one rate from frames of any kind, also when the kind changes on the way."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._shape: tuple[Any, ...] | None = None
        self._inner: Any = None
        self._mixer = Mixer(rate)

    def push(self, frame: Any) -> Iterator[Pcm]:
        """The samples that are ready after `frame`."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.flush()
            self._inner = av.AudioResampler(format="s16", layout=frame.layout, rate=self._rate)
            self._mixer = Mixer(self._rate)
            self._shape = shape
        frame.pts = None  # gaps in time stamps are no reason to stop
        yield from self._run(frame)

    def flush(self) -> Iterator[Pcm]:
        """The last samples, which the filter still held."""
        if self._inner is not None:
            yield from self._run(None)
            self._inner = self._shape = None

    def _run(self, frame: Any) -> Iterator[Pcm]:
        for ready in self._inner.resample(frame):
            if ready is not None:
                # interleaved, because PyAV reads past the end of memory for planes beyond the eighth
                interleaved: NDArray[np.int16] = ready.to_ndarray().reshape(-1, ready.layout.nb_channels)
                yield self._mixer.mix(interleaved.T)


class Mixer:
    """Channels as one, so that a voice is heard wherever it is.

    The mean of two channels of which one is turned over is silence, and that of one voice in six channels is faint. So
    channels that run against the loudest are turned over, and silent ones do not count in the mean.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._products: NDArray[np.float64] | None = None

    def mix(self, planes: NDArray[np.int16]) -> Pcm:
        """Mono samples from samples of the shape (channels, length)."""
        channels, length = planes.shape
        first: Pcm = planes[0]
        if channels == 1:
            return first
        sound = planes.astype(np.float32)
        products = (sound @ sound.T).astype(np.float64)
        if self._products is not None:
            products += self._products * 0.5 ** (length / self._rate / MEMORY_SECONDS)
        self._products = products
        levels = np.sqrt(np.diag(products))
        loudest = int(np.argmax(levels))
        if not levels[loudest]:
            return first
        turned = products[loudest] < OPPOSITE * levels[loudest] * levels
        count = levels.sum() / levels[loudest]
        weights = (np.where(turned, -1.0, 1.0) / count).astype(np.float32)
        mixed: Pcm = np.clip(np.rint(weights @ sound), -32768, 32767).astype(np.int16)
        return mixed
