"""Several recordings of an interview, uploads in pieces, consent, audit events and receipts of deletions."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ANSWER = sa.text("is_answer")


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


def belongs_to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    with op.batch_alter_table("recordings") as table:
        table.add_column(sa.Column("session_id", BIG_ID, nullable=True))
        table.add_column(sa.Column("is_answer", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default="audio"))
        table.add_column(sa.Column("status", sa.String(length=16), nullable=False, server_default="completed"))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("key", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("thumbnail_key", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("peaks", sa.JSON(), nullable=True))
    op.execute(
        "UPDATE recordings SET key = 'recordings/' || substr(name, 1, 2) || '/' || name,"
        " session_id = (SELECT session_id FROM questions WHERE questions.id = recordings.question_id)"
    )
    with op.batch_alter_table("recordings") as table:
        table.drop_constraint(op.f("uq_recordings_name"), type_="unique")
        table.drop_constraint(op.f("uq_recordings_question_id"), type_="unique")
        table.drop_constraint(op.f("fk_recordings_question_id_questions"), type_="foreignkey")
        table.drop_column("name")
        table.alter_column("session_id", existing_type=BIG_ID, nullable=False)
        table.alter_column("key", existing_type=sa.String(length=120), nullable=False)
        table.alter_column("question_id", existing_type=BIG_ID, nullable=True)
        for column in ("is_answer", "kind", "status"):
            table.alter_column(column, server_default=None)
        table.create_unique_constraint(op.f("uq_recordings_key"), ["key"])
        table.create_check_constraint(op.f("ck_recordings_kind"), "kind IN ('audio', 'video')")
        table.create_check_constraint(
            op.f("ck_recordings_status"), "status IN ('received', 'processing', 'completed', 'failed')"
        )
        table.create_foreign_key(
            op.f("fk_recordings_session_id_interview_sessions"),
            "interview_sessions",
            ["session_id"],
            ["id"],
            ondelete="CASCADE",
        )
        table.create_foreign_key(
            op.f("fk_recordings_question_id_questions"), "questions", ["question_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index("ix_recordings_session_id", ["session_id"])
        table.create_index(
            "uq_recordings_question_id_answer",
            ["question_id"],
            unique=True,
            postgresql_where=ANSWER,
            sqlite_where=ANSWER,
        )
    with op.batch_alter_table("answers") as table:
        table.drop_constraint(op.f("ck_answers_kind"), type_="check")
        table.create_check_constraint(op.f("ck_answers_kind"), "kind IN ('text', 'audio', 'video', 'live')")
    op.create_table(
        "uploads",
        *record(),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("question_id", BIG_ID, nullable=True),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("length", BIG_ID, nullable=False),
        sa.Column("position", BIG_ID, nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recording_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        belongs_to("uploads", "session_id", "interview_sessions", "CASCADE"),
        belongs_to("uploads", "question_id", "questions", "SET NULL"),
        belongs_to("uploads", "recording_id", "recordings", "SET NULL"),
        *keys("uploads"),
    )
    op.create_index("ix_uploads_session_id", "uploads", ["session_id"])
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"])
    op.create_table(
        "consents",
        *record(),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        belongs_to("consents", "session_id", "interview_sessions", "CASCADE"),
        *keys("consents"),
    )
    op.create_index("ix_consents_session_id", "consents", ["session_id"])
    op.create_table(
        "audit_events",
        *record(),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        *keys("audit_events"),
    )
    op.create_index("ix_audit_events_subject_id", "audit_events", ["subject_id"])
    op.create_table(
        "deletions",
        *record(),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "subject_kind IN ('answer', 'recording', 'session', 'account')", name=op.f("ck_deletions_subject_kind")
        ),
        *keys("deletions"),
    )
    op.create_index("ix_deletions_completed_at", "deletions", ["completed_at"])


def downgrade() -> None:
    for table in ("deletions", "audit_events", "consents", "uploads"):
        op.drop_table(table)
    op.execute("DELETE FROM answers WHERE kind = 'video'")
    with op.batch_alter_table("answers") as table:
        table.drop_constraint(op.f("ck_answers_kind"), type_="check")
        table.create_check_constraint(op.f("ck_answers_kind"), "kind IN ('text', 'audio', 'live')")
    op.execute("DELETE FROM recordings WHERE NOT is_answer OR question_id IS NULL")
    with op.batch_alter_table("recordings") as table:
        table.add_column(sa.Column("name", sa.String(length=80), nullable=True))
    op.execute("UPDATE recordings SET name = substr(key, 15)")
    with op.batch_alter_table("recordings") as table:
        table.drop_index("uq_recordings_question_id_answer")
        table.drop_index("ix_recordings_session_id")
        table.drop_constraint(op.f("fk_recordings_session_id_interview_sessions"), type_="foreignkey")
        table.drop_constraint(op.f("fk_recordings_question_id_questions"), type_="foreignkey")
        table.drop_constraint(op.f("ck_recordings_status"), type_="check")
        table.drop_constraint(op.f("ck_recordings_kind"), type_="check")
        table.drop_constraint(op.f("uq_recordings_key"), type_="unique")
        for column in ("session_id", "is_answer", "kind", "status", "reason", "key", "thumbnail_key", "peaks"):
            table.drop_column(column)
        table.alter_column("name", existing_type=sa.String(length=80), nullable=False)
        table.alter_column("question_id", existing_type=BIG_ID, nullable=False)
        table.create_unique_constraint(op.f("uq_recordings_name"), ["name"])
        table.create_unique_constraint(op.f("uq_recordings_question_id"), ["question_id"])
        table.create_foreign_key(
            op.f("fk_recordings_question_id_questions"), "questions", ["question_id"], ["id"], ondelete="CASCADE"
        )
