"""Judges an answer to a question without reference or points: a recruiter's own. Little is known, and it says so."""

import numpy as np

from app.judge.comparison import Comparison
from app.judge.text import content_stems
from app.judge.types import ContentVerdict, Flag, Measure

FIT_CURVE = ((0.0, 0.10, 0.20, 0.35, 0.50, 1.0), (0, 0, 15, 70, 100, 100))
"""Highest cosine of a sentence to the question, as 0-100: other subjects have .0 to .25, good answers .35 to .7."""
WORDS_FIT_CURVE = ((0.0, 0.15, 0.50, 1.0), (0, 30, 100, 100))
"""The same from the share of the question's content words that the answer takes up."""
FULL_SUBSTANCE = 30
"""Different words of its own that a full answer has; 90 seconds of speech have about 40, one sentence 5."""
SUBSTANCE_SHARE = 0.7
"""Substance against specificity in quality."""
UNCERTAINTY = 25.0
NOTE = "This question has no reference answer: judged by how it fits the question and how much it says."


def judge_open(comparison: Comparison) -> ContentVerdict:
    """Question fit x (substance and specificity); all of it is marked as heuristic."""
    coverage = comparison.coverage
    asked = set(content_stems(comparison.asked))
    answer = coverage.answer
    own = answer.concepts & ~answer.among(asked)
    specific = own & ~answer.generic
    stems = {word for word, counts in zip(answer.stems, specific, strict=True) if counts}
    substance = 100 * min(1.0, len(stems) / FULL_SUBSTANCE) ** 0.7
    specificity = 100 * float(specific.sum()) / max(1, int(own.sum()))
    fit = _fit(comparison, asked)
    telling = SUBSTANCE_SHARE * substance + (1 - SUBSTANCE_SHARE) * specificity
    nearest = max(zip(coverage.nearness, coverage.pieces, strict=True), default=None)
    evidence = (comparison.quote(nearest[1]),) if nearest and fit else ()
    quality = comparison.capped(fit / 100 * telling)

    def measure(value: float) -> Measure:
        return Measure(value=comparison.capped(value), note=NOTE, evidence=evidence, heuristic=True)

    return ContentVerdict(
        quality=quality,
        relevance=measure(fit),
        coverage=measure(fit / 100 * substance),
        parts={"fit": measure(fit), "substance": measure(substance), "specificity": measure(specificity)},
        flags=(*comparison.screening.flags, Flag("no_reference", NOTE)),
        uncertainty=UNCERTAINTY,
    )


def _fit(comparison: Comparison, asked: set[str]) -> float:
    if comparison.basic:
        share = len(asked & set(comparison.coverage.answer.stems)) / max(1, len(asked))
        return float(np.interp(share, *WORDS_FIT_CURVE))
    return float(np.interp(max(comparison.coverage.nearness, default=0.0), *FIT_CURVE))
