"""Statements on SQLite take one hop to the thread of their connection, and give what they always gave."""

import asyncio
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.database import Database


async def test_each_statement_is_one_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hops = 0
    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, *arguments: Any, **options: Any) -> Any:
        nonlocal hops
        hops += 1
        return await execute(self, *arguments, **options)  # type: ignore[no-untyped-call]

    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite")
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with database.writing() as session:
        made = await session.execute(text("INSERT INTO things (name) VALUES ('a'), ('b')"))
        assert (made.rowcount, made.lastrowid) == (2, 2)  # type: ignore[attr-defined]
        many = [{"name": "c"}, {"name": "d"}]
        assert (await session.execute(text("INSERT INTO things (name) VALUES (:name)"), many)).rowcount == 2  # type: ignore[attr-defined]
        returned = await session.execute(text("UPDATE things SET name = 'z' WHERE id = 1 RETURNING id, name"))
        assert returned.one() == (1, "z")
    assert hops == 4, "three statements, the first with BEGIN, and COMMIT"
    hops = 0
    async with database.writing():
        pass
    assert hops == 0, "nothing was begun"
    await database.ping()  # opens a connection
    hops = 0
    async with database.reading() as reading:
        found = await reading.execute(text("SELECT name FROM things WHERE id > :id ORDER BY id"), {"id": 1})
        assert list(found.keys()) == ["name"]
        assert found.scalars().all() == ["b", "c", "d"]
        assert (await reading.execute(text("SELECT name FROM things WHERE id = 9"))).one_or_none() is None
        assert hops == 2
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await session.execute(text("INSERT INTO things (name) VALUES ('b')"))
    async with database.reading() as reading:
        with pytest.raises(OperationalError, match="no such table"):
            await reading.execute(text("SELECT 1 FROM missing"))
    await database.close()


async def test_what_a_transaction_wrote_is_gone_when_it_fails_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite")
    other = Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite")
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE things (name TEXT)"))

    async def write_and(error: BaseException) -> None:
        async with database.writing() as session:
            await session.execute(text("INSERT INTO things VALUES ('a')"))
            raise error

    for error in (RuntimeError(), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            await write_and(error)
    async with database.writing() as session:
        await session.execute(text("INSERT INTO things VALUES ('c')"))
        async with other.reading() as reading:
            assert (await reading.execute(text("SELECT name FROM things"))).all() == [], "not committed yet"
    async with other.writing() as session:  # nobody holds the lock any more
        assert (await session.execute(text("SELECT name FROM things"))).scalars().all() == ["c"]
    await database.close()
    await other.close()


async def test_a_statement_that_is_cancelled_leaves_no_transaction_open(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite")
    other = Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite")
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE things (name TEXT)"))

    async def write() -> None:
        async with database.writing() as session:
            await session.execute(text("INSERT INTO things VALUES ('a')"))

    for turns in range(12):  # at each step of it
        task = asyncio.create_task(write())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with other.writing() as session:
            await session.execute(text("INSERT INTO things VALUES ('b')"))
    async with database.writing() as session:
        found = (await session.execute(text("SELECT name FROM things"))).scalars().all()
    assert found.count("b") == 12
    await database.close()
    await other.close()
