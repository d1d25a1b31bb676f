"""Grammar of the words, after fillers, repeats and restarts are taken out.

Two readers: Harper (its grammar rules only) and our own `usage` rules for what it does not know. Spoken text has no
reliable punctuation, capitals or spelling, so for speech these are not looked at.
"""

import re
import threading
from dataclasses import dataclass
from typing import Any

from harper import Linter
from wordfreq import zipf_frequency

from app.judge.disfluency import fluent_text
from app.judge.text import Quoter, iter_tokens
from app.judge.types import AnswerSpec, Measure
from app.judge.usage import usage_errors

NOT_GRAMMAR = frozenset({"Style", "Readability", "Formatting", "Redundancy", "Enhancement", "Regionalism"})
"""Kinds of lint that are taste, layout or dialect."""
WRITTEN_ONLY = frozenset({"Capitalization", "Punctuation", "Spelling", "Typo"})
"""Kinds that say nothing about speech: the recogniser wrote them."""

COST = 10.0
"""Points per flag per 100 words."""
TOLERATED = {"speech": 1.3, "typed": 0.0}
"""Flags per 100 words that native spontaneous speech draws (Switchboard), and that typed text need not draw."""
WEIGHTS = {"Capitalization": 0.25, "Punctuation": 0.25, "BoundaryError": 0.5}
"""What a flag of a kind counts; 1 where not named. A missing capital is no broken sentence."""
SETTLE_WORDS = 100
"""Shorter answers are rated over this many words: one slip in one sentence is not a bad speaker."""
MIN_WORDS = 5
SPELLING_MARGIN, KNOWN_WORD, SPELLING_LETTERS = 1.5, 3.0, 5
"""A spelling lint counts for a lower-case word of 5 letters and more that is rarer than Zipf 3 when a suggestion is 1.5
more frequent: names, technical terms and the other side's spelling ("practised") are left alone."""

LOW_CONFIDENCE = "Low confidence: in speech this finds about one error in eight."

_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class _Flagged:
    begin: int
    end: int
    message: str
    weight: float = 1.0


def grammar(answer: AnswerSpec, quoter: Quoter) -> Measure:
    """Grammar, 0-100: 100 less `COST` for each flag per 100 words beyond what is tolerated; None below 5 words."""
    fluent = fluent_text(answer.text)
    words = sum(1 for _ in iter_tokens(fluent.text))
    if words < MIN_WORDS:
        return Measure(value=None, note=f"Too few words to judge grammar (at least {MIN_WORDS} are needed).")
    flags = _flags(fluent.text, spoken=answer.spoken)
    rate = 100 * sum(flag.weight for flag in flags) / max(words, SETTLE_WORDS)
    value = 100 - COST * max(0.0, rate - TOLERATED["speech" if answer.spoken else "typed"])
    evidence = tuple(quoter.quote(*fluent.span(flag.begin, flag.end)) for flag in flags)
    notes = [f"“{quote.text}”: {flag.message}" for quote, flag in zip(evidence, flags, strict=True)]
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
    skipped = NOT_GRAMMAR | WRITTEN_ONLY if spoken else NOT_GRAMMAR
    for lint in _linter().lint(readable):
        kind = str(lint.lint_kind)
        if kind in skipped or "filler" in lint.message or (kind == "Spelling" and not _is_misspelling(lint)):
            continue
        found.append(_Flagged(lint.span.start, lint.span.end, lint.message, WEIGHTS.get(kind, 1.0)))
    kept: list[_Flagged] = []
    for flag in sorted(found, key=lambda flag: (flag.begin, flag.end)):
        if any(letter.isalnum() for letter in text[flag.begin : flag.end]) and (not kept or flag.begin >= kept[-1].end):
            kept.append(flag)
    return kept


def _is_misspelling(lint: Any) -> bool:
    """Whether a far more frequent word was meant, rather than a name or a technical term."""
    word = str(lint.problem_text)
    known = zipf_frequency(word, "en")
    if not (word.isalpha() and word.islower()) or len(word) < SPELLING_LETTERS or known >= KNOWN_WORD:
        return False
    if any(_spelling(suggestion.replacement_text) == _spelling(word) for suggestion in lint.suggestions):
        return False
    meant = max((zipf_frequency(suggestion.replacement_text, "en") for suggestion in lint.suggestions), default=0.0)
    return bool(meant >= known + SPELLING_MARGIN)


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
