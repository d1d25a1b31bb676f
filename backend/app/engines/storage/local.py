"""Storage in a folder of this machine. Files appear whole, readable by the server alone."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from app.engines.storage.base import FOLDERS, PIECE, StoredObject, disk_errors
from app.engines.storage.scratch import Scratch

FILE_MODE, FOLDER_MODE = 0o600, 0o700
_KEY = re.compile(r"[a-z]+(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")
_LISTED_AT_ONCE = 500


class LocalStorage:
    """An object is the file of its key under `root`."""

    kind: Literal["local"] = "local"

    def __init__(self, root: Path, scratch: Scratch) -> None:
        self.root = root
        self._scratch = scratch
        root.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        for folder in FOLDERS:  # earlier versions left theirs open to others
            (root / folder).mkdir(mode=FOLDER_MODE, exist_ok=True)
            (root / folder).chmod(FOLDER_MODE)

    async def put(self, key: str, source: Path | bytes, *, media_type: str = "application/octet-stream") -> None:
        """See Storage."""
        target = self._path(key)
        with disk_errors():
            await asyncio.to_thread(self._put, target, source)

    async def head(self, key: str) -> StoredObject | None:
        """See Storage."""
        path = self._path(key)
        try:
            status = await asyncio.to_thread(path.stat)
        except FileNotFoundError:
            return None
        return StoredObject(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See Storage."""
        with disk_errors():
            file = _opened(self._path(key), start)  # not in a thread: who is cancelled meanwhile would lose it
            try:
                left = None if end is None else end - start
                while left is None or left > 0:
                    piece = await asyncio.to_thread(file.read, PIECE if left is None else min(PIECE, left))
                    if not piece:
                        return
                    left = None if left is None else left - len(piece)
                    yield piece
            finally:
                file.close()

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """See Storage; a second name of the file, so that it may be deleted or replaced meanwhile."""
        async with self._scratch.file() as copy:
            with disk_errors():
                await asyncio.to_thread(_link, self._path(key), copy)
            yield copy

    async def delete(self, keys: Iterable[str]) -> None:
        """See Storage."""
        paths = [self._path(key) for key in keys]
        with disk_errors():
            await asyncio.to_thread(_delete, paths)

    async def list(self, folder: str) -> AsyncIterator[StoredObject]:
        """See Storage."""
        paths = await asyncio.to_thread(_found, self.root, folder)
        for at in range(0, len(paths), _LISTED_AT_ONCE):
            for found in await asyncio.to_thread(_described, self.root, paths[at : at + _LISTED_AT_ONCE]):
                yield found

    def presigned_url(self, key: str, seconds: int) -> str | None:
        """None: the server gives its files out itself."""
        return None

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a storage key: {key!r}")
        return self.root / key

    def _put(self, target: Path, source: Path | bytes) -> None:
        for folder in reversed(target.relative_to(self.root).parents[:-1]):
            (self.root / folder).mkdir(mode=FOLDER_MODE, exist_ok=True)
        draft = self._scratch.path()
        try:
            _write(draft, source)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(target.parent)


def _opened(path: Path, start: int) -> BinaryIO:
    file = path.open("rb")
    file.seek(start)
    return file


def _write(draft: Path, source: Path | bytes) -> None:
    """Content under a name that nobody knows yet; on disk when this returns."""
    if isinstance(source, bytes):
        draft.touch(FILE_MODE)
        draft.write_bytes(source)
    else:
        _link(source, draft)
    draft.chmod(FILE_MODE)
    with draft.open("rb") as file:
        os.fsync(file.fileno())


def _link(source: Path, target: Path) -> None:
    """A second name for a file where the disk can do that, else a copy."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        target.touch(FILE_MODE)
        shutil.copyfile(source, target)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _found(root: Path, folder: str) -> list[Path]:
    """The files of a folder that have keys, in order; hidden ones have none."""
    files = (Path(place) / name for place, _, names in os.walk(root / folder) for name in names)
    return sorted(path for path in files if _KEY.fullmatch(path.relative_to(root).as_posix()))


def _described(root: Path, paths: list[Path]) -> list[StoredObject]:
    found = []
    for path in paths:
        with suppress(FileNotFoundError):
            status = path.stat()
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            found.append(StoredObject(path.relative_to(root).as_posix(), status.st_size, modified))
    return found
