"""`python -m benchmarks.live_words`: words that live recognition gets wrong, beside batch on the same sound.

Clips of people go into the live transcriber at several speeds, because a client may send what it recorded faster than
it was said, and a busy machine hears it later than it came. No server and no clock but the pace of the sound.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.config import Settings
from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt.base import SttEngine
from app.engines.stt.live import LiveScheduler, LiveTranscriber
from app.engines.stt.select import SttOptions, select
from benchmarks.hearing import plain, wer
from benchmarks.run import DATA

SPEEDS = (1.0, 2.0, 4.0, 8.0)
PIECE = SPEECH_RATE // 10


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and what is said in it."""

    name: str
    pcm: Pcm
    said: str


def load(folder: Path) -> list[Clip]:
    """The recordings of a folder with a manifest."""
    entries = json.loads((folder / "manifest.json").read_text())
    return [Clip(entry["file"], decode(folder / entry["file"]), entry["transcript"]) for entry in entries]


async def live(engine: SttEngine, pcm: Pcm, speed: float) -> str:
    """What is heard live of sound that comes so many times faster than it was said."""
    scheduler = LiveScheduler()
    hearing = LiveTranscriber(engine, scheduler, language="en", hot_words=())
    reading = asyncio.create_task(_read(hearing))
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for at in range(0, len(pcm), PIECE):
        await hearing.push(pcm[at : at + PIECE])
        due = begin + (at + PIECE) / SPEECH_RATE / speed
        await asyncio.sleep(max(0.0, due - loop.time()))
    finals = await hearing.finish()
    await hearing.close()
    await reading
    await scheduler.close()
    return " ".join(final.text for final in finals if final.text)


async def _read(hearing: LiveTranscriber) -> None:
    async for _ in hearing.events():
        pass


async def measure(clips: Sequence[Clip], speeds: Sequence[float], model: str) -> None:
    """Print the words wrong of batch and of each speed, and the clips in which they differ."""
    engine = select(SttOptions(models_dir=Settings().models_path, engine="whisper", model=model))
    await engine.warm_up()
    batch = [(await engine.transcribe(clip.pcm, language="en")).text for clip in clips]
    said = [clip.said for clip in clips]
    print(f"{model}, {len(clips)} clips, batch: {wer(said, batch):.1%} wrong", flush=True)
    for speed in speeds:
        heard = [await live(engine, clip.pcm, speed) for clip in clips]
        print(f"live at {speed:g}x: {wer(said, heard):.1%} wrong", flush=True)
        for clip, one, other in zip(clips, batch, heard, strict=True):
            if plain(one) != plain(other):
                print(f"  {clip.name}\n    batch: {one}\n    live:  {other}", flush=True)
    await engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA / "audio")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--speeds", type=float, nargs="+", default=SPEEDS)
    wishes = parser.parse_args()
    asyncio.run(measure(load(wishes.folder), wishes.speeds, wishes.model))
