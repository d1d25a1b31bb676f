"""Interviews may belong to an access code instead of an account."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "access_codes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("candidate_name", sa.String(length=120), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_access_codes_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_access_codes_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_access_codes_public_id")),
    )
    with op.batch_alter_table("interview_sessions") as table:
        table.add_column(sa.Column("access_code_id", BIG_ID, nullable=True))
        table.add_column(sa.Column("candidate_name", sa.String(length=120), nullable=True))
        table.alter_column("owner_id", existing_type=BIG_ID, nullable=True)
        table.create_index("ix_interview_sessions_access_code_id", ["access_code_id"])
        table.create_foreign_key(
            op.f("fk_interview_sessions_access_code_id_access_codes"),
            "access_codes",
            ["access_code_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_check_constraint(
            op.f("ck_interview_sessions_one_way_in"), "(owner_id IS NULL) <> (access_code_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM interview_sessions WHERE owner_id IS NULL")
    with op.batch_alter_table("interview_sessions") as table:
        table.drop_constraint(op.f("ck_interview_sessions_one_way_in"), type_="check")
        table.drop_constraint(op.f("fk_interview_sessions_access_code_id_access_codes"), type_="foreignkey")
        table.drop_index("ix_interview_sessions_access_code_id")
        table.alter_column("owner_id", existing_type=BIG_ID, nullable=False)
        table.drop_column("candidate_name")
        table.drop_column("access_code_id")
    op.drop_table("access_codes")
