"""Voices that are programs: they are given text and write a WAV file. Flite from the system's packages, and Piper."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from app.engines.audio import AudioError, decode, probe
from app.engines.pool import WorkPool
from app.engines.tts.base import Speech, TtsFailed, TtsUnavailable, Voice, typed_pool_errors
from app.engines.tts.text import speakable

TIME_LIMIT = 60.0
"""Seconds for one text: Piper needs two to load a large voice, Flite a hundredth of the time the text takes to say."""
NOTHING_SAID_RATE = 16_000


class ProgramEngine(ABC):
    """See `TtsEngine`. One process for each text; `workers` of them at once."""

    name: ClassVar[str]
    version: str

    def __init__(self, workers: int = 2, queue: int = 64) -> None:
        self._pool = WorkPool(self.name, workers=workers, queue=queue, seconds_a_call=0.5)

    @abstractmethod
    def command(self, text: Path, wav: Path, voice: Voice) -> Sequence[str]:
        """The program with its arguments: say the file `text`, write the file `wav`; stdin is `text` as well."""

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
            return Speech(np.zeros(0, np.int16), NOTHING_SAID_RATE, self.name)
        async with typed_pool_errors():
            return await self._pool.run(lambda _: self._say(plain, voice))

    async def close(self) -> None:
        """Waits for the programs that run."""
        await self._pool.close()

    def _say(self, plain: str, voice: Voice) -> Speech:
        with tempfile.TemporaryDirectory(prefix=f"{self.name}-") as folder:
            text, wav = Path(folder) / "text.txt", Path(folder) / "speech.wav"
            text.write_text(plain + "\n", "utf-8")
            wav.touch()  # a program that writes nothing leaves an empty file
            try:
                with text.open("rb") as stdin:
                    subprocess.run(  # noqa: S603 - a list, no shell; the text is in a file
                        self.command(text, wav, voice),
                        stdin=stdin,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.PIPE,
                        timeout=TIME_LIMIT,
                        check=True,
                    )
                rate = probe(wav).sample_rate
                return Speech(decode(wav, rate), rate, self.name)
            except subprocess.TimeoutExpired as error:
                raise TtsFailed(f"{self.name} did not finish in {TIME_LIMIT:g} s") from error
            except subprocess.CalledProcessError as error:
                said = error.stderr.decode(errors="replace").strip()[-200:]
                raise TtsFailed(f"{self.name} ended with status {error.returncode}: {said}") from error
            except AudioError as error:
                raise TtsFailed(f"{self.name} wrote no usable sound: {error.message}") from error
            except OSError as error:
                raise TtsUnavailable(f"{self.name} cannot be run ({error}): install it again") from error


class FliteEngine(ProgramEngine):
    """Flite's statistical voices: natural enough to listen to, a hundredth of the time that the text takes to say."""

    name = "flite"
    VOICES: ClassVar[dict[Voice, str]] = {"male": "rms", "female": "slt"}

    def __init__(self, workers: int = 2, queue: int = 64) -> None:
        """Raises TtsUnavailable when the program is not installed."""
        program = shutil.which("flite")
        if program is None:
            raise TtsUnavailable("flite is not installed: apt install flite")
        self._program = program
        self.version = f"flite, {self.VOICES['male']}, {self.VOICES['female']}"
        super().__init__(workers, queue)

    def command(self, text: Path, wav: Path, voice: Voice) -> Sequence[str]:
        """See flite(1)."""
        return [self._program, "-voice", self.VOICES[voice], "-f", str(text), "-o", str(wav)]


class PiperEngine(ProgramEngine):
    """Piper with a voice file that the operator supplies (`NAME.onnx` beside `NAME.onnx.json`): one voice for both."""

    name = "piper"

    def __init__(self, voice_file: Path, workers: int = 2, queue: int = 64) -> None:
        """Raises TtsUnavailable when the voice, its description or the program is missing."""
        for file in (voice_file, voice_file.with_name(voice_file.name + ".json")):
            if not file.is_file():
                raise TtsUnavailable(f"Piper's voice is not complete: {file} is missing (TTS_PIPER_VOICE)")
        program = shutil.which("piper")
        if program is not None:
            self._start = [program]
        elif importlib.util.find_spec("piper") is not None:
            self._start = [sys.executable, "-m", "piper"]
        else:
            raise TtsUnavailable("piper is not installed: pip install piper-tts")
        self._voice_file = voice_file
        self.version = f"piper, {voice_file.stem}"
        super().__init__(workers, queue)

    def command(self, text: Path, wav: Path, voice: Voice) -> Sequence[str]:
        """The options that all versions of Piper share; the text comes on stdin."""
        return [*self._start, "-m", str(self._voice_file), "-f", str(wav)]
