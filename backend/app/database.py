"""The database: one engine, a session per request that is committed at the edge, and work tied to its outcome."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

BUSY_TIMEOUT_MS = 10_000
Callback = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


class Database:
    """An async engine with two kinds of session.

    Reading sessions start a deferred transaction. Writing ones start with BEGIN IMMEDIATE on SQLite, because a
    transaction there that reads first and writes later fails at once when another writer came between. PostgreSQL
    needs no such difference.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url, pool_size) if self.is_sqlite else _postgres_engine(url, pool_size)
        self._read = async_sessionmaker(self.engine, expire_on_commit=False)
        self._write = async_sessionmaker(self.engine.execution_options(immediate=True), expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; whatever it might have changed is rolled back."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session that is committed when the block ends, and rolled back when it raises."""
        async with self._write() as session:
            try:
                yield session
                await commit(session)
            except BaseException:
                await session.rollback()
                await _run(session, "rollback")
                raise

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


async def commit(session: AsyncSession) -> None:
    """Commit, then do what was waiting for it. Services call it before long work, so that no lock is held meanwhile."""
    await session.commit()
    session.info.pop("rollback", None)
    await _run(session, "commit")


def after_commit(session: AsyncSession, callback: Callback) -> None:
    """Run `callback` once the session is committed (delete a replaced file, start background work)."""
    session.info.setdefault("commit", []).append(callback)


def after_rollback(session: AsyncSession, callback: Callback) -> None:
    """Run `callback` if the session fails instead (delete a file that has no row)."""
    session.info.setdefault("rollback", []).append(callback)


async def _run(session: AsyncSession, outcome: str) -> None:
    for callback in session.info.pop(outcome, []):
        try:
            await callback()
        except Exception:
            log.exception("work after %s failed", outcome)


def _postgres_engine(url: str, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"server_settings": {"timezone": "UTC"}},
    )


def _sqlite_engine(url: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions behind our back
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "mmap_size=134217728",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
