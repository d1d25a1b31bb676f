"""Which spelling lints are misspellings, and not names, technical terms or the other side's English."""

import re
from collections.abc import Iterable
from functools import cache

from app.bank.skills import skills
from app.judge.language.text import zipf_frequency

MARGIN, KNOWN_WORD, LETTERS = 2.0, 3.0, 4
"""A lint counts for a lower-case word of 4 letters and more that is rarer than Zipf 3 when a suggestion is 2 more
frequent: names, technical terms and the other side's spelling ("practised") are left alone."""


def is_misspelling(word: str, suggestions: Iterable[str]) -> bool:
    """Whether a far more frequent word was meant, rather than a name or a technical term."""
    if not (word.isalpha() and word.islower()) or len(word) < LETTERS or word in skill_words():
        return False
    known = zipf_frequency(word, "en")
    if known >= KNOWN_WORD:
        return False
    meant = list(suggestions)
    if any(_either_side(suggestion) == _either_side(word) for suggestion in meant):
        return False
    return bool(max((zipf_frequency(suggestion, "en") for suggestion in meant), default=0.0) >= known + MARGIN)


@cache
def skill_words() -> frozenset[str]:
    """The words of all skill names, in lower case."""
    names = (name.lower() for skill in skills() for name in (skill.name, *skill.aliases))
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", name))


def _either_side(word: str) -> str:
    """One form for British and American spellings: "organised", "colour", "modelled"."""
    return (
        word.lower()
        .replace("is", "iz")
        .replace("ys", "yz")
        .replace("our", "or")
        .replace("ll", "l")
        .replace("tre", "ter")
    )
