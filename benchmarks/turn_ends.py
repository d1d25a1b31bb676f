"""Where answers end, and where they only seem to: `python -m benchmarks.turn_ends [folder ...]`.

Clips are cut after words in the middle of a sentence and at ends of sentences, and followed by silence; the rule of
`app.services.live.endpointing` says how long it would wait. A folder has a `manifest.json` with `file` and
`transcript`; clips of one half (`part 0`) chose the figures of the rule, the other half is held back.
"""

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from app.config import Settings
from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt.base import TimedWord
from app.engines.stt.vad import VadOptions, utterances
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from app.engines.turn.base import TurnUnavailable
from app.engines.turn.smart_turn import SmartTurn
from app.services.live.endpointing import Ending, ending_of
from benchmarks.run import DATA

NO_SENTENCES = frozenset({"cards_003.wav", "cards_005.wav", "goforward.wav", "tech_00.wav"})
"""Commands and greetings of the shared clips."""
UNFINISHED = frozenset({"lj_0006.wav"})
"""Clips that end in the middle of a sentence."""
MIDDLES, SHORTEST, SEED = 6, 3, 11
"""Cuts in a clip, and words before the first."""
SILENCE_SECONDS, NOISE = 0.2, 8.0
"""What is heard of the pause, and its loudness (of 32,768): a room is never quite silent."""
FULL_STOPS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Cut:
    """The sound up to a place; `is_end` says whether a sentence ends there, `part` to which half the clip belongs."""

    pcm: Pcm
    is_end: bool
    part: int


async def measure(folders: Sequence[Path]) -> None:
    """Print the share of each ending at ends and in middles, with the turn detector and without."""
    models = Settings().models_path
    engine = WhisperEngine(WhisperOptions(models_dir=models, model="tiny.en"))
    try:
        detector: SmartTurn | None = SmartTurn(models / "smart-turn")
    except TurnUnavailable as error:
        print(error.message)
        detector = None
    found: Counter[tuple[str, int, bool, Ending]] = Counter()
    for folder in folders:
        for entry in json.loads((folder / "manifest.json").read_text()):
            if entry["file"].endswith(".wav") and entry["file"] not in NO_SENTENCES:
                pcm = decode(folder / entry["file"])
                words = (await engine.transcribe_stretch(pcm, language="en")).words
                for cut in cuts(entry["file"], pcm, words):
                    heard = await engine.transcribe_stretch(cut.pcm, language="en")
                    sure = heard.words[-1].probability if heard.words else None
                    score = await detector.finished(cut.pcm) if detector else None
                    for name, value in (("words and sound", score), ("words alone", None)):
                        found[name, cut.part, cut.is_end, ending_of(heard.text, sure, value)] += 1
    await engine.close()
    if detector is not None:
        await detector.close()
    _print(found)


def cuts(name: str, pcm: Pcm, words: Sequence[TimedWord]) -> Iterator[Cut]:
    """The end of a clip, ends of sentences in it, and some of its middles."""
    part = sum(map(ord, name)) % 2
    spoken_until = utterances(pcm, longest=600.0, options=VadOptions(pause=0.3, pad=0.0))[-1].end
    if name not in UNFINISHED:
        yield Cut(_then_silence(pcm, spoken_until), True, part)
    middles = []
    for at, (word, following) in enumerate(pairwise(words)):
        place = round(min(word.end, following.start + 0.02) * SPEECH_RATE)
        if not word.text.endswith(FULL_STOPS):
            middles.append((at, place))
        elif at >= SHORTEST:
            yield Cut(_then_silence(pcm, place), True, part)
    candidates = [place for at, place in middles if at >= SHORTEST - 1]
    for place in random.Random(f"{SEED} {name}").sample(candidates, min(MIDDLES, len(candidates))):
        yield Cut(_then_silence(pcm, place), False, part)


def _then_silence(pcm: Pcm, end: int) -> Pcm:
    noise = np.random.default_rng(SEED).standard_normal(round(SILENCE_SECONDS * SPEECH_RATE)) * NOISE
    return np.concatenate([pcm[:end], noise.astype(np.int16)])


def _print(found: Counter[tuple[str, int, bool, Ending]]) -> None:
    print("| decided by | half | places | finished | unclear | open |\n|---|---|---|---|---|---|")
    endings: tuple[Ending, ...] = ("finished", "unclear", "open")
    for name in ("words and sound", "words alone"):
        for part in (0, 1):
            for is_end in (True, False):
                counts = [found[name, part, is_end, ending] for ending in endings]
                shares = " | ".join(f"{count / max(1, sum(counts)):.1%}" for count in counts)
                place = f"{sum(counts)} {'ends' if is_end else 'middles'}"
                print(f"| {name} | {'held back' if part else 'chosen on'} | {place} | {shares} |")


def main() -> None:
    """Measure the folders that are named, by default the recordings of people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[DATA / "audio"])
    asyncio.run(measure(parser.parse_args().folders))


if __name__ == "__main__":
    main()
