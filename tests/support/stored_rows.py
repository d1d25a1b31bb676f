"""Rows of an earlier version, put into a database of its schema."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

Rows = list[dict[str, Any]]


class StoredInterview:
    """A finished interview as an earlier version stored it, and what v1 answered then (made by running it)."""

    def __init__(self, path: Path) -> None:
        found = json.loads(path.read_text())
        self.revision: str = found["revision"]
        self.responses: Mapping[str, Any] = found["responses"]
        self.tables: dict[str, Rows] = {
            name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
            for name, table in found["tables"].items()
        }


async def insert(url: str, tables: Mapping[str, Rows]) -> None:
    """Insert rows that were dumped from SQLite (UUIDs, times and JSON as text) into any database."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_insert, tables)
    await engine.dispose()


async def read(url: str, names: Mapping[str, Rows]) -> dict[str, Rows]:
    """The same tables, in the order of their keys, as Python values."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        found = await connection.run_sync(_read, names)
    await engine.dispose()
    return found


def _insert(connection: Connection, tables: Mapping[str, Rows]) -> None:
    for name, rows in tables.items():
        table = _table(connection, name)
        connection.execute(sa.insert(table), [_values(table, row) for row in rows])
        if connection.dialect.name == "postgresql":  # rows came with their keys: the next one is after them
            sequence = sa.func.pg_get_serial_sequence(name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.max(table.c.id))))


def _read(connection: Connection, names: Mapping[str, Rows]) -> dict[str, Rows]:
    found = {}
    for name in names:
        table = _table(connection, name)
        rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings()
        found[name] = [_values(table, row) for row in rows]
    return found


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _values(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {column.name: _value(column.type, row[column.name]) for column in table.columns if column.name in row}


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    match kind:
        case _ if value is None:
            return None
        case sa.Uuid() if isinstance(value, str):
            return UUID(value)
        case sa.DateTime():
            moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
            return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        case sa.JSON() if isinstance(value, str):
            return json.loads(value)
        case sa.Boolean():
            return bool(value)
    return value
