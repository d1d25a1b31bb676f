"""Answers of known kind: which must stand above which, and the golden answers of `tests/judge/golden`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from pathlib import Path

import yaml

from app.bank.loader import questions as bank_questions
from app.engines.embedding.base import EmbeddingEngine
from app.judge.judge import Judge
from app.judge.language.text import Quoter
from app.judge.screening.screen import screen
from app.judge.types import (
    AnswerSpec,
    ContentVerdict,
    QuestionSpec,
)

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "judge" / "golden"

RANK = {"strong": 3, "strong_spoken": 3, "good": 2, "partial": 1}
WORTHLESS = frozenset("vague off_topic echo stuffed injected idk shell gibberish empty".split())
"""Kinds that say nothing of what was asked; all stand under a partial answer."""
BOTTOM = frozenset("idk empty injected echo gibberish".split())
"""Kinds that are worth nothing at all."""
MISCONDUCT = frozenset("misdeed opposite badfit".split())
"""Well told, but of what nobody wants. Without a language model nothing is claimed of them."""
FLAWED = frozenset("we_only hypothetical other_story".split())
"""Kinds with a flaw that puts them under a good answer."""
TOLERANCE = 2.0
"""Points by which a good answer may stand above a strong one: both are near the top then."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One answer and what kind it is meant to be."""

    question: QuestionSpec
    kind: str
    text: str
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer of known kind with its verdict."""

    item: Kind
    verdict: ContentVerdict


class ContentJudges:
    """The content alone, as `Judge` chooses the judge by the question's category."""

    def __init__(self, embedding: EmbeddingEngine) -> None:
        self._embedding = embedding
        self._judge = Judge(embedding)

    def judge(self, question: QuestionSpec, text: str, *, spoken: bool = False) -> ContentVerdict:
        """The screened and judged content of `text`."""
        answer = AnswerSpec(text=text, spoken=spoken)
        return self._judge.content(question, Quoter(text), screen(question, answer, self._embedding))

    def all(self, items: Iterable[Kind]) -> list[Judged]:
        """Every item with its verdict."""
        return [Judged(item, self.judge(item.question, item.text, spoken=item.spoken)) for item in items]


def above(better: str, worse: str) -> bool:
    """Whether every answer of kind `better` must stand above every one of kind `worse` to the same question."""
    if better in RANK and worse in RANK:
        return RANK[better] > RANK[worse]
    if worse in WORTHLESS:
        return better in RANK or (better in ("we_only", "hypothetical") and worse in BOTTOM)
    return worse in FLAWED and better in RANK and RANK[better] >= RANK["good"]


def pairs(judged: Sequence[Judged]) -> Iterator[tuple[Judged, Judged]]:
    """All pairs of answers to the same question of which the first must stand above the second."""
    by_question = defaultdict(list)
    for one in judged:
        by_question[one.item.question.text].append(one)
    for group in by_question.values():
        for better, worse in permutations(group, 2):
            if above(better.item.kind, worse.item.kind):
                yield better, worse


def in_order(better: Judged, worse: Judged) -> bool:
    """Whether a pair stands in its order; strong and good answers near the top may be level."""
    tolerance = TOLERANCE if RANK.get(worse.item.kind, 0) == RANK["good"] else 0.0
    return better.verdict.quality > worse.verdict.quality - tolerance


@lru_cache
def golden_answers() -> tuple[Kind, ...]:
    """The golden answers, to questions of the bank and to some that it does not have."""
    bank = {question.id: question for question in bank_questions()}
    found = []
    for file in sorted(GOLDEN.glob("*.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            if "id" in entry:
                known = bank[entry["id"]]
                question = QuestionSpec(
                    text=known.text,
                    category=known.category,
                    expected_points=known.expected_points,
                    keywords=known.keywords,
                    reference=known.model_answer,
                    theme=known.theme,
                )
            else:
                question = QuestionSpec(**entry["question"])
            found += [
                Kind(question, kind, text, spoken=kind == "strong_spoken")
                for kind, text in entry.items()
                if kind not in ("id", "question")
            ]
    return tuple(found)
