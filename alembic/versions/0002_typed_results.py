"""Results are stored as typed values: questions by key, names of the domain, a version; one current evaluation each.

The functions here know both forms themselves, because code that reads values moves on and migrations stay.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Value = dict[str, Any]
BATCH = 200
MEASURES = {
    "overall": "overall_score",
    "relevance": "relevance_score",
    "grammar": "grammar_score",
    "fluency": "fluency_score",
    "coverage": "keyword_score",
}
"""Scores of a question: the name of the domain, and the one that was stored before, which is v1's."""

questions = sa.table(
    "questions",
    sa.column("id", sa.BigInteger),
    sa.column("session_id", sa.BigInteger),
    sa.column("public_id", sa.Uuid),
    sa.column("number", sa.Integer),
    sa.column("text", sa.Text),
    sa.column("category", sa.String),
)
evaluations = sa.table("evaluations", sa.column("id", sa.BigInteger), sa.column("detail", sa.JSON))
interviews = sa.table(
    "interview_sessions",
    sa.column("id", sa.BigInteger),
    sa.column("resume_profile", sa.JSON),
    sa.column("job_match", sa.JSON),
)
scorecards, feedback, reports = (
    sa.table(name, sa.column("id", sa.BigInteger), sa.column("session_id", sa.BigInteger), sa.column(column, sa.JSON))
    for name, column in (("scorecards", "detail"), ("feedback", "content"), ("reports", "content"))
)
RESULTS = ((scorecards, "detail"), (feedback, "content"), (reports, "content"))


