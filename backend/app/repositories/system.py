"""The database itself."""

from sqlalchemy import text

from app.repositories.base import AnySession


class SystemRepository:
    """Asks the database about itself."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self._dialect = session.get_bind().dialect.name

    async def version(self) -> str:
        """Which database it is, such as "PostgreSQL 16.2"."""
        if self._dialect == "postgresql":
            return f"PostgreSQL {await self.session.scalar(text('SHOW server_version'))}"
        return f"SQLite {await self.session.scalar(text('SELECT sqlite_version()'))}"

    async def size(self) -> int:
        """Its bytes."""
        if self._dialect == "postgresql":
            found = await self.session.scalar(text("SELECT pg_database_size(current_database())"))
        else:
            found = await self.session.scalar(
                text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            )
        return int(found or 0)

    async def schema(self) -> str:
        """The newest migration that was applied."""
        return str(await self.session.scalar(text("SELECT max(version_num) FROM alembic_version")))
