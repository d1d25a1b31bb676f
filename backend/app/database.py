"""The database: two engines, sessions for reading and for writing, and work tied to the outcome of a transaction."""

import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import Any

from pydantic_core import from_json
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session

from app import database_url
from app.database_url import DatabaseUrl
from app.sqlite_driver import Driver
from app.texts import storable

BUSY_TIMEOUT_MS = 10_000
READ_JSON = from_json
"""Reads JSON columns in half the time of the standard library: the detail of an evaluation has 3 to 7 KB."""
_ESCAPED = re.compile(r"\\u(?:0000|d[89a-f])")
Callback = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


class NotWritable(RuntimeError):
    """A session for reading was asked to write: a mistake in our code, never a client's."""


class _ReadOnlySession(Session):
    """The synchronous core of a ReadSession."""


@event.listens_for(_ReadOnlySession, "before_flush")
def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise NotWritable("this session reads; open Database.writing() to change something")


@event.listens_for(_ReadOnlySession, "do_orm_execute")
def _refuse_statements(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise NotWritable("this session reads; open Database.writing() to change something")


class ReadSession(AsyncSession):
    """A session without a transaction: each statement sees what is committed when it runs. It refuses to write."""

    sync_session_class = _ReadOnlySession


class WriteSession(AsyncSession):
    """A session that is one transaction, and what is to happen when that ends."""

    def after_commit(self, callback: Callback) -> None:
        """Run `callback` once the transaction is committed (delete a replaced file, start background work)."""
        self.info.setdefault("commit", []).append(callback)

    def after_rollback(self, callback: Callback) -> None:
        """Run `callback` if the transaction fails instead (delete a file that has no row).

        Neither kind of callback runs when the commit itself fails: a database that goes away then may have committed.
        A file that is left without a row is swept.
        """
        self.info.setdefault("rollback", []).append(callback)

    def wake_workers(self) -> None:
        """Once the transaction is committed, tell those who do background work that there is some."""
        waiting = self.info.setdefault("commit", [])
        if (wake := self.info["wake"]) not in waiting:
            waiting.append(wake)

    async def settle(self, outcome: str) -> None:
        """Run what waits for this outcome ("commit" or "rollback"); a callback that fails is logged."""
        for callback in self.info.pop(outcome, []):
            try:
                await callback()
            except Exception:
                log.exception("work after %s failed", outcome)


class Database:
    """Hands out the two kinds of session.

    Reading sessions use no transaction, as statements alone do on PostgreSQL, which saves the round trips for BEGIN and
    ROLLBACK. Writing ones start with BEGIN IMMEDIATE on SQLite, because a transaction there that reads first and writes
    later fails at once when another writer came between.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.wake: Callback = _nobody
        """Wakes whoever does background work; see `WriteSession.wake_workers`."""
        self._last: Callable[[WriteSession], Awaitable[None]] | None = None
        address = database_url.parse(url)
        self.is_sqlite = address.is_sqlite
        if self.is_sqlite:
            reader, writer = _sqlite_reader(address.url, pool_size), _sqlite_writer(address.url)
        else:
            reader, writer = _postgres_reader(address, pool_size), _postgres_engine(address, pool_size)
        self._engines = (reader, writer)
        for engine in self._engines:
            event.listen(engine.sync_engine, "before_cursor_execute", _only_storable, retval=True)
        self._reader = reader
        self._read = async_sessionmaker(reader, class_=ReadSession, expire_on_commit=False)
        self._write = async_sessionmaker(writer, class_=WriteSession, expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session for reading."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        """A session that is committed when the block ends, and rolled back when it raises. See `after_rollback` for
        what holds when the commit fails."""
        async with self._write(info={"wake": self.wake}) as session:
            try:
                yield session
                if self._last is not None:
                    await self._last(session)
            except BaseException:
                await session.rollback()
                await session.settle("rollback")
                raise
            await session.commit()
            await session.settle("commit")

    def guarded(self, last: Callable[[WriteSession], Awaitable[None]]) -> "Database":
        """The same database, whose transactions call `last` before they are committed; it may refuse by raising."""
        guarded = copy(self)
        guarded._last = last
        return guarded

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self._reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        for engine in self._engines:
            await engine.dispose()


def _only_storable(
    _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    """No text reaches the database that PostgreSQL refuses or that cannot be read again, whoever made it."""
    return statement, _storable(parameters)


def _storable(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case tuple() | list():
            return type(value)(map(_storable, value))
        case dict():
            return {_storable(name): _storable(item) for name, item in value.items()}
    return value


def _write_json(value: Any) -> str:
    text = json.dumps(value)
    return json.dumps(_storable(value)) if _ESCAPED.search(text) else text


async def _nobody() -> None:
    """Nobody does background work here: those who do look for it themselves."""


def _postgres_reader(address: DatabaseUrl, pool_size: int) -> AsyncEngine:
    """An engine of its own: to switch the isolation of a connection and back costs as much as the statement itself."""
    return _postgres_engine(
        address, pool_size, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, skip_autocommit_rollback=True
    )


def _postgres_engine(address: DatabaseUrl, pool_size: int, **options: Any) -> AsyncEngine:
    """Connections are kept, none is opened for a moment: that takes longer than waiting for one that is in use."""
    return create_async_engine(
        address.url,
        pool_size=pool_size,
        max_overflow=0,
        pool_recycle=1800,
        json_serializer=_write_json,
        json_deserializer=READ_JSON,
        connect_args=address.connect_args,
        **options,
    )


def _sqlite_reader(url: str, pool_size: int) -> AsyncEngine:
    """Statements stand alone, so there is nothing to roll back: each call less is a hop to a thread less."""
    engine = create_async_engine(
        url,
        module=Driver(),
        pool_size=pool_size,
        max_overflow=0,
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
        json_serializer=_write_json,
        json_deserializer=READ_JSON,
    )
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    return engine


def _sqlite_writer(url: str) -> AsyncEngine:
    """SQLite has one writer at a time; ours wait for their turn here instead of inside the database."""
    engine = create_async_engine(
        url, module=Driver(), pool_size=1, max_overflow=0, json_serializer=_write_json, json_deserializer=READ_JSON
    )
    event.listen(engine.sync_engine, "connect", _configure_sqlite)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin()

    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
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
