"""What was seen of the candidate in a film, with its recording."""

import sqlalchemy as sa

from alembic import op

revision = "0073"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("visual", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("recordings", "visual")
