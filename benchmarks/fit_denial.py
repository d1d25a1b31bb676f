"""`python -m benchmarks.fit_denial DATA`: fits the weights of `app.judge.denial` again and prints them.

Genuine denials in right answers against a "not" put after every auxiliary verb, in the graded answers of Mohler et
al. 2011 and SemEval-2013. The question bank is never fitted to: it shows what the weights do on model answers.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bank.loader import questions
from app.engines.embedding.minilm import MiniLmEngine
from app.judge.coverage import point_texts
from app.judge.denial import WEIGHTS, denials
from app.judge.pieces import piece_spans
from app.judge.types import POINT_CATEGORIES, QuestionSpec
from benchmarks.judge_content import Graded, embedding_engine, mohler, negated, semeval

Numbers = NDArray[np.float64]
ALARMS = 0.03
"""Share of genuine answers that may be taken for denials."""


def features(engine: MiniLmEngine, points: Sequence[str], text: str) -> Numbers:
    """One row for each denial in an answer."""
    rows = [item.features for item in denials(engine, points, text, piece_spans(text))]
    return np.array(rows, dtype=float).reshape(-1, len(WEIGHTS))


def collect(engine: MiniLmEngine, items: Iterable[Graded]) -> tuple[list[Numbers], list[Numbers]]:
    """Features by answer: as it is, and with every verb denied."""
    genuine, spoilt = [], []
    for item in items:
        points = point_texts(QuestionSpec(text=item.question, reference=item.references[0]))
        genuine.append(features(engine, points, item.answer))
        if negated(item.answer) != item.answer:
            spoilt.append(features(engine, points, negated(item.answer)))
    return genuine, spoilt


def fit(genuine: Sequence[Numbers], spoilt: Sequence[Numbers], rounds: int = 30) -> Numbers:
    """Weights and, last, the intercept of a logistic regression (Newton's method, ridge 1, both classes alike)."""
    rows = np.vstack([*genuine, *spoilt])
    count = sum(len(part) for part in genuine)
    labels = np.arange(len(rows)) >= count
    share = np.where(labels, 0.5 / max(1, len(rows) - count), 0.5 / count) * len(rows)
    design = np.column_stack([rows, np.ones(len(rows))])
    ridge = np.diag([1.0] * rows.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (share * (chance - labels)) + ridge @ weights
        curvature = (design * (share * chance * (1 - chance))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def strongest(answers: Iterable[Numbers], weights: Numbers) -> Numbers:
    """The highest score among the denials of each answer."""
    return np.array([float((rows @ weights).max()) if len(rows) else -9.0 for rows in answers])


def main(data: Path) -> None:
    """Fit on two sets, show the third."""
    engine = embedding_engine()
    answers = data / "answers"
    graded = [item for item in mohler(answers / "short_answers_graded.csv") if item.grade >= 0.8]
    right = [item for item in semeval(answers / "semeval2013_2way") if item.grade == 1][::3]
    sets = [collect(engine, graded), collect(engine, right)]
    weights = fit([rows for genuine, _ in sets for rows in genuine], [rows for _, spoilt in sets for rows in spoilt])
    own = [question for question in questions() if question.category in POINT_CATEGORIES]
    bank = (
        [features(engine, question.expected_points, question.model_answer) for question in own],
        [features(engine, question.expected_points, negated(question.model_answer)) for question in own],
    )
    print("fitted  ", np.round(weights[:-1], 2))
    print("in use  ", WEIGHTS)
    for name, used in (("fitted", weights[:-1]), ("in use", np.array(WEIGHTS))):
        limit = float(np.quantile(np.concatenate([strongest(genuine, used) for genuine, _ in sets]), 1 - ALARMS))
        for label, (genuine, spoilt) in zip(("graded", "semeval", "bank"), [*sets, bank], strict=True):
            alarms = np.mean(strongest(genuine, used) > limit)
            found = np.mean(strongest(spoilt, used) > limit)
            print(f"{name}, limit {limit:.2f}, {label}: {100 * found:.0f} % noticed, {100 * alarms:.1f} % false alarms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
