"""What was seen of the candidate in a film, with its recording; and how far an interview by steps is."""

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("visual", sa.JSON(), nullable=True))
    op.add_column(
        "interview_sessions", sa.Column("passed_number", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    op.drop_column("interview_sessions", "passed_number")
    op.drop_column("recordings", "visual")
