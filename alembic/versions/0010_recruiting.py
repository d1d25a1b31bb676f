"""Question sets, prompt templates, what codes lead to, and what clients claim of answers."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIRST_PROMPT = (
    "You are a helpful interview assistant. The candidate was asked '{question}' and has said '{transcript}' so far. "
    "Give one hint: a way to begin or to go on, for example what to look at first, which side of the question is still "
    "open, or a question to ask oneself."
)


def record() -> list[sa.Column[object]]:
    """The columns that every table has; new ones, because a column belongs to one table."""
    return [
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def keys(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    ]


def made_by(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_created_by_id_users")
    return sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=name, ondelete="SET NULL")


def at_most_one(table: str, column: str, name: str) -> None:
    """An index that holds one row whose flag is set."""
    where = sa.text(column)
    op.create_index(name, table, [column], unique=True, postgresql_where=where, sqlite_where=where)


def upgrade() -> None:
    op.create_table(
        "question_sets",
        *record(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        made_by("question_sets"),
        *keys("question_sets"),
    )
    op.create_index("ix_question_sets_created_by_id", "question_sets", ["created_by_id"])
    at_most_one("question_sets", "is_active", "uq_question_sets_active")
    op.create_table(
        "question_set_items",
        *record(),
        sa.Column("question_set_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("difficulty", sa.String(length=16), nullable=False),
        sa.Column("time_limit", sa.Integer(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("expected_points", sa.JSON(), nullable=False),
        sa.CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name=op.f("ck_question_set_items_difficulty")),
        sa.ForeignKeyConstraint(
            ["question_set_id"],
            ["question_sets.id"],
            name=op.f("fk_question_set_items_question_set_id_question_sets"),
            ondelete="CASCADE",
        ),
        *keys("question_set_items"),
    )
    op.create_index("ix_question_set_items_question_set_id_number", "question_set_items", ["question_set_id", "number"])
    prompts = op.create_table(
        "prompt_templates",
        *record(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        made_by("prompt_templates"),
        *keys("prompt_templates"),
    )
    at_most_one("prompt_templates", "is_default", "uq_prompt_templates_default")
    moment = datetime.now(UTC)
    first = {"public_id": uuid4(), "created_at": moment, "updated_at": moment, "is_default": True, "text": FIRST_PROMPT}
    named = {"name": "Default Interview Assistant", "description": "Standard AI assistant for interviews"}
    op.bulk_insert(prompts, [{**first, **named}])
    with op.batch_alter_table("access_codes") as table:
        table.add_column(sa.Column("question_set_id", BIG_ID, nullable=True))
        table.add_column(sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_access_codes_created_by_id", ["created_by_id"])
        table.create_index("ix_access_codes_question_set_id", ["question_set_id"])
        table.create_foreign_key(
            op.f("fk_access_codes_question_set_id_question_sets"),
            "question_sets",
            ["question_set_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.execute(
        "UPDATE access_codes SET entered_at ="
        " (SELECT min(created_at) FROM interview_sessions WHERE access_code_id = access_codes.id)"
    )
    with op.batch_alter_table("interview_sessions") as table:
        table.add_column(sa.Column("question_set_id", BIG_ID, nullable=True))
        table.drop_index("ix_interview_sessions_access_code_id")
        table.create_index("uq_interview_sessions_access_code_id", ["access_code_id"], unique=True)
        table.create_index("ix_interview_sessions_question_set_id", ["question_set_id"])
        table.create_foreign_key(
            op.f("fk_interview_sessions_question_set_id_question_sets"),
            "question_sets",
            ["question_set_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("answers") as table:
        table.add_column(sa.Column("claimed_score", sa.Double(), nullable=True))
        table.add_column(sa.Column("claimed_analysis", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("answers") as table:
        table.drop_column("claimed_analysis")
        table.drop_column("claimed_score")
    with op.batch_alter_table("interview_sessions") as table:
        table.drop_constraint(op.f("fk_interview_sessions_question_set_id_question_sets"), type_="foreignkey")
        table.drop_index("ix_interview_sessions_question_set_id")
        table.drop_index("uq_interview_sessions_access_code_id")
        table.create_index("ix_interview_sessions_access_code_id", ["access_code_id"])
        table.drop_column("question_set_id")
    with op.batch_alter_table("access_codes") as table:
        table.drop_constraint(op.f("fk_access_codes_question_set_id_question_sets"), type_="foreignkey")
        table.drop_index("ix_access_codes_question_set_id")
        table.drop_index("ix_access_codes_created_by_id")
        for column in ("question_set_id", "entered_at", "withdrawn_at"):
            table.drop_column(column)
    for table_name in ("prompt_templates", "question_set_items", "question_sets"):
        op.drop_table(table_name)
