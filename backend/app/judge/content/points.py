"""Judges technical, system design and case answers by the concepts of the reference."""

from collections.abc import Sequence

import numpy as np

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.alignment import is_concept
from app.judge.content.comparison import Comparison, compare
from app.judge.content.coverage import PointMatch
from app.judge.content.open_question import judge_open
from app.judge.language.text import Quoter, stem, tokens_of
from app.judge.screening.screen import Screening
from app.judge.types import ContentVerdict, Measure, PointVerdict, QuestionSpec

Curve = tuple[tuple[float, ...], tuple[float, ...]]

COVERAGE_CURVE: Curve = ((0.0, 0.06, 0.16, 0.25, 0.35, 0.50, 0.60, 0.75, 1.0), (0, 4, 22, 38, 56, 77, 85, 94, 100))
"""Mean match of the points to 0-100, drawn through graded answers (people give 64 % at .1, 83 % at .35, 98 % at .8)
and own ones (vague .16, one point of four .35, good .60, strong .77), with 0 for what is off the subject."""
TOPIC_CURVE: Curve = ((0.0, 0.20, 0.30, 0.45, 0.60, 0.75, 1.0), (0, 0, 15, 50, 78, 95, 100))
"""Highest cosine of a sentence to question or point: other subjects have .05 to .35, good answers .45 to .9."""
TOPIC_SHARE = 0.5
"""Relevance is half nearness to the subject, half what of it was said: naming the subject alone is not an answer."""
KEYWORD_SHARE = 0.25
"""Share of the keywords in coverage, where they raise it: a good answer may say the same in other words."""
ELSEWHERE = "It may answer another question: it is nearer to what that one is about."
DETAIL_WORDS = (12.0, 40.0)
"""Different words of its own on the subject from which an answer begins to go into detail, and where it fully does:
answers of 30 to 50 words have 10 to 20, a minute of talk 40."""
DETAIL_NEARNESS = 0.3
"""Cosine of a sentence to question or points from which it is on the subject."""
DETAIL_MATCH = (0.35, 0.55)
DETAIL_SHARE = 0.5
"""Share of what is missing to 100 that full detail earns, where the points are made (mean match in DETAIL_MATCH):
experts explain with examples of their own, which no reference holds."""
UNCERTAINTY_CURVE: Curve = ((0.0, 55.0, 72.0, 85.0, 95.0, 100.0), (23.0, 23.0, 18.0, 12.0, 9.0, 8.0))
"""Quality to half-width in points: the standard deviation of people's grades among answers with this quality (1,543
graded answers; two people differ by 24 points from each other). See `benchmarks/judge_content.py`."""


class PointsJudge:
    """Thread-safe."""

    def __init__(self, embedding: EmbeddingEngine) -> None:
        self._engine = embedding

    def judge(self, question: QuestionSpec, quoter: Quoter, screening: Screening) -> ContentVerdict:
        """The content of an answer; what `screening` took out of it is not looked at, and its caps hold.

        `relevance`, `coverage` and `quality` are 0-100. A question without points, reference and keywords is judged
        by what can be known of it, with more uncertainty.
        """
        if not screening.judged:
            return _nothing(question, screening)
        comparison = compare(self._engine, question, quoter, screening)
        return _against_points(comparison) if comparison.points else judge_open(comparison, self._engine)


def _against_points(comparison: Comparison) -> ContentVerdict:
    points = comparison.coverage.points
    verdicts = tuple(_verdict(comparison, text, point) for text, point in zip(comparison.points, points, strict=True))
    match = float(np.mean([point.match for point in points]))
    concepts = float(np.interp(match, *COVERAGE_CURVE))
    detail = _detail(comparison)
    made = float(np.interp(match, DETAIL_MATCH, (0.0, 1.0)))
    quality = comparison.capped(concepts + DETAIL_SHARE * made * detail * (100 - concepts))
    coverage = _coverage(comparison, concepts, match, verdicts)
    return ContentVerdict(
        quality=quality,
        relevance=_relevance(comparison, concepts),
        coverage=coverage,
        points=verdicts,
        parts=_parts(comparison, concepts, coverage) | {"detail": _shown(comparison, detail)},
        flags=comparison.screening.flags,
        uncertainty=round(float(np.interp(quality, *UNCERTAINTY_CURVE)), 1),
    )


