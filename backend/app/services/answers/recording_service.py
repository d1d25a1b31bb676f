"""Recordings: received as a stream, checked by decoding, kept under opaque names."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from app.config import LimitSettings
from app.database import Database, WriteSession
from app.engines.audio import AudioError, AudioInfo
from app.engines.audio.untrusted import probe
from app.engines.storage import Storage
from app.errors import NotFound, TooLarge, Unavailable, Unprocessable, UnsupportedMedia
from app.models import InterviewSession, Job, JobKind, Priority, Question, Recording
from app.repositories.answers import RecordingRepository
from app.repositories.base import Ref
from app.repositories.jobs import JobRepository
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService, StoredSound
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService

CHUNK_BYTES = 256 * 1024
log = logging.getLogger(__name__)


class Upload(Protocol):
    """An incoming file that is read piece by piece."""

    async def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


async def ask_to_transcribe(
    session: WriteSession,
    interview: InterviewSession,
    recording: Recording,
    *,
    priority: Priority,
    payload: Mapping[str, object],
    delay: float = 0.0,
) -> Job:
    """Have a recording transcribed behind the scenes; asked twice, it is done once."""
    return await JobRepository(session).ask(
        JobKind.TRANSCRIBE,
        priority=priority,
        owner_id=interview.owner_id,
        interview_id=interview.id,
        target=recording.public_id,
        payload=payload,
        key=f"transcribe:{recording.public_id}",
        delay=delay,
    )


class RecordingService:
    """Receives recordings of answers and hands them out."""

    def __init__(
        self, database: Database, storage: Storage, limits: LimitSettings, *, grace_seconds: float = 0.0
    ) -> None:
        """`grace_seconds` is how long a client has after an upload to ask for the transcript in its own words."""
        self.grace = grace_seconds
        self.database = database
        self.storage = storage
        self.limits = limits

    async def upload(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref, upload: Upload
    ) -> tuple[Recording, Question]:
        """Keep an uploaded recording as the answer to a question; returns both.

        It is transcribed and judged behind the scenes, if nobody asks for that before. It takes the place of an earlier
        one; transcript and evaluation of that are withdrawn. A file that is
        too large (TooLarge), not audio (UnsupportedMedia) or broken (Unprocessable) leaves neither a row nor a file.
        """
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            await QuestionService(session).get(interview, question_ref)
            lifecycle.require_open(interview)
        sound = await self._receive(upload)
        async with self.database.writing() as session:
            session.after_rollback(lambda: self.storage.delete_all([sound.name]))
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            recording = await AnswerService(session, self.storage).record(interview, question, sound)
            await ask_to_transcribe(
                session, interview, recording, priority=Priority.BATCH, payload={"evaluate": True}, delay=self.grace
            )
            return recording, question

    async def get(self, subject: Subject, interview_ref: Ref, question_ref: Ref) -> tuple[Recording, Question, Path]:
        """The recording of a question, the question, and the local file."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            recording = await RecordingRepository(session).of_question(question.id)
        if recording is None:
            raise NotFound("This question has no recording yet. Upload one first.", code="recording_not_found")
        path = self.storage.path(recording.name)
        if not await asyncio.to_thread(path.is_file):
            log.error("the file of recording %s is gone", recording.public_id)
            raise NotFound("The file of this recording is gone. Upload it again.", code="recording_file_missing")
        return recording, question, path

    async def _receive(self, upload: Upload) -> StoredSound:
        """The upload in storage, once it turned out to be sound."""
        draft = self.storage.draft()
        try:
            size, sha256 = await self._write(upload, draft)
            info = await self._check(draft)
            name = await self.storage.keep(draft, info.format)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
        return StoredSound(name, info.format, info.duration, size, sha256)

    async def _write(self, upload: Upload, draft: Path) -> tuple[int, str]:
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

    async def _check(self, draft: Path) -> AudioInfo:
        try:
            return await probe(draft, max_seconds=self.limits.audio_seconds)
        except AudioError as error:
            if error.code == "busy":
                raise Unavailable(error.message, code="uploads_busy", headers={"Retry-After": "5"}) from error
            kind = UnsupportedMedia if error.code == "not_audio" else Unprocessable
            raise kind(error.message, code=error.code) from error
