"""What the judge makes of answers by authors that it was not built on.

`tests/data/answers`: answers to questions of the bank and of other trades at known levels, "I don't know" and words to
the grader in many dresses. Only the first half of them may be looked at one by one. `data/conduct.json`: 60 honest
answers from about 80 trades, half of them full of unpleasant words (its dishonest ones and `data/falsehoods.json` are
for judges that know what is true). Whoever learns from an answer needs new ones.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.bank.loader import questions
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from benchmarks.judge_content import embedding_engine

Row = tuple[str, str, str]

ANSWERS = Path(__file__).resolve().parents[1] / "tests" / "data" / "answers"
CONDUCT = Path(__file__).parent / "data" / "conduct.json"
RANK = {"strong": 3, "unpleasant": 3, "good": 2, "terse": 2, "partial": 1}
WORTHLESS = frozenset({"vague", "off_topic", "injected", "unknown"})
LEVEL = 2.0
"""Points by which a good answer may stand above a strong one."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer of a known level with its verdict."""

    about: str
    category: str
    level: str
    verdict: Verdict

    @property
    def quality(self) -> float:
        """The content, 0 where there is none."""
        return self.verdict.quality or 0.0


def rows(_data: Path) -> list[Row]:
    """(measure, figure, aim); the data is our own."""
    judge = Judge(embedding_engine())
    found = [row for half in ("seen", "held_back") for row in _half(judge, half)]
    honest = [item for item in json.loads(CONDUCT.read_text(encoding="utf-8")) if item["kind"] != "wrong"]
    verdicts = [
        judge.evaluate(QuestionSpec(text=item["question"], category=item["category"]), AnswerSpec(text=item["answer"]))
        for item in honest
    ]
    return [*found, ("honest answers from 80 trades: a flag lowered them", _lowered(verdicts), "<= 2 %")]


def judged(judge: Judge, half: str) -> list[Known]:
    """The answers of one file."""
    loaded = yaml.safe_load((ANSWERS / f"{half}.yaml").read_text(encoding="utf-8"))
    specs = {
        question.id: QuestionSpec(
            text=question.text,
            category=question.category,
            expected_points=question.expected_points,
            keywords=question.keywords,
            reference=question.model_answer,
            theme=question.theme,
        )
        for question in questions()
    }
    for entry in loaded["questions"]:
        points = tuple(entry["expected_points"])
        specs[entry["id"]] = QuestionSpec(text=entry["text"], category=entry["category"], expected_points=points)
    return [
        Known(
            entry["about"],
            specs[entry["about"]].category,
            entry["level"],
            judge.evaluate(specs[entry["about"]], AnswerSpec(text=entry["answer"])),
        )
        for entry in loaded["answers"]
    ]


def in_order(answers: Sequence[Known]) -> tuple[int, int]:
    """(pairs in order, pairs) of answers to the same question of which one is to stand above the other."""
    by_question = defaultdict(list)
    for answer in answers:
        by_question[answer.about].append(answer)
    right = count = 0
    for group in by_question.values():
        for better in group:
            for worse in group:
                least = RANK.get(worse.level, 0 if worse.level in WORTHLESS else 9)
                if RANK.get(better.level, 0) > least:
                    count += 1
                    right += better.quality > worse.quality - (LEVEL if least == RANK["good"] else 0)
    return right, count


def _half(judge: Judge, half: str) -> list[Row]:
    answers = judged(judge, half)
    right, count = in_order(answers)
    terse = [one for one in answers if one.level == "terse"]
    partial = {one.about: one.quality for one in answers if one.level == "partial"}
    compared = [one for one in terse if one.about in partial]
    above = sum(one.quality > partial[one.about] for one in compared)
    honest = [one.verdict for one in answers if one.level in RANK]
    unknown = [one.verdict.overall or 0.0 for one in answers if one.level == "unknown"]
    return [
        (f"{half}: pairs in order ({count})", f"{100 * right / count:.1f} %", ">= 96 %"),
        (f"{half}: short correct technical answers above half ones", f"{above} of {len(compared)}", ">= 90 %"),
        (f"{half}: honest answers that a flag lowered", _lowered(honest), "<= 2 %"),
        (f"{half}: I don't know, above 0", f"{sum(value > 0 for value in unknown)} of {len(unknown)}", "0"),
        (f"{half}: words to the grader, overall by category", _overall(answers, "injected"), "<= 15"),
        (f"{half}: good but off topic, overall by category", _overall(answers, "off_topic"), ""),
    ]


def _overall(answers: Sequence[Known], level: str) -> str:
    """Mean of the overall score in each category."""
    groups = defaultdict(list)
    for one in answers:
        if one.level == level:
            groups[one.category].append(one.verdict.overall or 0.0)
    return ", ".join(f"{name} {sum(values) / len(values):.0f}" for name, values in sorted(groups.items()))


def _lowered(verdicts: Sequence[Verdict]) -> str:
    count = sum(any(flag.lowers_score for flag in verdict.flags) for verdict in verdicts)
    return f"{count} of {len(verdicts)}"
