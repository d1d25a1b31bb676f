"""How far an answer shows the points that its question expects.

Story and plan points name what has to be shown ("what was learned"), not words that have to fall. A point is shown by
a passage that means the same, or by the part of the answer it asks for. Meaning alone tells a point of the own
question from one of another only at AUC .80 (stories), .95 (plans), .75 (personal), so it never decides alone.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from app.judge.content.stories.fit import Asked
from app.judge.content.stories.reading import Part, Reading, ramp
from app.judge.language.text import content_stems
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
PART_MOST = 0.85
"""What the part that a point asks for can show of it without a passage of the same meaning."""
PART_MOST_VAGUE = 0.5
"""The same where the point asks for one certain action, which some other action does not show."""
SPANS = (1, 2)
"""Clauses in a row that are compared with a point."""

_ASKS = {
    "reflection": r"learn\w*|lesson|taught|takes? from|reflect\w*|in future|next time|does? differently"
    r"|now (?:does|do)|insight|habit",
    "result": r"results?|outcome|ended|ends|effect|measur\w*|afterwards|lasted|numbers?|in the end|improved|improvement"
    r"|better|visible|achieved|delivered|how it (?:went|turned)",
    "situation": r"situation|context|background|concrete (?:case|moment|issue)|real (?:mistake|case|situation)"
    r"|why it mattered|says who|what was (?:at stake|wrong)|names? (?:a|an|the|what|who)|describes? (?:the|a|an|both)"
    r"|states? (?:the|a)|pressure|stakes?",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for kind, pattern in _ASKS.items()}


def point_verdicts(
    points: Sequence[str], asked: Asked, reading: Reading, parts: Mapping[str, Part], fit: float
) -> tuple[PointVerdict, ...]:
    """A verdict for each expected point, with the words that show it."""
    if not points or not reading.clauses:
        return tuple(PointVerdict(point, "missing", 0.0) for point in points)
    spans = _spans(len(reading.clauses))
    meaning = _meaning(asked, reading, spans)
    return tuple(
        _verdict(point, meaning[at], spans, reading, _part_for(point, parts), fit) for at, point in enumerate(points)
    )


def weakened(points: Sequence[PointVerdict], share: float) -> tuple[PointVerdict, ...]:
    """The verdicts with `share` (0-1) of their match: talk that is no real answer shows no point by its words."""
    return tuple(_labelled(point.text, share * point.match, point.quote) for point in points)


def _labelled(point: str, match: float, quote: Quote | None) -> PointVerdict:
    label: PointLabel = "mentioned" if match >= COVERED else "partly" if match >= PARTLY else "missing"
    return PointVerdict(point, label, round(match, 3), quote if label != "missing" else None)


def _verdict(
    point: str,
    meaning: Sequence[float],
    spans: Sequence[tuple[int, int]],
    reading: Reading,
    part: tuple[Part | None, float],
    fit: float,
) -> PointVerdict:
    best = max(range(len(spans)), key=lambda at: (meaning[at], -(spans[at][1] - spans[at][0])))
    match, span = meaning[best], spans[best]
    told, most = part
    if told is not None and told.clauses and most * told.value * fit > match:
        match, span = most * told.value * fit, (told.clauses[0], told.clauses[0])
    return _labelled(point, float(match), reading.quote(*span))


def _meaning(asked: Asked, reading: Reading, spans: Sequence[tuple[int, int]]) -> list[list[float]]:
    """For each point how far each passage means it, 0-1."""
    said = [frozenset(content_stems(reading.text(*span))) for span in spans]
    words = np.array([[_overlap(stems - reading.known, passage) for passage in said] for stems in asked.point_stems])
    if reading.engine is None:
        return [[ramp(value, 0.0, WORDS_HIGH) for value in row] for row in words]
    cosines = asked.point_vectors @ np.array([reading.meaning(*span) for span in spans]).T
    return [[ramp(value, MEANING_LOW, MEANING_HIGH) for value in row] for row in cosines + SHARED_WORDS * words]


def _overlap(stems: frozenset[str], passage: frozenset[str]) -> float:
    return len(stems & passage) / max(1, len(stems))


def _spans(count: int) -> list[tuple[int, int]]:
    return [(at, at + size - 1) for size in SPANS for at in range(count - size + 1)]


def _part_for(point: str, parts: Mapping[str, Part]) -> tuple[Part | None, float]:
    """The part that a point asks for, and how much of the point it can show by itself."""
    for kind, pattern in _PATTERNS.items():
        if kind in parts and pattern.search(point):
            return parts[kind], PART_MOST
    for kind in ("action", "facts"):
        if kind in parts:
            return parts[kind], PART_MOST_VAGUE
    return None, 0.0
