"""Grammar of the words, after fillers and repeats are taken out.

Two readers: Harper (its grammar rules only), and `surprise`, which hears what no rule names but cannot say what is
wrong. Spoken text has no reliable punctuation, capitals or spelling, so for speech these are not looked at.
"""

import math
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.judge.delivery.spelling import is_misspelling, skill_words
from app.judge.delivery.surprise import Placed, surprises
from app.judge.language.disfluency import FILLERS, FluentText, fluent_text
from app.judge.language.text import Quoter, words, zipf_frequency
from app.judge.types import AnswerSpec, Measure, Quote

GRAMMAR_KINDS = frozenset(
    "WordChoice Miscellaneous Grammar Agreement Usage BoundaryError Repetition Nonstandard Typo Redundancy".split()
)
"""Harper's kinds that speak of grammar; the others are taste, layout, dialect or spelling."""
TASTE = re.compile(
    r"closed compound|is a mass noun\.|missing a preposition|complete the infinitive|brand|`find out`|road map|filler"
    r"|go better together|before a number|should probably be written as|using just `and`|`as` is redundant"
)
"""Messages of those kinds that are wrong more often than right on good answers."""

UNUSED_GROUPS = frozenset(
    {
        "Proper Nouns",
        "Initialisms",
        "Closed Compounds",
        "Capitalization and Case",
        "Numbers and Units",
        "Style and Redundancy",
        "Word Choice and Usage",
        "Regionalisms and Dialect",
    }
)
"""Harper's groups that are switched off: more than half of its 912 rules and of its time gave 30 of 199 errors in 1,900
sentences of learners."""
KEPT_RULES = frozenset({"RepeatedWords"})
"""Rules of those groups that stay: this one gave 8 of the 30."""

Kind = Literal["error", "slip", "start"]
ERROR_COST, ERROR_POWER = 0.08, 0.75
"""n errors in a passage cost 0.08 x n^0.75: to people the first weighs most."""
SLIP_COSTS: dict[Kind, float] = {"slip": 0.05, "start": 0.12}
SLIPS_AT_MOST = 0.15
"""Slips of typing are a sentence (start) or an "i" written small, a space before a comma, odd punctuation. All together
cost no more than 0.15: they are no broken sentences."""
PASSAGE = 60
"""Longer answers are rated by so many words, shorter ones by what is in them: one slip is not a bad speaker."""
TOLERATED = {"typed": 0.0, "speech": 0.5, "basic": 1.3}
"""Errors per 100 words (at least) that cost nothing: native conversation draws 0.1 with a good transcript, and one of
basic accuracy holds errors that nobody made."""

SURPRISE_COST, USUAL_ROOT = 0.04, 0.5
"""The root of the surprise in a passage that is not free, beyond 0.5, costs 0.04 a unit."""
SHORT = 25
FREE_SURPRISE = {"typed": (0.3, 1.2), "speech": (0.6, 1.6)}
"""What is free for each of the first 25 words, where a single error shows, and for each further one, where good English
evens out (technical answers of others 1.0 a word, stories 0.8; native conversation, which has no punctuation, 1.2)."""
HINT_FROM = 0.06
"""Cost of surprise from which on the least usual stretch is shown."""

MIN_WORDS = 3
EVERYDAY = 4.0
"""Zipf frequency of everyday words; a rarer one of a skill that begins a sentence small may be a name ("kubectl")."""

LOW_CONFIDENCE = "Low confidence: in speech this finds about one error in eight."

_START = re.compile(r"(?:\A\W*|(?<=[.?!])\s+|\n\s*)([a-z]+)\b(?![.(_/-]\w)")
_SLIP = re.compile(r"(?<![\w.'’-])i(?![\w.'’-])|\w ,")
_OF_THEM = re.compile(r"\b(?:neither|either|none|one|each) of (?:\w+ ){1,3}$", re.IGNORECASE)
"""What a verb in the singular agrees with: "neither of us was wrong"."""
_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class _Flagged:
    begin: int
    end: int
    message: str
    kind: Kind = "error"


def grammar(answer: AnswerSpec, quoter: Quoter) -> Measure:
    """Grammar, 0-100: 100 x exp(-what flags and surprise cost); None below 3 words.

    The weights were fitted to how people judge single sentences, of people who learn English and others
    (docs/benchmarks.md), the free shares to good answers and native conversation.
    """
    fluent = _fluent(answer)
    count = len(words(fluent.text))
    if count < MIN_WORDS:
        return Measure(value=None, note=f"Too few words to judge grammar (at least {MIN_WORDS} are needed).")
    manner = ("basic" if answer.basic_accuracy else "speech") if answer.spoken else "typed"
    flags = _flags(fluent.text, spoken=answer.spoken)
    placed = [] if manner == "basic" else surprises(fluent.text)
    surprised = _surprise_cost(placed, count, manner)
    evidence = [quoter.quote(*fluent.span(flag.begin, flag.end)) for flag in flags]
    notes = [f"“{quote.text}”: {flag.message}" for quote, flag in zip(evidence, flags, strict=True)]
    if surprised >= HINT_FROM:
        stretch = _least_usual(placed, fluent, quoter)
        evidence.append(stretch)
        notes.append(f"“{stretch.text}”: words that seldom stand like this; perhaps nothing is wrong (low confidence).")
    if answer.spoken:
        notes.append(LOW_CONFIDENCE)
    return Measure(
        value=round(100 * math.exp(-_flag_cost(flags, count, manner) - surprised), 1),
        note=" ".join(notes),
        evidence=tuple(evidence),
        details={
            "flags": float(len(flags)),
            "flags_per_100_words": round(100 * len(flags) / count, 2),
            "surprise_points": round(100 * (1 - math.exp(-surprised)), 1),
            "words": float(count),
        },
    )


