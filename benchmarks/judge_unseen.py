"""What the judge makes of answers by authors that it was not built on: honest and wrong conduct, plain falsehoods.

`data/conduct.json`: 90 answers to as many questions from about 80 trades, a third of them well-told wrong conduct, a
third honest ones full of unpleasant words. `data/falsehoods.json`: true answers to 96 questions of the bank, each also
with one or two sentences turned into a falsehood. Written for this project without knowledge of the judge. Use them to
measure; whoever learns from them needs new ones.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.bank.loader import questions
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from benchmarks.judge_content import NOTICED_DROP, NOTICING, embedding_engine

Row = tuple[str, str, str]

FOLDER = Path(__file__).parent / "data"
UNFAIR = 60.0
"""Quality under which a good answer was not recognised."""


def rows(_data: Path) -> list[Row]:
    """(measure, figure, aim); the data is our own."""
    judge = Judge(embedding_engine())
    return [*_conduct_rows(judge), *_falsehood_rows(judge)]


def _conduct_rows(judge: Judge) -> list[Row]:
    by_kind: dict[str, list[Verdict]] = {"wrong": [], "right": [], "right_hard": []}
    for item in _read("conduct.json"):
        question = QuestionSpec(text=item["question"], category=item["category"])
        by_kind[item["kind"]].append(judge.evaluate(question, AnswerSpec(text=item["answer"])))
    good = [*by_kind["right"], *by_kind["right_hard"]]
    low = sum((verdict.quality or 0) < UNFAIR for verdict in good)
    return [
        ("good stories and plans, quality under 60", f"{low} of {len(good)}", ""),
        ("the same, taken for an answer to another question", f"{_flagged(good, 'other_question')} of {len(good)}", ""),
        ("wrong conduct flagged", _share(by_kind["wrong"], "misconduct"), ""),
        ("false alarms: good answers", _share(by_kind["right"], "misconduct"), "<= 2 %"),
        ("false alarms: good answers full of unpleasant words", _share(by_kind["right_hard"], "misconduct"), ""),
    ]


def _falsehood_rows(judge: Judge) -> list[Row]:
    bank = {question.id: question for question in questions()}
    noticed = lower = false = 0
    true: tuple[list[Verdict], list[Verdict]] = ([], [])
    for item in _read("falsehoods.json"):
        asked = bank[item["question_id"]]
        question = QuestionSpec(
            text=asked.text,
            category=asked.category,
            reference=asked.model_answer,
            expected_points=asked.expected_points,
            keywords=asked.keywords,
        )
        plain, denying = (judge.evaluate(question, AnswerSpec(text=text)) for text in item["true"])
        true[0].append(plain)
        true[1].append(denying)
        for text in item["false"]:
            verdict = judge.evaluate(question, AnswerSpec(text=text))
            drop = (plain.quality or 0) - (verdict.quality or 0)
            false += 1
            lower += drop > 0
            noticed += drop >= NOTICED_DROP or any(flag.code in NOTICING for flag in verdict.flags)
    return [
        ("a sentence or two turned into a falsehood: noticed", f"{noticed} of {false}", ""),
        ("the same: under the true answer", f"{lower} of {false}", ""),
        ("false alarms: true answers", _share(true[0], "contradiction"), "<= 3 %"),
        ("false alarms: true answers full of denials", _share(true[1], "contradiction"), ""),
    ]


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def _flagged(verdicts: Sequence[Verdict], code: str) -> int:
    return sum(any(flag.code == code for flag in verdict.flags) for verdict in verdicts)


def _share(verdicts: Sequence[Verdict], code: str) -> str:
    return f"{_flagged(verdicts, code)} of {len(verdicts)}"
