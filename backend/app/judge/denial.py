"""Finds denials of what is expected: "is not" where the reference says "is".

For each "not" the sentence is also read without it: when that brings it nearer to a point, the "not" stands against
the point. A few plain cues tell the denials of fluent explanation apart: "no", "without" and contractions are common
in right answers, a spelled-out "is not" is not; and points that themselves deny make denials likely.
"""

import math
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
VERB_BE = 0.5
BARE = -1.6
CONTRACTED = -1.4
VERB_DO = -1.1
VERB_HAVE = 2.0
DENYING_POINTS = -1.0
STATED = 1.0
PLAIN = 1.2
LONG_ANSWER = -0.3
NOTICED = -0.05
SURE = 0.7
"""Log-odds of a "not" that was put into a right answer against one that was there, near those of a logistic regression
on graded answers and SemEval's (`benchmarks/fit_denial.py` fits it again and shows what these notice).

NEARER counts per unit of cosine gained; VERB_BE a form of "to be", VERB_DO and VERB_HAVE likewise; BARE "no",
"without", "never"; CONTRACTED "n't" and "cannot"; DENYING_POINTS per share of points that deny something themselves;
STATED when the denied word stands in a point that denies nothing, PLAIN when the sentence is moreover the point but for
its "not" (set by hand: it costs no false alarm); LONG_ANSWER for each factor e beyond 20 words, since
a long answer has more that may be denied rightly. From NOTICED on a person is asked to look, from SURE on the point
is not counted as made."""
SHORT_WORDS = 20
THE_POINT = 0.8
"""Cosine from which a sentence says what a point says."""
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
    word: str
    stated: bool
    length: float

    @property
    def features(self) -> tuple[float, ...]:
        """In the order of `WEIGHTS`."""
        return (
            self.gained,
            self.word.startswith(("is", "are", "was", "were")),
            self.word in _BARE,
            self.word.endswith("n't") or self.word == "cannot",
            self.word.startswith(("do", "did")),
            self.word.startswith(("has", "have")),
            self.denying,
            self.stated,
            self.stated and self.about >= THE_POINT,
            self.length,
        )

    @property
    def odds(self) -> float:
        """Log-odds that the point is denied."""
        return float(np.dot(WEIGHTS, self.features))


WEIGHTS = (NEARER, VERB_BE, BARE, CONTRACTED, VERB_DO, VERB_HAVE, DENYING_POINTS, STATED, PLAIN, LONG_ANSWER)


def denied(engine: EmbeddingEngine, points: Sequence[str], text: str, pieces: Sequence[Span]) -> list[Contradiction]:
    """Sentences of `text` (its `pieces`) that deny one of `points`."""
    return [
        Contradiction(item.point, pieces[item.piece], sure=item.odds > SURE)
        for item in denials(engine, points, text, pieces)
        if item.about >= ABOUT_IT and item.odds > NOTICED
    ]


def denials(engine: EmbeddingEngine, points: Sequence[str], text: str, pieces: Sequence[Span]) -> list[Evidence]:
    """The denials in `text` that may turn a point around; those that agree with their point are left out."""
    found = _denials(text, pieces)[:MOST_DENIALS]
    if not found or not points:
        return []
    wanted = engine.sentences(points)
    as_said = engine.sentences([text[slice(*pieces[denial.piece])] for denial in found]) @ wanted.T
    affirmed = engine.sentences([denial.affirmed for denial in found]) @ wanted.T
    deny = [_denies_something(point) for point in points]
    length = max(0.0, math.log(max(1, len(words(text))) / SHORT_WORDS))
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
                denying=float(np.mean(deny)),
                word=denial.word,
                stated=denial.denied in content_stems(points[point]) and not deny[point],
                length=length,
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
