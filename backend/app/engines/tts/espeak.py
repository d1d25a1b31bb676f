"""eSpeak NG from a Python package: speaks on every machine, clearly and like a robot."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np

from app.engines.pool import WorkPool
from app.engines.tts.base import BOTH, Speech, TtsFailed, TtsUnavailable, Voice, typed_pool_errors
from app.engines.tts.text import speakable
from app.engines.workers import LENGTH, WorkerFailed, Workers, WorkersClosed, WorkerUnavailable

WORKER = "app.engines.tts.espeak_worker"
VOICES: dict[Voice, str] = {"male": "en-us+m3", "female": "en-us+f3"}
"""American English with the variants that were understood best."""
RATE = 22_050
"""Hz."""
WORDS_A_MINUTE = 150
PATIENCE_SECONDS = 30.0
"""It needs a hundredth of the time that the text takes to say; then its process is taken for hung."""


@dataclass(frozen=True, slots=True)
class EspeakOptions:
    """`workers` processes of 20 MB each; `queue` calls may wait beside those that run."""

    workers: int = 1
    queue: int = 64


class EspeakEngine:
    """See `TtsEngine`. Speaks at 22,050 Hz."""

    name = "espeak"
    voices = BOTH

    def __init__(self, options: EspeakOptions | None = None) -> None:
        """Raises TtsUnavailable when the package is not installed; processes start with the first call."""
        options = options or EspeakOptions()
        if find_spec("espeakng_loader") is None:
            raise TtsUnavailable("espeakng-loader is not installed: install the project's requirements")
        self.version = f"espeakng-loader {version('espeakng-loader')}, {VOICES['male']}, {VOICES['female']}"
        self._pool = WorkPool("espeak", workers=options.workers, queue=options.queue, seconds_a_call=0.2)
        self._processes = Workers(WORKER)

    async def warm_up(self) -> None:
        """Starts a process; raises TtsUnavailable."""
        async with typed_pool_errors():
            await self._pool.run(lambda _: self._start())

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`."""
        plain = speakable(text)
        if not plain:
            return Speech(np.zeros(0, np.int16), RATE, self.name)
        async with typed_pool_errors():
            return await self._pool.run(lambda _: self._say(plain, voice))

    async def close(self) -> None:
        """Ends the processes and threads."""
        self._processes.close()
        await self._pool.close()

    def _start(self) -> None:
        try:
            self._processes.start()
        except (WorkerUnavailable, WorkersClosed) as error:
            raise TtsUnavailable(f"eSpeak does not start: {error}") from error

    def _say(self, text: str, voice: Voice) -> Speech:
        request = json.dumps({"task": "say", "text": text, "voice": VOICES[voice], "speed": WORDS_A_MINUTE}).encode()
        try:
            answer = self._processes.call(request, PATIENCE_SECONDS)
        except (WorkerUnavailable, WorkersClosed) as error:
            raise TtsUnavailable(f"eSpeak does not start: {error}") from error
        except WorkerFailed as error:
            raise TtsFailed("eSpeak failed twice on this text", retryable=False) from error
        (rate,) = LENGTH.unpack_from(answer)
        if not rate:
            raise TtsFailed(f"eSpeak does not know the voice {VOICES[voice]} or cannot say this text", retryable=False)
        return Speech(np.frombuffer(answer, "<i2", offset=LENGTH.size).astype(np.int16), rate, self.name)
