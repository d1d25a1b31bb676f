"""How far an answer shows the points that its question expects.

Story and plan points name what has to be shown ("what was learned"), not words that have to fall. A point is shown by
a passage that means the same. That tells a point of the own question from one of another at AUC .80 (stories), .95
(plans) and .75 (personal).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.judge.content.stories.fit import Asked
from app.judge.content.stories.reading import Reading, ramp
from app.judge.language.syntax import BE_FORMS, words_of
from app.judge.language.text import content_stems, is_content, stem
from app.judge.types import PointLabel, PointVerdict, Quote

COVERED, PARTLY = 0.60, 0.40
"""Match from which a point is mentioned, or partly (as for technical points)."""
SHARED_WORDS = 0.30
"""What a full overlap of words adds to the cosine."""
MEANING_LOW, MEANING_HIGH = 0.25, 0.50
"""Cosine plus shared words where a passage means nothing of a point, and all of it: medians on the bank are .52 for
points of the own question and .34 for others."""
WORDS_HIGH = 0.45
"""Share of a point's words that shows it where there is no engine."""
DENIED_WORDS = 3
"""Words after a negation that it denies: "I would not document anything" is no documenting."""
_NEGATIONS = frozenset("not no never nothing without don't didn't wouldn't won't can't cannot couldn't".split())
SPANS = (1, 2)
"""Clauses in a row that are compared with a point."""


def point_verdicts(points: Sequence[str], asked: Asked, reading: Reading) -> tuple[PointVerdict, ...]:
    """A verdict for each expected point, with the words that show it."""
    if not points or not reading.clauses:
        return tuple(PointVerdict(point, "missing", 0.0) for point in points)
    spans = _spans(len(reading.clauses))
    meaning = _meaning(asked, reading, spans)
    return tuple(_verdict(point, meaning[at], spans, reading) for at, point in enumerate(points))


def weakened(points: Sequence[PointVerdict], share: float) -> tuple[PointVerdict, ...]:
    """The verdicts with `share` (0-1) of their match: talk that is no real answer shows no point by its words."""
    return tuple(_labelled(point.text, share * point.match, point.quote) for point in points)


def _labelled(point: str, match: float, quote: Quote | None) -> PointVerdict:
    label: PointLabel = "mentioned" if match >= COVERED else "partly" if match >= PARTLY else "missing"
    return PointVerdict(point, label, round(match, 3), quote if label != "missing" else None)


def _verdict(point: str, meaning: Sequence[float], spans: Sequence[tuple[int, int]], reading: Reading) -> PointVerdict:
    best = max(range(len(spans)), key=lambda at: (meaning[at], -(spans[at][1] - spans[at][0])))
    return _labelled(point, float(meaning[best]), reading.quote(*spans[best]))


def _meaning(asked: Asked, reading: Reading, spans: Sequence[tuple[int, int]]) -> list[list[float]]:
    """For each point how far each passage means it, 0-1."""
    said = [frozenset(content_stems(reading.text(*span))) for span in spans]
    words = np.array([[_overlap(stems - reading.known, passage) for passage in said] for stems in asked.point_stems])
    if reading.engine is None:
        return [[ramp(value, 0.0, WORDS_HIGH) for value in row] for row in words]
    words = np.where(_denials(asked, reading, spans), -1.0, words)
    cosines = asked.point_vectors @ np.array([reading.meaning(*span) for span in spans]).T
    return [[ramp(value, MEANING_LOW, MEANING_HIGH) for value in row] for row in cosines + SHARED_WORDS * words]


def _denials(asked: Asked, reading: Reading, spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which passage denies a word of which point that it does not say without a negation, too."""
    told = [_told_and_denied(reading.text(*span)) for span in spans]
    return np.array(
        [[bool(stems & denied) and not stems & said for said, denied in told] for stems in asked.point_stems]
    )


def _told_and_denied(passage: str) -> tuple[set[str], set[str]]:
    """Stems of the content words that are said, and of those that stand after a negation in the same clause."""
    said: list[str] = []
    denied: set[str] = set()
    left, before = 0, ""
    for word in words_of(passage):
        negated = word.text in _NEGATIONS
        if negated and before in BE_FORMS and said:  # "oxygen is not needed"
            denied.add(said.pop())
        left = DENIED_WORDS + 1 if negated else left - 1
        if is_content(word.text) and not negated:
            denied.add(stem(word.text)) if left > 0 else said.append(stem(word.text))
        if word.closes or word.comma:
            left = 0
        before = word.base
    return set(said), denied


def _overlap(stems: frozenset[str], passage: frozenset[str]) -> float:
    return len(stems & passage) / max(1, len(stems))


def _spans(count: int) -> list[tuple[int, int]]:
    return [(at, at + size - 1) for size in SPANS for at in range(count - size + 1)]
