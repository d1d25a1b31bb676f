"""How well recordings are heard by each Whisper and by `auto`: clean, hard, full of hesitation, with keywords.

Words are compared as Whisper's English normaliser writes them, digits one by one. Times are wall time and, because
other work runs beside it, processor time, both for a second of sound.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jiwer

from app.bank import loader
from app.engines.audio import Pcm, decode
from app.engines.stt.base import SttEngine, SttUnavailable, Transcription
from app.engines.stt.select import SttOptions, select
from benchmarks import hard_speech

WHISPERS = ("tiny.en", "base", "auto")
KEYWORD_RUNS = 60
LOST = 0.5
"""A sentence of whose words fewer are heard, in order, is lost."""
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, and the sentences that are said in it."""

    pcm: Pcm
    said: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 16_000


@dataclass(slots=True)
class Heard:
    """What an engine made of clips, and its times for a second of sound."""

    clips: Sequence[Clip]
    results: list[Transcription]
    wall: float
    processor: float

    @property
    def figure(self) -> str:
        again = sum("base" in result.engine_version for result in self.results)
        return (
            f"{wer([' '.join(clip.said) for clip in self.clips], [result.text for result in self.results]):.1%} wrong, "
            f"{self.wall:.2f} s wall and {self.processor:.2f} s processor a second, {again} by base"
        )


async def rows(folder: Path, models_dir: Path) -> list[Row]:
    """Name, figure, aim of each measure; `folder` has a manifest of recordings and what is said in them."""
    entries = json.loads((folder / "manifest.json").read_text())
    people = [Clip(decode(folder / entry["file"]), (entry["transcript"],)) for entry in entries]
    label = f"{len(people)} recordings of people, {sum(clip.seconds for clip in people):.0f} s"
    found: list[Row] = []
    for model in WHISPERS:
        try:
            engine = select(SttOptions(models_dir=models_dir, engine="whisper", model=model))
        except SttUnavailable:
            found.append((f"{model}, {label}", f"not here: greenroom models build {model}", ""))
            continue
        await engine.warm_up()
        aim = {"tiny.en": "wall <= .15", "auto": "<= 3 % wrong"}.get(model, "")
        found.append((f"{model}, {label}", (await _hear(engine, people)).figure, aim))
        for name, clips in _hard(people):
            found.append((f"{model}, {name}", (await _hear(engine, clips)).figure, ""))
        found.append(await _fillers(model, engine, people))
        found.append(await _keywords(model, engine, people))
        await engine.close()
    return found


def wer(said: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate by Whisper's own rules for comparing English."""
    return float(jiwer.wer([plain(text) for text in said], [plain(text) for text in heard]))


def plain(text: str) -> str:
    """The words as Whisper's normaliser writes them, digits one by one."""
    return re.sub(r"(?<=\d)(?=\d)", " ", _normaliser()(text))


@cache
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


async def _hear(engine: SttEngine, clips: Sequence[Clip]) -> Heard:
    seconds = sum(clip.seconds for clip in clips)
    wall, processor = time.perf_counter(), time.process_time()
    results = [await engine.transcribe(clip.pcm) for clip in clips]
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Heard(clips, results, wall / seconds, processor / seconds)


def _hard(people: Sequence[Clip]) -> Iterator[tuple[str, list[Clip]]]:
    """Every third recording, made harder."""
    some = people[::3]
    yield "noise 10 dB below", [Clip(hard_speech.noise(clip.pcm, 10), clip.said) for clip in some]
    yield "noise 3 dB below", [Clip(hard_speech.noise(clip.pcm, 3), clip.said) for clip in some]
    others = [clip.pcm for clip in people[1:4]]
    yield (
        "three others talking 10 dB below",
        [Clip(hard_speech.babble(clip.pcm, others, 10), clip.said) for clip in some],
    )
    yield "telephone", [Clip(hard_speech.telephone(clip.pcm), clip.said) for clip in some]
    yield "far away in a room", [Clip(hard_speech.far(clip.pcm), clip.said) for clip in some]


async def _fillers(model: str, engine: SttEngine, people: Sequence[Clip]) -> Row:
    """Two recordings with a sound of hesitation between them."""
    pairs = [(people[at], people[(at + 5) % len(people)]) for at in range(0, len(people), 2)]
    clips = [
        Clip(hard_speech.between(one.pcm, filler, other.pcm), one.said + other.said)
        for one, other in pairs
        for filler in hard_speech.FILLERS.values()
    ]
    heard = await _hear(engine, clips)
    empty = sum(not result.text for result in heard.results)
    lost = sum(
        _share(sentence, result.text) < LOST
        for clip, result in zip(clips, heard.results, strict=True)
        for sentence in clip.said
    )
    marked = sum(bool(result.hesitations) or _writes_filler(result.text) for result in heard.results)
    text = f"{empty} empty, {lost} sentences lost; {heard.figure}; in {marked} the hesitation is written or marked"
    return f"{model}, {len(clips)} answers with um, laughter, a held vowel, a stutter", text, "0 and 0"


async def _keywords(model: str, engine: SttEngine, people: Sequence[Clip]) -> Row:
    """Clean, noisy, far and telephone recordings with the keywords of questions that they do not answer."""
    random = Random(10)
    questions = [question for question in loader.questions() if question.keywords]
    clips = list(people)
    for change in (lambda pcm: hard_speech.noise(pcm, 10), hard_speech.far, hard_speech.telephone):
        clips += [Clip(change(clip.pcm), clip.said) for clip in people]
    invented, dots, wrong = [], 0, []
    for clip in clips[:KEYWORD_RUNS]:
        keywords = tuple(random.choice(questions).keywords)
        result = await engine.transcribe(clip.pcm, hot_words=keywords)
        said, heard = (set(re.findall(r"[a-z0-9]+", text.lower())) for text in (" ".join(clip.said), result.text))
        invented += [word for keyword in keywords for word in keyword.lower().split() if word in heard - said]
        dots += any(not re.search(r"\w", word.text) for word in result.words)
        wrong.append((" ".join(clip.said), result.text))
    text = f"{len(invented)} ({', '.join(invented)})" if invented else "0"
    figure = f"{text}, {dots} with words made of dots; {wer(*zip(*wrong, strict=True)):.1%} wrong"
    return f"{model}, keywords nobody said, {len(wrong)} transcripts", figure, "0"


def _share(sentence: str, heard: str) -> float:
    """Of the words of a sentence, how many are heard in its order, 0-1."""
    words, found = plain(sentence).split(), plain(heard).split()
    blocks = SequenceMatcher(None, words, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(words)


def _writes_filler(text: str) -> bool:
    return bool(re.search(r"\b(u+h+|u+m+|e+r+m*|h+m+|a+h+|e+h+|o+h+)\b", text.lower()))
