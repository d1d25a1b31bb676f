"""What the server writes is for its own account: files have mode 600, folders 700."""

import os
from contextlib import suppress
from pathlib import Path

from app import database_url
from app.config import Settings, StartError


def keep_private() -> None:
    """Have every file that this process makes from now on be readable by its account alone."""
    os.umask(0o077)


def require_writable(name: str, folder: Path) -> None:
    """Make the folder of a setting where it is missing. Raises StartError when nothing can be written there."""
    probe = folder / f".greenroom-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"{name}: {folder} cannot be written: {error.strerror}. Example: {name}=/srv/greenroom"
        ) from error


def prepare_database(settings: Settings) -> None:
    """Make the folder of an SQLite database, and close its files, which earlier versions left open to others."""
    address = database_url.parse(settings.database_url)
    if not address.is_sqlite:
        return
    file = Path(address.shown)
    with suppress(OSError):  # whoever opens the database says what is wrong
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        with suppress(OSError):
            path.chmod(0o600)
