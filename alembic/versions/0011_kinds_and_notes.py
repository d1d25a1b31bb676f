"""Kinds of interview, notes on interviews, disabled accounts, and when a transcript was corrected."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("answers", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE answers SET corrected_at = updated_at WHERE original_text IS NOT NULL")
    with op.batch_alter_table("interview_sessions") as table:
        table.add_column(sa.Column("kind", sa.String(length=16), nullable=False, server_default="practice"))
    op.execute("UPDATE interview_sessions SET kind = 'screening' WHERE access_code_id IS NOT NULL")
    with op.batch_alter_table("interview_sessions") as table:
        table.alter_column("kind", existing_type=sa.String(length=16), server_default=None)
        table.create_check_constraint(op.f("ck_interview_sessions_kind"), "kind IN ('practice', 'screening')")
    with op.batch_alter_table("access_codes") as table:
        table.add_column(sa.Column("interview_kind", sa.String(length=16), nullable=False, server_default="screening"))
    with op.batch_alter_table("access_codes") as table:
        table.alter_column("interview_kind", existing_type=sa.String(length=16), server_default=None)
        table.create_check_constraint(
            op.f("ck_access_codes_interview_kind"), "interview_kind IN ('practice', 'screening')"
        )
    op.create_table(
        "session_notes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_session_notes_author_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["interview_sessions.id"],
            name=op.f("fk_session_notes_session_id_interview_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_notes_public_id")),
    )
    op.create_index("ix_session_notes_session_id", "session_notes", ["session_id"])


def downgrade() -> None:
    op.drop_table("session_notes")
    with op.batch_alter_table("access_codes") as table:
        table.drop_constraint(op.f("ck_access_codes_interview_kind"), type_="check")
        table.drop_column("interview_kind")
    with op.batch_alter_table("interview_sessions") as table:
        table.drop_constraint(op.f("ck_interview_sessions_kind"), type_="check")
        table.drop_column("kind")
    op.drop_column("answers", "corrected_at")
    op.drop_column("users", "disabled_at")
