"""How well stories, plans and answers about oneself are told apart by quality, kind and fit.

No such answers graded by people were found. Measured are answers of known kind by five authors: the development
answers (`answers/levels_dev.csv`), the golden answers of the tests, and the model answers of the question bank. The
thresholds were chosen on all three, the word lists and sentences behind them written before the golden answers were
judged; two of the golden authors wrote without knowing the judge, and what they showed was
learned from afterwards; other answers are held back.
"""

import csv
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.bank.loader import BankQuestion
from app.bank.loader import questions as bank_questions
from app.config import Settings
from app.engines.embedding import minilm
from app.judge.language.text import sentence_spans
from app.judge.types import POINT_CATEGORIES, QuestionSpec
from benchmarks.ranking import RANK, ContentJudges, Judged, Kind, golden_answers, in_order, pairs

Row = tuple[str, str, str]

GOOD = 75.0
CLEARLY = 15.0
"""Points by which a model answer must fall when it is given to another theme's question."""
CATEGORIES = ("behavioral", "leadership", "situational", "hr")
WORDS = 150


def rows(data: Path) -> list[Row]:
    """(measure, figure, aim); `data` is the folder of the measured data."""
    judges = ContentJudges(minilm.load(Settings().models_path))
    development = development_answers(data / "answers" / "levels_dev.csv")
    golden = [item for item in golden_answers() if item.question.category not in POINT_CATEGORIES]
    return [
        *_order_rows("development", judges.all(development)),
        *_mean_rows("development", judges.all(development)),
        *_order_rows("golden", judges.all(golden)),
        *_mean_rows("golden", judges.all(golden)),
        *_bank_rows(judges),
        _time_row(judges),
    ]


def development_answers(file: Path) -> list[Kind]:
    """The answers of known kind that are no technical ones."""
    with file.open(encoding="utf-8", newline="") as opened:
        return [
            Kind(
                QuestionSpec(text=row["question"], category=row["kind"], theme=row["theme"] or None),  # type: ignore[arg-type]
                row["level"],
                row["answer"],
                spoken=row["level"] == "strong_spoken",
            )
            for row in csv.DictReader(opened)
            if row["kind"] not in POINT_CATEGORIES
        ]


def _order_rows(name: str, judged: Sequence[Judged]) -> list[Row]:
    wrong = Counter(
        f"{better.item.kind} < {worse.item.kind}" for better, worse in pairs(judged) if not in_order(better, worse)
    )
    worst = ", ".join(f"{kinds} {count}" for kinds, count in wrong.most_common(3)) or "none"
    return [
        _pair_row(name, judged),
        (f"{name}: most often in the wrong order", worst, ""),
        *_other_story(name, judged),
    ]


def _pair_row(name: str, judged: Sequence[Judged]) -> Row:
    held = [in_order(*pair) for pair in pairs(judged)]
    share = 100 * sum(held) / len(held)
    return (f"{name}: pairs in order ({len(held)})", f"{share:.1f} %", ">= 98.5 %" if name == "development" else "")


def _other_story(name: str, judged: Sequence[Judged]) -> list[Row]:
    """Stories told well to another question: how many are under a partial answer to the right one, and flagged."""
    stories = [one for one in judged if one.item.kind == "other_story"]
    if not stories:
        return []
    partial = {one.item.question.text: one.verdict.quality for one in judged if one.item.kind == "partial"}
    under = sum(one.verdict.quality < partial.get(one.item.question.text, 0) for one in stories)
    flagged = sum(any(flag.code == "other_question" for flag in one.verdict.flags) for one in stories)
    return [
        (f"{name}: other story under a partial answer", f"{under} of {len(stories)}", ""),
        (f"{name}: other story flagged", f"{flagged} of {len(stories)}", ""),
    ]


def _mean_rows(name: str, judged: Sequence[Judged]) -> list[Row]:
    """Mean quality, relevance and coverage of each kind of answer, by category."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        asked = one.item.question.category
        groups["behavioral" if asked == "leadership" else asked, one.item.kind].append(one)
    found = []
    for (category, kind), group in groups.items():
        quality = statistics.mean(one.verdict.quality for one in group)
        relevance = statistics.mean(one.verdict.relevance.value or 0.0 for one in group)
        coverage = statistics.mean(one.verdict.coverage.value or 0.0 for one in group)
        aim = ">= 75 each" if RANK.get(kind, 0) >= RANK["good"] else "< 25 each" if kind == "vague" else ""
        figure = f"{quality:.0f} / {relevance:.0f} / {coverage:.0f}"
        found.append((f"{name}, {category}, {kind}: quality / relevance / coverage", figure, aim))
    return found


def _bank_rows(judges: ContentJudges) -> list[Row]:
    """Model answers on their own question, cut to their first sentence, and on a question of another theme."""
    draw = random.Random(1)
    found = []
    for category in CATEGORIES:
        questions = [question for question in bank_questions() if question.category == category]
        own, first, other = [], [], []
        for question in questions:
            spec, said = _spec(question), question.model_answer
            own.append(judges.judge(spec, said))
            begin, end = sentence_spans(said)[0]
            first.append(judges.judge(spec, said[begin:end]).quality)
            stranger = draw.choice([one for one in questions if one.theme != question.theme])
            other.append(judges.judge(spec, stranger.model_answer).quality)
        quality = [verdict.quality for verdict in own]
        good = sum(
            min(verdict.quality, verdict.relevance.value or 0, verdict.coverage.value or 0) >= GOOD for verdict in own
        )
        shorter = sum(short < full for short, full in zip(first, quality, strict=True))
        fallen = sum(wrong < full - CLEARLY for wrong, full in zip(other, quality, strict=True))
        count = len(questions)
        found += [
            (f"bank {category}: mean quality of model answers ({count})", f"{statistics.mean(quality):.1f}", ""),
            (f"bank {category}: quality, relevance, coverage >= 75", f"{good} of {count}", "all"),
            (f"bank {category}: lower when cut to one sentence", f"{shorter} of {count}", "all"),
            (f"bank {category}: 15 lower on another theme's question", f"{fallen} of {count}", ""),
            (f"bank {category}: mean on another theme's question", f"{statistics.mean(other):.1f}", ""),
        ]
    return found


def _spec(question: BankQuestion) -> QuestionSpec:
    return QuestionSpec(
        text=question.text,
        category=question.category,
        expected_points=question.expected_points,
        keywords=question.keywords,
        theme=question.theme,
    )


def _time_row(judges: ContentJudges) -> Row:
    """Milliseconds for answers of about 150 words, each heard for the first time."""
    questions = [question for question in bank_questions() if question.category in CATEGORIES]
    taken = []
    for at, question in enumerate(questions[:20]):
        said = f"{' '.join(question.model_answer.split()[: WORDS - 3])} Number {at} of twenty."
        start = time.perf_counter()
        judges.judge(_spec(question), said)
        taken.append(1000 * (time.perf_counter() - start))
    return ("a 150-word story, median", f"{statistics.median(taken):.0f} ms", "<= 60 ms")
