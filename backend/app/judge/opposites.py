"""Finds statements that say the opposite of an expected point: opposites, and sides of a comparison swapped.

Each statement of the answer is held against each of the points. What turns a statement around is counted: a word in
place of its opposite, the other side of the comparison, a denial more. An odd count contradicts, an even one agrees
("reads get faster" and "writes get slower" may both be right).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from app.judge.alignment import Reading
from app.judge.pieces import Span
from app.judge.statements import Sides, Statement, similarity, statements
from app.judge.text import stem

ALIKE = 0.70
ALIKE_SWAPPED = 0.65
"""Similarity from which two statements are about the same; less is enough where they name different sides."""
CLEARER = 0.1
"""So much nearer than any point that the statement agrees with. With these, swapped sides are noticed in two of three
model answers to comparisons (n 25) and 13 of 15 wrong answers fall below good ones; false alarms in 3 % of 265 model
answers and under 2 % of graded right ones."""
SHARED_STEMS = 2
"""Words that two statements on different sides share if they are to be the same statement."""
COMPANY = 0.5
"""Cosine from which the neighbours of two opposites are about the same ("low error", "high error rate")."""

_PAIRS = Path(__file__).parent / "model" / "opposites.txt"

TURNING_STEMS = frozenset(
    stem(word)
    for word in """
    instead omit omitting omitted lack lacks lacking missing lose loses lost fail fails failed failure avoid avoids
    avoided prevent prevents prevented bad wrong false mislead misleads forbid forbids unable impossible unlike
    different differ except exclude remove removes stop stops stopped end ends destroy destroyed deny refuse reject
    ignore skip unless rather regardless matter unsafe unknown undefined invalid incorrect absent empty zero infinite
    unlimited rarely
    """.split()
)
"""Words that deny without a negator: where only one statement has one, denials are not compared."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The statement at `span` of the answer seems to say the opposite of point number `point`; where that is not
    `sure` a person should look, and no score falls."""

    point: int
    span: Span
    sure: bool = True


def opposed(points: Sequence[Reading], answer: Reading, sides: Sides) -> list[Contradiction]:
    """Statements of `answer` that turn a point around, in order."""
    said = statements(answer, sides)
    if not said:
        return []
    against = np.zeros((len(points), len(said)), np.float32)
    agreeing = np.zeros(len(said), np.float32)
    for number, point in enumerate(points):
        wanted = statements(point, sides)
        if not wanted:
            continue
        alike = similarity(wanted, said)
        for row, column in product(range(len(wanted)), range(len(said))):
            value = alike[row, column]
            if value < ALIKE_SWAPPED - CLEARER:
                continue
            turned = _turned(wanted[row], said[column])
            if turned and value >= (ALIKE_SWAPPED if _swapped(wanted[row], said[column]) else ALIKE):
                against[number, column] = max(against[number, column], value)
            elif not turned:
                agreeing[column] = max(agreeing[column], value)
    worst = against.max(axis=0)
    return [
        Contradiction(int(against[:, column].argmax()), said[column].span)
        for column in np.flatnonzero((worst > 0) & (worst - agreeing >= CLEARER))
    ]


def _turned(wanted: Statement, said: Statement) -> bool:
    """Whether an odd number of things turn one statement into the other."""
    only_wanted, only_said = wanted.stems - said.stems, said.stems - wanted.stems
    exchanged = _exchanged(wanted, said)
    swapped = _swapped(wanted, said)
    if not exchanged and not (swapped and len(wanted.stems & said.stems) >= SHARED_STEMS):
        return False
    if not swapped and "than" in wanted.words and "than" in said.words:
        return False  # "a is greater than b" may be "b is smaller than a"
    denial = (wanted.denials - said.denials) % 2 == 1
    if denial and (only_wanted | only_said) & TURNING_STEMS:
        return False
    return (exchanged + swapped + denial) % 2 == 1


def _exchanged(wanted: Statement, said: Statement) -> int:
    """How many words of one statement stand in place of their opposite: beside a word that is near in meaning."""
    pairs = opposites()
    found = [
        (here, there)
        for here, place in enumerate(said.places)
        for there, other in enumerate(wanted.places)
        if wanted.reading.stems[other] in pairs.get(said.reading.stems[place], frozenset())
        and said.reading.stems[place] not in wanted.stems
        and wanted.reading.stems[other] not in said.stems
        and _same_company(wanted, there, said, here)
    ]
    return min(len({here for here, _ in found}), len({there for _, there in found}))


def _same_company(wanted: Statement, there: int, said: Statement, here: int) -> bool:
    """Whether two opposites are said of the same: "low training error", "the error is high in training"."""
    if _neighbours(wanted, there) & _neighbours(said, here):
        return True
    for step in (-1, 1):
        if 0 <= there + step < len(wanted.places) and 0 <= here + step < len(said.places):
            other, place = wanted.places[there + step], said.places[here + step]
            if float(wanted.reading.vectors[other] @ said.reading.vectors[place]) >= COMPANY:
                return True
    return False


def _neighbours(statement: Statement, at: int) -> frozenset[str]:
    """Stems of the meaningful words up to two places away."""
    around = [*statement.places[max(0, at - 2) : at], *statement.places[at + 1 : at + 3]]
    return frozenset(statement.reading.stems[place] for place in around)


def _swapped(wanted: Statement, said: Statement) -> bool:
    return bool(wanted.side and said.side and wanted.side != said.side)


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """The opposites of each stem."""
    found: dict[str, set[str]] = defaultdict(set)
    lines = [line for line in _PAIRS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for pair in " ".join(lines).split(","):
        one, other = (stem(word) for word in pair.split())
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}
