"""Grammar of the words, after fillers, repeats and restarts are taken out.

Two readers: Harper (its grammar rules only) and our own `usage` rules for what it does not know. Spoken text has no
reliable punctuation, capitals or spelling, so for speech these are not looked at.
"""

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from harper import Linter
from wordfreq import zipf_frequency

from app.judge.disfluency import fluent_text
from app.judge.skills import skills
from app.judge.text import Quoter, iter_tokens, sentence_spans
from app.judge.types import AnswerSpec, Measure
from app.judge.usage import usage_errors

GRAMMAR_KINDS = frozenset(
    "WordChoice Miscellaneous Grammar Agreement Usage BoundaryError Repetition Nonstandard".split()
)
"""Harper's kinds that speak of grammar; the others are taste, layout, dialect or spelling."""
TASTE = re.compile(
    r"closed compound|is a mass noun\.|missing a preposition|complete the infinitive|brand|`find out`|road map|filler"
    r"|go better together|before a number"
)
"""Messages of those kinds that are wrong more often than right on good answers."""

COST = 10.0
"""Points per flag per 100 words."""
TOLERATED = {"typed": 0.0, "speech": 0.5, "basic": 1.3}
"""Flags per 100 words that cost nothing: native conversation draws 0.1 with a good transcript (Switchboard), and a
transcript of basic accuracy holds errors that nobody made."""
SLIPS_AT_MOST = 2.0
"""Slips of typing (a sentence or an "i" written small, a space before a comma) count as flags, but no more than this
many of them: they are no broken sentences."""
SETTLE_WORDS = 100
"""Shorter answers are rated over this many words: one slip in one sentence is not a bad speaker."""
MIN_WORDS = 5
SPELLING_MARGIN, KNOWN_WORD, SPELLING_LETTERS = 2.0, 3.0, 4
"""A spelling lint counts for a lower-case word of 4 letters and more that is rarer than Zipf 3 when a suggestion is 2
more frequent: names, technical terms and the other side's spelling ("practised") are left alone."""

EVERYDAY = 4.0
"""Zipf frequency of everyday words; a rarer word that begins a sentence small may be a name ("kubectl")."""

LOW_CONFIDENCE = "Low confidence: in speech this finds about one error in eight."

_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class _Flagged:
    begin: int
    end: int
    message: str


def grammar(answer: AnswerSpec, quoter: Quoter) -> Measure:
    """Grammar, 0-100: 100 less `COST` for each flag per 100 words beyond what is tolerated; None below 5 words."""
    fluent = fluent_text(answer.text)
    words = sum(1 for _ in iter_tokens(fluent.text))
    if words < MIN_WORDS:
        return Measure(value=None, note=f"Too few words to judge grammar (at least {MIN_WORDS} are needed).")
    flags = _flags(fluent.text, spoken=answer.spoken)
    slips = 0 if answer.spoken else _typing_slips(answer.text)
    rate = 100 * (len(flags) + min(SLIPS_AT_MOST, slips)) / max(words, SETTLE_WORDS)
    tolerated = TOLERATED[("basic" if answer.basic_accuracy else "speech") if answer.spoken else "typed"]
    value = 100 - COST * max(0.0, rate - tolerated)
    evidence = tuple(quoter.quote(*fluent.span(flag.begin, flag.end)) for flag in flags)
    notes = [f"“{quote.text}”: {flag.message}" for quote, flag in zip(evidence, flags, strict=True)]
    if slips:
        notes.append("Begin sentences and “I” with a capital, and put no space before a comma.")
    if answer.spoken:
        notes.append(LOW_CONFIDENCE)
    return Measure(
        value=round(max(0.0, value), 1),
        note=" ".join(notes),
        evidence=evidence,
        details={"flags": float(len(flags)), "flags_per_100_words": round(rate, 2), "words": float(words)},
    )


def _flags(text: str, *, spoken: bool) -> list[_Flagged]:
    """What both readers found, in order, overlaps counted once."""
    readable = re.sub(r"\bi\b", "I", text.replace("’", "'"))
    found = [_Flagged(error.begin, error.end, error.message + ".") for error in usage_errors(readable)]
    for lint in _linter().lint(readable):
        kind = str(lint.lint_kind)
        grammatical = kind in GRAMMAR_KINDS and not TASTE.search(lint.message)
        if grammatical or (kind == "Spelling" and not spoken and _is_misspelling(lint)):
            found.append(_Flagged(lint.span.start, lint.span.end, lint.message))
    kept: list[_Flagged] = []
    for flag in sorted(found, key=lambda flag: (flag.begin, flag.end)):
        if any(letter.isalnum() for letter in text[flag.begin : flag.end]) and (not kept or flag.begin >= kept[-1].end):
            kept.append(flag)
    return kept


def _typing_slips(text: str) -> int:
    """Sentences and "I" written small, and spaces before commas; names that are written small are left alone."""
    beginnings = (re.match(r"[a-z]+\b(?![.(_/-]\w)", text[begin:end]) for begin, end in sentence_spans(text))
    small = sum(first is not None and zipf_frequency(first.group(), "en") >= EVERYDAY for first in beginnings)
    return small + len(re.findall(r"(?<![\w.'’-])i(?![\w.'’-])|\w ,", text))


def _is_misspelling(lint: Any) -> bool:
    """Whether a far more frequent word was meant, rather than a name or a technical term."""
    word = str(lint.problem_text)
    if not (word.isalpha() and word.islower()) or len(word) < SPELLING_LETTERS or word in _technical_words():
        return False
    known = zipf_frequency(word, "en")
    if known >= KNOWN_WORD:
        return False
    if any(_spelling(suggestion.replacement_text) == _spelling(word) for suggestion in lint.suggestions):
        return False
    meant = max((zipf_frequency(suggestion.replacement_text, "en") for suggestion in lint.suggestions), default=0.0)
    return bool(meant >= known + SPELLING_MARGIN)


@cache
def _technical_words() -> frozenset[str]:
    """The words of all skill names, in lower case."""
    names = (name.lower() for skill in skills() for name in (skill.name, *skill.aliases))
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", name))


def _spelling(word: str) -> str:
    """One form for British and American spellings: "organised", "colour", "modelled"."""
    return (
        word.lower()
        .replace("is", "iz")
        .replace("ys", "yz")
        .replace("our", "or")
        .replace("ll", "l")
        .replace("tre", "ter")
    )


def _linter() -> Linter:
    """One linter per thread: it is costly to build and not thread-safe."""
    linter = getattr(_LOCAL, "linter", None)
    if linter is None:
        linter = _LOCAL.linter = Linter()
    return linter
