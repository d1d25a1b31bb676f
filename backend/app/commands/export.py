"""`greenroom export`: everything that is kept of an account, as the archive that its owner can download."""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from app import private_files
from app.commands.acting import account_of, all_users, named
from app.config import Settings
from app.engines.storage import open_scratch, open_storage
from app.models import User
from app.runtime.runtime import open_database
from app.services.accounts.subject import Account
from app.services.privacy.export_service import ExportService

_UNSAFE = re.compile(r"[^\w.@+-]")


async def export_accounts(
    settings: Settings,
    emails: Sequence[str],
    folder: Path,
    *,
    begin: Callable[[int], None],
    advance: Callable[[], None],
) -> list[Path]:
    """Write the archives of these accounts, or of all, into a folder; each appears when it is whole. `begin` is told
    how many there are. Raises AppError for an account that does not exist, OSError for what cannot be written."""
    private_files.keep_private()
    storage = open_storage(settings, open_scratch(settings.upload_dir))
    written: list[Path] = []
    async with open_database(settings, is_used=True) as database:
        async with database.reading() as session:
            users = [await named(session, email) for email in emails] or await all_users(session)
        begin(len(users))
        await asyncio.to_thread(folder.mkdir, 0o700, parents=True, exist_ok=True)
        exports = ExportService(database, storage)
        for user in users:
            written.append(await _write(exports, account_of(user), folder / _name(user)))
            advance()
    return written


def _name(user: User) -> str:
    """The address as a name that every file system takes, and enough of the id to tell those alike apart."""
    return f"{_UNSAFE.sub('_', user.email)}-{user.public_id.hex[-6:]}.zip"


async def _write(exports: ExportService, account: Account, target: Path) -> Path:
    draft = target.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            async for piece in (await exports.archive(account)).pieces:
                file.write(piece)
        return draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
