"""Judges an answer to a question without reference or points: a recruiter's own. Little is known, and it says so."""

import numpy as np

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.comparison import Comparison
from app.judge.language.text import content_stems
from app.judge.types import ContentVerdict, Flag, Measure

FIT_CURVE = ((0.0, 0.15, 0.25, 0.35, 0.45, 0.55, 1.0), (0, 0, 15, 55, 90, 100, 100))
"""Cosine to the question of the whole answer, or of its three nearest sentences if that is more, as 0-100: model
answers have .40 to .74, those to another question of the same subject .15 to .37, of another subject under .25."""
NEAREST = 3
FULL_SUBSTANCE = 30
"""Different words of its own that a full answer has; 90 seconds of speech have about 40, one sentence 5."""
UNCERTAINTY = 25.0
NOTE = "This question has no reference answer: judged by how it fits the question and how much it says."


def judge_open(comparison: Comparison, engine: EmbeddingEngine) -> ContentVerdict:
    """Question fit x substance; all of it is marked as heuristic."""
    coverage = comparison.coverage
    asked = set(content_stems(comparison.asked))
    answer = coverage.answer
    own = answer.concepts & ~answer.among(asked)
    stems = {word for word, counts in zip(answer.stems, own, strict=True) if counts}
    substance = 100 * min(1.0, len(stems) / FULL_SUBSTANCE) ** 0.7
    fit = _fit(comparison, engine)
    nearest = max(zip(coverage.nearness, coverage.pieces, strict=True), default=None)
    evidence = (comparison.quote(nearest[1]),) if nearest and fit else ()
    quality = comparison.capped(fit / 100 * substance)

    def measure(value: float) -> Measure:
        return Measure(value=comparison.capped(value), note=NOTE, evidence=evidence, heuristic=True)

    return ContentVerdict(
        quality=quality,
        relevance=measure(fit),
        coverage=measure(fit / 100 * substance),
        parts={"fit": measure(fit), "substance": measure(substance)},
        flags=(*comparison.screening.flags, Flag("no_reference", NOTE)),
        uncertainty=UNCERTAINTY,
    )


def _fit(comparison: Comparison, engine: EmbeddingEngine) -> float:
    whole, question = engine.sentences([comparison.said.text, comparison.asked])
    nearest = sorted(comparison.coverage.nearness)[-NEAREST:]
    return float(np.interp(max(float(whole @ question), float(np.mean(nearest))), *FIT_CURVE))
