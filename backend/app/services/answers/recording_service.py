"""Recordings: taken in as a stream, checked by decoding, kept under opaque names, replaced as a whole."""

import asyncio
import hashlib
import logging
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import LimitSettings
from app.database import after_commit, after_rollback, commit
from app.engines.audio import AudioError, AudioInfo
from app.engines.audio.untrusted import probe
from app.engines.storage import Storage
from app.errors import NotFound, TooLarge, Unprocessable, UnsupportedMedia
from app.models import Answer, InterviewSession, Question, Recording
from app.repositories.answers import AnswerRepository, RecordingRepository
from app.services.interviews.interview_service import InterviewService

CHUNK_BYTES = 256 * 1024
ACCEPTED_FORMATS = ("mp3", "wav", "m4a", "mp4", "webm", "ogg", "flac")
log = logging.getLogger(__name__)


class Upload(Protocol):
    """An incoming file that is read piece by piece."""

    async def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


class RecordingService:
    """Owns the audio of answers."""

    def __init__(self, session: AsyncSession, storage: Storage, limits: LimitSettings) -> None:
        self.session = session
        self.storage = storage
        self.limits = limits
        self.recordings = RecordingRepository(session)
        self.answers = AnswerRepository(session)

    async def upload(self, interview: InterviewSession, question: Question, upload: Upload) -> Recording:
        """Keep an uploaded recording as the answer to a question.

        The recording takes the place of an earlier one; transcript and evaluation of that are withdrawn. A file that is
        too large (TooLarge), not audio (UnsupportedMedia) or broken (Unprocessable) leaves neither a row nor a file.
        """
        InterviewService.require_open(interview)
        await commit(self.session)  # receiving and decoding take time, and nothing may be locked meanwhile
        draft = self.storage.draft()
        try:
            size, sha256 = await self._receive(upload, draft)
            info = await asyncio.to_thread(self._check, draft)
            name = await self.storage.keep(draft, info.format)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
        after_rollback(self.session, lambda: self.storage.delete_all([name]))
        await self.session.refresh(interview)
        recording = Recording(
            question_id=question.id,
            name=name,
            format=info.format,
            duration=round(info.duration, 3),
            size_bytes=size,
            sha256=sha256,
        )
        await InterviewService(self.session, self.storage).begin(interview)
        return await self.replace(question, recording)

    async def replace(self, question: Question, recording: Recording, *, kind: str = "audio") -> Recording:
        """Store a recording's row instead of an earlier one, and start its answer afresh."""
        old = await self.recordings.of_question(question.id)
        if old is not None:
            await self.recordings.delete(old)
            after_commit(self.session, lambda: self.storage.delete_all([old.name]))
        await self.answers.withdraw(question)
        question.skipped_at = None
        await self.recordings.add(recording)
        await self.answers.add(Answer(question_id=question.id, kind=kind, duration=recording.duration))
        return recording

    async def get(self, question: Question) -> tuple[Recording, Path]:
        """The recording of a question and its local file."""
        recording = await self.recordings.of_question(question.id)
        if recording is None:
            raise NotFound("This question has no recording yet. Upload one first.", code="recording_not_found")
        path = self.storage.path(recording.name)
        if not await asyncio.to_thread(path.is_file):
            log.error("the file of recording %s is gone", recording.public_id)
            raise NotFound("The file of this recording is gone. Upload it again.", code="recording_file_missing")
        return recording, path

    async def _receive(self, upload: Upload, draft: Path) -> tuple[int, str]:
        """Write the upload to `draft` while counting and hashing; returns (bytes, SHA-256 in hex)."""
        size, digest = 0, hashlib.sha256()
        with await asyncio.to_thread(draft.open, "wb") as file:
            while chunk := await upload.read(CHUNK_BYTES):
                size += len(chunk)
                if size > self.limits.audio_bytes:
                    raise TooLarge(f"The file is larger than {self.limits.audio_mb} MB. Record a shorter answer.")
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
        if not size:
            raise Unprocessable("The file is empty. Record something and upload it again.", code="empty_audio")
        return size, digest.hexdigest()

    def _check(self, draft: Path) -> AudioInfo:
        try:
            info = probe(draft, max_seconds=self.limits.audio_seconds)
        except AudioError as error:
            kind = UnsupportedMedia if error.code == "not_audio" else Unprocessable
            raise kind(error.message, code=error.code) from error
        if info.format not in ACCEPTED_FORMATS:
            raise UnsupportedMedia(f"{info.format} is not taken. Send MP3, WAV, M4A or WebM.", code="not_audio")
        return info
