"""Live transcription in one process: speech in real time, and how soon, how steadily and how rightly text comes out.

Latencies stand beside the engine's bare time for the last 5 s of the same speech in the same run, because a shared
machine is never twice the same.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt.base import SttEngine
from app.engines.stt.live import Final, LiveEvent, LiveScheduler, LiveTranscriber, Partial
from app.engines.stt.live.agreement import spoken
from app.engines.stt.offline import OfflineEngine
from app.engines.stt.vad import VadOptions, utterances
from app.engines.stt.whisper import WhisperEngine, WhisperOptions

ROOT = Path(__file__).resolve().parents[1]
CHUNK = SPEECH_RATE // 10
"""Samples in one push: what a browser sends ten times a second."""
SILENCE_SECONDS = 1.2
"""Played after each clip, so that the end is found by silence and not by the Done button."""
LAST_SECONDS = 5.0
EDGES = VadOptions(pause=0.3, pad=0.0)
"""How the true begin and end of the speech are found: on the whole clip at once, without padding."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Speech and what it says; `begin` and `end` are the seconds where the speech is."""

    name: str
    pcm: Pcm
    reference: str
    begin: float
    end: float


@dataclass(slots=True)
class Played:
    """What came of one clip; all in seconds."""

    clip: Clip
    live: str = ""
    batch: str = ""
    first_partial: float | None = None
    first_stable: float | None = None
    final: float | None = None
    bare: float = 0.0
    shown: list[list[str]] = field(default_factory=list)
    """For each segment: the words its partials showed, at their places, that its final does not have there."""
    partial_words: int = 0
    changed_words: int = 0
    stable_words: int = 0
    changed_stable_words: int = 0
    lag: float = 0.0


