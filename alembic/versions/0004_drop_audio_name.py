"""Messages have no file of their own: spoken questions are found by their text."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("audio_name")


def downgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("audio_name", sa.String(80), nullable=True))
