"""Background work as rows. What an earlier version left half done is asked for again."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
import uuid_utils.compat

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
UNFINISHED = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    jobs = op.create_table(
        "jobs",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("interview_id", BIG_ID, nullable=True),
        sa.Column("target", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("turn", BIG_ID, nullable=False),
        sa.Column("run_at", TIME, nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("failure", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name=op.f("ck_jobs_lease")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'completed', 'failed')", name=op.f("ck_jobs_state")),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview_sessions.id"],
            name=op.f("fk_jobs_interview_id_interview_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_jobs_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_jobs_public_id")),
    )
    op.create_index("ix_jobs_interview_id", "jobs", ["interview_id"])
    op.create_index("ix_jobs_key", "jobs", ["key"])
    op.create_index("ix_jobs_owner_id", "jobs", ["owner_id"])
    op.create_index("ix_jobs_state_finished_at", "jobs", ["state", "finished_at"])
    _partial_index("ix_jobs_lease_until", ["lease_until"], sa.text("state = 'running'"))
    _partial_index("ix_jobs_waiting", ["priority", "turn", "id"], sa.text("state = 'waiting'"))
    _partial_index("uq_jobs_key", ["key"], UNFINISHED, unique=True)
    _ask_for_what_was_interrupted(jobs)


def _partial_index(name: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, "jobs", columns, unique=unique, postgresql_where=where, sqlite_where=where)


def _ask_for_what_was_interrupted(jobs: sa.Table) -> None:
    """Transcriptions that a dead process left `processing`, and live answers without an evaluation."""
    connection, at = op.get_bind(), datetime.now(UTC)
    transcriptions = connection.execute(
        sa.text(
            "SELECT r.public_id, q.session_id, s.owner_id FROM answers a JOIN questions q ON q.id = a.question_id "
            "JOIN interview_sessions s ON s.id = q.session_id JOIN recordings r ON r.question_id = q.id "
            "WHERE a.kind = 'audio' AND a.status = 'processing'"
        )
    ).all()
    evaluations = connection.execute(
        sa.text(
            "SELECT a.public_id, q.session_id, s.owner_id FROM answers a "
            "JOIN questions q ON q.id = a.question_id JOIN interview_sessions s ON s.id = q.session_id "
            "LEFT JOIN evaluations e ON e.answer_id = a.id AND e.is_current "
            "WHERE a.kind = 'live' AND a.status = 'completed' AND e.id IS NULL"
        )
    ).all()
    rows = [("transcribe", *row) for row in transcriptions] + [("evaluate_live", *row) for row in evaluations]
    for turn, (kind, public_id, interview, owner) in enumerate(rows):
        target = public_id if isinstance(public_id, UUID) else UUID(public_id)  # SQLite has text
        connection.execute(
            jobs.insert().values(
                public_id=uuid_utils.compat.uuid7(),
                created_at=at,
                updated_at=at,
                kind=kind,
                state="waiting",
                owner_id=owner,
                interview_id=interview,
                target=target,
                payload={},
                key=f"{kind.partition('_')[0]}:{target}",
                priority=20,
                turn=turn,
                run_at=at,
                attempts=0,
                progress=0,
            )
        )


def downgrade() -> None:
    op.drop_table("jobs")
