"""Files in storage that belong to nothing: what a process that died between a file and its row left behind."""

from datetime import timedelta

from app.database import Database
from app.engines.storage import Scratch, Storage
from app.models import now
from app.repositories.recordings import RecordingRepository, UploadRepository

FOLDERS = ("recordings", "thumbnails", "parts")
"""Those whose files have rows; speech has a sweep of its own."""
AT_ONCE = 500


async def sweep(database: Database, storage: Storage, scratch: Scratch, *, older_than_seconds: float) -> int:
    """Delete drafts and files without a row that are older than this, for a younger one may be on its way.

    Returns how many files of storage. They are listed before the rows are read: a file that gets its row meanwhile is
    found to have one.
    """
    await scratch.sweep(older_than_seconds=older_than_seconds)
    before = now() - timedelta(seconds=older_than_seconds)
    old = [found.key for folder in FOLDERS async for found in storage.list(folder) if found.modified < before]
    if not old:
        return 0
    async with database.reading() as session:
        known = await RecordingRepository(session).all_keys() | await UploadRepository(session).all_keys()
    orphans = [key for key in old if key not in known]
    for at in range(0, len(orphans), AT_ONCE):
        await storage.delete(orphans[at : at + AT_ONCE])
    return len(orphans)
