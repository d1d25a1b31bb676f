"""An own database for each test, copied from one that the real migrations made."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from app.migrations import upgrade
from tests.support import postgres


class SqliteDatabases:
    """Databases in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        upgrade(f"sqlite+aiosqlite:///{self.template}")

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        path = self.folder / f"{uuid4().hex}.sqlite"
        await asyncio.to_thread(shutil.copyfile, self.template, path)
        yield f"sqlite+aiosqlite:///{path}"

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        """A database without tables."""
        yield f"sqlite+aiosqlite:///{self.folder / uuid4().hex}.sqlite"


class PostgresDatabases:
    """Databases of one server; by default of that of all tests."""

    def __init__(self, server: str | None = None) -> None:
        self.server = server or postgres.start()
        self.template = f"template_{uuid4().hex[:12]}"
        asyncio.run(self._execute(f"CREATE DATABASE {self.template}"))
        upgrade(self._url(self.template))

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        async with self._copy(self.template) as url:
            yield url

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        """A database without tables."""
        async with self._copy("template0") as url:
            yield url

    @asynccontextmanager
    async def _copy(self, template: str) -> AsyncIterator[str]:
        name = f"test_{uuid4().hex[:12]}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield self._url(name)
        await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, database: str) -> str:
        return f"{self.server.rsplit('/', 1)[0]}/{database}"

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self.server.replace("+asyncpg", ""))
        await connection.execute(sql)
        await connection.close()
