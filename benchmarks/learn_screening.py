"""`python -m benchmarks.learn_screening`: learns which sentences are no answer; writes `judge/model/screening.npz`.

Logistic regression on the vectors of the sentence model: the sentences of `data/screening.yaml` against those of honest
answers (the bank's, true ones of other authors, sentences about each theme). Both sides weigh the same, however many
they are.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from app.bank.loader import questions
from app.judge.language.text import piece_spans
from app.judge.screening.sentence_kinds import KINDS, WEIGHTS_FILE
from app.yaml_files import read_yaml
from benchmarks.judge_content import embedding_engine

FOLDER = Path(__file__).parent / "data"
RIDGE = 1e-3
STEPS = 40

Numbers = NDArray[np.float64]


def main() -> None:
    """Learn and write."""
    engine = embedding_engine()
    known = yaml.safe_load((FOLDER / "screening.yaml").read_text(encoding="utf-8"))
    honest = engine.sentences(list(dict.fromkeys(_honest())))
    weights = {kind: learn(engine.sentences(known[kind]), honest).astype(np.float32) for kind in KINDS}
    np.savez(WEIGHTS_FILE, **weights)  # type: ignore[arg-type]


def _honest() -> Iterator[str]:
    answers = [question.model_answer for question in questions()]
    answers += [item["answer"] for item in _read("conduct.json")]
    answers += [text for item in _read("falsehoods.json") for text in item["true"]]
    yield from (text for told in read_yaml(FOLDER / "themes.yaml").values() for text in told)
    for text in answers:
        yield from (text[begin:end] for begin, end in piece_spans(text))


def learn(kind: NDArray[np.float32], others: NDArray[np.float32]) -> Numbers:
    """Weights of the vector's numbers and a constant, by Newton's method."""
    rows = np.c_[np.concatenate([kind, others]), np.ones(len(kind) + len(others))].astype(np.float64)
    wanted = np.r_[np.ones(len(kind)), np.zeros(len(others))]
    share = np.r_[np.full(len(kind), 1 / len(kind)), np.full(len(others), 1 / len(others))]
    ridge = np.r_[np.full(rows.shape[1] - 1, RIDGE), 1e-8]
    weights: Numbers = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (odds - wanted)) + ridge * weights
        bend = (rows.T * (share * odds * (1 - odds))) @ rows + np.diag(ridge)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def _read(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
