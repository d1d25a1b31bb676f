"""`greenroom storage move`: brings everything from one kind of storage to the other, while the server runs or not."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from app.config import Settings
from app.engines.media import MEDIA_TYPES
from app.engines.storage import FOLDERS, Storage, StoredObject, open_scratch, open_storage


class NotTheSame(RuntimeError):
    """What arrived is not what was sent; the original stays where it is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved."""

    files: int
    size_bytes: int


async def move(settings: Settings, target: str, *, keep: bool = False) -> Moved:
    """Move every object to storage `target` (`local` or `cloud`) from the other one, with a progress bar.

    Each is read back and compared by SHA-256 before the original is deleted, which `keep` leaves out. What was moved by
    an earlier, interrupted call is not moved again.
    """
    scratch = open_scratch(settings.upload_dir)
    source_storage = open_storage(settings, scratch, "local" if target == "cloud" else "cloud")
    target_storage = open_storage(settings, scratch, target)
    found = [thing for folder in FOLDERS async for thing in source_storage.list(folder)]
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    files = size = 0
    with Progress(*columns) as progress:
        task = progress.add_task(f"to {target}", total=sum(thing.size for thing in found))
        for thing in found:
            if await _move(thing, source_storage, target_storage, keep=keep):
                files, size = files + 1, size + thing.size
            progress.advance(task, thing.size)
    return Moved(files, size)


async def _move(thing: StoredObject, source: Storage, target: Storage, *, keep: bool) -> bool:
    """Move one object; false when it is there already, or was deleted meanwhile."""
    try:
        digest = await _digest(source.open_range(thing.key))
        there = await target.head(thing.key)
        is_there = there is not None and await _digest(target.open_range(thing.key)) == digest
        if not is_there:
            async with source.local_copy(thing.key) as path:
                await target.put(thing.key, path, media_type=_media_type(thing.key))
            if await _digest(target.open_range(thing.key)) != digest:
                await target.delete([thing.key])
                raise NotTheSame(f"{thing.key} did not arrive as it was sent: nothing was deleted, try again")
    except FileNotFoundError:
        return False
    if not keep:
        await source.delete([thing.key])
    return not is_there


async def _digest(pieces: AsyncIterator[bytes]) -> str:
    digest = hashlib.sha256()
    async for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _media_type(key: str) -> str:
    """By the ending: film where it may be one, because only a row knows."""
    ending = key.rpartition(".")[2]
    if ending == "jpg":
        return "image/jpeg"
    return MEDIA_TYPES[ending][1] if ending in MEDIA_TYPES else "application/octet-stream"
