"""SQLite with one hop to its thread for each statement.

A connection of aiosqlite lives in a thread of its own. SQLAlchemy sends it there four times for a SELECT: to make a
cursor, to execute, to fetch and to close. While other threads compute, each way back waits for the interpreter, up to
five milliseconds, and a transaction holds the only writer all the while. This cursor does the four in one call. A
transaction begins in the call of its first statement, and what is settled is not rolled back once more.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Holds what a statement gave; nothing of it stays open in the thread."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    arraysize = 1

    def __init__(self, adapt_connection: AsyncAdapt_dbapi_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._description: Any = None
        self._rows = deque()
        self._rowcount, self._lastrowid = -1, 0

    @property
    def description(self) -> Any:
        """The columns of the rows, or None for a statement that gives none."""
        return self._description

    @property
    def rowcount(self) -> int:
        """How many rows a statement changed; -1 when it does not say."""
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        """The key of the row that was inserted last."""
        return self._lastrowid

    def close(self) -> None:
        """Forget what was not fetched."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._run(lambda cursor: cursor.execute(operation, () if parameters is None else parameters))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _run(self, execute: Callable[[sqlite3.Cursor], object]) -> None:
        connection: Any = self._connection
        adapted: Any = self._adapt_connection

        def work() -> tuple[Any, list[Any], int, int]:
            cursor = connection._conn.cursor()
            try:
                if begins:
                    cursor.execute("BEGIN IMMEDIATE")
                execute(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, rows, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        async with adapted._execute_mutex:
            begins = adapted.take_begin()
            self._description, rows, self._rowcount, self._lastrowid = await connection._execute(work)
        self._rows = deque(rows)


class _Connection(AsyncAdapt_aiosqlite_connection):
    """Knows whether a transaction is open without asking its thread."""

    __slots__ = ("_begins", "_is_open")

    _cursor_cls = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begins = self._is_open = False

    def begin(self) -> None:
        """Let the next statement begin a transaction that may write."""
        self._begins = True

    def take_begin(self) -> bool:
        """Whether the statement that is sent now begins a transaction, which counts as open from here on."""
        begins, self._begins = self._begins, False
        self._is_open = self._is_open or begins
        return begins

    def commit(self) -> None:
        """Commit what is open. When that fails, it stays open until it is rolled back."""
        self._begins = False
        if self._is_open:
            super().commit()
            self._is_open = False

    def rollback(self) -> None:
        """Roll back what is open."""
        self._begins = False
        if self._is_open:
            super().rollback()
            self._is_open = False


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver for `create_async_engine(..., module=...)`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """A connection whose cursors are ours."""
        return _Connection(self, super().connect(*arg, **kw)._connection)
