"""What is made of a recording once, behind the scenes: an index for players, a picture, the shape of its sound.

Load, make without a session, store: it may be begun any number of times and is stored once. A recording can be played
before that; one that cannot be processed stays, with the reason.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.config import LimitSettings
from app.database import Database, WriteSession
from app.engines.audio import AudioError
from app.engines.media import Finished, finish
from app.engines.storage import PIECE, Scratch, Storage
from app.models import JobKind, Priority, Recording
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.jobs import JobRepository
from app.repositories.recordings import RecordingRepository
from app.services.recordings.keeper import media_type, new_key, refusal


@dataclass(frozen=True, slots=True)
class Copy:
    """A recording with an index, in storage."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a recording, in storage; or why nothing could be."""

    finished: Finished | None = None
    copy: Copy | None = None
    thumbnail_key: str | None = None
    failure: str | None = None

    @property
    def keys(self) -> list[str]:
        """New objects in storage, which are to be deleted if they are not stored."""
        copy = [self.copy.key] if self.copy else []
        return copy + ([self.thumbnail_key] if self.thumbnail_key else [])


class RecordingProcessing:
    """Processes recordings: for background work, which has checked nothing because nobody asked."""

    def __init__(
        self, database: Database, storage: Storage, scratch: Scratch, limits: LimitSettings, *, looks: bool
    ) -> None:
        """`looks`: whether there is somebody to look at films when they are processed."""
        self.looks = looks
        self.database = database
        self.storage = storage
        self.scratch = scratch
        self.limits = limits

    async def process(self, ref: Ref) -> None:
        """Process a recording. Unavailable when it can only be done later; nothing happens when it is gone or done."""
        recording = await self.begin(ref)
        if recording is None:
            return
        made = await self.make(recording)
        async with self.database.writing() as session:
            await self.store(session, recording, made)

    async def begin(self, ref: Ref) -> Recording | None:
        """The recording, now being processed; None when there is nothing to do."""
        async with self.database.writing() as session:
            recording = await RecordingRepository(session).by_ref(ref)
            if recording is None or recording.status not in ("received", "processing"):
                return None
            recording.status = "processing"
            return recording

    async def make(self, recording: Recording) -> Made:
        """Make what is missing."""
        try:
            async with self.scratch.file() as copy, self.storage.local_copy(recording.key) as path:
                finished = await finish(path, copy, max_seconds=self.limits.recording_seconds)
                return await self._keep(recording, finished, copy)
        except FileNotFoundError:
            return Made(failure="The file of this recording is gone from storage.")
        except AudioError as error:
            if error.code == "busy":
                raise refusal(error) from error
            return Made(failure=error.message)

    async def store(self, session: WriteSession, recording: Recording, made: Made) -> None:
        """Keep what was made, unless the recording was deleted or processed meanwhile: then it is deleted."""
        session.after_rollback(lambda: self.storage.delete(made.keys))
        await InterviewRepository(session).by_id(recording.session_id)  # which locks it: a deletion names every file
        row = await RecordingRepository(session).by_id(recording.id)
        if row is None or row.key != recording.key or row.status != "processing":
            session.after_commit(lambda: self.storage.delete(made.keys))
            return
        if made.finished is None:
            row.status, row.reason = "failed", made.failure
            return
        row.status, row.reason = "completed", None
        row.duration, row.peaks, row.thumbnail_key = made.finished.seconds, made.finished.peaks, made.thumbnail_key
        if made.copy is not None:
            old = recording.key
            row.key, row.size_bytes, row.sha256 = made.copy.key, made.copy.size_bytes, made.copy.sha256
            await JobRepository(session).delete_files([old])
        if row.kind == "video" and self.looks:
            await JobRepository(session).ask(
                JobKind.LOOK_AT_FILM,
                priority=Priority.BATCH,
                interview_id=row.session_id,
                target=row.public_id,
                key=f"look-at-film:{row.public_id}",
            )
        await session.flush()

    async def _keep(self, recording: Recording, finished: Finished, copy: Path) -> Made:
        kept, thumbnail_key = None, None
        try:
            if finished.is_remuxed:
                key = new_key("recordings", recording.format)
                size, sha256 = await asyncio.to_thread(_hashed, copy)
                kept = Copy(key, size, sha256)
                await self.storage.put(key, copy, media_type=media_type(recording.format, recording.kind))
            if finished.thumbnail:
                thumbnail_key = new_key("thumbnails", "jpg")
                await self.storage.put(thumbnail_key, finished.thumbnail, media_type="image/jpeg")
        except BaseException:
            await self.storage.delete(Made(copy=kept).keys)
            raise
        return Made(finished, kept, thumbnail_key)


def _hashed(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(PIECE):
            digest.update(block)
    return path.stat().st_size, digest.hexdigest()
