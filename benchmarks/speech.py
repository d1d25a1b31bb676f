"""Speech engines: word error rate (WER) and real-time factor (RTF) of each that is live here, beside a baseline.

RTF is the time taken over the length of the sound, one clip after the other; below 1 is faster than speech.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer

from app.config import Settings
from app.engines.audio import Pcm, decode
from app.engines.stt.base import SttEngine
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from benchmarks import hearing

ROOT = Path(__file__).resolve().parents[1]
MODELS = Settings().models_path
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and what is said in it."""

    kind: str
    pcm: Pcm
    said: str

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 16_000


def rows(data: Path) -> list[Row]:
    """Name, figure, aim of each measure."""
    return asyncio.run(_rows(data))


async def _rows(data: Path) -> list[Row]:
    if (data / "audio" / "manifest.json").is_file():
        found = await hearing.rows(data / "audio", MODELS)
    else:
        found = [("recordings of people", "not here (GREENROOM_SHARED_DATA)", "")]
    tiny = WhisperEngine(WhisperOptions(models_dir=ROOT / "tests" / "data", model="tiny-whisper", workers=1))
    found.append(await _measure("whisper, test model, synthetic voices", tiny, _synthetic(), "WER < 10 %"))
    return found


async def _measure(label: str, engine: SttEngine, clips: Sequence[Clip], aim: str) -> Row:
    await engine.warm_up()
    figure, _ = await _recognise(clips, _by(engine))
    await engine.close()
    return label, figure, aim


async def _recognise(clips: Sequence[Clip], recognise: Callable[[Pcm], Awaitable[str]]) -> tuple[str, list[str]]:
    """WER and RTF as text, and the transcripts."""
    begin = time.perf_counter()
    texts = [await recognise(clip.pcm) for clip in clips]
    factor = (time.perf_counter() - begin) / sum(clip.seconds for clip in clips)
    return f"WER {wer([clip.said for clip in clips], texts):.1%}, RTF {factor:.2f}", texts


def wer(said: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate without regard to case and punctuation."""
    return float(jiwer.wer([_plain(text) for text in said], [_plain(text) for text in heard]))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def _by(engine: SttEngine) -> Callable[[Pcm], Awaitable[str]]:
    async def recognise(pcm: Pcm) -> str:
        return (await engine.transcribe(pcm)).text

    return recognise


def _synthetic() -> list[Clip]:
    folder = ROOT / "tests" / "data" / "speech"
    entries = json.loads((folder / "manifest.json").read_text())
    return [Clip("synthetic", decode(folder / entry["file"]), entry["ref"]) for entry in entries]
