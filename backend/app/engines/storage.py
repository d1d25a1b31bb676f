"""Where audio files live: a folder of the machine, by opaque names that the server makes."""

import asyncio
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol
from uuid import uuid4

log = logging.getLogger(__name__)


class Storage(Protocol):
    """Keeps files by opaque names such as `3f9c….mp3`. A name from outside never becomes a path."""

    def draft(self) -> Path:
        """A new path on the same disk to write to before `keep`."""
        ...

    async def keep(self, draft: Path, suffix: str) -> str:
        """Take a finished draft over under a new name, atomically; returns the name."""
        ...

    def path(self, name: str) -> Path:
        """The local file of a kept name."""
        ...

    async def delete_all(self, names: Iterable[str]) -> None:
        """Delete kept files; one that is gone already is fine."""
        ...


class LocalStorage:
    """Files under `root`: `recordings/ab/<name>`, and `drafts/` for what is being written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._drafts = root / "drafts"
        self._kept = root / "recordings"
        for folder in (self._drafts, self._kept):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def is_writable(self) -> bool:
        """Whether a recording can be kept now."""
        draft = self.draft()
        try:
            draft.write_bytes(b"greenroom")
        except OSError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def draft(self) -> Path:
        return self._drafts / uuid4().hex

    async def keep(self, draft: Path, suffix: str) -> str:
        name = f"{uuid4().hex}.{suffix}"
        await asyncio.to_thread(self._move, draft, self.path(name))
        return name

    def path(self, name: str) -> Path:
        if Path(name).name != name or name.startswith("."):
            raise ValueError(f"not a storage name: {name!r}")
        return self._kept / name[:2] / name

    async def delete_all(self, names: Iterable[str]) -> None:
        await asyncio.to_thread(self._delete_all, list(names))

    async def sweep(self, known: set[str], *, older_than_seconds: float) -> int:
        """Delete drafts and kept files without a row that are older than this; returns how many."""
        return await asyncio.to_thread(self._sweep, known, time.time() - older_than_seconds)

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb+") as file:
            os.fsync(file.fileno())
        source.replace(target)

    def _delete_all(self, names: list[str]) -> None:
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def _sweep(self, known: set[str], before: float) -> int:
        orphans = [
            path
            for folder in (self._drafts, self._kept)
            for path in folder.rglob("*")
            if path.is_file() and path.name not in known and path.stat().st_mtime < before
        ]
        for path in orphans:
            path.unlink(missing_ok=True)
        if orphans:
            log.info("removed %d files that belonged to nothing", len(orphans))
        return len(orphans)
