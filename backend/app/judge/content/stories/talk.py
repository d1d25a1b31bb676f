"""How an answer is told, whatever its kind: how specific it is, and how much of it is talk in general."""

from dataclasses import dataclass

import numpy as np

from app.engines.embedding.base import Vectors
from app.judge.content.stories import cues
from app.judge.content.stories.reading import Part, Reading, clip, concave, ramp
from app.judge.language import lexicon
from app.judge.language.clauses import Clause
from app.judge.language.text import stem
from app.judge.types import Flag

FULL_SPECIFIC = 16.0
"""Concrete words and numbers at which an answer is fully specific: about what 60 words of a good story hold."""
VAGUE_COST = 1.5
"""Vague words against concrete ones in the density: praise is more telling than a plain noun."""

EMPTY_SUBSTANCE = 1.25
"""Concreteness below which a clause without a deed tells nothing."""
PRAISE = 2.0
"""How many times as concrete praise and habits have to be to tell something."""
EMPTY_LOW, EMPTY_HIGH = 0.35, 0.85
"""Share of words in clauses that tell nothing, from where it counts as general talk to where it is nothing else."""
EMPTY_LIKE = 0.5
"""Likeness to empty sentences from which a clause of little substance counts as one."""
TALK_WORDS, TALK_LIKE = 20, 0.6
"""Words from which an answer can be general talk, and the least mean likeness of its empty clauses to empty sentences:
a lack of concrete words alone accused 7 of 48 half answers, both together none, and 39 of 48 vague ones."""
PLAIN_FROM, PLAIN_UNTIL = (3, 7), (15, 25)
"""Words from which and until which an answer is short but is one."""
HOLLOW_LIKE = (0.3, 0.7)
"""Mean likeness of the clauses to empty sentences from which an answer begins to be hollow, and from which it is."""


def specificity(reading: Reading, full: float = FULL_SPECIFIC) -> Part:
    """Numbers and concrete words: how many there are (`full` is enough), and how thick they stand."""
    concrete = vague = 0.0
    for word in dict.fromkeys(word.split("'")[0] for word in reading.telling.words):
        if lexicon.is_vague(word):
            vague += 1
        elif stem(word) not in reading.known:
            concrete += lexicon.concreteness(word)
    density = concrete / max(1.0, concrete + VAGUE_COST * vague)
    value = concave(concrete, full) * (0.4 + 0.6 * ramp(density, 0.2, 0.6))
    densest = sorted(range(len(reading.clauses)), key=lambda at: -reading.clauses[at].substance)
    return Part(clip(value), tuple(densest))


@dataclass(frozen=True, slots=True)
class Emptiness:
    """General talk: `value` 0-1 by the share of words that tell nothing, and the clauses they stand in."""

    value: float
    clauses: tuple[int, ...]


def emptiness(
    reading: Reading, like_empty: Vectors, least: float = EMPTY_SUBSTANCE, praise: float = PRAISE
) -> Emptiness:
    """How much of the answer is general talk: no deed, and less concrete than `least` (`praise` times for praise)."""
    like = [float(value) for value in like_empty]
    empty = [at for at, clause in enumerate(reading.clauses) if _is_empty(clause, like[at], least, praise)]
    share = sum(len(reading.clauses[at].words) for at in empty) / max(1, reading.words)
    return Emptiness(ramp(share, EMPTY_LOW, EMPTY_HIGH), tuple(empty))


def _is_empty(clause: Clause, like_empty: float, least: float, praise: float) -> bool:
    if any(deed.weight >= 0.45 and deed.mood != "does" for deed in clause.deeds):
        return False
    if cues.shows(clause, "reflection") and like_empty < EMPTY_LIKE:
        return False  # a lesson may be plain
    praises = like_empty >= EMPTY_LIKE or cues.shows(clause, "habit")
    return clause.substance < least * (praise if praises else 1)


def plain(reading: Reading, like_empty: Vectors) -> float:
    """How far a short answer says something plain ("I would call my manager") rather than something empty, 0-1."""
    brief = ramp(reading.words, *PLAIN_FROM) * (1 - ramp(reading.words, *PLAIN_UNTIL))
    return brief * (1 - hollow(reading, like_empty))


def hollow(reading: Reading, like_empty: Vectors) -> float:
    """How far an answer means what empty sentences mean, whatever its words, 0-1."""
    lengths = [len(clause.words) for clause in reading.clauses]
    return ramp(float(np.average(like_empty, weights=lengths)), *HOLLOW_LIKE) if len(like_empty) else 0.0


def general_talk_flags(reading: Reading, like_empty: Vectors, empty: Emptiness) -> list[Flag]:
    """Asks for something concrete where most of the answer is talk in general, told by two signs; only a hint, since it
    was given to 1 of 26 honest answers of a new author."""
    if empty.value <= 0.5 or not empty.clauses or reading.words < TALK_WORDS:
        return []
    lengths = [len(reading.clauses[at].words) for at in empty.clauses]
    if np.average(like_empty[list(empty.clauses)], weights=lengths) < TALK_LIKE:
        return []
    message = "Is there a concrete case, time or number that you could name here?"
    return [Flag("general_talk", message, reading.quote(empty.clauses[0]))]
