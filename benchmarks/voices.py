"""Voices: how much of what they say Whisper tiny.en understands, what work they are, and how soon they begin.

Words are compared as Whisper's English normaliser does: digits and number words, British and American spelling alike.
RTF is seconds for a second of sound, one sentence after the other: by the clock, and of the processor, which other
programs disturb less. Programs that an engine starts are counted by the clock alone.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from app.bank import loader
from app.config import Settings
from app.engines import models
from app.engines.audio import decode, wav_content
from app.engines.storage import LocalStorage, Scratch
from app.engines.tts.base import TtsEngine, TtsUnavailable, Voice
from app.engines.tts.select import PACKAGED, TtsOptions, select
from app.engines.tts.text import sentences
from app.services.speech.tts_service import TtsService

COUNT = 30
SEEDS = (7, 8)
"""Two draws of questions: the first was looked at while the voices were tuned, the second was not."""
UNPREPARED = (
    "Could you tell me a little more about how you measured that?",
    "You said that the cache was shared, so what happens when two workers write to it at the same moment?",
    "What would you do differently today?",
)
ENGINES: tuple[tuple[str, Voice], ...] = (
    ("heart", "female"),
    ("heart", "male"),
    ("flite", "female"),
    ("flite", "male"),
    ("espeak", "female"),
    ("espeak", "male"),
)
Row = tuple[str, str, str]


def rows(_data: Path) -> list[Row]:
    """Name, figure, aim of each measure."""
    return asyncio.run(_rows())


async def _rows() -> list[Row]:
    folder = Settings().models_path
    found: list[Row] = [("load average over the cores", f"{os.getloadavg()[0] / (os.cpu_count() or 1):.1f}", "")]
    hear = _listener(folder)
    for name, voice in ENGINES:
        try:
            engine = _open(name, voice, folder)
        except TtsUnavailable as error:
            found.append((f"{name} {voice}", error.message, ""))
            continue
        found += await _heard(engine, name, voice, hear)
        found += await _waits(engine, name, voice)
        await engine.close()
    return found


async def _heard(engine: TtsEngine, name: str, voice: Voice, hear: Callable[[bytes], str]) -> list[Row]:
    """Words wrong in each draw, and the work."""
    await engine.synthesise("Ready.", voice)
    figures, seconds, work, clock = [], 0.0, 0.0, 0.0
    for seed in SEEDS:
        said, heard = [], []
        for text in _questions(seed):
            start, processor = time.perf_counter(), time.process_time()
            speech = await engine.synthesise(text, voice)
            clock += time.perf_counter() - start
            work += time.process_time() - processor
            seconds += speech.seconds
            said.append(text)
            heard.append(hear(wav_content(speech.pcm, speech.rate)))
        figures.append(f"{jiwer.wer(_plain(said), _plain(heard)):.1%}")
    draws = f"{name} {voice}: words that tiny.en gets wrong, {len(SEEDS)} draws of {COUNT} questions"
    return [
        (draws, ", ".join(figures), "<= 3 %"),
        (f"{name} {voice}: RTF, of the processor", f"{clock / seconds:.3f}, {work / seconds:.3f}", ""),
    ]


def _storage(folder: str) -> LocalStorage:
    return LocalStorage(Path(folder), Scratch(Path(folder) / "drafts"))


async def _waits(engine: TtsEngine, name: str, voice: Voice) -> list[Row]:
    """From asking to the first file that can be played: prepared, and worst of those that nobody foresaw."""
    with TemporaryDirectory() as folder:
        service = TtsService(engine, _storage(folder), "secret")
        await service.prepare(voice, *UNPREPARED)
        prepared = [await _first_file(service, text, voice) for text in UNPREPARED]
        await service.close()
    with TemporaryDirectory() as folder:
        service = TtsService(engine, _storage(folder), "secret")
        cold = [await _first_file(service, text, voice) for text in UNPREPARED]
        await service.close()
    return [
        (f"{name} {voice}: question asked to first sound, prepared, worst", f"{max(prepared):.3f} s", "<= .3 s"),
        (f"{name} {voice}: any other sentence, median and worst", f"{_spread(cold)} s", "<= 1.5 s"),
    ]


async def _first_file(service: TtsService, text: str, voice: Voice) -> float:
    begin = time.perf_counter()
    await service.make(sentences(text)[0], voice)
    return time.perf_counter() - begin


def _spread(seconds: Sequence[float]) -> str:
    return f"{np.median(seconds):.2f}, {max(seconds):.2f}"


def _open(name: str, voice: Voice, folder: Path) -> TtsEngine:
    """The engine, with nothing to take over from it. Raises TtsUnavailable."""
    choice: Any = "neural" if name == PACKAGED else name
    chain = select(TtsOptions(models_dir=folder, engine=choice))
    if voice not in chain.voices:
        raise TtsUnavailable(next(state["reason"] for state in chain.describe()["engines"] if state["name"] == name))
    return chain


def _listener(folder: Path) -> Callable[[bytes], str]:
    from faster_whisper import WhisperModel

    threads = os.cpu_count() or 1
    whisper = WhisperModel(str(models.tiny_en(folder)), device="cpu", compute_type="int8", cpu_threads=threads)

    def hear(wav: bytes) -> str:
        sound = decode(wav).astype(np.float32) / 32_768
        segments, _ = whisper.transcribe(sound, language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(segment.text for segment in segments)

    return hear


def _questions(seed: int) -> list[str]:
    return [question.text for question in random.Random(seed).sample(list(loader.questions()), COUNT)]


def _plain(texts: Sequence[str]) -> list[str]:
    normalise = EnglishTextNormalizer()
    return [" ".join(normalise(text.replace("-", " ")).split()) for text in texts]
