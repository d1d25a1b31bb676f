"""The protocol of storage, and how its failures are told."""

import asyncio
import errno
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from app.errors import AppError, StorageFull, Unavailable

PIECE = 256 * 1024
"""Bytes that are read at once where nothing speaks for another size."""
FOLDERS = ("recordings", "thumbnails", "parts", "tts")
"""The first segments of keys: recordings, pictures of films, pieces of unfinished uploads, spoken texts."""
WRITABLE_KEY, WRITABLE_SECONDS = "health/writable", 5.0
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in storage: its key, bytes, and when it was written."""

    key: str
    size: int
    modified: datetime


class Storage(Protocol):
    """Keeps whole objects by keys such as `recordings/3f/3f9c….webm`, which the server makes.

    No method leaves half an object behind. They raise StorageFull when there is no room, Unavailable when
    storage refuses or does not answer, and FileNotFoundError for a key that is not there.
    """

    @property
    def kind(self) -> Literal["local", "cloud"]:
        """What it is, in the words of STORAGE_TYPE."""
        ...

    async def put(self, key: str, source: Path | bytes, *, media_type: str = "application/octet-stream") -> None:
        """Store a whole file or bytes. A file must not be changed afterwards, only deleted: it may be linked."""
        ...

    async def head(self, key: str) -> StoredObject | None:
        """What is known of an object, or None where there is none."""
        ...

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces."""
        ...

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        """The object as a file of this machine while the block runs; it is to be read only."""
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; one that is gone already is fine."""
        ...

    def list(self, folder: str) -> AsyncIterator[StoredObject]:
        """Every object of a folder (one of FOLDERS)."""
        ...

    def presigned_url(self, key: str, seconds: int) -> str | None:
        """An address that gives the object to whoever has it for so long; None where there are no such addresses."""
        ...


async def is_writable(storage: Storage) -> bool:
    """Whether something can be kept now: a few bytes are, under a key of their own."""
    try:
        async with asyncio.timeout(WRITABLE_SECONDS):
            await storage.put(WRITABLE_KEY, b"greenroom")
    except (AppError, OSError):  # TimeoutError is one
        return False
    return True


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turns what a disk refuses into errors that a client is told. FileNotFoundError passes."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise refused(error) from error


def refused(error: Exception) -> Unavailable:
    """Storage cannot be used now."""
    failure = Unavailable(
        "Storage does not take or give files at the moment. Nothing was kept; try again in a moment.",
        code="storage_unavailable",
        headers={"Retry-After": "10"},
    )
    failure.__cause__ = error
    return failure
