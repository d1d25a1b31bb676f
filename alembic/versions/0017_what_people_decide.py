"""Labels of codes, what people decide about candidates, their ratings, and what an audited change was from and to."""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("access_codes", sa.Column("label", sa.String(length=120), nullable=True))
    op.add_column("audit_events", sa.Column("before", sa.String(length=64), nullable=True))
    op.add_column("audit_events", sa.Column("after", sa.String(length=64), nullable=True))
    with op.batch_alter_table("interview_sessions") as table:
        table.add_column(sa.Column("review", sa.String(length=16), nullable=False, server_default="to_review"))
        table.create_check_constraint(
            op.f("ck_interview_sessions_review"), "review IN ('to_review', 'shortlisted', 'rejected')"
        )
    with op.batch_alter_table("session_notes") as table:
        table.add_column(sa.Column("question_id", BIG_ID, nullable=True))
        table.add_column(sa.Column("rating", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_session_notes_rating"), "rating BETWEEN 1 AND 5")
        table.create_foreign_key(
            op.f("fk_session_notes_question_id_questions"), "questions", ["question_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("session_notes") as table:
        table.drop_constraint(op.f("fk_session_notes_question_id_questions"), type_="foreignkey")
        table.drop_constraint(op.f("ck_session_notes_rating"), type_="check")
        table.drop_column("rating")
        table.drop_column("question_id")
    with op.batch_alter_table("interview_sessions") as table:
        table.drop_constraint(op.f("ck_interview_sessions_review"), type_="check")
        table.drop_column("review")
    op.drop_column("audit_events", "after")
    op.drop_column("audit_events", "before")
    op.drop_column("access_codes", "label")
