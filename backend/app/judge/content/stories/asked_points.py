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
from app.judge.language.denial import denies
from app.judge.language.text import content_stems
from app.judge.types import PointLabel, PointVerdict, Quote

COVERED, PARTLY = 0.60, 0.40
"""Match from which a point is mentioned, or partly (as for technical points)."""
SHARED_WORDS = 0.30
"""What a full overlap of words adds to the cosine."""
MEANING_LOW, MEANING_HIGH = 0.25, 0.50
"""Cosine plus shared words where a passage means nothing of a point, and all of it: medians on the bank are .52 for
points of the own question and .34 for others."""
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
    words = np.where(_denials(asked, reading, spans), -1.0, words)
    cosines = asked.point_vectors @ np.array([reading.meaning(*span) for span in spans]).T
    return [[ramp(value, MEANING_LOW, MEANING_HIGH) for value in row] for row in cosines + SHARED_WORDS * words]


def _denials(asked: Asked, reading: Reading, spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which passage denies a word of which point that it does not say without a negation, too."""
    passages = [reading.text(*span) for span in spans]
    return np.array([[denies(passage, stems - reading.known) for passage in passages] for stems in asked.point_stems])


def _overlap(stems: frozenset[str], passage: frozenset[str]) -> float:
    return len(stems & passage) / max(1, len(stems))


def _spans(count: int) -> list[tuple[int, int]]:
    return [(at, at + size - 1) for size in SPANS for at in range(count - size + 1)]
