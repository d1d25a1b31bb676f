"""Finds denials of what is expected: "is not" where the reference says "is".

For each "not" the sentence is also read without it: when that brings it nearer to a point, the "not" stands against
the point. A few plain cues tell the denials of fluent explanation apart: "no", "without" and contractions are common
in right answers, a spelled-out "is not" is not; and points that themselves deny make denials likely.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.engines.embedding.base import EmbeddingEngine
from app.judge.opposites import TURNING_STEMS, Contradiction, opposites
from app.judge.pieces import Span
from app.judge.statements import denies
from app.judge.text import content_stems, stem, words

NEARER = 4.0
VERB_BE = 0.7
BARE = -1.25
CONTRACTED = -1.2
DENYING_POINTS = -1.0
THRESHOLD = 0.3
"""Log-odds of a "not" that was put into a good answer against one that was there, rounded from a logistic regression
on graded answers and SemEval's. With every verb denied, 56 % of the graded and 63 % of the bank's model answers are
noticed, at 1-2 % false alarms (SemEval's circuits, where "is not connected" is often right: 4 %).
`benchmarks/fit_denial.py` fits it again.

NEARER counts per unit of cosine gained; VERB_BE a form of "to be"; BARE "no", "without", "never"; CONTRACTED "n't"
and "cannot"; DENYING_POINTS per share of points that deny something themselves."""
ABOUT_IT = 0.2
"""Cosine that the sentence without its "not" must have to a point to deny it."""
MOST_DENIALS = 8
"""Denials looked at in one answer; each costs 2 ms."""

_DENIAL = re.compile(
    r"\b(?:does|do|did|is|are|was|were|can|could|will|would|should|has|have|must)(?: not|n't)\b|\bcannot\b"
    r"|\b(?:not|never|no|without|none|nor|neither)\b",
    re.IGNORECASE,
)
_IDIOM = re.compile(
    r"\b(?:no|not|n't) (?:more|less|longer|later|sooner|matter|only|just|even|necessarily|always|all|every|yet|so"
    r"|until|unless|about|because|whether)\b|\b(?:but|and|or) not\b|\bnot sure\b",
    re.IGNORECASE,
)
"""Denials that deny nothing."""
_CONDITION = re.compile(r"\b(?:if|unless|whether|as long as)\b(?:\W+\w+){0,6}\W*$", re.IGNORECASE)
"""What stands before a denial that only names a case."""
_BARE = frozenset("no without never none nor neither".split())
_AFFIRMED = {"cannot": "can", "without": "with", "does": "", "do": "", "did": ""}


@dataclass(frozen=True, slots=True)
class _Denial:
    word: str
    piece: int
    affirmed: str
    """The sentence without the denial."""
    denied: str
    """Stem of the word that is denied."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a denial being against point number `point`; `about` is the cosine without the denial."""

    piece: int
    point: int
    about: float
    gained: float
    denying: float
    be: bool
    bare: bool
    contracted: bool

    @property
    def features(self) -> tuple[float, ...]:
        """In the order of `WEIGHTS`."""
        return (self.gained, self.be, self.bare, self.contracted, self.denying)


WEIGHTS = (NEARER, VERB_BE, BARE, CONTRACTED, DENYING_POINTS)


def denied(engine: EmbeddingEngine, points: Sequence[str], text: str, pieces: Sequence[Span]) -> list[Contradiction]:
    """Sentences of `text` (its `pieces`) that deny one of `points`."""
    return [
        Contradiction(item.point, pieces[item.piece])
        for item in denials(engine, points, text, pieces)
        if item.about >= ABOUT_IT and float(np.dot(WEIGHTS, item.features)) > THRESHOLD
    ]


def denials(engine: EmbeddingEngine, points: Sequence[str], text: str, pieces: Sequence[Span]) -> list[Evidence]:
    """The denials in `text` that may turn a point around; those that agree with their point are left out."""
    found = _denials(text, pieces)[:MOST_DENIALS]
    if not found or not points:
        return []
    wanted = engine.sentences(points)
    as_said = engine.sentences([text[slice(*pieces[denial.piece])] for denial in found]) @ wanted.T
    affirmed = engine.sentences([denial.affirmed for denial in found]) @ wanted.T
    denying = float(np.mean([_denies_something(point) for point in points]))
    evidence = []
    for row, denial in enumerate(found):
        point = int(affirmed[row].argmax())
        if _affirms(denial.denied, points[point]):
            continue
        about = float(affirmed[row].max())
        evidence.append(
            Evidence(
                piece=denial.piece,
                point=point,
                about=about,
                gained=about - float(as_said[row].max()),
                denying=denying,
                be=denial.word.startswith(("is", "are", "was", "were")),
                bare=denial.word in _BARE,
                contracted=denial.word.endswith("n't") or denial.word == "cannot",
            )
        )
    return evidence


def _denials(text: str, pieces: Sequence[Span]) -> list[_Denial]:
    straight = text.replace("’", "'")
    idioms = [match.span() for match in _IDIOM.finditer(straight)]
    found = []
    for number, (begin, end) in enumerate(pieces):
        for match in _DENIAL.finditer(straight, begin, end):
            if any(match.start() < after and before < match.end() for before, after in idioms):
                continue
            if _CONDITION.search(straight[begin : match.start()]):
                continue
            word = match.group().lower()
            rest = straight[begin : match.start()] + _affirm(word) + straight[match.end() : end]
            found.append(_Denial(word, number, rest, next(iter(content_stems(straight[match.end() : end])), "")))
    return found


def _affirm(word: str) -> str:
    """ "is not" > "is", "does not" > "", "no" > ""."""
    base = re.sub(r"(?: not|n't)$", "", word)
    return "can" if word == "can't" else _AFFIRMED.get(base, "" if base in _BARE or base == "not" else base)


def _affirms(denied_word: str, point: str) -> bool:
    """Whether denying the word agrees with the point: "not fixed" for "variable", "not lost" for "kept"."""
    return denied_word in TURNING_STEMS or bool(opposites().get(denied_word, frozenset()) & set(content_stems(point)))


def _denies_something(point: str) -> bool:
    said = words(point)
    return any(denies(word) or stem(word) in TURNING_STEMS for word in said)
