"""An upload in pieces goes with the recording that it became."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "fk_uploads_recording_id_recordings"


def upgrade() -> None:
    _refer("CASCADE")
    op.create_index("ix_uploads_recording_id", "uploads", ["recording_id"])


def downgrade() -> None:
    op.drop_index("ix_uploads_recording_id", "uploads")
    _refer("SET NULL")


def _refer(ondelete: str) -> None:
    with op.batch_alter_table("uploads") as table:
        table.drop_constraint(op.f(NAME), type_="foreignkey")
        table.create_foreign_key(op.f(NAME), "recordings", ["recording_id"], ["id"], ondelete=ondelete)
