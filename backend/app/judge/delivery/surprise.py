"""How unusual each word is where it stands, by the kinds of its neighbours: what no rule names, but people hear.

Common words are their own kind; the others have a part of speech (`model/word_kinds.json`), and words that are very
rare share one. `model/word_sequences.npz` counts how often kinds follow each other in some three million words of
edited English. A kind is compared with its own frequency, so a text of rare words is no surprise in itself.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.judge.delivery.spelling import skill_words
from app.judge.language.text import zipf_frequency

Kinds = NDArray[np.int64]
Numbers = NDArray[np.float64]

MODEL = Path(__file__).parents[1] / "model"
KINDS, SEQUENCES = MODEL / "word_kinds.json", MODEL / "word_sequences.npz"

EDGE, COMMA, NUMBER, NOUN, COUNTABLE, RARE = "|", ",", "CD", "NN", "NNC", "RARE"
RARE_ZIPF = 1.5
"""Rarer words that are no skill's name are a kind of their own: misspellings, mostly, and names."""
ENDINGS = (
    ("VBG", re.compile(r"ing$")),
    ("VBN", re.compile(r"ed$")),
    ("RB", re.compile(r"ly$")),
    ("JJ", re.compile(r"(able|ible|al|ive|ous|ful|less|ic|ary)$")),
    ("NNS", re.compile(r"[^s]s$")),
)
_NO_PLURAL_NEEDED = frozenset(
    """
    people children men women more other others less new young old same last first next main good long short big few
    percent million thousand hundred dozen kind sort type high low own fish staff one day
    """.split()
)
MAY_BE_RARE = frozenset({NOUN, COUNTABLE, "NNS", "JJ", "VBN", "VBG"})
USUAL = 1.5
"""A word is unusual by as much as it lies under this: the log of how much oftener than by chance its kind stands after
the two before it, plus the same before the two after it. English has 1.6 on average."""

_TOKEN = re.compile(r"[A-Za-z0-9_+#]+(?:['’][a-z]+)?|[.?!;\n]+|[,:–—]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of the text, `text[begin:end]`, and how unusual it is there (0: as usual or more)."""

    begin: int
    end: int
    surprise: float


def surprises(text: str) -> list[Placed]:
    """All words of `text` in order."""
    return [placed for sentence in sentences_of(text) for placed in _sentence(sentence)]


def sentences_of(text: str) -> list[list[re.Match[str]]]:
    """The words and commas of each sentence."""
    sentences: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(text):
        if match.group()[0] in ".?!;\n":
            sentences.append([])
        else:
            sentences[-1].append(match)
    return [sentence for sentence in sentences if sentence]


def kinds_of(sentence: Iterable[re.Match[str]]) -> list[str]:
    """The kind of each word."""
    return [kind_of(match.group().lower().replace("’", "'")) for match in sentence]


@lru_cache(maxsize=50_000)
def kind_of(word: str) -> str:
    """The kind of a lower-case word with straight apostrophes, or of a mark within a sentence."""
    own, tags = _kinds()
    if word in own:
        return word
    if not word[0].isalpha():
        return NUMBER if word[0].isdigit() else COMMA
    tag = tags.get(word) or shape(word)
    if tag == NOUN and is_countable_singular(word):
        tag = COUNTABLE
    rare = tag in MAY_BE_RARE and zipf_frequency(word, "en") < RARE_ZIPF
    return RARE if rare and word not in skill_words() else tag


def shape(word: str) -> str:
    """The part of speech that a word's ending suggests."""
    return next((tag for tag, ending in ENDINGS if ending.search(word)), NOUN)


@lru_cache(maxsize=20_000)
def is_countable_singular(word: str) -> bool:
    """Whether a lower-case word is a common noun that has a plural in -s."""
    if word.endswith("s") or word in _NO_PLURAL_NEEDED or len(word) < 3 or word.endswith(("ed", "ing")):
        return False
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
    common = zipf_frequency(word, "en")
    return bool(common >= 3.5 and zipf_frequency(plural, "en") >= max(3.3, common - 1.3))


class Side:
    """What stands on one side of a word: how often each kind is met there, given the two kinds next to it."""

    def __init__(self, far: Kinds, near: Kinds, word: Kinds, counts: Numbers, size: int) -> None:
        def table(row: Kinds, column: Kinds, weights: Numbers | None = None) -> Numbers:
            found = np.bincount(row * size + column, weights, size * size)
            return np.asarray(found, np.float64).reshape(size, size)

        self._seen = table(near, far, counts)
        self._variety = table(near, far)
        beside = table(near, word, counts)
        alone = (beside.sum(axis=0) + 0.5) / (beside.sum() + 0.5 * size)
        kinds = (beside > 0).sum(axis=1, keepdims=True) + 0.5
        self._alone = alone
        self._beside = (beside / alone + kinds) / (beside.sum(axis=1, keepdims=True) + kinds)

    def odds(self, triples: Numbers, far: Kinds, near: Kinds, word: Kinds) -> Numbers:
        """Log of p(word | far, near) / p(word), smoothed after Witten and Bell (1991); `triples`: their counts."""
        kinds = self._variety[near, far] + 0.5
        both = (triples / self._alone[word] + kinds * self._beside[near, word]) / (self._seen[near, far] + kinds)
        logs: Numbers = np.log(both)
        return logs


class Sequences:
    """Counts of three kinds in a row. `keys` are sorted: (first * kinds + second) * kinds + third."""

    def __init__(self, kinds: Sequence[str], keys: Kinds, counts: Numbers) -> None:
        size = len(kinds)
        self._places = {kind: place for place, kind in enumerate(kinds)}
        self._keys, self._counts = keys, counts
        first, second, third = keys // size**2, keys // size % size, keys % size
        self._before = Side(first, second, third, counts, size)
        self._after = Side(third, second, first, counts, size)

    def surprise(self, kinds: Sequence[str]) -> Numbers:
        """For each kind of a sentence, how far it lies under what is usual."""
        edge, size = self._places[EDGE], len(self._places)
        row = np.array([edge, edge, *(self._places.get(kind, self._places[NOUN]) for kind in kinds), edge, edge])
        wanted = (row[:-2] * size + row[1:-1]) * size + row[2:]
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        triples = np.where(self._keys[at] == wanted, self._counts[at], 0.0)
        word = row[2:-2]
        before = self._before.odds(triples[:-2], row[:-4], row[1:-3], word)
        after = self._after.odds(triples[2:], row[4:], row[3:-1], word)
        return np.maximum(0.0, USUAL - before - after)


def _sentence(sentence: Sequence[re.Match[str]]) -> list[Placed]:
    values = _sequences().surprise(kinds_of(sentence))
    return [
        Placed(match.start(), match.end(), float(value))
        for match, value in zip(sentence, values, strict=True)
        if match.group()[0].isalnum()
    ]


@cache
def _kinds() -> tuple[frozenset[str], dict[str, str]]:
    """The words that are their own kind, and the parts of speech that the ending does not tell."""
    loaded = json.loads(KINDS.read_text(encoding="utf-8"))
    return frozenset(loaded["own"].split()), {
        word: tag for tag, members in loaded["tags"].items() for word in members.split()
    }


@cache
def _sequences() -> Sequences:
    with np.load(SEQUENCES) as stored:
        keys = np.cumsum(stored["steps"].astype(np.int64))
        return Sequences(str(stored["kinds"]).split(), keys, stored["counts"].astype(np.float64))
