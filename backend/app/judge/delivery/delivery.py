"""How an answer was spoken: pace, pauses, fillers, repeats. Never what it says, never who says it.

Times are seconds in the answer's audio. The bands are wide on purpose: native conversation runs at 144-264 words a
minute inside its stretches of speech (5th to 95th percentile) with two "um" or "uh" per hundred words.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.judge.language import disfluency
from app.judge.language.disfluency import SpokenWord
from app.judge.language.text import Quoter, is_content, sentence_spans, tokens_of
from app.judge.numbers import whole
from app.judge.types import AnswerSpec, Flag, FlagCode, Measure, Quote, Word

PAUSE = 0.25
"""Shortest gap that counts as a pause, seconds (Goldman-Eisler 1968; usual in fluency research)."""
LONG_PAUSE = 2.0
"""A gap this long is marked; shorter ones are part of planning speech."""

BANDS: Mapping[str, tuple[tuple[float, float], ...]] = {
    # words a minute without fillers: 120-170 good, below 100 and above 180 flagged (speech coaching practice); the
    # slopes are gentle because native conversation reaches 264 and second-language speakers are slower
    "pace": (
        (30, 10),
        (60, 45),
        (80, 65),
        (100, 88),
        (120, 100),
        (170, 100),
        (180, 96),
        (210, 82),
        (250, 60),
        (300, 35),
    ),
    # fillers a minute: up to 5 fine, 12 and more harmful
    "fillers": ((0, 100), (5, 95), (12, 55), (20, 25), (30, 5)),
    # fillers per 100 words where there is no clock: native median 2.0, 75th percentile 3.4 (Switchboard)
    "fillers_per_100": ((0, 100), (3, 95), (8, 55), (14, 25), (20, 5)),
    # repeats and broken words per 100 words: native speech has 3 to 4 (Switchboard)
    "repeats": ((0, 100), (4, 95), (8, 65), (15, 25), (22, 5)),
    # pauses of 2 s and more a minute: thinking is allowed
    "long_pauses": ((0, 100), (2, 95), (5, 60), (10, 20)),
    # share of typed sentences that break off, are bare word lists or run on without end
    "sentences": ((0, 100), (0.1, 95), (0.5, 50), (1, 15)),
}
WEIGHTS: Mapping[str, float] = {
    "pace": 0.35,
    "fillers": 0.30,
    "fillers_per_100": 0.40,
    "repeats": 0.20,
    "long_pauses": 0.15,
    "sentences": 0.40,
}
"""Shares of the parts that could be measured; what could not is left out and the rest is scaled up."""
WORST_SHARE = 0.3
"""The weakest part counts this much more, so that one serious habit is not averaged away."""

FLAG_PACE = (100.0, 180.0)
FLAG_FILLERS = 12.0
FLAG_SECONDS = (30.0, 180.0)

NO_FILLERS = frozenset(("well", "oh", "know", "mean"))
""" "Well" and "oh" open sentences in good speech too; of "you know" and "I mean" the first word is counted."""
MIN_WORDS = 5
PACE_WORDS = 20
"""Fewer words give no pace worth judging."""
SETTLE_SECONDS, SETTLE_WORDS = 30.0, 50.0
"""Rates of shorter answers are taken over this much, so that one "um" in three seconds is not twenty a minute."""
NEUTRAL, FULL_WORDS = 70.0, 30
"""Below `FULL_WORDS` words there is little to hear: the value is drawn towards `NEUTRAL` in proportion."""
RUN_ON_WORDS = 55
_CANNOT_END = frozenset(
    "the a an my our your their and or but because of at from into with very is are was were".split()
)
_MAY_CLOSE = frozenset("at of from with is are was were".split())
"""Those that a sentence with its full stop may end in ("where I come from.")."""
_CLOSED = re.compile(r"[.!?][\"'”’)]*\s*$")
_PARTS = re.compile(r"[,:;]")
PARTED_WORDS = 20
"""Words for each comma or colon up to which a long sentence is parted and does not run on."""
LISTED = 0.4
"""Commas a word from which words with a full stop are a list and no sentence."""
LONG_WORD = (0.5, 0.1)
"""A word longer than .5 s + .1 s a letter hides a hesitation that the recogniser left out."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence inside the answer, seconds, with the words just before it."""

    start: float
    end: float
    after: Quote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStats:
    """What was counted. Rates are None without word times; `fillers` is a lower bound unless `fillers_complete`."""

    words: int
    seconds: float | None = None
    words_per_minute: float | None = None
    long_pauses: tuple[Pause, ...] = ()
    fillers: int = 0
    fillers_complete: bool = True
    fillers_per_minute: float | None = None
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Counts, the fluency score made of them, and what a person should look at. No flag lowers a score."""

    stats: DeliveryStats
    fluency: Measure
    flags: tuple[Flag, ...] = ()


def delivery(answer: AnswerSpec, quoter: Quoter) -> Delivery:
    """Measure how `answer` was delivered. Where the recogniser drops fillers, a voice without words counts as one."""
    marked = disfluency.mark(answer.text)
    stats = _count(answer, marked, quoter)
    if stats.words < MIN_WORDS:
        return Delivery(stats, Measure(value=None, note=_too_little(answer, stats, marked)))
    timed = stats.words_per_minute is not None
    parts = _timed_parts(stats) if timed else _text_parts(answer, stats)
    mean = sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS[name] for name in parts)
    full = (1 - WORST_SHARE) * mean + WORST_SHARE * min(parts.values())
    value = NEUTRAL + (full - NEUTRAL) * min(1.0, stats.words / FULL_WORDS)
    evidence = _evidence(marked, quoter)
    details = parts | ({"words_per_minute": stats.words_per_minute} if stats.words_per_minute is not None else {})
    fluency = Measure(value=round(value, 1), note=_note(answer, stats, timed), evidence=evidence, details=details)
    return Delivery(stats, fluency, _flags(stats, evidence))


def _count(answer: AnswerSpec, marked: Sequence[SpokenWord], quoter: Quoter) -> DeliveryStats:
    said = [word.text for word in marked if word.kind not in ("filler", "marker", "fragment")]
    kinds = disfluency.counts(marked)
    words = _in_order(answer.words) if answer.spoken else []
    complete = answer.keeps_fillers or not answer.spoken
    hidden = 0 if complete or not words else _hesitations(words, answer.hesitations)
    count = hidden + sum(word.kind in ("filler", "marker") and word.text not in NO_FILLERS for word in marked)
    stats = DeliveryStats(
        words=len(said),
        seconds=answer.duration,
        fillers=count,
        fillers_complete=complete,
        repeats=kinds["repeat"] + kinds["fragment"],
    )
    return _timed(stats, words, quoter) if words else stats


def _timed(stats: DeliveryStats, words: Sequence[Word], quoter: Quoter) -> DeliveryStats:
    """The counts that need a clock, from the first word's start to the last word's end."""
    begin, end = words[0].start, max(word.end for word in words)
    speaking = max(end - begin, 0.1)
    long = tuple(
        replace(pause, after=quoter.between(pause.start - 2 * LONG_PAUSE, pause.start))
        for pause in _gaps(words)
        if pause.end - pause.start >= LONG_PAUSE
    )
    return replace(
        stats,
        seconds=stats.seconds or round(end, 2),
        words_per_minute=round(60 * stats.words / speaking, 1),
        long_pauses=long,
        fillers_per_minute=round(60 * stats.fillers / speaking, 2),
    )


def _in_order(words: Sequence[Word]) -> list[Word]:
    """Words with usable times, by start; empty when the times span nothing (a recogniser without word times)."""
    usable = sorted((word for word in words if 0 <= word.start <= word.end < math.inf), key=lambda word: word.start)
    return usable if usable and usable[-1].end > usable[0].start else []


def _gaps(words: Sequence[Word]) -> list[Pause]:
    gaps, reached = [], words[0].end
    for word in words[1:]:
        if word.start > reached:
            gaps.append(Pause(round(reached, 2), round(word.start, 2)))
        reached = max(reached, word.end)
    return gaps


def _hesitations(words: Sequence[Word], voiced: Sequence[tuple[float, float]]) -> int:
    """Hesitations that left no word: speech heard in a gap, and words drawn out far beyond their letters."""
    voiced_gaps = sum(
        any(min(gap.end, end) - max(gap.start, begin) >= PAUSE for begin, end in voiced) for gap in _gaps(words)
    )
    base, per_letter = LONG_WORD
    drawn_out = sum(word.end - word.start > base + per_letter * len(word.text.strip()) for word in words)
    return voiced_gaps + drawn_out


def _timed_parts(stats: DeliveryStats) -> dict[str, float]:
    """Parts of the fluency of timed speech, 0-100 each."""
    minutes = max(60 * stats.words / (stats.words_per_minute or 1), SETTLE_SECONDS) / 60
    parts = {
        "repeats": _band("repeats", 100 * stats.repeats / max(stats.words, SETTLE_WORDS)),
        "long_pauses": _band("long_pauses", len(stats.long_pauses) / minutes),
    }
    if stats.words >= PACE_WORDS and stats.words_per_minute:
        parts["pace"] = _band("pace", stats.words_per_minute)
    fillers = _band("fillers", stats.fillers / minutes)
    if stats.fillers_complete or fillers < BANDS["fillers"][1][1]:
        parts["fillers"] = fillers
    return parts


def _text_parts(answer: AnswerSpec, stats: DeliveryStats) -> dict[str, float]:
    """Parts of the fluency of a text without a clock, 0-100 each."""
    parts = {"repeats": _band("repeats", 100 * stats.repeats / max(stats.words, SETTLE_WORDS))}
    fillers = _band("fillers_per_100", 100 * stats.fillers / max(stats.words, SETTLE_WORDS))
    if answer.spoken and (stats.fillers_complete or fillers < BANDS["fillers_per_100"][1][1]):
        parts["fillers_per_100"] = fillers
    if not answer.spoken and not _is_dictated(answer.text, stats.words):
        parts["sentences"] = _band("sentences", len(unfinished(answer.text)) / max(1, len(sentence_spans(answer.text))))
    return parts


def _is_dictated(text: str, count: int) -> bool:
    """Whether a long text has no punctuation at all: it was spoken to some program, and its sentences are unknown."""
    return count > RUN_ON_WORDS and not set(text) & set(".,;:!?")


def unfinished(text: str) -> list[str]:
    """The typed sentences that break off, are bare word lists or run on without end."""
    found = [text[begin:end] for begin, end in sentence_spans(text)]
    return [sentence for sentence in found if _is_unfinished(sentence)]


def _is_unfinished(sentence: str) -> bool:
    words = [token.text for token in tokens_of(sentence)]
    if not words:
        return False
    closed = bool(_CLOSED.search(sentence))
    listed = not closed or sentence.count(",") >= LISTED * len(words)  # "Only two of forty came late." is a sentence
    bare_list = listed and len(words) >= 6 and sum(is_content(word) for word in words) > 0.85 * len(words)
    broken = words[-1] in _CANNOT_END and not (closed and words[-1] in _MAY_CLOSE)
    runs_on = len(words) > RUN_ON_WORDS and len(words) > PARTED_WORDS * len(_PARTS.findall(sentence))
    return bare_list or runs_on or broken


def on_curve(points: Sequence[tuple[float, float]], x: float) -> float:
    """The score at `x` on a piecewise straight curve of (x, score), to one decimal; flat beyond its ends."""
    return round(float(np.interp(x, [at for at, _ in points], [score for _, score in points])), 1)


def _band(name: str, x: float) -> float:
    return on_curve(BANDS[name], x)


def _too_little(answer: AnswerSpec, stats: DeliveryStats, marked: Sequence[SpokenWord]) -> str:
    if not marked:
        return "No speech was recognised." if answer.spoken else "The answer is empty."
    if not stats.words:
        return "Only fillers were heard, no words to judge."
    noun = "word" if stats.words == 1 else "words"
    return f"Only {stats.words} {noun}: too few to judge fluency (at least {MIN_WORDS} are needed)."


def _note(answer: AnswerSpec, stats: DeliveryStats, timed: bool) -> str:
    notes = []
    if not timed:
        kind = "corrected text" if answer.spoken else "typed text"
        notes.append(f"Measured on the {kind} alone: pace and pauses are not known.")
    elif stats.words < PACE_WORDS:
        notes.append("Too short to judge the pace.")
    if not stats.fillers_complete:
        heard = "one was heard" if stats.fillers == 1 else f"{stats.fillers} were heard"
        few = f"at least {heard}" if stats.fillers else "none was written down"
        notes.append(f"Most “um” and “uh” are left out of the transcript, so they cannot be counted; {few}.")
    if answer.basic_accuracy:
        notes.append("The transcript is of basic accuracy, so counts are rough.")
    return " ".join(notes)


def _evidence(marked: Sequence[SpokenWord], quoter: Quoter, most: int = 8) -> tuple[Quote, ...]:
    """The first disfluencies in order, neighbours together."""
    return tuple(quoter.quote(begin, end) for begin, end in disfluency.runs(marked)[:most])


def _flags(stats: DeliveryStats, evidence: tuple[Quote, ...]) -> tuple[Flag, ...]:
    flags = []
    slow, fast = FLAG_PACE
    if stats.words_per_minute and stats.words >= PACE_WORDS:
        pace = f"{whole(stats.words_per_minute)} words a minute"
        if stats.words_per_minute < slow:
            flags.append(Flag("pace_slow", f"{pace}: most listeners find 120 to 170 comfortable."))
        elif stats.words_per_minute > fast:
            flags.append(Flag("pace_fast", f"{pace}: most listeners find 120 to 170 comfortable."))
    if (stats.fillers_per_minute or 0) >= FLAG_FILLERS and stats.fillers >= 5:
        first = evidence[0] if evidence else None
        flags.append(
            Flag("fillers", f"{whole(stats.fillers_per_minute)} fillers a minute: up to 5 go unnoticed.", first)
        )
    flags.extend(
        Flag("long_pause", f"A pause of {pause.end - pause.start:.1f} seconds.", pause.after)
        for pause in stats.long_pauses[:3]
    )
    return (*flags, *_length_flag(stats))


def _length_flag(stats: DeliveryStats) -> tuple[Flag, ...]:
    short, long = FLAG_SECONDS
    if stats.words_per_minute is None or stats.seconds is None or short <= stats.seconds <= long:
        return ()
    code: FlagCode = "length_short" if stats.seconds < short else "length_long"
    return (Flag(code, f"{whole(stats.seconds)} seconds: most good answers take 60 to 120."),)