def upgrade() -> None:
    op.execute(
        "UPDATE evaluations SET is_current = false WHERE is_current AND EXISTS (SELECT 1 FROM evaluations AS later "
        "WHERE later.answer_id = evaluations.answer_id AND later.is_current AND later.id > evaluations.id)"
    )
    op.drop_index("ix_evaluations_answer_id_is_current", "evaluations")
    op.create_index("ix_evaluations_answer_id", "evaluations", ["answer_id"])
    op.create_index(
        "uq_evaluations_answer_id_current",
        "evaluations",
        ["answer_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
        sqlite_where=sa.text("is_current"),
    )
    rewrite(evaluations, "detail", lambda detail: {"version": 1, "points": [], "flags": [], **detail})
    for column in ("resume_profile", "job_match"):
        rewrite(interviews, column, lambda value: {"version": 1, **value})
    rewrite_results(typed_scores, typed_feedback, typed_report)


def downgrade() -> None:
    rewrite_results(untyped_scores, untyped_feedback, untyped_report)
    for column in ("resume_profile", "job_match"):
        rewrite(interviews, column, without_version)
    rewrite(evaluations, "detail", without_version)
    op.drop_index("uq_evaluations_answer_id_current", "evaluations")
    op.drop_index("ix_evaluations_answer_id", "evaluations")
    op.create_index("ix_evaluations_answer_id_is_current", "evaluations", ["answer_id", "is_current"])


# what changes


def typed_scores(detail: Value, asked: "Asked") -> Value:
    return {
        "version": 1,
        "summary": detail["summary"],
        "uncertainty": detail["uncertainty"],
        "questions": [
            {
                "question_key": asked[entry["question_id"]].id,
                "state": entry["state"],
                **{name: entry[old] for name, old in MEASURES.items()},
            }
            for entry in detail["questions"]
        ],
    }


def untyped_scores(detail: Value, asked: "Asked") -> Value:
    return {
        "summary": detail["summary"],
        "uncertainty": detail["uncertainty"],
        "questions": [
            {
                "question_id": str(asked[entry["question_key"]].public_id),
                "number": asked[entry["question_key"]].number,
                "question_text": asked[entry["question_key"]].text,
                "category": asked[entry["question_key"]].category,
                "state": entry["state"],
                **{old: entry[name] for name, old in MEASURES.items()},
            }
            for entry in detail["questions"]
        ],
    }


def typed_feedback(content: Value, asked: "Asked") -> Value:
    def typed(remark: Value) -> Value:
        rest = {name: value for name, value in remark.items() if name != "question_id"}
        place = remark["question_id"]
        return {**rest, "question_key": None if place is None else asked[place].id}

    remarks = {name: [typed(remark) for remark in content[name]] for name in ("strengths", "weaknesses")}
    return {"version": 1, **content, **remarks}


def untyped_feedback(content: Value, asked: "Asked") -> Value:
    def untyped(remark: Value) -> Value:
        rest = {name: value for name, value in remark.items() if name != "question_key"}
        key = remark["question_key"]
        return {**rest, "question_id": None if key is None else str(asked[key].public_id)}

    remarks = {name: [untyped(remark) for remark in content[name]] for name in ("strengths", "weaknesses")}
    return {**without_version(content), **remarks}


def typed_report(content: Value, asked: "Asked") -> Value:
    kept = {name: content[name] for name in ("uncertainty", "reasons", "notice", "categories", "delivery")}
    return {
        "version": 1,
        **kept,
        "quality": content["content_score"],
        "questions": [
            {
                "question_key": asked[entry["question_id"]].id,
                "quality": entry["content_score"],
                **{name: entry[name] for name in ("state", "uncertainty", "covered", "partly", "missing", "flags")},
            }
            for entry in content["questions"]
        ],
        "job_match": content["job_match"] and {"version": 1, **content["job_match"]},
    }


def untyped_report(content: Value, asked: "Asked") -> Value:
    kept = {name: content[name] for name in ("uncertainty", "reasons", "notice", "categories", "delivery")}
    return {
        **kept,
        "content_score": content["quality"],
        "questions": [
            {
                "question_id": str(asked[entry["question_key"]].public_id),
                "question_text": asked[entry["question_key"]].text,
                "category": asked[entry["question_key"]].category,
                "content_score": entry["quality"],
                **{name: entry[name] for name in ("state", "uncertainty", "covered", "partly", "missing", "flags")},
            }
            for entry in content["questions"]
        ],
        "job_match": content["job_match"] and without_version(content["job_match"]),
    }


def without_version(value: Value) -> Value:
    return {name: part for name, part in value.items() if name != "version"}


# how rows are rewritten


class Replaced(Exception):
    """A result names a question that its interview has no more."""


class Asked(dict[str | int, Any]):
    """The questions of an interview, by their UUID as text and by their key."""

    def __missing__(self, key: str | int) -> Any:
        raise Replaced


def rewrite(table: sa.TableClause, column: str, change: Callable[[Value], Value]) -> None:
    """Put every value of a column into its other form."""
    for rows in batches(table):
        store(table, column, [(row.id, change(getattr(row, column))) for row in rows if getattr(row, column)])


def rewrite_results(*changes: Callable[[Value, "Asked"], Value]) -> None:
    """The same for the results of interviews, which name questions.

    Results that name a question that was replaced by another since are removed: they are to be computed again.
    """
    stale: set[int] = set()
    for (table, column), change in zip(RESULTS, changes, strict=True):
        for rows in batches(table):
            asked = asked_in({row.session_id for row in rows})
            changed = []
            for row in rows:
                try:
                    changed.append((row.id, change(getattr(row, column), asked[row.session_id])))
                except Replaced:
                    stale.add(row.session_id)
            store(table, column, changed)
    for table, _ in RESULTS:
        op.get_bind().execute(sa.delete(table).where(table.c.session_id.in_(stale)))


def batches(table: sa.TableClause) -> Iterator[Sequence[Any]]:
    """The rows in order of their keys, some hundred at a time: a table of evaluations need not fit into memory."""
    last = 0
    while True:
        statement = sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
        rows = op.get_bind().execute(statement).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def asked_in(interview_keys: set[int]) -> dict[int, Asked]:
    """The questions of interviews, by the keys of these."""
    found = {key: Asked() for key in interview_keys}
    for row in op.get_bind().execute(sa.select(questions).where(questions.c.session_id.in_(interview_keys))):
        found[row.session_id].update({str(row.public_id): row, row.id: row})
    return found


def store(table: sa.TableClause, column: str, values: Sequence[tuple[int, Value]]) -> None:
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values({column: sa.bindparam("value", type_=sa.JSON)})
    )
    if values:
        op.get_bind().execute(statement, [{"row_id": key, "value": value} for key, value in values])
