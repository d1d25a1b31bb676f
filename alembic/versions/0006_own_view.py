"""Answers keep what the candidate holds to have said; a point the built-in judge found is mentioned, not covered."""

from collections.abc import Mapping

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BATCH = 200
evaluations = sa.table("evaluations", sa.column("id", sa.BigInteger), sa.column("detail", sa.JSON))


def upgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("own_view", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("answers") as answers:
        answers.alter_column("own_view", server_default=None)
    relabel({"covered": "mentioned"})


def downgrade() -> None:
    relabel({"mentioned": "covered", "said": "covered", "contradicted": "missing"})
    with op.batch_alter_table("answers") as answers:
        answers.drop_column("own_view")


def relabel(names: Mapping[str, str]) -> None:
    """Give the points of all stored evaluations other labels."""
    connection = op.get_bind()
    last = 0
    while True:
        statement = sa.select(evaluations).where(evaluations.c.id > last).order_by(evaluations.c.id).limit(BATCH)
        rows = connection.execute(statement).all()
        if not rows:
            return
        for key, detail in rows:
            points = detail.get("points", [])
            changed = [{**point, "label": names.get(point["label"], point["label"])} for point in points]
            if changed != points:
                value = {**detail, "points": changed}
                connection.execute(sa.update(evaluations).where(evaluations.c.id == key).values(detail=value))
        last = rows[-1][0]
