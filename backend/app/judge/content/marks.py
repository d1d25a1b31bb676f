"""The content of an answer as graders give marks for it: how much of the reference stands in it, nothing else.

`quality` of a point question is strict for practice: points one by one, generic words, contradictions, order. Marks
that people gave are closer to the plain concept coverage of the whole reference, so both are reported. Graded answers
(Mohler et al. 2011): r .61, rank .63 against .58, .62 for quality; people agree with each other at .60.
"""

import numpy as np

from app.engines.embedding.base import EmbeddingEngine
from app.judge.content.alignment import read
from app.judge.language.text import content_stems
from app.judge.types import QuestionSpec

SAME_STEM = 0.9
"""The least that two words of one stem count."""
CURVE = ((0.0, 0.12, 0.20, 0.30, 0.45, 0.60, 0.80, 1.0), (0, 0, 18, 45, 70, 85, 95, 100))
"""Coverage to marks of 100, drawn through graded answers (docs/benchmarks.md, "The judge")."""
BASE_CEILING, CEILING_PER_QUALITY = 20.0, 3.0
"""No mark is over 20 plus three times the quality: an answer that the quality rates near 0, such as a keyword list,
gets few marks however many reference words stand in it."""


def marks(engine: EmbeddingEngine, question: QuestionSpec, answer: str, quality: float) -> float:
    """Marks of 100: the mean, over the reference's concept words that the question does not name, of the best cosine
    to a concept word of the answer."""
    reference, said = read(engine, [question.reference or " ".join(question.expected_points), answer])
    asked = frozenset(content_stems(question.text))
    rows = np.flatnonzero(reference.concepts & ~reference.among(asked))
    rows = rows if len(rows) else np.flatnonzero(reference.concepts)
    columns = np.flatnonzero(said.concepts)
    if not len(rows) or not len(columns):
        return 0.0
    cosine = reference.vectors[rows] @ said.vectors[columns].T
    same = np.array([[reference.stems[row] == said.stems[column] for column in columns] for row in rows])
    coverage = float(np.where(same, np.maximum(cosine, SAME_STEM), cosine).max(axis=1).mean())
    return round(min(float(np.interp(coverage, *CURVE)), BASE_CEILING + CEILING_PER_QUALITY * quality), 1)
