"""Notices words that tell of conduct nobody wants: hiding, lying, blaming, shouting, ignoring a danger, contempt.

A story can be told well about something dishonest. Three signs are added up, clause by clause: set phrases, verbs whose
subject is the candidate, and meaning (a clause near to sentences about wrong conduct and to none about right conduct).
What is admitted and put right afterwards, and what was a permitted test or an exercise, is taken off again. No sign is
sure, and new authors' misdeeds are hardly ever recognised (`docs/benchmarks.md`): the words are quoted and a person is
asked to look; only what is said clearly lowers the score. Words are judged, not people.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.judge.clauses import Clause
from app.judge.lexicon import DATA
from app.judge.stories.reading import Reading, ramp
from app.judge.types import Flag
from app.yaml_files import read_yaml

HINT, CLEAR = 0.5, 1.0
"""What a sign counts: one that often means something else, and one that hardly does. A clause counts 1 at most."""
NEAREST = 2
"""Sentences of a side that a clause is compared with: the closest two, so that no single one decides."""
MARGIN = (0.05, 0.15)
"""Cosine by which a clause is nearer to wrong conduct than to anything else: no sign, a hint."""
MOST = 4
"""Signs that are added up, the clearest: a long answer is not to be suspected for its length."""
MENDED = 0.6
"""What each clause that admits it, puts it right or shows it permitted takes off, at most `MENDED_MOST` of all."""
MENDED_MOST = 0.8
SEEN = 0.75
"""Sum of the signs from which a person is asked to look."""
CLEARLY_SEEN = (1.0, 2.5)
"""Sum of the signs from which the score falls, and where it falls no further."""
LEFT = 0.25
"""What remains of an answer that tells of clear wrong conduct."""
NEGATION_REACH = 4
_NEGATED = re.compile(r"\b(?:not|never|without|instead|rather|refus\w+|avoid\w*|nor|stop(?:ped)?|\w+n't)\b")
_TOLD_OF_ME = re.compile(r"\b(?:called|told|said|shouted at|yelled at|blamed|accused) (?:that )?(?:me|us|i was)\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: the sum of the signs, and the clauses they stand in, the clearest first."""

    amount: float = 0.0
    clauses: tuple[int, ...] = ()

    @property
    def gate(self) -> float:
        """What remains (0-1) of the answer."""
        return 1 - (1 - LEFT) * ramp(self.amount, *CLEARLY_SEEN)

    def flags(self, reading: Reading) -> list[Flag]:
        """Asks a person to look, with the words that were noticed."""
        if self.amount <= SEEN:
            return []
        message = "These words may tell of conduct that does harm or is not honest; a person should read them in full."
        return [Flag("misconduct", message, reading.quote(self.clauses[0]), self.gate < 1)]


class Conduct:
    """Compares clauses with `data/conduct.yaml`; without an engine phrases and verbs alone decide."""

    def __init__(self, engine: EmbeddingEngine | None) -> None:
        self._engine = engine

    def seen(self, reading: Reading) -> Seen:
        """The signs of wrong conduct in an answer, less what was put right after the first of them."""
        if not reading.clauses:
            return Seen()
        signs = np.minimum(CLEAR, self._said(reading.clauses) + HINT * self._meant(reading))
        places = np.flatnonzero(signs)
        if not len(places):
            return Seen()
        amount = float(np.sort(signs)[-MOST:].sum())
        texts = [clause.text.lower() for clause in reading.clauses]
        mended = sum(bool(_load().mended.search(text)) for text in texts[places[0] :])
        mended += sum(bool(_load().permitted.search(text)) for text in texts)
        left = amount - min(MENDED_MOST * amount, MENDED * mended)
        return Seen(left, tuple(sorted(places.tolist(), key=lambda at: -signs[at])))

    def _said(self, clauses: Sequence[Clause]) -> Vectors:
        return np.array([_said(clause) for clause in clauses], np.float32)

    def _meant(self, reading: Reading) -> Vectors:
        """How far each clause means wrong conduct rather than anything else, 0-1."""
        if self._sides is None:
            return np.zeros(len(reading.clauses), np.float32)
        wrong, right = (_nearest(reading.clause_vectors, side) for side in self._sides)
        low, high = MARGIN
        meant: Vectors = np.clip((wrong - right - low) / (high - low), 0, 1)
        return meant

    @cached_property
    def _sides(self) -> tuple[Vectors, Vectors] | None:
        if self._engine is None:
            return None
        return self._engine.sentences(_load().wrong), self._engine.sentences(_load().right)


@dataclass(frozen=True, slots=True)
class _Data:
    clear: re.Pattern[str]
    hints: re.Pattern[str]
    mended: re.Pattern[str]
    permitted: re.Pattern[str]
    verbs: Mapping[str, float]
    wrong: tuple[str, ...]
    right: tuple[str, ...]


@cache
def _load() -> _Data:
    loaded: dict[str, Any] = read_yaml(DATA / "conduct.yaml")
    verbs = dict.fromkeys(loaded["verbs"]["hints"].split(), HINT) | dict.fromkeys(
        loaded["verbs"]["clear"].split(), CLEAR
    )
    return _Data(
        clear=_pattern(loaded["clear"]),
        hints=_pattern(loaded["hints"]),
        mended=_pattern(loaded["mended"]),
        permitted=_pattern(loaded["permitted"]),
        verbs=verbs,
        wrong=tuple(text for texts in loaded["wrong"].values() for text in texts),
        right=(*loaded["right"], *_usual()),
    )


def _usual() -> list[str]:
    """Sentences of every theme and part: what fitting answers usually tell."""
    themes: dict[str, dict[str, Any]] = read_yaml(DATA / "themes.yaml")
    parts: dict[str, list[str]] = read_yaml(DATA / "parts.yaml")
    told = [text for theme in themes.values() for text in theme["told"]]
    return told + [text for texts in parts.values() for text in texts]


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


def _nearest(clauses: Vectors, sentences: Vectors) -> Vectors:
    mean: Vectors = np.partition(clauses @ sentences.T, -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
    return mean


def _said(clause: Clause) -> float:
    """How clearly the words of a clause tell of wrong conduct of the candidate's own, 0-1."""
    text = clause.text.lower()
    if _TOLD_OF_ME.search(text):
        return 0.0
    data = _load()
    found = CLEAR * any(not _negated(text, match.start()) for match in data.clear.finditer(text))
    found += HINT * len({match.group() for match in data.hints.finditer(text) if not _negated(text, match.start())})
    found += max(
        (
            data.verbs[deed.verb]
            for deed in clause.deeds
            if deed.subject != "other" and deed.verb in data.verbs and not _negated(text, deed.begin - clause.begin)
        ),
        default=0.0,
    )
    return min(CLEAR, found)


def _negated(text: str, at: int) -> bool:
    """Whether one of the few words before a place denies it; a phrase may begin with its own "not"."""
    return bool(_NEGATED.search(" ".join(text[:at].split()[-NEGATION_REACH:])))
