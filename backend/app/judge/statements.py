"""A text as statements: short stretches of words with what they are about and how often they deny."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.judge.alignment import FULL_COSINE, Reading
from app.judge.text import is_content, stem, words

Places = NDArray[np.intp]

CONNECTORS = frozenset("and but while whereas because so which although though if when unless since or then".split())
CARRY_ON = frozenset("it they which and so because but".split())
"""A statement that opens so, and names neither side of a comparison, speaks of the same side as the one before."""
NEGATORS = frozenset("not no never cannot without none neither nor nothing nobody hardly".split())
MINIMUM_WORDS = 2
"""Words with meaning of their own that a statement needs."""
PREPOSITIONS = frozenset("of in on from to with by than over for inside into within per".split())
REACH = 2
"""Words back in which a preposition makes a side a mere circumstance ("of one process", "than a thread")."""
SAME_WORD = 0.95
"""Nearness of the same word (0-1), whatever stands around it."""
_PAUSE = re.compile(r"[.,;:!?\n()]")

_COMPARISONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bbetween (?:an? |the )?(?P<one>[^?.,]+?) and (?:an? |the )?(?P<other>[^?.,]+)",
        r"\bcompare (?:an? |the )?(?P<one>[^?.,]+?) (?:and|with|to) (?:an? |the )?(?P<other>[^?.,]+)",
        r"\bhow (?:does|do|is|are) (?:an? |the )?(?P<one>[^?.,]+?) (?:differ|different) from (?:an? |the )?"
        r"(?P<other>[^?.,]+)",
        r"(?P<one>[\w+#-]+(?: [\w+#-]+)?) (?:vs\.?|versus) (?:an? |the )?(?P<other>[\w+#-]+(?: [\w+#-]+)?)",
    )
)


@dataclass(frozen=True, slots=True)
class Sides:
    """The two things that a question compares, as stems; both empty when it compares nothing."""

    one: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()

    @property
    def stems(self) -> frozenset[str]:
        return self.one | self.other

    def named(self, stems: Sequence[str], words: Sequence[str]) -> int:
        """1 or 2 for the side that is spoken of, 0 for none or both; "threads of a process" speaks of threads."""
        sides = {
            1 if word in self.one else 2
            for place, word in enumerate(stems)
            if word in self.stems and not PREPOSITIONS & set(words[max(0, place - REACH) : place])
        }
        return sides.pop() if len(sides) == 1 else 0


@dataclass(frozen=True, slots=True)
class Statement:
    """`places` are the tokens of `reading` from `first` to `last` that carry meaning, negators and sides left out."""

    reading: Reading
    first: int
    last: int
    places: Places
    side: int
    denials: int

    @property
    def stems(self) -> frozenset[str]:
        """Stems of the words with meaning."""
        return frozenset(self.reading.stems[place] for place in self.places)

    @property
    def words(self) -> frozenset[str]:
        """All its words, lower case."""
        return frozenset(token.text for token in self.reading.tokens[self.first : self.last + 1])

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the text."""
        return self.reading.tokens[self.first].begin, self.reading.tokens[self.last].end


def compared(question: str) -> Sides:
    """What a question sets against each other ("the difference between A and B", "compare A with B", "A vs. B")."""
    for pattern in _COMPARISONS:
        found = pattern.search(question)
        if found:
            one = frozenset(stem(word) for word in words(found["one"])[-3:] if is_content(word))
            other = frozenset(stem(word) for word in words(found["other"])[:3] if is_content(word))
            if one - other and other - one:
                return Sides(one - other, other - one)
    return Sides()


def denies(word: str) -> bool:
    """Whether a lower-case word turns its statement around."""
    return word in NEGATORS or word.endswith("n't")


def statements(reading: Reading, sides: Sides) -> list[Statement]:
    """The statements of a text, cut at punctuation and connecting words; those without two own words are left out."""
    found: list[Statement] = []
    side = 0
    for first, last in _stretches(reading):
        inside = range(first, last + 1)
        stems = [reading.stems[place] for place in inside]
        named = sides.named(stems, [reading.tokens[place].text for place in inside])
        if not named and not sides.stems & set(stems) and reading.tokens[first].text in CARRY_ON:
            named = side
        side = named
        denials = sum(denies(reading.tokens[place].text) for place in inside)
        places = [place for place in inside if _is_own(reading, place, sides)]
        if len(places) >= MINIMUM_WORDS:
            found.append(Statement(reading, first, last, np.array(places, dtype=np.intp), named, denials))
    return found


def _is_own(reading: Reading, place: int, sides: Sides) -> bool:
    word = reading.tokens[place].text
    return bool(reading.concepts[place]) and reading.stems[place] not in sides.stems and not denies(word)


def _stretches(reading: Reading) -> list[tuple[int, int]]:
    """First and last token of each stretch; one with fewer than two meaningful words joins its neighbour."""
    cuts: list[int] = [0]
    meaning = np.concatenate([[0], np.cumsum(reading.concepts)])
    for place in range(1, len(reading.tokens)):
        before, here = reading.tokens[place - 1], reading.tokens[place]
        pause = here.text in CONNECTORS or _PAUSE.search(reading.text, before.end, here.begin)
        if pause and meaning[place] - meaning[cuts[-1]] >= MINIMUM_WORDS:
            cuts.append(place)
    if len(cuts) > 1 and meaning[-1] - meaning[cuts[-1]] < MINIMUM_WORDS:
        cuts.pop()
    ends = [*(cut - 1 for cut in cuts[1:]), len(reading.tokens) - 1]
    return list(zip(cuts, ends, strict=True)) if reading.tokens else []


def similarity(wanted: Sequence[Statement], said: Sequence[Statement]) -> NDArray[np.float32]:
    """How alike the statements of two texts are (0-1), shape (len(wanted), len(said)), sides left out.

    The harmonic mean of how much of one stands in the other, both ways round.
    """
    rows = np.concatenate([item.places for item in wanted])
    columns = np.concatenate([item.places for item in said])
    near = _nearness(wanted[0].reading, said[0].reading)[np.ix_(rows, columns)]
    row_starts = np.cumsum([0, *(len(item.places) for item in wanted[:-1])])
    column_starts = np.cumsum([0, *(len(item.places) for item in said[:-1])])
    best_said = np.maximum.reduceat(near, column_starts, axis=1)
    best_wanted = np.maximum.reduceat(near, row_starts, axis=0)
    recall = np.add.reduceat(best_said, row_starts, axis=0) / _sizes(wanted)[:, None]
    precision = np.add.reduceat(best_wanted, column_starts, axis=1) / _sizes(said)[None, :]
    both: NDArray[np.float32] = (2 * recall * precision / np.maximum(recall + precision, 1e-9)).astype(np.float32)
    return both


def _nearness(wanted: Reading, said: Reading) -> NDArray[np.float32]:
    same: NDArray[np.bool_] = np.array(wanted.stems)[:, None] == np.array(said.stems)[None, :]
    if not wanted.vectors.shape[1]:
        return np.where(same, np.float32(1), np.float32(0))
    near: NDArray[np.float32] = np.clip(wanted.vectors @ said.vectors.T / FULL_COSINE, 0.0, 1.0)
    near[same] = np.maximum(near[same], SAME_WORD)
    return near


def _sizes(items: Sequence[Statement]) -> NDArray[np.float32]:
    return np.array([len(item.places) for item in items], dtype=np.float32)
