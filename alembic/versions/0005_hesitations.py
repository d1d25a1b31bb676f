"""Answers keep where somebody made sounds that were not written as words: they count as fillers."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("hesitations", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("answers") as answers:
        answers.alter_column("hesitations", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.drop_column("hesitations")
