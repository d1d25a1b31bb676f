"""One stretch of speech through Whisper, and what Whisper gets wrong put right. All of it runs in a worker thread.

- A loop ("um um um ...", often after laughter or a long hesitation): cut to what may have been said. faster-whisper
  would decode all of it again at random (temperature), which is slower and loses more (docs/benchmarks.md).
- Speech that has no words then, because of a loop or because Whisper stopped after the first sentence, as it likes to:
  decoded again, alone, and when that loops too, from pause to pause.
- Keywords that nobody said: the keywords are taken away and it is decoded again.
- What it invents in near silence ("Thank you."): left out.

Passes and tokens are bounded, so a stretch takes at most `PASSES` times as long as a clear one.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines.audio import SPEECH_RATE
from app.engines.pool import Stop
from app.engines.stt.base import SttFailed, TimedWord

Sound = NDArray[np.float32]
Times = Sequence[tuple[float, float]]
"""Places in the stretch, seconds."""

PASSES = 6
"""Decodings of one stretch at most."""
TOKENS, TOKENS_A_SECOND, MOST_TOKENS = 24, 16, 220
"""What may be written: three times as much as fast talk needs. A loop ends there instead of after 224 tokens."""
LOOP_COMPRESSION = 2.4
"""Text that compresses so well repeats itself (OpenAI's own threshold)."""
LOOP_REPEATS = 4
"""Times that words follow themselves; people who stutter mean it two or three times."""
STUCK = re.compile(r"([^\W\d_]{1,3}?)\1{7}")
"""One to three letters that come eight times in a row inside a word: a loop that nobody can say."""
SILENT_PROBABILITY, SILENT_LOGPROB = 0.6, -0.4
"""A segment is doubtful when the model itself thinks it is no speech and is not sure of its words."""
SURE_LOGPROB = -1.0
"""Mean log probability a token under which OpenAI's decoder tries again; what was passed over must be clearer."""
PHANTOM_SPEECH = 0.5
"""Seconds of detected speech under which a phantom phrase is taken for one."""
PHANTOMS = frozenset(
    {
        "you", "bye", "bye bye", "thank you", "thanks", "thank you very much", "thank you for watching",
        "thanks for watching", "please subscribe", "subscribe", "like and subscribe", "see you next time", "okay",
        "subtitles by the amara org community", "transcription by castingwords", "the end", "music", "applause",
    }
)  # fmt: skip
"""What Whisper invents in silence: it learned from captions (Koenecke et al. 2024; "Investigation of Whisper ASR
hallucinations induced by non-speech audio", Baranski et al. 2025)."""
PASSED_OVER = 0.6
"""Seconds of speech without a word that are decoded again."""
HESITATION = 0.25
"""Seconds of speech without a word that may be an "um"."""
LONGEST_WORD = (0.6, 0.12)
"""A word covers at most .6 s + .12 s a letter: Whisper draws a word out over what it passes over."""
SAID_PROBABILITY = 0.3
"""A keyword with less was put there by the prompt: nearly all that were said have more than .5, those that nobody said
less than .1."""
BREATH = 0.15
"""Seconds without speech at which a place that loops is cut."""
MARGIN = 0.2
"""Seconds of sound on both sides of speech that is decoded again."""


@dataclass(frozen=True, slots=True)
class Said:
    """A segment with its words, seconds from the start of the stretch, and how sure Whisper is of it."""

    words: tuple[TimedWord, ...]
    logprob: float
    no_speech: float

    @property
    def text(self) -> str:
        """The words with their spaces."""
        return "".join(word.text for word in self.words).strip()

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end


@dataclass(slots=True)
class Hearing:
    """What was heard in one stretch. `hesitations` are places where somebody makes sounds that are no words."""

    said: list[Said]
    hesitations: list[tuple[float, float]]
    language: str
    language_probability: float


@dataclass(slots=True)
class Listener:
    """Hears the stretches of one recording with one model. `thorough` is off for captions that are replaced soon."""

    model: Any
    stop: Stop
    beam: int
    hot_words: str | None = None
    thorough: bool = True
    _passes: int = field(default=0, init=False)

    def hear(self, sound: Sound, voiced: Times, language: str | None) -> Hearing:
        """Hears one stretch; `voiced` are the places where speech was detected. Raises SttFailed."""
        self._passes = 0
        speech = sum(end - begin for begin, end in voiced)
        said, info = self._clear(sound, language, self.hot_words if speech >= PHANTOM_SPEECH else None)
        said = [part for part in said if is_credible(part, _overlap(part, voiced))]
        if self.thorough:
            for place in list(_without_words(said, voiced, PASSED_OVER)):
                said += self._passed_over(sound, voiced, place, info.language)
            said.sort(key=lambda part: part.start)
        hesitations = list(_without_words(said, voiced, HESITATION))
        return Hearing(said, hesitations, info.language, float(info.language_probability))

    def _passed_over(self, sound: Sound, voiced: Times, place: tuple[float, float], language: str) -> list[Said]:
        """What is said in a place without words, decoded alone; nothing unless Whisper is sure of it."""
        said, loops = self._again(sound, place, language)
        if not loops:
            return said
        pieces = list(_pieces(voiced, place))
        return [part for piece in pieces for part in self._again(sound, piece, language)[0]] if pieces[1:] else said

    def _again(self, sound: Sound, place: tuple[float, float], language: str) -> tuple[list[Said], bool]:
        if self._passes >= PASSES:
            return [], False
        begin, end = place
        first = max(0, round((begin - MARGIN) * SPEECH_RATE))
        said, _ = self._decode(sound[first : round((end + MARGIN) * SPEECH_RATE)], language, None)
        kept = [
            _moved(part, first / SPEECH_RATE, begin, end)
            for part in map(_without_loops, said)
            if part.logprob > SURE_LOGPROB and is_credible(part, end - begin)
        ]
        return kept, _loops(said)

    def _clear(self, sound: Sound, language: str | None, hot_words: str | None) -> tuple[list[Said], Any]:
        """The stretch with its keywords, or without them where they led Whisper astray; loops are cut."""
        said, info = self._decode(sound, language, hot_words)
        if hot_words and (_invents(said, hot_words) or _loops(said)):
            said, info = self._decode(sound, info.language, None)
        return list(map(_without_loops, said)), info

    def _decode(self, sound: Sound, language: str | None, hot_words: str | None) -> tuple[list[Said], Any]:
        self._passes += 1
        tokens = min(MOST_TOKENS, TOKENS + round(TOKENS_A_SECOND * len(sound) / SPEECH_RATE))
        try:
            segments, info = self.model.transcribe(
                sound,
                language=language,
                beam_size=self.beam,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                vad_filter=False,
                hotwords=hot_words,
                max_new_tokens=tokens,
            )
            said = []
            for segment in segments:  # decoded here, one by one
                self.stop.check()
                words = tuple(_timed(segment.words or ()))
                if words:
                    said.append(Said(words, segment.avg_logprob, segment.no_speech_prob))
        except (RuntimeError, ValueError) as error:
            raise SttFailed(f"Whisper failed on this audio ({error}): try again") from error
        return said, info


def is_credible(part: Said, speech: float) -> bool:
    """Whether a segment was said and not invented; `speech` seconds were detected where it stands."""
    if not any(char.isalnum() for char in part.text):
        return False
    if part.no_speech > SILENT_PROBABILITY and part.logprob < SILENT_LOGPROB and speech < 2 * PHANTOM_SPEECH:
        return False
    return not is_phantom(part.text, speech)


def is_phantom(text: str, speech: float) -> bool:
    """Whether `text` is a phrase that Whisper invents, and `speech` seconds are too few to have said it."""
    return speech < PHANTOM_SPEECH and " ".join(_letters(text).split()) in PHANTOMS


def _loops(said: Sequence[Said]) -> bool:
    text = "".join(word.text for part in said for word in part.words).strip().encode()
    if len(text) / max(1, len(zlib.compress(text))) > LOOP_COMPRESSION:
        return True
    return any(len(_without_loops(part).words) < len(part.words) for part in said)


def _without_loops(part: Said) -> Said:
    """Words that follow themselves four times or more are kept twice: once for what was said, once for the repeat.
    A word that is a loop in itself ("ssssssss") is left out."""
    words = [word for word in part.words if not STUCK.search(word.text)]
    for size in range(1, 9):
        at = 0
        while at + size * LOOP_REPEATS <= len(words):
            unit = [_letters(word.text) for word in words[at : at + size]]
            end = at + size
            while [_letters(word.text) for word in words[end : end + size]] == unit:
                end += size
            if (end - at) // size >= LOOP_REPEATS:
                del words[at + 2 * size : end]
            at += 1
    return Said(tuple(words), part.logprob, part.no_speech)


def _invents(said: Sequence[Said], hot_words: str) -> bool:
    """Whether keywords stand in it that were hardly said, or words that are no words."""
    hot = set(_letters(hot_words).split())
    for part in said:
        if part.no_speech > SILENT_PROBABILITY:
            return True
        for word in part.words:
            letters = _letters(word.text).split()
            if not letters or ((word.probability or 0.0) < SAID_PROBABILITY and hot.intersection(letters)):
                return True
    return False


def _without_words(said: Sequence[Said], voiced: Times, shortest: float) -> Iterator[tuple[float, float]]:
    """Places of at least `shortest` seconds of speech that no word covers."""
    covered = sorted(_covered(word) for part in said for word in part.words)
    begin = end = speech = 0.0
    for first, last in (rest for place in voiced for rest in _rest(place, covered)):
        if speech and (first - end > 2 * MARGIN or any(end <= at < first for at, _ in covered)):
            if speech >= shortest:
                yield begin, end
            speech = 0.0
        begin = begin if speech else first
        end, speech = last, speech + last - first
    if speech >= shortest:
        yield begin, end


def _pieces(voiced: Times, place: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """A place, cut where nobody speaks for a moment."""
    begin = end = place[0]
    for first, last in voiced:
        if last <= place[0] or first >= place[1]:
            continue
        if first - end >= BREATH:
            if end > begin:
                yield begin, end
            begin = first
        begin, end = max(begin, place[0]), min(last, place[1])
    if end > begin:
        yield begin, end


def _rest(place: tuple[float, float], covered: Times) -> Iterator[tuple[float, float]]:
    """What is left of a place."""
    begin, end = place
    for first, last in covered:
        if last > begin and first < end:
            if first > begin:
                yield begin, first
            begin = max(begin, last)
    if begin < end:
        yield begin, end


def _covered(word: TimedWord) -> tuple[float, float]:
    base, letter = LONGEST_WORD
    return word.start - 0.1, min(word.end, word.start + base + letter * len(word.text.strip())) + 0.1


def _overlap(part: Said, voiced: Times) -> float:
    """Seconds of detected speech around a segment."""
    return sum(max(0.0, min(part.end + MARGIN, end) - max(part.start - MARGIN, begin)) for begin, end in voiced)


def _moved(part: Said, seconds: float, earliest: float, latest: float) -> Said:
    """At its place in the stretch, and not beyond the speech that it was found in."""
    words = []
    for word in part.words:
        start, end = (min(max(at + seconds, earliest), latest) for at in (word.start, word.end))
        words.append(TimedWord(word.text, start, end, word.probability))
    return Said(tuple(words), part.logprob, part.no_speech)


def _timed(words: Sequence[Any]) -> Iterator[TimedWord]:
    for word in words:
        if word.word.strip():
            yield TimedWord(word.word, float(word.start), float(word.end), float(word.probability))


def _letters(text: str) -> str:
    return "".join(char if char.isalnum() else " " for char in text.lower()).strip()
