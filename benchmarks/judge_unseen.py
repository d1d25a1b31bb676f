"""What the judge makes of answers by authors that it was not built on.

`tests/data/answers`: answers to questions of the bank and of other trades at known levels, "I don't know" and words to
the grader in many dresses, and fluent answers that are wrong or tell of misconduct: what is true and decent the
built-in judge does not know, so their scores are only shown. Of `author_j` look at totals only; the others are
used up, and the screening learns from them.
`data/conduct.json`: 60 honest answers from about 80 trades, half of them full of unpleasant words (its dishonest ones
and `data/falsehoods.json` are for judges that know what is true). Whoever learns from an answer needs new ones.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import yaml

from app.bank.loader import AS_ROLE, questions
from app.judge.judge import Judge
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.services.interviews.job_field import as_role
from benchmarks.judge_content import embedding_engine

Row = tuple[str, str, str]

ANSWERS = Path(__file__).resolve().parents[1] / "tests" / "data" / "answers"
LEARNED = ("seen", "held_back", *(f"author_{letter}" for letter in "abcdefghi"))
FILES = (*LEARNED, "author_j")
CONDUCT = Path(__file__).parent / "data" / "conduct.json"
RANK = {"strong": 3, "unpleasant": 3, "good": 2, "terse": 2, "partial": 1}
WORTHLESS = frozenset({"vague", "off_topic", "injected", "unknown"})
LEVEL = 2.0
"""Points by which a good answer may stand above a strong one."""
NOISE = 1.0
"""Points of overall that words beside an answer may move it."""


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

    @property
    def overall(self) -> float:
        """The overall score, 0 where there is none."""
        return self.verdict.overall or 0.0


def rows(_data: Path) -> list[Row]:
    """(measure, figure, aim); the data is our own."""
    judge = Judge(embedding_engine())
    found = [row for name in FILES for row in _rows_of(name, judged(judge, name))]
    honest = [item for item in json.loads(CONDUCT.read_text(encoding="utf-8")) if item["kind"] != "wrong"]
    verdicts = [
        judge.evaluate(QuestionSpec(text=item["question"], category=item["category"]), AnswerSpec(text=item["answer"]))
        for item in honest
    ]
    return [*found, ("honest answers from 80 trades: a flag lowered them", _lowered(verdicts), "<= 2 %")]


def judged(judge: Judge, name: str) -> list[Known]:
    """The answers of one file."""
    loaded = yaml.safe_load((ANSWERS / f"{name}.yaml").read_text(encoding="utf-8"))
    specs = {
        question.id: QuestionSpec(
            text=question.text.replace(AS_ROLE, as_role("")),
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


def gains(answers: Sequence[Known]) -> list[float]:
    """Points that the same half answer gains in overall by words to the grader beside it."""
    half = {one.about: one.overall for one in answers if one.level == "partial"}
    return [one.overall - half[one.about] for one in answers if one.level == "injected_half"]


def _rows_of(name: str, answers: Sequence[Known]) -> list[Row]:
    right, count = in_order(answers)
    terse = [one for one in answers if one.level == "terse"]
    partial = {one.about: one.quality for one in answers if one.level == "partial"}
    compared = [one for one in terse if one.about in partial]
    above = sum(one.quality > partial[one.about] for one in compared)
    honest = [one.verdict for one in answers if one.level in RANK]
    unknown = [one.overall for one in answers if one.level == "unknown"]
    gained = gains(answers)
    return [
        (f"{name}: pairs in order ({count})", f"{100 * right / count:.1f} %", ">= 96 %"),
        (f"{name}: short correct technical answers above half ones", f"{above} of {len(compared)}", ">= 90 %"),
        (f"{name}: honest answers that a flag lowered", _lowered(honest), "<= 2 %"),
        (f"{name}: I don't know, above 0", f"{sum(value > 0 for value in unknown)} of {len(unknown)}", "0"),
        (f"{name}: words to the grader, overall by category", _overall(answers, "injected"), "<= 15"),
        *([(f"{name}: words to the grader beside a half answer, gain", _spread(gained), "<= 0")] if gained else []),
        (f"{name}: good but off topic, overall by category", _overall(answers, "off_topic"), ""),
        *(
            (f"{name}: {kind}, overall by category", _overall(answers, level), "no aim")
            for level, kind in (("false", "fluent but wrong"), ("misconduct", "proud of misconduct"))
            if any(one.level == level for one in answers)
        ),
    ]


def _overall(answers: Sequence[Known], level: str) -> str:
    """Mean of the overall score in each category."""
    groups = defaultdict(list)
    for one in answers:
        if one.level == level:
            groups[one.category].append(one.overall)
    found = [f"{name} {mean(values):.0f}" for name, values in sorted(groups.items())]
    return f"{', '.join(found)}; mean {mean(value for values in groups.values() for value in values):.1f}"


def _spread(values: Sequence[float]) -> str:
    more = sum(value > NOISE for value in values)
    return f"mean {mean(values):+.1f}, largest {max(values):+.1f}, over {NOISE:.0f}: {more} of {len(values)}"


def _lowered(verdicts: Sequence[Verdict]) -> str:
    count = sum(any(flag.lowers_score for flag in verdict.flags) for verdict in verdicts)
    return f"{count} of {len(verdicts)}"
