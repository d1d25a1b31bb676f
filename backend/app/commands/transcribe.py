"""Files to text for the command line."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import Settings
from app.engines.audio import AudioError
from app.engines.stt.base import SttError, Transcription
from app.runtime.engines import open_stt


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; `seconds` is the time it took, decoding included."""

    file: Path
    heard: Transcription | None
    seconds: float
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The result as plain data."""
        if self.heard is None:
            return {"file": str(self.file), "error": self.error}
        heard = self.heard
        return {
            "file": str(self.file),
            "text": heard.text,
            "words": [
                {"word": word.text, "start": word.start, "end": word.end, "probability": word.probability}
                for word in heard.words
            ],
            "language": heard.language,
            "confidence": heard.confidence,
            "duration": round(heard.duration, 3),
            "engine": heard.engine,
            "engine_version": heard.engine_version,
            "seconds": round(self.seconds, 3),
        }

    def as_text(self) -> str:
        """The result for people."""
        if self.heard is None:
            return f"{self.file}: {self.error}"
        heard = self.heard
        words = " ".join(f"{word.text}@{word.start:.2f}-{word.end:.2f}" for word in heard.words)
        head = (
            f"{self.file}  {heard.duration:.1f} s of audio, {self.seconds:.2f} s, {heard.engine} {heard.engine_version}"
        )
        return f"{head}\n  {heard.text or '(no speech)'}\n  {words}".rstrip()


async def transcribe_files(
    settings: Settings, files: Sequence[Path], *, engine: str | None, language: str | None
) -> AsyncIterator[FileResult]:
    """One result for each file, in order; a bad file does not stop the others."""
    chosen = settings.stt.model_copy(update={"engine": engine} if engine else {})
    try:
        stt = await open_stt(chosen, settings.models_path)
    except SttError as error:
        for file in files:
            yield FileResult(file, None, 0.0, error.message)
        return
    try:
        for file in files:
            started = time.perf_counter()
            try:
                heard = await stt.transcribe(file, language=language)
                yield FileResult(file, heard, time.perf_counter() - started)
            except (AudioError, SttError) as error:
                yield FileResult(file, None, time.perf_counter() - started, error.message)
    finally:
        await stt.close()
