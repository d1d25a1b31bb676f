"""Uploads in pieces that survive a refresh, a lost connection or a crash, as the tus protocol describes them.

What arrives is put into storage in parts, and a part counts once its row says so. So each byte that a client was told
to be received is there, whichever process goes on. When the last one came, the parts become a recording.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from uuid import uuid4

from app.config import LimitSettings
from app.database import Database, WriteSession
from app.engines.audio.formats import RECOGNISABLE_BYTES, AudioError, recognise
from app.engines.media import inspect
from app.engines.storage import PIECE, Storage
from app.engines.storage.base import disk_errors
from app.errors import AppError, Conflict, NotFound, TooLarge
from app.models import JobKind, Priority, Recording, Upload, now
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.jobs import JobRepository
from app.repositories.recordings import RecordingRepository, UploadRepository
from app.services.accounts.subject import Account, Subject
from app.services.interviews.interview_service import InterviewService
from app.services.privacy.consent_service import ConsentService
from app.services.recordings.keeper import IncomingFile, Keeper, created, refusal
from app.services.recordings.recording_service import RecordingService

PART_BYTES = 8 * 1024 * 1024
"""What is on its way at most; it is lost when the process dies, and the client sends it again."""
TELLING_BYTES = 8 * 1024
"""So much of a recording tells a decoder what kind it is."""


class UploadService:
    """Takes files in pieces. Whoever may add recordings to an interview may begin and continue uploads to it."""

    def __init__(self, database: Database, keeper: Keeper, recordings: RecordingService) -> None:
        self.database = database
        self.keeper = keeper
        self.storage = keeper.storage
        self.recordings = recordings

    @property
    def limits(self) -> LimitSettings:
        return self.keeper.limits

    async def create(
        self,
        subject: Subject,
        interview_ref: Ref,
        *,
        length: int,
        question_ref: Ref | None = None,
        is_answer: bool = False,
        described: str = "",
    ) -> Upload:
        """Begin an upload of `length` bytes."""
        if length > self.limits.recording_bytes:
            raise TooLarge(f"The file is larger than {self.limits.recording_mb} MB. Record a shorter one.")
        interview, question = await self.recordings.check(
            subject, interview_ref, question_ref, is_answer=is_answer, length=length
        )
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, interview.public_id)  # unless it is deleted now
            return await UploadRepository(session).add(
                Upload(
                    session_id=interview.id,
                    question_id=question.id if question else None,
                    is_answer=is_answer,
                    length=length,
                    described=described,
                    expires_at=self._expiry(),
                )
            )

    async def get(self, subject: Subject, ref: Ref) -> tuple[Upload, Recording | None]:
        """An upload and what became of it. NotFound when it belongs to somebody else or has expired."""
        async with self.database.reading() as session:
            upload = await UploadRepository(session).by_ref(ref)
            if upload is None or (upload.expires_at < now() and not upload.waits):
                raise NotFound.of("Upload")
            interview = await InterviewRepository(session).by_id(upload.session_id)
            try:
                await InterviewService(session).get(subject, interview.public_id if interview else 0)
            except NotFound:
                raise NotFound.of("Upload") from None
            recording = await RecordingRepository(session).by_id(upload.recording_id) if upload.recording_id else None
        return upload, recording

    async def append(self, subject: Subject, ref: Ref, position: int, content: IncomingFile) -> Upload:
        """Take what comes, from `position` on. Conflict when the upload is elsewhere.

        What was received before the connection broke counts. The first bytes are looked at: what is no recording is
        refused at once.
        """
        upload, _ = await self.get(subject, ref)
        if upload.position != position:
            raise Conflict(f"The upload has {upload.position} bytes: go on there.", code="upload_offset")
        incoming = _Counted(content)
        while not incoming.is_over and upload.position < upload.length:
            await self._part(upload, incoming, subject.key if isinstance(subject, Account) else None)
        if upload.position == upload.length and not incoming.is_over and await incoming.read(1):
            raise TooLarge(f"The upload was announced with {upload.length} bytes, and more came.")
        return upload

    async def abort(self, subject: Subject, ref: Ref) -> None:
        """Give an upload up, and delete what came of it so far; a recording that was made of it stays."""
        upload, _ = await self.get(subject, ref)
        await self._forget(upload)

    async def finish(self, ref: Ref) -> Upload | None:
        """Make the recording of a complete upload. May be repeated: it is made once. None when it was given up.

        For background work. What is no recording ends the upload with the reason; Unavailable and StorageFull leave it
        as it is, to be tried again.
        """
        async with self.database.reading() as session:
            upload = await UploadRepository(session).by_ref(ref)
        if upload is None or not upload.waits:
            return upload
        try:
            await self._become_recording(upload)
        except AppError as error:
            if error.status_code >= 500:
                raise
            await self._refuse(upload, error.message)
        async with self.database.reading() as session:
            return await UploadRepository(session).by_ref(ref)

    async def purge(self) -> int:
        """Delete uploads that nobody goes on with; returns how many."""
        async with self.database.writing() as session:
            uploads = UploadRepository(session)
            expired = await uploads.expired(now())
            for upload in expired:
                await self._drop_parts(session, upload)
                await uploads.delete(upload)
        return len(expired)

    async def _part(self, upload: Upload, incoming: "_Counted", owner_id: int | None) -> None:
        """Receive and keep one part; also what came of it before the connection broke."""
        most = min(PART_BYTES, upload.length - upload.position)
        async with self.keeper.scratch.file() as path:
            size, broken = await _write(path, incoming, most)
            if size:
                await asyncio.shield(self._keep(upload, path, size, owner_id))
            if broken is not None:
                raise broken

    async def _keep(self, upload: Upload, path: Path, size: int, owner_id: int | None) -> None:
        if upload.position == 0:
            await _recognise(path, is_whole=size == upload.length, size=size)
        key = f"parts/{upload.public_id.hex}/{upload.position:012d}-{uuid4().hex[:8]}"
        await self.storage.put(key, path)
        async with self.database.writing() as session:
            session.after_rollback(lambda: self.storage.delete([key]))
            await InterviewRepository(session).by_id(upload.session_id)  # which locks it: a deletion names every part
            expires_at = self._expiry()
            uploads = UploadRepository(session)
            if not await uploads.advance(upload, since=upload.position, part=(key, size), expires_at=expires_at):
                raise Conflict("The upload goes on elsewhere. Ask where it is.", code="upload_offset")
            if upload.position + size == upload.length:
                await JobRepository(session).ask(
                    JobKind.FINISH_UPLOAD,
                    priority=Priority.ASKED,
                    owner_id=owner_id,
                    interview_id=upload.session_id,
                    target=upload.public_id,
                    key=f"finish-upload:{upload.public_id}",
                )
        upload.parts = [*upload.parts, [key, size]]
        upload.position, upload.expires_at = upload.position + size, expires_at

    async def _become_recording(self, upload: Upload) -> None:
        async with self.keeper.scratch.file() as path:
            received = await self.keeper.receive(_Parts(self.storage, upload), path, self.limits.recording_bytes)
            stored = await self.keeper.keep(received)
        async with self.database.writing() as session:
            session.after_rollback(lambda: self.storage.delete([stored.key]))
            interview = await InterviewRepository(session).by_id(upload.session_id)
            row = await UploadRepository(session).by_ref(upload.public_id)
            if interview is None or row is None or not row.waits:
                session.after_commit(lambda: self.storage.delete([stored.key]))
                return
            await ConsentService(session).require(interview, "recording", self.recordings.privacy)
            question = await QuestionRepository(session).by_id(row.question_id) if row.question_id else None
            recording = await self.recordings.add_row(
                session, interview, question, stored, is_answer=row.is_answer, received_at=row.updated_at
            )
            row.recording_id, row.reason = recording.id, None
            await self._drop_parts(session, row)

    async def _refuse(self, upload: Upload, reason: str) -> None:
        async with self.database.writing() as session:
            row = await UploadRepository(session).by_ref(upload.public_id)
            if row is not None and row.recording_id is None:
                row.reason = reason
                await self._drop_parts(session, row)

    async def _forget(self, upload: Upload) -> None:
        async with self.database.writing() as session:
            uploads = UploadRepository(session)
            row = await uploads.by_ref(upload.public_id)
            if row is not None:
                await self._drop_parts(session, row)
                await uploads.delete(row)

    @staticmethod
    async def _drop_parts(session: WriteSession, row: Upload) -> None:
        await JobRepository(session).delete_files([str(key) for key, _ in row.parts])
        row.parts = []

    def _expiry(self) -> datetime:
        return now() + timedelta(hours=self.limits.upload_hours)


class _Counted:
    """Content that says when it is over."""

    def __init__(self, content: IncomingFile) -> None:
        self._content = content
        self.is_over = False

    async def read(self, size: int) -> bytes:
        piece = await self._content.read(size)
        self.is_over = not piece
        return piece


class _Parts:
    """The parts of an upload, one after the other."""

    def __init__(self, storage: Storage, upload: Upload) -> None:
        self._pieces = _pieces(storage, upload)

    async def read(self, size: int) -> bytes:
        """A piece as storage gives it."""
        return await anext(self._pieces, b"")


async def _pieces(storage: Storage, upload: Upload) -> AsyncIterator[bytes]:
    for key, _ in upload.parts:
        async for piece in storage.open_range(str(key)):
            yield piece


async def _write(path: Path, incoming: _Counted, most: int) -> tuple[int, BaseException | None]:
    """Write at most `most` bytes; returns how many there are, and what broke the connection off."""
    size, broken = 0, None
    with disk_errors():
        file = await asyncio.to_thread(created, path)
    try:
        while size < most and broken is None:
            try:
                piece = await incoming.read(min(PIECE, most - size))
            except (Exception, asyncio.CancelledError) as error:
                broken, piece = error, b""
            if not piece:
                break
            with disk_errors():
                await asyncio.to_thread(file.write, piece)
            size += len(piece)
        with disk_errors():
            file.flush()
    finally:
        with suppress(OSError):
            file.close()
    return size, broken


async def _recognise(path: Path, *, size: int, is_whole: bool) -> None:
    """UnsupportedMedia for what does not begin like a recording, as far as `size` bytes tell."""
    head = await asyncio.to_thread(_head, path)
    if len(head) < RECOGNISABLE_BYTES:
        return
    try:
        recognise(head)
    except AudioError:
        if is_whole or size >= TELLING_BYTES:
            await _ask_decoder(path)


async def _ask_decoder(path: Path) -> None:
    """Only a decoder tells the kinds that have no mark at their start."""
    try:
        await inspect(path, max_seconds=inf)
    except AudioError as error:
        if error.code in ("not_audio", "busy"):
            raise refusal(error) from error


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(RECOGNISABLE_BYTES)
