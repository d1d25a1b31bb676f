"""Question sets as files: YAML for people who write them, CSV for spreadsheets. Both say the same and come back whole.

    name: Backend developer                       # YAML; several sets are a list, or documents after ---
    description: First interview
    questions:
      - text: What is a deadlock?
        category: technical                       # this and all below may be left out
        difficulty: medium
        time_limit: 120
        hints: [Think of two locks]
        expected_points: [Two threads wait for each other, A fixed order of locks prevents it]

A CSV file has a row for each question, with the columns `question`, and optionally `set`, `description`, `category`,
`difficulty`, `time_limit`, `hints` and `expected_points`; entries of the last two are separated by `|`.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from app.errors import InvalidRequest, field_errors
from app.models.values.kinds import CATEGORIES, Category, Difficulty
from app.repositories.question_sets import QuestionSetView
from app.spreadsheets import Reader, Writer
from app.web.text import Clean, CleanLine, Line
from app.yaml_files import read_documents

COLUMNS = ("set", "description", "question", "category", "difficulty", "time_limit", "hints", "expected_points")
_BAR = re.compile(r"(?<!\\)\|")
Lines = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), CleanLine]


class FileQuestion(BaseModel):
    """A question of a file."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), Clean]
    category: Category | None = None
    difficulty: Difficulty = "medium"
    time_limit: int = Field(120, ge=10, le=3_600)
    hints: list[Lines] = Field(default_factory=list, max_length=10)
    expected_points: list[Lines] = Field(default_factory=list, max_length=20)


class FileSet(BaseModel):
    """A set of a file."""

    model_config = ConfigDict(extra="forbid")
    name: Line
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), Clean] = ""
    questions: list[FileQuestion] = Field(min_length=1, max_length=50)


def _named_once(sets: list[FileSet]) -> list[FileSet]:
    names = [found.name.casefold() for found in sets]
    twice = next((found.name for found in sets if names.count(found.name.casefold()) > 1), None)
    if twice is not None:
        raise ValueError(f"two sets are named {twice!r}")
    return sets


_sets: TypeAdapter[list[FileSet]] = TypeAdapter(
    Annotated[list[FileSet], Field(min_length=1), AfterValidator(_named_once)]
)


def read_sets(file: Path, name: str | None = None) -> list[FileSet]:
    """The sets of a file; `name` is for a single one that has none of its own, else it is called like the file.

    InvalidRequest says which question is wrong and why.
    """
    unnamed = name or file.stem
    try:
        found = _of_csv(file, unnamed) if file.suffix.lower() == ".csv" else _of_yaml(file, unnamed)
        return _sets.validate_python(found)
    except ValidationError as error:
        problems = field_errors(error.errors(include_url=False, include_input=False), whole="the file")
        text = "\n".join(f"{file}: {_place(problem.field)}: {problem.message}" for problem in problems[:10])
        raise InvalidRequest(text) from error
    except (csv.Error, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise InvalidRequest(f"{file}: this cannot be read: {' '.join(str(error).split())[:200]}") from error


def to_yaml(views: Iterable[QuestionSetView]) -> str:
    """The sets as YAML, one document each."""
    documents = [
        {
            "name": view.question_set.name,
            "description": view.question_set.description,
            "questions": [
                {
                    "text": item.text,
                    "category": item.category,
                    "difficulty": item.difficulty,
                    "time_limit": item.time_limit,
                    "hints": list(item.hints),
                    "expected_points": list(item.expected_points),
                }
                for item in view.items
            ],
        }
        for view in views
    ]
    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=110)


def to_csv(views: Iterable[QuestionSetView]) -> str:
    """The sets as CSV, a row for each question."""
    file = io.StringIO(newline="")
    writer = Writer(file, COLUMNS)
    for view in views:
        for item in view.items:
            writer.write(
                {
                    "set": view.question_set.name,
                    "description": view.question_set.description,
                    "question": item.text,
                    "category": item.category,
                    "difficulty": item.difficulty,
                    "time_limit": str(item.time_limit),
                    "hints": _joined(item.hints),
                    "expected_points": _joined(item.expected_points),
                }
            )
    return file.getvalue()


def _of_yaml(file: Path, unnamed: str) -> list[Any]:
    found = [entry for document in read_documents(file) for entry in _listed(document)]
    if len(found) == 1 and isinstance(found[0], dict):
        found[0].setdefault("name", unnamed)
    return found


def _listed(document: Any) -> list[Any]:
    """A document is a set, a list of sets, or the bare list of a set's questions."""
    if not isinstance(document, list):
        return [] if document is None else [document]
    if all(isinstance(entry, dict) and "text" in entry for entry in document):
        return [{"questions": document}]
    return document


def _of_csv(file: Path, unnamed: str) -> list[dict[str, Any]]:
    sets: dict[str, dict[str, Any]] = {}
    with file.open(newline="", encoding="utf-8-sig") as opened:
        reader = Reader(opened)
        if "question" not in reader.columns or (unknown := set(reader.columns) - set(COLUMNS)):
            wrong = f" and not {', '.join(sorted(unknown))}" if "question" in reader.columns else ""
            raise ValueError(f"its columns are question and, where wanted, {', '.join(COLUMNS)}{wrong}")
        for row in reader:
            if None in row:
                raise ValueError(f"line {reader.line} has more cells than columns")
            cells = {name: cell.strip() for name, cell in row.items() if cell and cell.strip()}
            if not cells:
                continue
            name = cells.pop("set", unnamed)
            entry = sets.setdefault(name.casefold(), {"name": name, "questions": []})
            if description := cells.pop("description", ""):
                entry["description"] = description
            question: dict[str, Any] = {"text": cells.pop("question", ""), **cells}
            for column in {"hints", "expected_points"} & cells.keys():
                question[column] = _split(cells[column])
            entry["questions"].append(question)
    return list(sets.values())


def _joined(entries: Sequence[str]) -> str:
    return "|".join(entry.replace("|", r"\|") for entry in entries)


def _split(cell: str) -> list[str]:
    return [entry.strip().replace(r"\|", "|") for entry in _BAR.split(cell) if entry.strip()]


def _place(field: str) -> str:
    """`0.questions.2.time_limit` in words, counted from 1."""
    parts = field.split(".")
    words = [f"set {int(parts[0]) + 1}"] if parts[0].isdigit() else []
    if len(parts) > 2 and parts[1] == "questions" and parts[2].isdigit():
        words.append(f"question {int(parts[2]) + 1}")
        parts = parts[2:]
    words += [f"entry {int(part) + 1}" if part.isdigit() else part for part in parts[1:]]
    hint = f" (one of {', '.join(CATEGORIES)})" if parts[-1] == "category" else ""
    return ", ".join(words or [field]) + hint
