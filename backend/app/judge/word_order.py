"""Whether words stand in an order that people use, or were thrown together.

Each word has a class (function words by their role, others by their ending); a table says how much more often than by
chance one class follows another in English. Shuffled words fall to chance and below. No tagger, no punctuation.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.judge.text import words

_TABLE = Path(__file__).parent / "model" / "word_order.json"

_ROLES = {
    "determiner": "a an the",
    "possessive": "my your his her its our their whose",
    "demonstrative": "this these those",
    "quantifier": """some any each every no all both many much most several few more less another such other own same
        either neither one""",
    "subject": "i he she we they",
    "it": "it you",
    "object": "me him us them myself itself themselves himself herself yourself",
    "that": "that",
    "be": "is are was were am be",
    "been": "been being",
    "have": "have has had having",
    "do": "do does did",
    "modal": "can could will would shall should may might must cannot",
    "negation": "not never",
    "negated": """don't doesn't didn't can't won't isn't aren't wasn't weren't couldn't wouldn't shouldn't
        haven't hasn't hadn't""",
    "to": "to",
    "of": "of",
    "preposition": """in on at by for with from into onto through over under between among within without about against
        across per via during toward towards upon like than""",
    "and": "and or but nor",
    "because": """if because while when where although though whereas since until unless after before so as once
        whenever whether""",
    "which": "which who whom what how why",
    "adverb": """also then just only very too even still already always often usually sometimes again there here now
        however therefore thus first well back up down out off away together really actually basically""",
    "subject-verb": "it's that's i'm they're we're you're he's she's there's i've we've they've i'll we'll",
}
_CLASS_OF = {word: role for role, members in _ROLES.items() for word in members.split()}
_ENDINGS = (
    ("ing", re.compile(r"..ing$")),
    ("ed", re.compile(r"..ed$")),
    ("ly", re.compile(r"..ly$")),
    ("s", re.compile(r".[^s]s$")),
    ("noun", re.compile(r"(tion|ment|ness|ity|ance|ence|ism|ship|ure)$")),
    ("adjective", re.compile(r"(able|ible|al|ive|ous|ful|less|ic|ary|ant|ent)$")),
)
CLASSES: tuple[str, ...] = (*sorted(_ROLES), *(name for name, _ in _ENDINGS), "number", "word")
_FILLERS = frozenset("uh um er erm hmm hm mm uhm".split())

MINIMUM_WORDS = 5
"""Fewer words have too few neighbours to tell."""
SCRAMBLED_PER_WORD = -2.9
"""Scrambled is below -2.9 / words: 2 % of genuine short answers (lists, formulas) and none of 250 longer ones lie
there; so do three of four shuffled graded answers, and nearly all from 20 words on."""
CLEARLY = 0.1
"""So much lower again, it is no accident."""
PRIOR = 1.0
"""Imagined occurrences of each pair, so that a rare pair is no proof."""


def is_function_word(word: str) -> bool:
    """Whether a lower-case word only holds others together."""
    return word in _CLASS_OF


def word_class(word: str) -> str:
    """The class of a lower-case word."""
    if word in _CLASS_OF:
        return _CLASS_OF[word]
    if word[0].isdigit():
        return "number"
    base = word.split("'")[0]
    if base in _CLASS_OF:
        return _CLASS_OF[base]
    return next((name for name, ending in _ENDINGS if ending.search(base)), "word")


def class_sequence(text: str) -> list[int]:
    """The classes of the words of `text`, fillers left out, as places in CLASSES."""
    places = _places()
    return [places[word_class(word)] for word in words(text) if word not in _FILLERS]


def learn(texts: Sequence[str]) -> NDArray[np.float64]:
    """Log of how much more often one class follows another than by chance, shape (classes, classes)."""
    counts = np.zeros((len(CLASSES), len(CLASSES)))
    for text in texts:
        sequence = class_sequence(text)
        np.add.at(counts, (sequence[:-1], sequence[1:]), 1)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(1.0, counts.sum())
    table: NDArray[np.float64] = np.log((counts + PRIOR) / (expected + PRIOR))
    return table


def order(text: str, table: NDArray[np.float64] | None = None) -> float | None:
    """Mean log-odds of neighbouring words, or None under 5 words. English has .2 to .4, shuffled words about -.4."""
    sequence = class_sequence(text)
    if len(sequence) < MINIMUM_WORDS:
        return None
    odds = _table() if table is None else table
    return float(odds[sequence[:-1], sequence[1:]].mean())


def scrambled(text: str) -> float:
    """How far the words of `text` lie below what is scrambled: 0 or less is English, above .1 is clearly scrambled."""
    value = order(text)
    if value is None:
        return 0.0
    return SCRAMBLED_PER_WORD / len(class_sequence(text)) - value


@cache
def _places() -> dict[str, int]:
    return {name: place for place, name in enumerate(CLASSES)}


@cache
def _table() -> NDArray[np.float64]:
    return np.array(json.loads(_TABLE.read_text(encoding="utf-8"))["log_odds"])
