"""Brings a database to the newest schema.

Alembic takes a third of a second to import and most starts do not need it, so whether a database is up to date is told
without it, and it is imported where a migration runs.
"""

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import database_url, installation

if TYPE_CHECKING:
    from alembic.config import Config

_ASSIGNMENT = re.compile(r"^(revision|down_revision) = (.+)$", re.MULTILINE)
_NAME = re.compile(r"[\"'](\w+)[\"']")


class SchemaError(RuntimeError):
    """The schema cannot be brought to where it should be; the message says why."""


def newest() -> frozenset[str]:
    """The revisions that no other follows: one, except while branches are being merged."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for script in (installation.migration_scripts() / "versions").glob("*.py"):
        assigned = dict(_ASSIGNMENT.findall(script.read_text(encoding="utf-8")))
        revisions.update(_NAME.findall(assigned.get("revision", "")))
        followed.update(_NAME.findall(assigned.get("down_revision", "")))
    return frozenset(revisions - followed)


async def is_current(session: AsyncSession, heads: frozenset[str]) -> bool:
    """Whether the database has the schema of these `heads` (see `newest`). An empty or unknown database has not."""
    try:
        stamped = await session.scalars(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return False
    return frozenset(stamped) == heads


def configuration(url: str) -> "Config":
    """What alembic is told about the database at `url`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(installation.migration_scripts()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a schema, by default the newest. Blocks: call it in a thread, outside a loop.

    Raises SchemaError for a database that a later version has made.
    """
    from alembic.util import CommandError

    from alembic import command

    address = database_url.parse(url)
    if address.is_sqlite:
        Path(address.shown).parent.mkdir(parents=True, exist_ok=True)
    try:
        command.upgrade(configuration(url), revision)
    except CommandError as error:
        raise SchemaError(f"{error}. A later version of Greenroom has made this database: install that one") from error


def differences() -> str | None:
    """What the models have that the migrations do not, or None when they agree (on a fresh SQLite file)."""
    from alembic.util import CommandError

    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/check.sqlite"
        upgrade(url)
        try:
            command.check(configuration(url))
        except CommandError as error:
            return str(error)
    return None


def new_revision(message: str) -> None:
    """Write a migration script for what changed in the models."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/draft.sqlite"
        upgrade(url)
        command.revision(configuration(url), message=message, autogenerate=True)
