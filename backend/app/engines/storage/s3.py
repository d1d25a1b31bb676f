"""Storage in an S3 bucket: AWS, MinIO, Garage, R2 and others that speak its protocol.

obstore's calls block and run in threads of their own, so that a slow bucket holds up nothing else. Each request is
short: files go up in parts and come down in pieces, and each is tried again where the bucket fails.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.config import S3Settings, SettingsError
from app.engines.storage.base import StoredObject, disk_errors, refused
from app.engines.storage.scratch import Scratch
from app.errors import StorageFull

PART_BYTES = 5 * 1024 * 1024
"""The least that S3 takes as a part; memory grows by PARTS_AT_ONCE of them."""
PARTS_AT_ONCE = 2
READ_BYTES = 1024 * 1024
THREADS = 16
RETRIES = 3
_FULL = ("507", "StorageFull", "QuotaExceeded")
T = TypeVar("T")


class S3Storage:
    """An object is the S3 object of its key, below the prefix of the settings."""

    kind: Literal["cloud"] = "cloud"

    def __init__(self, settings: S3Settings, scratch: Scratch) -> None:
        if not settings.bucket:
            raise SettingsError("S3_BUCKET is not set, and STORAGE_TYPE=cloud needs one: S3_BUCKET=greenroom")
        self._settings = settings
        self._scratch = scratch
        self._store = _store(settings)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")

    async def put(self, key: str, source: Path | bytes, *, media_type: str = "application/octet-stream") -> None:
        """See Storage. A large file goes up in parts; a failure gives up those that are there."""
        await self._run(
            lambda: obstore.put(
                self._store,
                key,
                source,
                attributes={"Content-Type": media_type},
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )
        )

    async def head(self, key: str) -> StoredObject | None:
        """See Storage."""
        try:
            return _object(await self._run(lambda: obstore.head(self._store, key)))
        except FileNotFoundError:
            return None

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See Storage. Each piece is a request of its own, so a client that reads slowly holds no connection."""
        if end is None:
            end = (await self._run(lambda: obstore.head(self._store, key)))["size"]
        while start < end:
            piece = await self._piece(key, start, min(start + READ_BYTES, end))
            start += len(piece)
            yield piece

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """See Storage; a draft that is deleted when the block ends."""
        async with self._scratch.file() as path:
            with disk_errors():
                path.touch(0o600)
                with path.open("wb") as file:
                    async for piece in self.open_range(key):
                        await asyncio.to_thread(file.write, piece)
            yield path

    async def delete(self, keys: Iterable[str]) -> None:
        """See Storage."""
        names = list(keys)
        if names:
            await self._run(lambda: obstore.delete(self._store, names))

    async def list(self, folder: str) -> AsyncIterator[StoredObject]:
        """See Storage."""
        pages = iter(obstore.list(self._store, prefix=folder))
        while page := await self._run(lambda: next(pages, None)):
            for found in page:
                yield _object(found)

    def presigned_url(self, key: str, seconds: int) -> str | None:
        """See Storage. Computed here, without asking the bucket."""
        if not self._settings.presigned:
            return None
        return obstore.sign(self._store, "GET", key, timedelta(seconds=seconds))

    async def _piece(self, key: str, start: int, end: int) -> bytes:
        return bytes(await self._run(lambda: obstore.get_range(self._store, key, start=start, end=end)))

    async def _run(self, call: Callable[[], T]) -> T:
        with _told():
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _store(settings: S3Settings) -> S3Store:
    timeout = timedelta(seconds=settings.timeout_seconds)
    keys: dict[str, Any] = {}
    if settings.access_key_id is not None and settings.secret_access_key is not None:
        keys["access_key_id"] = settings.access_key_id.get_secret_value()
        keys["secret_access_key"] = settings.secret_access_key.get_secret_value()
    if settings.endpoint:
        keys["endpoint"] = settings.endpoint
    return S3Store(
        settings.bucket,
        prefix=settings.prefix.strip("/") or None,
        region=settings.region,
        virtual_hosted_style_request=settings.virtual_hosted,
        client_options={
            "timeout": timeout,
            "connect_timeout": min(timeout, timedelta(seconds=5)),
            "allow_http": (settings.endpoint or "").startswith("http://"),
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": timeout},
        **keys,
    )


def _object(found: Any) -> StoredObject:
    return StoredObject(found["path"], found["size"], found["last_modified"])


@contextmanager
def _told() -> Iterator[None]:
    """Turns what obstore raises into errors that a client is told. FileNotFoundError passes."""
    try:
        yield
    except BaseError as error:
        if any(sign in str(error) for sign in _FULL):
            raise StorageFull from error
        raise refused(error) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise refused(error) from error
