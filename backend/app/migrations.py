"""Brings a database to the newest schema. The scripts live in `alembic/` at the root of the checkout."""

import tempfile
from pathlib import Path

from alembic.config import Config
from alembic.util import CommandError

from alembic import command

SCRIPTS = Path(__file__).resolve().parents[2] / "alembic"


def configuration(url: str) -> Config:
    """What alembic is told about the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a schema, by default the newest. Blocks: call it in a thread, outside a loop."""
    if url.startswith("sqlite"):
        Path(url.split("///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(url), revision)


def differences() -> str | None:
    """What the models have that the migrations do not, or None when they agree (on a fresh SQLite file)."""
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
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/draft.sqlite"
        upgrade(url)
        command.revision(configuration(url), message=message, autogenerate=True)
