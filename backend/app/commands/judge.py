"""Scores the rows of a CSV file, one after the other, for recruiters with answers of their own and for checking us."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.config import Settings
from app.errors import Unavailable
from app.judge.category import infer_category
from app.judge.types import AnswerSpec, QuestionSpec
from app.judge.verdict import Verdict
from app.models.values.kinds import CATEGORIES
from app.runtime.engines import judge_with, open_embedding
from app.spreadsheets import Reader, Writer

MEASURES = (
    "relevance", "coverage", "grammar", "fluency", "structure", "communication", "confidence", "technical", "behavior",
)  # fmt: skip
LANGUAGE = ("grammar", "fluency")
"""Written as language alone, so that they can be compared with people's marks on any text; in `overall` they count for
as much as the words answer the question (docs/adr/0003). "I don't know" is no sample of language and has none."""
ADDED = (
    "score", "content", "overall", *MEASURES, "label", "flags", "uncertainty", "status", "reason", "engine",
    "engine_version",
)  # fmt: skip
REQUIRED = ("question", "answer")
MAX_FIELD = 1024 * 1024


class BatchError(Exception):
    """The file cannot be read at all; the message says why."""


@dataclass(slots=True)
class BatchSummary:
    """What became of the rows; `problems` name the rows that were skipped, from 2 as an editor counts lines."""

    scored: int = 0
    unscored: int = 0
    problems: list[str] = field(default_factory=list)


def count_rows(source: Path) -> int:
    """How many rows there are below the header."""
    with _reader(source) as rows:
        return sum(1 for _ in rows)


def judge_file(source: Path, target: Path, settings: Settings, *, advance: Callable[[], None]) -> BatchSummary:
    """Judge each row of `source` and write it with its results to `target`, which appears only when all is done."""
    try:
        judge = judge_with(open_embedding(settings))
    except Unavailable as error:
        raise BatchError(error.message) from error
    summary = BatchSummary()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _reader(source) as rows, draft.open("w", newline="", encoding="utf-8") as file:
            writer = Writer(file, [*rows.columns, *(name for name in ADDED if name not in rows.columns)])
            for row in rows:
                number = rows.line
                try:
                    verdict = judge.evaluate(question_of(row), AnswerSpec(text=row["answer"] or ""))
                except ValueError as error:
                    summary.problems.append(f"line {number} skipped: {error}")
                else:
                    writer.write({**row, **_results(verdict)})
                    summary.scored += verdict.status == "scored"
                    summary.unscored += verdict.status != "scored"
                advance()
        draft.replace(target)
    except OSError as error:
        raise BatchError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return summary


def question_of(row: dict[str, str | None]) -> QuestionSpec:
    """The question of a row. ValueError when the row cannot be used."""
    if None in row or any(row.get(name) is None for name in REQUIRED):
        raise ValueError("it has more or fewer fields than the header")
    text = (row["question"] or "").strip()
    if not text:
        raise ValueError("the question is empty")
    category = (row.get("category") or "").strip().lower().replace("-", "_").replace(" ", "_")
    if category and category not in CATEGORIES:
        raise ValueError(f"the category {category!r} is none of {', '.join(CATEGORIES)}")
    points = _split(row.get("expected_points"))
    reference = (row.get("reference") or "").strip()
    known = bool(points or reference)
    return QuestionSpec(
        text=text,
        category=category if category else ("technical" if known else infer_category(text)),
        expected_points=points,
        keywords=_split(row.get("keywords")),
        reference=reference,
    )


def _split(value: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split("|") if part.strip())


def _results(verdict: Verdict) -> dict[str, str]:
    labels = [{"point": point.text, "label": point.label} for point in verdict.points]
    content = verdict.parts.get("content")
    return {
        "score": _number(verdict.quality),
        "content": _number(content.value if content else verdict.quality),
        "overall": _number(verdict.overall),
        **{name: _number(verdict.value(name)) for name in MEASURES},
        **{name: _number(_language_alone(verdict, name)) for name in LANGUAGE},
        "label": json.dumps(labels, ensure_ascii=False) if labels else "",
        "flags": "|".join(flag.code for flag in verdict.flags),
        "uncertainty": _number(verdict.uncertainty),
        "status": verdict.status,
        "reason": verdict.reason,
        "engine": verdict.engine,
        "engine_version": verdict.engine_version,
    }


def _language_alone(verdict: Verdict, name: str) -> float | None:
    measure = verdict.measures.get(name)
    if measure is None or any(flag.code == "no_answer" for flag in verdict.flags):
        return None
    return measure.details.get("language_alone", measure.value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


@contextmanager
def _reader(source: Path) -> Iterator[Reader]:
    csv.field_size_limit(MAX_FIELD)
    try:
        with source.open(newline="", encoding="utf-8-sig") as file:
            rows = Reader(file)
            missing = [name for name in REQUIRED if name not in rows.columns]
            if missing:
                raise BatchError(f"{source}: the header has no column {' and no column '.join(missing)}")
            yield rows
    except UnicodeDecodeError as error:
        raise BatchError(f"{source}: it is not UTF-8 text; save it as CSV UTF-8") from error
    except csv.Error as error:
        raise BatchError(f"{source}: {error}") from error
