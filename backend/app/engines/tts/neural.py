"""Voices that are neural networks of our own process: phonemes in, samples out, on onnxruntime."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engines.audio import Pcm
from app.engines.lazy_model import LazyModel
from app.engines.pool import Stop, WorkPool
from app.engines.tts.base import Speech, TtsError, TtsFailed, TtsUnavailable, Voice, typed_pool_errors
from app.engines.tts.text import sentences, speakable

Samples = NDArray[np.float32]

IDLE_SECONDS = 900.0
"""A voice that was not heard for so long gives its memory back (100 to 250 MB); loading takes one to two seconds."""
SECONDS_A_CALL = 0.5
LEAD_SECONDS = 0.1
"""Silence before the first sound: as short as can be, for somebody waits, yet a sharp start costs the first word."""
PAUSES = {".": 0.35, "!": 0.35, "?": 0.35, ":": 0.25, ";": 0.25}
"""Seconds of silence after a piece, by its last sign; `CLAUSE_PAUSE` after all others."""
CLAUSE_PAUSE = 0.15
SILENCE = 0.01
"""Part of the loudest sample below which it counts as silence."""
SILENT_RATE = 24_000
"""Hz, where there is nothing to say."""
FULL_SCALE = 32_767


class Network(Protocol):
    """A loaded voice."""

    def rate(self, voice: Voice) -> int:
        """Hz of what it says with this voice."""
        ...

    def say(self, sentence: str, voice: Voice) -> Samples:
        """The samples of a sentence, -1 to 1; none when it has no sounds for it. Raises TtsError."""
        ...


class NeuralEngine:
    """See `TtsEngine`. One network, shared by all calls, loaded when it is first needed and unloaded when idle.

    It speaks in one thread: what is left of the machine hears and judges.
    """

    def __init__(
        self,
        name: str,
        version: str,
        load: Callable[[], Network],
        *,
        voices: frozenset[Voice],
        queue: int = 64,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`load` runs in a thread; what it raises means that this engine cannot work here."""
        self.name = name
        self.version = version
        self.voices = voices
        self._load = load
        self._network = LazyModel(self._open, idle_seconds)
        self._pool = WorkPool(name, workers=1, queue=queue, seconds_a_call=SECONDS_A_CALL)

    @property
    def is_loaded(self) -> bool:
        """Whether the network takes memory now."""
        return self._network.is_loaded

    async def warm_up(self) -> None:
        """Loads the network and says a word; raises TtsUnavailable."""
        try:
            await self.synthesise("Ready.")
        except TtsFailed as error:
            raise TtsUnavailable(error.message) from error

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`."""
        pieces = sentences(text)
        if not pieces:
            return Speech(np.zeros(0, np.int16), SILENT_RATE, self.name)
        async with typed_pool_errors():
            return await self._pool.run(lambda stop: self._say(pieces, voice, stop))

    async def close(self) -> None:
        """Waits for the sentence that is being said."""
        await self._pool.close()
        self._network.unload()

    def _say(self, pieces: list[str], voice: Voice, stop: Stop) -> Speech:
        with self._network.use() as network:
            found = []
            for piece in pieces:
                stop.check()
                found.append(self._piece(network, piece, voice))
            if not any(len(samples) for samples in found):
                raise TtsFailed(f"{self.name} has no sounds for this text", retryable=False)
            return Speech(np.concatenate(found), network.rate(voice), self.name)

    def _piece(self, network: Network, piece: str, voice: Voice) -> Pcm:
        try:
            samples = network.say(speakable(piece), voice)
        except TtsError:
            raise
        except Exception as error:  # whatever the library raises means the same
            raise TtsFailed(f"{self.name} failed on this text: {error}", retryable=False) from error
        pause = PAUSES.get(piece.rstrip("\"')]”’")[-1:], CLAUSE_PAUSE)
        return to_pcm(set_off(samples, network.rate(voice), pause))

    def _open(self) -> Network:
        try:
            return self._load()
        except TtsError:
            raise
        except Exception as error:  # whatever the library raises means the same
            raise TtsUnavailable(f"{self.name} cannot be loaded: {error}") from error


def set_off(samples: Samples, rate: int, pause: float) -> Samples:
    """`samples` with the same silence before and after, however much the network left."""
    loudness = np.abs(samples)
    loud = np.flatnonzero(loudness > SILENCE * loudness.max()) if len(samples) else loudness
    if not len(loud):
        return samples[:0]
    begin, end = int(loud[0]), int(loud[-1]) + 1
    lead, tail = int(LEAD_SECONDS * rate), int(pause * rate)
    kept = samples[max(0, begin - lead) : end + tail]
    return np.pad(kept, (max(0, lead - begin), max(0, end + tail - len(samples))))


def to_pcm(samples: Samples) -> Pcm:
    """PCM16 of samples from -1 to 1; louder ones are cut off."""
    return (np.clip(samples, -1.0, 1.0) * FULL_SCALE).astype(np.int16)


def open_session(file: Path) -> Any:
    """An onnxruntime session that computes in the calling thread alone and gives memory back after each call."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
