"""Guests, who become ordinary accounts by signing up; several attempts at the same question."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ATTEMPT = "fk_questions_attempt_of_id_questions"


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("is_guest", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("users") as users:
        users.alter_column("is_guest", server_default=None)
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("attempt_of_id", BIG_ID, nullable=True))
        questions.create_foreign_key(op.f(ATTEMPT), "questions", ["attempt_of_id"], ["id"], ondelete="SET NULL")
        questions.create_index(op.f("ix_questions_attempt_of_id"), ["attempt_of_id"])


def downgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.drop_index(op.f("ix_questions_attempt_of_id"))
        questions.drop_constraint(op.f(ATTEMPT), type_="foreignkey")
        questions.drop_column("attempt_of_id")
    with op.batch_alter_table("users") as users:
        users.drop_column("is_guest")
