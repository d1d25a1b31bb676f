"""Flite, a program of the system's packages: natural enough to listen to, and hardly any work."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from app.engines.audio import AudioError, decode, probe
from app.engines.pool import WorkPool
from app.engines.tts.base import BOTH, Speech, TtsFailed, TtsUnavailable, Voice, typed_pool_errors
from app.engines.tts.text import speakable

VOICES: dict[Voice, str] = {"male": "rms", "female": "slt"}
TIME_LIMIT = 60.0
"""Seconds for one text; it needs a hundredth of the time that the text takes to say."""
RATE = 16_000
"""Hz; of silence, where there is nothing to say."""


class FliteEngine:
    """See `TtsEngine`. One process for each text; `workers` of them at once."""

    name = "flite"
    voices = BOTH

    def __init__(self, workers: int = 2, queue: int = 64) -> None:
        """Raises TtsUnavailable when the program is not installed."""
        program = shutil.which("flite")
        if program is None:
            raise TtsUnavailable("flite is not installed: apt install flite")
        self._program = program
        self.version = f"flite, {VOICES['male']}, {VOICES['female']}"
        self._pool = WorkPool(self.name, workers=workers, queue=queue, seconds_a_call=0.5)

    async def warm_up(self) -> None:
        """Says a word; raises TtsUnavailable when that fails."""
        try:
            await self.synthesise("Ready.")
        except TtsFailed as error:
            raise TtsUnavailable(error.message) from error

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`."""
        plain = speakable(text)
        if not plain:
            return Speech(np.zeros(0, np.int16), RATE, self.name)
        async with typed_pool_errors():
            return await self._pool.run(lambda _: self._say(plain, voice))

    async def close(self) -> None:
        """Waits for the programs that run."""
        await self._pool.close()

    def _say(self, plain: str, voice: Voice) -> Speech:
        with tempfile.TemporaryDirectory(prefix="flite-") as folder:
            text, wav = Path(folder) / "text.txt", Path(folder) / "speech.wav"
            text.write_text(plain + "\n", "utf-8")
            wav.touch()  # a program that writes nothing leaves an empty file
            try:
                subprocess.run(  # noqa: S603 - a list, no shell; the text is in a file
                    [self._program, "-voice", VOICES[voice], "-f", str(text), "-o", str(wav)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    timeout=TIME_LIMIT,
                    check=True,
                )
                rate = probe(wav).sample_rate
                speech = Speech(decode(wav, rate), rate, self.name)
            except subprocess.TimeoutExpired as error:
                raise TtsFailed(f"flite did not finish in {TIME_LIMIT:g} s") from error
            except subprocess.CalledProcessError as error:
                reason = error.stderr.decode(errors="replace").strip()[-200:]
                raise TtsFailed(f"flite ended with status {error.returncode}: {reason}") from error
            except AudioError as error:
                raise TtsFailed(f"flite wrote no usable sound: {error.message}") from error
            except OSError as error:
                raise TtsUnavailable(f"flite cannot be run ({error}): install it again") from error
        if not len(speech.pcm):
            raise TtsFailed("flite has no sounds for this text", retryable=False)
        return speech