def rows(data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim) for the offline engine on people and the tiny Whisper on synthetic voices."""
    return asyncio.run(_rows(data))


async def _rows(data: Path) -> list[tuple[str, str, str]]:
    people = _clips(data / "audio", "transcript")
    voices = _clips(ROOT / "tests" / "data" / "speech", "ref")[::2]
    tiny = WhisperOptions(models_dir=ROOT, model=ROOT / "tests" / "data" / "tiny-whisper")
    found = []
    for engine, clips in ((OfflineEngine(), people), (WhisperEngine(tiny), voices)):
        try:
            await engine.warm_up()
            found += _table(engine.name, [await play(engine, clip) for clip in clips])
            found += await _joined(engine, clips)
        finally:
            await engine.close()
    return found


async def _joined(engine: SttEngine, clips: Sequence[Clip]) -> list[tuple[str, str, str]]:
    """An answer of many sentences, ended by the Done button the moment the speech ends, a few times."""
    pauses = np.zeros(round(0.35 * SPEECH_RATE), np.int16)
    ratios, waits, bares = [], [], []
    for at in range(0, len(clips) - 2, 3):
        parts = [part for clip in clips[at : at + 3] for part in (_trimmed(clip), pauses)][:-1]
        joined = _clip("joined", np.concatenate(parts), " ".join(clip.reference for clip in clips[at : at + 3]))
        played = await play(engine, joined, done=True)
        if played.final is not None:
            waits.append(played.final)
            bares.append(played.bare)
            ratios.append(played.final / played.bare)
    return [
        (
            f"{engine.name}: Done to last final, joined answers, p50 / p95 s",
            f"{_p(waits, 50):.2f} / {_p(waits, 95):.2f} (bare {_p(bares, 50):.2f}, ratio p50 {_p(ratios, 50):.2f})",
            "<= 1.0 x bare",
        )
    ]


async def play(engine: SttEngine, clip: Clip, *, done: bool = False) -> Played:
    """Plays one clip in real time; with `done` the answer ends with the speech, else by silence."""
    played = Played(clip)
    scheduler = LiveScheduler(slots=1 if engine.name == "offline" else 2)
    live = LiveTranscriber(engine, scheduler, language="en", hot_words=())
    begin = time.monotonic()
    events: list[tuple[float, LiveEvent]] = []
    reading = asyncio.create_task(_read(live, begin, events))
    silence = np.zeros(round(SILENCE_SECONDS * SPEECH_RATE), np.int16)
    sound = clip.pcm[: round((clip.end + 0.1) * SPEECH_RATE)] if done else np.concatenate([clip.pcm, silence])
    for at in range(0, len(sound), CHUNK):
        due = begin + min(at + CHUNK, len(sound)) / SPEECH_RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        played.lag = max(played.lag, time.monotonic() - due)
        await live.push(sound[at : at + CHUNK])
    finals = await live.finish()
    await asyncio.sleep(0)
    await live.close()
    await reading
    await scheduler.close()
    _measure(played, events)
    played.live = " ".join(final.text for final in finals)
    last = clip.pcm[max(0, round((clip.end - LAST_SECONDS) * SPEECH_RATE)) : round((clip.end + 0.2) * SPEECH_RATE)]
    played.bare = statistics.median([await _bare(engine, last) for _ in range(3)])
    played.batch = (await engine.transcribe(clip.pcm, language="en")).text
    return played


def _measure(played: Played, events: Sequence[tuple[float, LiveEvent]]) -> None:
    partials = [(at, event) for at, event in events if isinstance(event, Partial)]
    finals = [(at, event) for at, event in events if isinstance(event, Final)]
    if partials:
        played.first_partial = partials[0][0] - played.clip.begin
    stable = [at for at, event in partials if event.stable]
    if stable:
        played.first_stable = stable[0] - played.clip.begin
    if finals:
        played.final = finals[-1][0] - played.clip.end
    texts = {event.segment: _words(event.text) for _, event in finals}
    for _, event in partials:
        right = texts.get(event.segment, [])
        shown, stable_shown = _words(f"{event.stable} {event.unstable}"), _words(event.stable)
        played.partial_words += len(shown)
        played.changed_words += _changed(shown, right)
        played.stable_words += len(stable_shown)
        played.changed_stable_words += _changed(stable_shown, right)


def _changed(shown: Sequence[str], right: Sequence[str]) -> int:
    """Words shown that the final has not at the same place."""
    return sum(at >= len(right) or word != right[at] for at, word in enumerate(shown))


def _table(engine: str, all_played: Sequence[Played]) -> list[tuple[str, str, str]]:
    def values(get: Callable[[Played], float | None]) -> list[float]:
        return [value for played in all_played if (value := get(played)) is not None]

    references = [_plain(played.clip.reference) for played in all_played]
    live = jiwer.wer(references, [_plain(played.live) for played in all_played])
    batch = jiwer.wer(references, [_plain(played.batch) for played in all_played])
    first, stable = values(lambda played: played.first_partial), values(lambda played: played.first_stable)
    final, bare = values(lambda played: played.final), values(lambda played: played.bare)
    ratios = values(lambda played: None if played.final is None else played.final / played.bare)
    long_ones = [p for p in all_played if p.clip.end - p.clip.begin >= LAST_SECONDS and p.final is not None]
    long_ratios = [(p.final or 0.0) / p.bare for p in long_ones]
    words, changed = sum(p.partial_words for p in all_played), sum(p.changed_words for p in all_played)
    fixed, broken = sum(p.stable_words for p in all_played), sum(p.changed_stable_words for p in all_played)
    return [
        (f"{engine}: speech start to first partial, p50 / p95 s", _both(first), ""),
        (f"{engine}: speech start to first stable words, p50 / p95 s", _both(stable), ""),
        (f"{engine}: speech end to final, p50 / p95 s", _both(final), ""),
        (f"{engine}: bare time for the last 5 s of speech, p50 / p95 s", _both(bare), ""),
        (
            f"{engine}: speech end to final / bare time, p50",
            f"{_p(ratios, 50):.2f} (clips of 5 s and more {_p(long_ratios, 50):.2f})",
            "<= 1.0",
        ),
        (
            f"{engine}: partial words changed later / stable words changed by the final",
            f"{changed / max(words, 1):.1%} / {broken / max(fixed, 1):.1%}",
            "",
        ),
        (f"{engine}: word error rate live / batch", f"{live:.1%} / {batch:.1%}", "within 3 points"),
        (f"{engine}: latest push, s", f"{max(played.lag for played in all_played):.3f}", "<= 0.020"),
    ]


async def _read(live: LiveTranscriber, begin: float, events: list[tuple[float, LiveEvent]]) -> None:
    async for event in live.events():
        events.append((time.monotonic() - begin, event))


async def _bare(engine: SttEngine, pcm: Pcm) -> float:
    begin = time.monotonic()
    await engine.transcribe(pcm, language="en")
    return time.monotonic() - begin


def _clips(folder: Path, key: str) -> list[Clip]:
    entries = json.loads((folder / "manifest.json").read_text("utf-8"))
    return [_clip(entry["file"], decode(folder / entry["file"]), entry[key]) for entry in entries]


def _clip(name: str, pcm: Pcm, reference: str) -> Clip:
    spans = utterances(pcm, longest=600.0, options=EDGES)
    return Clip(name, pcm, reference, spans[0].begin / SPEECH_RATE, spans[-1].end / SPEECH_RATE)


def _trimmed(clip: Clip) -> Pcm:
    return clip.pcm[round(max(0.0, clip.begin - 0.1) * SPEECH_RATE) : round((clip.end + 0.1) * SPEECH_RATE)]


def _words(text: str) -> list[str]:
    return [word for word in map(spoken, text.split()) if word]


def _plain(text: str) -> str:
    return " ".join(_words(text.replace("-", " ")))


def _p(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")


def _both(values: Sequence[float]) -> str:
    return f"{_p(values, 50):.2f} / {_p(values, 95):.2f}"


if __name__ == "__main__":
    for measure, figure, aim in rows(Path(sys.argv[1])):
        print(f"{measure:80} {figure:40} {aim}")
