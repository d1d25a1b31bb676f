"""Files that come in: received as a stream, looked at in a sandbox, put into storage under a key of the server's."""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from app.config import LimitSettings
from app.engines.audio import AudioError
from app.engines.audio.untrusted import probe
from app.engines.media import MEDIA_TYPES, MediaInfo, inspect
from app.engines.storage import PIECE, Scratch, Storage
from app.engines.storage.base import disk_errors
from app.errors import AppError, TooLarge, Unavailable, Unprocessable, UnsupportedMedia
from app.models.values.kinds import MediaFormat, MediaKind


class IncomingFile(Protocol):
    """A file that is read piece by piece."""

    async def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A recording that storage has taken over: its key there, seconds, bytes and SHA-256 in hex."""

    key: str
    format: MediaFormat
    seconds: float
    size_bytes: int
    sha256: str
    kind: MediaKind = "audio"


@dataclass(frozen=True, slots=True)
class Received:
    """A file in the working folder."""

    path: Path
    size_bytes: int
    sha256: str


def new_key(folder: str, suffix: str) -> str:
    """A key that nobody can guess."""
    name = uuid4().hex
    return f"{folder}/{name[:2]}/{name}.{suffix}"


def media_type(format: MediaFormat, kind: str) -> str:
    """What a recording is served as."""
    return MEDIA_TYPES[format][kind == "video"]


class Keeper:
    """Takes files in. Errors leave nothing behind: TooLarge, UnsupportedMedia for what is no recording, Unprocessable
    for a broken one, StorageFull, Unavailable."""

    def __init__(self, storage: Storage, scratch: Scratch, limits: LimitSettings) -> None:
        self.storage = storage
        self.scratch = scratch
        self.limits = limits

    async def spoken_answer(self, upload: IncomingFile) -> StoredFile:
        """Keep the recording of an answer; all of its sound has been decoded then."""
        async with self.scratch.file() as path:
            received = await self.receive(upload, path, self.limits.audio_bytes)
            try:
                info = await probe(path, max_seconds=self.limits.audio_seconds)
            except AudioError as error:
                raise refusal(error) from error
            kind: MediaKind = "video" if info.has_video else "audio"
            return await self._keep(received, MediaInfo(info.format, kind, info.duration, True))

    async def recording(self, upload: IncomingFile) -> StoredFile:
        """Keep sound or film of an interview; its packets have been looked at then, and none decoded."""
        async with self.scratch.file() as path:
            return await self.keep(await self.receive(upload, path, self.limits.recording_bytes))

    async def keep(self, received: Received) -> StoredFile:
        """Look at a received file and put it into storage."""
        try:
            info = await inspect(received.path, max_seconds=self.limits.recording_seconds)
        except AudioError as error:
            raise refusal(error) from error
        return await self._keep(received, info)

    async def receive(self, upload: IncomingFile, path: Path, most: int) -> Received:
        """Write an upload of at most `most` bytes to `path`, counting and hashing."""
        size, digest = 0, hashlib.sha256()
        with disk_errors():
            file = await asyncio.to_thread(created, path)
        try:
            while chunk := await upload.read(PIECE):
                size += len(chunk)
                if size > most:
                    message = f"The file is larger than {most // 2**20} MB. Record a shorter one."
                    raise TooLarge(message)
                digest.update(chunk)
                with disk_errors():
                    await asyncio.to_thread(file.write, chunk)
            with disk_errors():
                await asyncio.to_thread(file.flush)
        finally:
            with suppress(OSError):
                file.close()
        if not size:
            raise Unprocessable("The file is empty. Record something and upload it again.", code="empty_audio")
        return Received(path, size, digest.hexdigest())

    async def _keep(self, received: Received, info: MediaInfo) -> StoredFile:
        key = new_key("recordings", info.format)
        await self.storage.put(key, received.path, media_type=media_type(info.format, info.kind))
        return StoredFile(key, info.format, info.seconds, received.size_bytes, received.sha256, info.kind)


def refusal(error: AudioError) -> AppError:
    """What a client is told of a recording that cannot be used."""
    if error.code == "busy":
        return Unavailable(error.message, code="uploads_busy", headers={"Retry-After": "5"})
    kind = UnsupportedMedia if error.code == "not_audio" else Unprocessable
    return kind(error.message, code=error.code)


def created(path: Path) -> BinaryIO:
    """A new file for the server alone, open for writing."""
    path.touch(0o600)
    return path.open("wb")
