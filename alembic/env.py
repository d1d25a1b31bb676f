"""Runs migrations on the database of the settings, or on the URL or connection that the caller put in the config."""

import asyncio

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import context
from app import database_url
from app.config import Settings
from app.models import Base

config = context.config


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # one migrator at a time when several processes start together
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(716253401)")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our time type as what it is in the database, so that migrations need no application code."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


async def run_online() -> None:
    url = config.get_main_option("sqlalchemy.url") or Settings().database_url
    address = database_url.parse(url)
    engine = create_async_engine(address.url, connect_args=address.connect_args, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Offline SQL is not offered: migrations look at the database they change.")
asyncio.run(run_online())