def _coverage(comparison: Comparison, concepts: float, match: float, verdicts: Sequence[PointVerdict]) -> Measure:
    """The points, raised by the keywords where more of those were said."""
    keywords = _keyword_recall(comparison)
    details = {"match": round(match, 3)}
    covered = concepts
    if keywords is not None:
        details["keywords"] = round(keywords, 3)
        covered = max(concepts, _mix(100 * keywords, concepts, KEYWORD_SHARE))
    evidence = tuple(verdict.quote for verdict in verdicts if verdict.quote)
    return Measure(value=comparison.capped(covered), evidence=evidence, details=details)


def _parts(comparison: Comparison, concepts: float, coverage: Measure) -> dict[str, Measure]:
    """What is shown beside the score."""
    parts = {
        "concepts": Measure(value=comparison.capped(concepts), evidence=coverage.evidence),
    }
    if "keywords" in coverage.details:
        keywords = 100 * coverage.details["keywords"]
        parts["keywords"] = Measure(value=comparison.capped(keywords))
    return parts


def _shown(comparison: Comparison, share: float) -> Measure:
    return Measure(value=comparison.capped(100 * share), heuristic=True)


def _detail(comparison: Comparison) -> float:
    """How far the answer goes into detail on the subject, 0-1."""
    coverage = comparison.coverage
    answer = coverage.answer
    near = [
        piece for piece, nearness in zip(coverage.pieces, coverage.nearness, strict=True) if nearness >= DETAIL_NEARNESS
    ]
    asked = {stem(token.text) for token in tokens_of(comparison.asked)}
    own = answer.concepts & ~answer.among(asked) & answer.inside(near)
    stems = {word for word, counts in zip(answer.stems, own, strict=True) if counts}
    return float(np.interp(len(stems), DETAIL_WORDS, (0.0, 1.0)))


def _verdict(comparison: Comparison, text: str, point: PointMatch) -> PointVerdict:
    shown = point.span if point.label != "missing" else None
    return PointVerdict(text, point.label, round(point.match, 3), comparison.quote(shown) if shown else None)


def _relevance(comparison: Comparison, concepts: float) -> Measure:
    """Half nearness to the subject, half what of it was said."""
    near = max(zip(comparison.coverage.nearness, comparison.coverage.pieces, strict=True), default=None)
    if near is None:
        return Measure(value=comparison.capped(concepts))
    topic = float(np.interp(near[0], *TOPIC_CURVE))
    return Measure(
        value=comparison.capped(_mix(topic, concepts, TOPIC_SHARE)),
        note=ELSEWHERE if comparison.subject < 1 else "",
        evidence=(comparison.quote(near[1]),) if topic else (),
        details={"nearness": round(near[0], 3)},
    )


def _keyword_recall(comparison: Comparison) -> float | None:
    """Share of the question's keywords that were said (0-1), or None when it names none."""
    keywords = comparison.question.keywords
    if not keywords:
        return None
    said = frozenset(comparison.coverage.answer.stems)
    return sum(_was_said(keyword, said) for keyword in keywords) / len(keywords)


def _was_said(keyword: str, said: frozenset[str]) -> bool:
    tokens = [token.text for token in tokens_of(keyword)]
    stems = [stem(token) for token in tokens if is_concept(token)] or [stem(token) for token in tokens]
    return bool(stems) and said.issuperset(stems)


def _mix(first: float, second: float, share: float) -> float:
    return share * first + (1 - share) * second


def _nothing(question: QuestionSpec, screening: Screening) -> ContentVerdict:
    """Nothing was said that could be judged: 0, or no number when that is not the candidate's doing."""
    note = screening.flags[0].message if screening.flags else "Nothing was said that answers the question."
    measure = Measure(value=None if screening.insufficient else 0.0, note=note)
    return ContentVerdict(
        quality=0.0,
        relevance=measure,
        coverage=measure,
        points=tuple(PointVerdict(text, "missing", 0.0) for text in question.expected_points),
        flags=screening.flags,
        uncertainty=3.0,
    )
