"""The audio of one live answer on disk: a WAV of exactly the samples that the client sent.

Samples wait in memory for `SAVE_SECONDS` at most; then they are appended and flushed in a worker thread, and after that
they are acknowledged. The flush is not an fsync: what the kernel has taken survives the death of this process, and only
a power cut could lose it. An fsync each half second for each candidate would make all of them wait for the disk. The
finished answer is synced when it is kept (`Storage.put`).
"""

import asyncio
import contextlib
import hashlib
import os
import time
from pathlib import Path
from uuid import UUID

import numpy as np

from app.engines.audio import Pcm, WavWriter
from app.engines.audio.wav import HEADER_BYTES, SAMPLE_BYTES
from app.engines.storage import Storage
from app.services.recordings.keeper import StoredFile, new_key

SAVE_SECONDS = 0.5
"""How long samples wait in memory at most, in seconds: what a crash may lose, and half of what the protocol allows."""
HASH_BYTES = 1 << 20


class Recorder:
    """Appends samples to the WAV at `path`; an unfinished one of an earlier process is continued."""

    def __init__(self, writer: WavWriter) -> None:
        self._writer = writer
        self._waiting: list[bytes] = []
        self._saving = asyncio.Lock()
        self._is_broken = False
        self.dirty = asyncio.Event()
        self.held = writer.samples
        self.saved = writer.samples

    @classmethod
    async def open(cls, path: Path, rate: int) -> "Recorder":
        """Open or continue the file. AudioError (`broken`) when it was begun at another rate."""
        return cls(await asyncio.to_thread(_open, path, rate))

    @property
    def path(self) -> Path:
        """The WAV."""
        return self._writer.path

    @property
    def rate(self) -> int:
        """Samples a second of the file, in Hz."""
        return self._writer.rate

    @property
    def seconds(self) -> float:
        """Length so far, with what is not saved yet."""
        return self.held / self.rate

    def append(self, data: bytes) -> None:
        """Take whole samples (PCM16, little-endian); they are on disk after the next save."""
        self._waiting.append(data)
        self.held += len(data) // SAMPLE_BYTES
        self.dirty.set()

    async def close(self) -> None:
        """Save and close; may be called twice."""
        await self.save()
        await asyncio.to_thread(self._writer.close)

    async def save(self) -> None:
        """Write what waits to disk. A save runs to its end even if the task that waits for it is cancelled.

        Raises OSError when the disk does not take it: then nothing more is recorded here, and the file ends with the
        last sample that was acknowledged.
        """
        await asyncio.shield(asyncio.create_task(self._save()))

    async def _save(self) -> None:
        async with self._saving:
            self.dirty.clear()
            data = b"".join(self._waiting)
            self._waiting.clear()
            if data and not self._is_broken:
                await asyncio.to_thread(self._write, data)
                self.saved = self._writer.samples

    def _write(self, data: bytes) -> None:
        try:
            self._writer.append(data)
            self._writer.flush()
        except OSError:
            self._is_broken = True
            self._cut_back()
            raise

    def _cut_back(self) -> None:
        """Cut the file back to what was acknowledged, so that another recorder can continue right there."""
        with contextlib.suppress(OSError):
            self._writer.close()
        os.truncate(self.path, HEADER_BYTES + self.saved * SAMPLE_BYTES)


def _open(path: Path, rate: int) -> WavWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return WavWriter(path, rate)


class LiveFiles:
    """The folder of unfinished answers. A file is found again by its answer's public id, also by a new process."""

    def __init__(self, root: Path, storage: Storage) -> None:
        self.root = root
        self._storage = storage

    def path(self, answer_id: UUID) -> Path:
        """The growing file of an answer."""
        return self.root / f"{answer_id.hex}.wav"

    async def keep(self, answer_id: UUID, seconds: float) -> StoredFile:
        """Hand the finished recording to storage under a name of its own.

        The growing file stays until `remove`, after the row is committed: a crash between leaves an orphan that
        storage sweeps, never an answer without its sound.
        """
        path, key = self.path(answer_id), new_key("recordings", "wav")
        size, sha256 = await asyncio.to_thread(_hashed, path)
        await self._storage.put(key, path, media_type="audio/wav")
        return StoredFile(key, "wav", seconds, size, sha256)

    async def read(self, path: Path, first: int, count: int) -> Pcm:
        """`count` samples from sample `first`; fewer at the end."""
        return await asyncio.to_thread(_read, path, first, count)

    async def remove(self, answer_id: UUID) -> None:
        """Delete the growing file."""
        await asyncio.to_thread(self.path(answer_id).unlink, missing_ok=True)

    async def touch(self, answer_id: UUID) -> None:
        """Mark the answer as being in use while no audio comes."""
        await asyncio.to_thread(_touch, self.path(answer_id))

    async def ages(self) -> dict[UUID, float]:
        """Seconds since each unfinished answer last grew or was touched."""
        return await asyncio.to_thread(self._ages)

    async def rate(self, answer_id: UUID) -> int | None:
        """Hz of an unfinished answer's file, or None where there is none."""
        return await asyncio.to_thread(_rate, self.path(answer_id))

    def _ages(self) -> dict[UUID, float]:
        now = time.time()
        found = {}
        for path in self.root.glob("*.wav"):
            try:
                found[UUID(hex=path.stem)] = now - path.stat().st_mtime
            except (ValueError, FileNotFoundError):
                continue
        return found


def _hashed(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(HASH_BYTES):
            digest.update(block)
    return path.stat().st_size, digest.hexdigest()


def _read(path: Path, first: int, count: int) -> Pcm:
    with path.open("rb") as file:
        file.seek(HEADER_BYTES + first * SAMPLE_BYTES)
        return np.frombuffer(file.read(count * SAMPLE_BYTES), "<i2").astype(np.int16)


def _touch(path: Path) -> None:
    if path.exists():
        os.utime(path)


def _rate(path: Path) -> int | None:
    try:
        with path.open("rb") as file:
            return int.from_bytes(file.read(HEADER_BYTES)[24:28], "little") or None
    except FileNotFoundError:
        return None
