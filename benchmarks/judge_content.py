"""How well the points judge agrees with people, withstands attacks, and orders answers of known quality.

Graded: Mohler et al. 2011 (computer science, 0-5 by two people), SemEval-2013 task 7 (correct or not). Attacks, levels
and the question bank are our own. No weight was fitted to the grades: the few parameters were chosen by what holds in
all sets.
"""

import csv
import random
import re
import time
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bank.loader import questions as bank_questions
from app.config import Settings
from app.engines.embedding import minilm
from app.judge.content.points import PointsJudge
from app.judge.language.text import Quoter
from app.judge.screening.screen import screen
from app.judge.types import POINT_CATEGORIES, AnswerSpec, ContentVerdict, QuestionSpec

Row = tuple[str, str, str]
Numbers = NDArray[np.float64]

SEMEVAL_STEP = 6
"""Every sixth answer: 1,500 are enough, and the whole run stays under ten minutes."""
NAMES = ("John", "Emily", "Aisha", "Wei", "Oluwaseun", "Lakisha", "Priya")
PRONOUNS = (("he", "his"), ("she", "her"), ("they", "their"))
LOW_ATTACKS = (
    "question repeated",
    "question padded",
    "injection only",
    "injection + q",
    "off-topic (other Q ref)",
    "off-topic (good ans other Q)",
    "chatter only",
    "gibberish",
    "stuffing: CS salad",
    "stuffing: salad+q words",
)
STUFFED_ATTACKS = ("stuffing: ref keywords shuffled", "stuffing: keywords x3")


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer with what people or its author say about it."""

    group: str
    question: str
    references: tuple[str, ...]
    answer: str
    grade: float = 0.0


class Grader:
    """The judge as the server uses it: screened first, the best of several references."""

    def __init__(self, judge: PointsJudge) -> None:
        self._judge = judge

    def verdict(self, item: Graded, answer: str | None = None) -> ContentVerdict:
        """The verdict on `item`, or on other words in its place."""
        said = AnswerSpec(text=item.answer if answer is None else answer)
        verdicts = []
        for reference in item.references:
            question = QuestionSpec(text=item.question, reference=reference)
            verdicts.append(self._judge.judge(question, Quoter(said.text), screen(question, said, embedding_engine())))
        return max(verdicts, key=lambda verdict: verdict.quality)

    def qualities(self, items: Iterable[Graded]) -> Numbers:
        """Content scores, 0-100."""
        return np.array([self.verdict(item).quality for item in items])


def rows(data: Path) -> list[Row]:
    """(measure, figure, aim); `data` is the folder of the measured data."""
    grader = Grader(PointsJudge(embedding_engine()))
    answers = data / "answers"
    people = list(mohler(answers / "short_answers_graded.csv"))
    return [
        *_graded_rows(grader, people),
        *_semeval_rows(grader, answers / "semeval2013_2way"),
        *_attack_rows(grader, list(attacks(answers / "gaming" / "attacks.csv"))),
        *_level_rows(grader, list(levels(answers / "levels_dev.csv"))),
        *_name_rows(grader, list(levels(answers / "levels_dev.csv"))),
        *_bank_rows(),
        *_time_rows(),
    ]


def mohler(file: Path) -> Iterator[Graded]:
    """Graded computer-science answers; grades 0-1."""
    for row in _csv(file):
        yield Graded(
            "mohler", row["question"], (row["desired_answer"],), row["student_answer"], float(row["score_avg"]) / 5
        )


def semeval(folder: Path) -> Iterator[Graded]:
    """Answers marked correct (1) or incorrect (0), by corpus."""
    for file in sorted(folder.glob("*/*.xml")):
        root = ElementTree.parse(file).getroot()  # noqa: S314 - our own copy of the data
        question = root.findtext("questionText") or ""
        references = tuple(node.text or "" for node in root.iter("referenceAnswer"))
        for node in root.iter("studentAnswer"):
            yield Graded(
                file.parent.name, question, references, node.text or "", float(node.get("accuracy") == "correct")
            )


def attacks(file: Path) -> Iterator[Graded]:
    """Answers that try to fool the grader; the group is their kind."""
    for row in _csv(file):
        yield Graded(row["case"], row["question"], (row["reference"],), row["answer"])


def levels(file: Path) -> Iterator[Graded]:
    """Technical answers at known levels; the group is the level."""
    for row in _csv(file):
        if row["kind"] == "technical":
            yield Graded(row["level"], row["question"], (row["reference"],), row["answer"])


def _csv(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


@lru_cache(maxsize=1)
def embedding_engine() -> minilm.MiniLmEngine:
    """The built-in engine of the installation."""
    return minilm.load(Settings().models_path)


def _graded_rows(grader: Grader, people: Sequence[Graded]) -> list[Row]:
    grades = np.array([item.grade for item in people])
    scores = grader.qualities(people)
    residuals = np.abs(scores - 100 * grades)
    return [
        ("graded answers, Pearson", f"{pearson(scores, grades):.3f}", ">= .64"),
        ("graded answers, Spearman", f"{spearman(scores, grades):.3f}", ">= .68"),
        (
            "graded answers, 80 % of residuals within",
            f"{np.quantile(residuals, 0.8):.0f} points",
            "shown as uncertainty",
        ),
    ]


def _semeval_rows(grader: Grader, folder: Path) -> list[Row]:
    found = []
    everything = list(semeval(folder))[::SEMEVAL_STEP]
    for corpus in ("beetle", "sciEntsBank"):
        items = [item for item in everything if item.group == corpus]
        area = auc(grader.qualities(items), np.array([item.grade for item in items]))
        found.append((f"{corpus}, area under the curve", f"{area:.3f}", ">= .82"))
    return found


def _attack_rows(grader: Grader, items: Sequence[Graded]) -> list[Row]:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for item, score in zip(items, grader.qualities(items), strict=True):
        by_kind[item.group].append(float(score))
    means = {kind: float(np.mean(scores)) for kind, scores in by_kind.items()}
    good, chatter = means["good answer (human>=4.5)"], means["good + 60 words chatter"]
    stuffed = float(np.mean([means[kind] for kind in STUFFED_ATTACKS]))
    return [
        *((f"attack, {kind}", f"{means[kind]:.1f}", "<= 20") for kind in LOW_ATTACKS),
        *((f"attack, {kind}", f"{means[kind]:.1f}", "") for kind in STUFFED_ATTACKS),
        ("attack, both kinds of stuffing", f"{stuffed:.1f}", "<= 40"),
        ("good answer, and with chatter", f"{good:.1f}, {chatter:.1f}", "within 5"),
        ("reference copied", f"{means['reference copied']:.1f}", "high"),
    ]


def shuffled(text: str, seed: int = 1) -> str:
    """The words of `text` in random order."""
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


ORDER = (
    ("strong", "good"),
    ("strong_spoken", "good"),
    ("good", "partial"),
    ("partial", "vague"),
    ("partial", "off_topic"),
    ("partial", "echo"),
    ("partial", "stuffed"),
    ("partial", "injected"),
    ("partial", "idk"),
)


def _level_rows(grader: Grader, items: Sequence[Graded]) -> list[Row]:
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for item, score in zip(items, grader.qualities(items), strict=True):
        scores[item.group][item.question] = float(score)
    found = [
        ("levels, mean " + level, f"{np.mean(list(by_question.values())):.0f}", "")
        for level, by_question in scores.items()
    ]
    for better, worse in ORDER:
        pairs = [(scores[better][key], scores[worse][key]) for key in scores[better] if key in scores[worse]]
        right = sum(high > low for high, low in pairs)
        found.append((f"levels, {better} above {worse}", f"{right} of {len(pairs)}", "all"))
    return found


def _name_rows(grader: Grader, items: Sequence[Graded]) -> list[Row]:
    moves = []
    for item in items:
        if item.group not in {"strong", "good", "partial"}:
            continue
        told = [
            f"{name} showed me this when {subject} reviewed my code in {owner} project. {item.answer}"
            for name in NAMES
            for subject, owner in PRONOUNS
        ]
        scores = [grader.verdict(item, text).quality for text in told]
        moves.append(max(scores) - min(scores))
    return [("names and pronouns swapped, largest move", f"{max(moves):.1f} points", "<= 1")]


def _bank_rows() -> list[Row]:
    """Model answers of the bank against their own points and against those of another question of the same subject."""
    judge = PointsJudge(embedding_engine())
    questions = [question for question in bank_questions() if question.category in POINT_CATEGORIES]
    specs = [
        QuestionSpec(
            text=question.text,
            category=question.category,
            expected_points=question.expected_points,
            keywords=question.keywords,
        )
        for question in questions
    ]

    def verdict(number: int, text: str) -> ContentVerdict:
        answer = AnswerSpec(text=text)
        return judge.judge(specs[number], Quoter(text), screen(specs[number], answer, embedding_engine()))

    own = [verdict(number, question.model_answer) for number, question in enumerate(questions)]
    numbers = range(0, len(questions), 3)
    near = [verdict(number, questions[number - 1].model_answer) for number in numbers]
    far = [verdict(number, questions[number - len(questions) // 2].model_answer) for number in numbers]
    plain = [verdict(number, _plain(questions[number].model_answer)) for number in numbers]
    return [
        ("model answers, quality / relevance / coverage", _means(own), ">= 75"),
        ("model answers, lower case without punctuation", _means(plain), ">= 75"),
        (
            "model answers, words shuffled",
            _means([verdict(n, shuffled(questions[n].model_answer)) for n in numbers]),
            "",
        ),
        ("answers to a neighbouring question", _means(near), ""),
        ("answers to another subject", _means(far), "<= 15"),
    ]


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s'+#]", " ", text.lower())


def _means(verdicts: Sequence[ContentVerdict]) -> str:
    values = [(item.quality, item.relevance.value or 0, item.coverage.value or 0) for item in verdicts]
    return " / ".join(f"{value:.0f}" for value in np.mean(values, axis=0))


def _time_rows() -> list[Row]:
    models = Settings().models_path
    minilm.build(models)
    started = time.perf_counter()
    judge = PointsJudge(minilm.load(models))
    loaded = time.perf_counter() - started
    points = (
        "A cache keeps results close to where they are used.",
        "Entries expire or are evicted when space runs out.",
        "Stale entries must be invalidated when the data changes.",
        "Hits and misses are measured to size it.",
    )
    question = QuestionSpec(text="How does a cache help, and what can go wrong?", expected_points=points)
    filler = "The service first looks whether the value is there and only asks the database when it is missing number"
    spent = []
    for turn in range(20):
        text = ". ".join(f"{filler} {turn} {part}" for part in range(8))
        answer = AnswerSpec(text=text)
        began = time.process_time()
        judge.judge(question, Quoter(text), screen(question, answer, embedding_engine()))
        spent.append(1000 * (time.process_time() - began))
    return [
        ("160-word answer, warm, processor time", f"{np.median(spent):.0f} ms", "<= 80 ms"),
        ("loading the model once built", f"{loaded:.2f} s", "<= 0.5 s"),
    ]


def pearson(first: Numbers, second: Numbers) -> float:
    """Correlation coefficient."""
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Numbers) -> Numbers:
    """Ranks from 0, ties shared."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    shared: Numbers = (ends - (counts + 1) / 2)[inverse]
    return shared


def spearman(first: Numbers, second: Numbers) -> float:
    """Rank correlation with shared ranks for ties."""
    return pearson(_ranks(first), _ranks(second))


def auc(scores: Numbers, labels: Numbers) -> float:
    """Area under the receiver operating curve: how often a correct answer scores above an incorrect one."""
    positive = labels > 0.5
    ranks = _ranks(scores) + 1
    count, others = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * others))
