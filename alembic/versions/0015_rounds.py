"""Rounds of interviews, and logins whose refresh token stays the same."""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("focus_areas", sa.JSON(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("completed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["interview_sessions.id"],
            name=op.f("fk_rounds_session_id_interview_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rounds_public_id")),
        sa.UniqueConstraint("session_id", "number", name="uq_rounds_session_id_number"),
    )
    with op.batch_alter_table("questions") as table:
        table.add_column(sa.Column("round_id", BIG_ID, nullable=True))
        table.create_foreign_key(
            op.f("fk_questions_round_id_rounds"), "rounds", ["round_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("auth_sessions") as table:
        table.add_column(sa.Column("rotates", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("auth_sessions") as table:
        table.alter_column("rotates", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("auth_sessions") as table:
        table.drop_column("rotates")
    with op.batch_alter_table("questions") as table:
        table.drop_constraint(op.f("fk_questions_round_id_rounds"), type_="foreignkey")
        table.drop_column("round_id")
    op.drop_table("rounds")
