"""The working folder: files that are being written and belong to nobody yet."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4


class Scratch:
    """Hands out paths in a folder of this machine, and cleans up behind those who use them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)

    def path(self) -> Path:
        """A new path that nobody else has."""
        return self.folder / uuid4().hex

    @asynccontextmanager
    async def file(self) -> AsyncIterator[Path]:
        """A new path for one piece of work; what is written there is deleted when the block ends."""
        path = self.path()
        try:
            yield path
        finally:
            await asyncio.shield(asyncio.to_thread(path.unlink, missing_ok=True))

    async def sweep(self, *, older_than_seconds: float) -> int:
        """Delete what a process that died left; returns how many files."""
        return await asyncio.to_thread(self._sweep, time.time() - older_than_seconds)

    def _sweep(self, before: float) -> int:
        """By the time of the last change of the entry: a second name of an old recording is as young as the name."""
        removed = 0
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # others clean up behind themselves
                if path.stat().st_ctime < before:
                    path.unlink()
                    removed += 1
        return removed