def _fluent(answer: AnswerSpec) -> FluentText:
    """The answer without disfluencies; in writing that holds no filler a word set twice is an error, and stays."""
    if answer.spoken or not FILLERS.isdisjoint(words(answer.text)):
        return fluent_text(answer.text)
    return fluent_text(answer.text, ())


def _flag_cost(flags: Sequence[_Flagged], count: int, manner: str) -> float:
    passages = max(1.0, count / PASSAGE)
    errors = sum(flag.kind == "error" for flag in flags) - TOLERATED[manner] * max(count, 100) / 100
    slips = sum(SLIP_COSTS.get(flag.kind, 0.0) for flag in flags)
    return ERROR_COST * float((max(0.0, errors) / passages) ** ERROR_POWER) + min(SLIPS_AT_MOST, slips / passages)


def _surprise_cost(placed: Sequence[Placed], count: int, manner: str) -> float:
    if not placed:
        return 0.0
    first, further = FREE_SURPRISE[manner]
    free = first * min(count, SHORT) + further * max(0, count - SHORT)
    unusual = max(0.0, sum(word.surprise for word in placed) - free) / max(1.0, count / PASSAGE)
    return SURPRISE_COST * max(0.0, math.sqrt(unusual) - USUAL_ROOT)


def _least_usual(placed: Sequence[Placed], fluent: FluentText, quoter: Quoter) -> Quote:
    """The word that surprises most together with its neighbours, in the words of the answer."""
    sums = [sum(word.surprise for word in placed[max(0, at - 1) : at + 2]) for at in range(len(placed))]
    middle = max(range(len(sums)), key=sums.__getitem__)
    stretch = placed[max(0, middle - 2) : middle + 3]
    return quoter.quote(*fluent.span(stretch[0].begin, stretch[-1].end))


def _flags(text: str, *, spoken: bool) -> list[_Flagged]:
    """What the rules found, in order, overlaps counted once."""
    readable = re.sub(r"\bi\b", "I", text.replace("’", "'"))
    found: list[_Flagged] = []
    for lint in _linter().lint(readable):
        kind, begin, end = str(lint.lint_kind), lint.span.start, lint.span.end
        if "agree with its subject" in lint.message and _OF_THEM.search(readable, 0, begin):
            continue
        if kind in GRAMMAR_KINDS and not TASTE.search(lint.message):
            found.append(_Flagged(begin, end, lint.message))
        elif spoken:
            continue
        elif kind == "Punctuation" and "Discourse" not in lint.message:
            found.append(_Flagged(begin, end, lint.message, "slip"))
        elif kind == "Spelling" and is_misspelling(lint.problem_text, (s.replacement_text for s in lint.suggestions)):
            found.append(_Flagged(begin, end, lint.message))
    if not spoken:
        found += _slips(text)
    kept: list[_Flagged] = []
    for flag in sorted(found, key=lambda flag: (flag.begin, flag.end)):
        if any(letter.isalnum() for letter in text[flag.begin : flag.end]) and (not kept or flag.begin >= kept[-1].end):
            kept.append(flag)
    return kept


def _slips(text: str) -> Iterator[_Flagged]:
    """Sentences and "I" written small, and spaces before commas; names that are written small are left alone."""
    for first in _START.finditer(text):
        word = first.group(1)
        if zipf_frequency(word, "en") >= EVERYDAY or word not in skill_words():
            yield _Flagged(*first.span(1), "a sentence begins with a capital.", "start")
    for match in _SLIP.finditer(text):
        message = "“I” is a capital." if match.group() == "i" else "no space before a comma."
        yield _Flagged(*match.span(), message, "slip")


def _linter() -> Any:
    """One linter per thread: it is costly to build (0.7 s, 130 MB) and not thread-safe."""
    if not hasattr(_LOCAL, "linter"):
        from harper import Linter

        linter = Linter()
        rules = linter.get_lint_config()
        for entry in linter.get_structured_lint_config()["settings"]:
            if entry["Group"]["label"] in UNUSED_GROUPS:
                names = {
                    setting["Bool"]["name"] for setting in entry["Group"]["child"]["settings"] if "Bool" in setting
                }
                rules |= dict.fromkeys(names - KEPT_RULES, False)
        linter.set_lint_config(rules)
        _LOCAL.linter = linter
    return _LOCAL.linter
