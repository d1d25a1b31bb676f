"""Smart Turn 3.2 (pipecat-ai, BSD-2): a Whisper tiny encoder with a head that tells finished turns from thinking.

It looks at the log-mel spectrogram of the last 8 s (80 x 800), with silence in front of what is shorter, and hears
melody and rhythm, not words.
"""

import asyncio
import logging
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.pool import PoolClosed, PoolFull, WorkPool
from app.engines.turn.base import TurnUnavailable

MODEL_FILE = "smart-turn-v3.2-cpu.onnx"
WINDOW = 8 * SPEECH_RATE
MEL_BINS = 80
WORKERS, QUEUE = 1, 4
"""A call takes 0.05 to 0.1 s of a core. An answer that comes later than a second is of no use, so few may wait."""
EPSILON = 1e-7
"""Keeps silence from being divided by zero, as in the model's own preparation of sound."""

log = logging.getLogger(__name__)


class SmartTurn:
    """See `TurnDetector`. The model is opened at the first call."""

    name = "Smart Turn 3.2"

    def __init__(self, folder: Path) -> None:
        """Raises TurnUnavailable when the model is not in `folder`."""
        self._path = folder / MODEL_FILE
        if not self._path.is_file():
            raise TurnUnavailable(f"There is no {MODEL_FILE} in {folder}: greenroom models build smart-turn")
        self._pool = WorkPool("smart-turn", workers=WORKERS, queue=QUEUE, seconds_a_call=0.1)

    async def finished(self, pcm: Pcm) -> float | None:
        """See `TurnDetector.finished`."""
        try:
            return await self._pool.run(lambda _: self._probability(pcm))
        except (PoolFull, PoolClosed):
            return None
        except asyncio.CancelledError:
            raise
        except Exception as error:  # onnxruntime has its own types; a turn can be ended without this
            log.warning("Smart Turn failed: %r", error)
            return None

    async def close(self) -> None:
        """Ends the thread."""
        await self._pool.close()

    def _probability(self, pcm: Pcm) -> float:
        pcm = pcm[-WINDOW:]
        sound = np.zeros(WINDOW, np.float32)
        sound[WINDOW - len(pcm) :] = pcm.astype(np.float32) / 32768
        sound = (sound - sound.mean()) / np.sqrt(sound.var() + EPSILON)
        mel = self._features(sound, padding=0)
        (output,) = self._session.run(None, {"input_features": mel[None].astype(np.float32)})
        return float(output.reshape(-1)[0])

    @cached_property
    def _features(self) -> Any:
        from faster_whisper.feature_extractor import FeatureExtractor

        return FeatureExtractor(feature_size=MEL_BINS, chunk_length=WINDOW // SPEECH_RATE)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
