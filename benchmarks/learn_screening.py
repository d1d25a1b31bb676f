"""`python -m benchmarks.learn_screening`: learns which sentences are no answer; writes `judge/model/screening.npz`.

Logistic regression on the vectors of the sentence model and on runs of words: the sentences of `data/screening.yaml`
and of the authors' answers that are none, against those of honest answers (the bank's, the authors', sentences about
each theme, and those that come near in words). Both sides weigh the same, however many they are. `--check` learns from
half of the sentences and shows what is found in the other half, by the threshold at which one of a hundred near honest
ones is taken for it. Ten minutes.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from app.bank.loader import questions
from app.judge.language.text import piece_spans, words
from app.judge.screening.sentence_kinds import KINDS, WEIGHTS_FILE, runs
from app.yaml_files import read_yaml
from benchmarks.judge_content import embedding_engine
from benchmarks.judge_unseen import ANSWERS, LEARNED

FOLDER = Path(__file__).parent / "data"
SAME = {"unknown": "unknown", "injected": "grader"}
"""Which kind the authors' answers of a level are."""
HONEST = ("strong", "good", "terse", "partial", "unpleasant", "off_topic", "false", "misconduct")
SAYS_SOMETHING = 4
RIDGE = 1e-4
STEPS = 12
NEAR = 3
"""How many times a sentence counts that is honest but near in words."""
OFTEN = 3
"""Sentences of a kind in which a run of words must stand to be looked at."""

Numbers = NDArray[np.float64]


def main() -> None:
    """Learn and write, or check."""
    known = yaml.safe_load((FOLDER / "screening.yaml").read_text(encoding="utf-8"))
    for level, kind in SAME.items():
        known[kind] += _answers(level)
    honest = list(dict.fromkeys(_honest()))
    if "--check" in sys.argv:
        _check(known, honest)
        return
    stored: dict[str, NDArray[np.generic]] = {}
    for kind in KINDS:
        weights, looked_at = _learned(known[kind], honest, known["honest"])
        size = len(weights) - 1 - len(looked_at)
        stored[kind] = np.r_[weights[:size], weights[-1]].astype(np.float32)
        stored[f"{kind}_runs"] = np.array(looked_at)
        stored[f"{kind}_weights"] = weights[size:-1].astype(np.float16)
    np.savez_compressed(WEIGHTS_FILE, **stored)  # type: ignore[arg-type]


def _check(known: dict[str, list[str]], honest: list[str]) -> None:
    near = known["honest"]
    for kind in KINDS:
        weights, looked_at = _learned(known[kind][::2], honest, near[::2])
        rows = [
            np.c_[_rows(texts, looked_at), np.ones(len(texts))] @ weights for texts in (known[kind][1::2], near[1::2])
        ]
        least = float(np.quantile(rows[1], 0.99))
        print(f"{kind}: {np.mean(rows[0] > least):.0%} found from {least:.2f} on")


def _learned(kind: Sequence[str], honest: Sequence[str], near: Sequence[str]) -> tuple[Numbers, list[str]]:
    often = Counter(run for sentence in kind for run in runs(sentence))
    looked_at = sorted(run for run, count in often.items() if count >= OFTEN)
    others = np.concatenate([_rows(honest, looked_at), _rows(near, looked_at)])
    counts = np.r_[np.ones(len(honest)), np.full(len(near), NEAR)]
    return learn(_rows(kind, looked_at), others, counts), looked_at


def _rows(sentences: Sequence[str], looked_at: Sequence[str]) -> Numbers:
    """The vector of each sentence and, in unit length, which of the runs stand in it."""
    places = {run: at for at, run in enumerate(looked_at)}
    present = np.zeros((len(sentences), len(looked_at)))
    for row, sentence in enumerate(sentences):
        present[row, [places[run] for run in runs(sentence) if run in places]] = 1.0
    lengths = np.sqrt(np.maximum(1.0, present.sum(axis=1, keepdims=True)))
    return np.hstack([embedding_engine().sentences(sentences).astype(np.float64), present / lengths])


def _honest() -> Iterator[str]:
    answers = [question.model_answer for question in questions()]
    answers += [item["answer"] for item in _read("conduct.json")]
    answers += [text for item in _read("falsehoods.json") for text in item["true"]]
    yield from (text for told in read_yaml(FOLDER / "themes.yaml").values() for text in told)
    for text in answers:
        yield from (text[begin:end] for begin, end in piece_spans(text))
    yield from _answers(*HONEST)


def _answers(*levels: str) -> list[str]:
    """Sentences of the authors' answers at some levels; what is no answer is learned as a whole, too, and without what
    says nothing in it ("Right.")."""
    found = []
    for name in LEARNED:
        for entry in yaml.safe_load((ANSWERS / f"{name}.yaml").read_text(encoding="utf-8"))["answers"]:
            if entry["level"] in levels:
                text = entry["answer"]
                pieces = [text[begin:end] for begin, end in piece_spans(text)]
                if entry["level"] not in HONEST and len(pieces) > 1:
                    pieces = [text, *(piece for piece in pieces if len(words(piece)) >= SAYS_SOMETHING)]
                found += pieces
    return found


def learn(kind: Numbers, others: Numbers, counts: Numbers) -> Numbers:
    """Weights of the columns and a constant, by Newton's method."""
    rows = np.c_[np.concatenate([kind, others]), np.ones(len(kind) + len(others))]
    wanted = np.r_[np.ones(len(kind)), np.zeros(len(others))]
    share = np.r_[np.full(len(kind), 1 / len(kind)), counts / counts.sum()]
    ridge = np.r_[np.full(rows.shape[1] - 1, RIDGE), 1e-8]
    weights: Numbers = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (share * (odds - wanted)) + ridge * weights
        bend = (rows.T * (share * odds * (1 - odds))) @ rows + np.diag(ridge)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def _read(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
