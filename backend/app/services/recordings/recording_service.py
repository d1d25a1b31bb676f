"""Recordings of an interview: taking them in, listing them, handing them out."""

import base64
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from app.config import PrivacySettings
from app.database import Database, WriteSession
from app.errors import Forbidden, NotAuthenticated, NotFound, TooLarge
from app.models import InterviewSession, Priority, Question, Recording, now
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.recordings import RecordingRepository, RecordingView
from app.services.accounts.subject import Account, Subject
from app.services.answers.answer_service import AnswerService
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService
from app.services.privacy.audit import AuditService
from app.services.privacy.consent_service import ConsentService
from app.services.recordings.joined import JoinedSound, joined
from app.services.recordings.keeper import IncomingFile, Keeper, StoredFile
from app.services.recordings.rows import add_recording, ask_to_transcribe


@dataclass(frozen=True, slots=True)
class Link:
    """An address that needs no login until `expires_at`. `url` leads to the bucket; without one the face makes an
    address of its own from `token`."""

    url: str | None
    token: str
    expires_at: datetime


RECORDING, INTERVIEW = PURPOSES = (b"recording", b"interview")
"""What a link plays: one recording, or what was spoken in an interview."""
Place = tuple[Subject, Ref, Ref | None]
"""Who sends a recording, of which interview, and to which question."""


class RecordingService:
    """Recordings belong to the candidate of their interview; who conducts it may see them, which is noted."""

    def __init__(
        self, database: Database, keeper: Keeper, privacy: PrivacySettings, secret: str, *, grace_seconds: float = 0.0
    ) -> None:
        """`grace_seconds` is how long a client has after an upload to ask for the transcript in its own words."""
        self.grace = grace_seconds
        self.database = database
        self.keeper = keeper
        self.storage = keeper.storage
        self.privacy = privacy
        self.audit = AuditService(database)
        self._secret = hmac.digest(secret.encode(), b"links to recordings", "sha256")

    # taking in

    async def upload(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref, upload: IncomingFile
    ) -> tuple[Recording, Question]:
        """Keep the spoken answer to a question; returns both. It is transcribed and judged behind the scenes, if nobody
        asks for that before.

        It takes the place of an earlier answer; transcript and evaluation of that are withdrawn. What cannot be used
        leaves neither a row nor a file (see Keeper).
        """
        begun = now()
        await self.check(subject, interview_ref, question_ref, is_answer=True)
        stored = await self.keeper.spoken_answer(upload)
        view = await self.attach(subject, interview_ref, stored, question_ref, is_answer=True, received_at=begun)
        assert view.question is not None  # noqa: S101 - it was asked for
        return view.recording, view.question

    async def add(
        self,
        subject: Subject,
        interview_ref: Ref,
        upload: IncomingFile,
        *,
        question_ref: Ref | None = None,
        is_answer: bool = False,
    ) -> RecordingView:
        """Keep sound or film of an interview, with `is_answer` as the answer to the question."""
        begun = now()
        await self.check(subject, interview_ref, question_ref, is_answer=is_answer)
        stored = await self.keeper.recording(upload)
        return await self.attach(subject, interview_ref, stored, question_ref, is_answer=is_answer, received_at=begun)

    async def add_described(
        self, upload: IncomingFile, place: Callable[[], Awaitable[Place]], *, is_described: bool
    ) -> RecordingView:
        """The same for a form, whose fields may stand behind the file: `place` says where it belongs, once that is
        known (`is_described`) or the file is received."""
        if is_described:
            subject, interview_ref, question_ref = await place()
            return await self.add(subject, interview_ref, upload, question_ref=question_ref)
        async with self.keeper.scratch.file() as path:
            received = await self.keeper.receive(upload, path, self.keeper.limits.recording_bytes)
            subject, interview_ref, question_ref = await place()
            await self.check(subject, interview_ref, question_ref, is_answer=False)
            stored = await self.keeper.keep(received)
        return await self.attach(subject, interview_ref, stored, question_ref, is_answer=False)

    async def check(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref | None, *, is_answer: bool, length: int = 0
    ) -> tuple[InterviewSession, Question | None]:
        """The interview and question that a recording may be added to, before it is received. TooLarge when recordings
        of the account have MAX_ACCOUNT_MB already, or would have with its `length`."""
        most = self.keeper.limits.account_bytes
        async with self.database.reading() as session:
            place = await self._place(session, subject, interview_ref, question_ref, is_answer=is_answer)
            used = await RecordingRepository(session).volume_with(place[0]) if most is not None else 0
        if most is not None and used + max(length, 1) > most:
            message = f"Your recordings have {used // 2**20} of {most // 2**20} MB. Delete some, and send it again."
            raise TooLarge(message, code="quota_exceeded")
        return place

    async def attach(
        self,
        subject: Subject,
        interview_ref: Ref,
        stored: StoredFile,
        question_ref: Ref | None,
        *,
        is_answer: bool,
        received_at: datetime | None = None,
    ) -> RecordingView:
        """The row of a stored file, which is deleted if there can be none. An answer that was received, or began to be,
        before the interview was completed is taken."""
        async with self.database.writing() as session:
            session.after_rollback(lambda: self.storage.delete([stored.key]))
            interview, question = await self._place(
                session, subject, interview_ref, question_ref, is_answer=is_answer, received_at=received_at
            )
            recording = await self.add_row(
                session, interview, question, stored, is_answer=is_answer, received_at=received_at
            )
            return RecordingView(recording, interview, question)

    async def add_row(
        self,
        session: WriteSession,
        interview: InterviewSession,
        question: Question | None,
        stored: StoredFile,
        *,
        is_answer: bool,
        received_at: datetime | None = None,
    ) -> Recording:
        """The row of a stored file in a transaction of the caller."""
        if is_answer and question is not None:
            answers = AnswerService(session, self.storage)
            recording = await answers.record(interview, question, stored, received_at=received_at)
            await ask_to_transcribe(
                session, interview, recording, priority=Priority.BATCH, payload={"evaluate": True}, delay=self.grace
            )
            return recording
        return await add_recording(session, interview.id, question.id if question else None, stored, is_answer=False)

    # handing out

    async def of_question(self, subject: Subject, interview_ref: Ref, question_ref: Ref) -> tuple[Recording, Question]:
        """The recording of a question's answer."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            recording = await RecordingRepository(session).of_question(question.id)
        if recording is None:
            raise NotFound("This question has no recording yet. Upload one first.", code="recording_not_found")
        return recording, question

    async def of_interview(self, subject: Subject, interview_ref: Ref) -> list[RecordingView]:
        """The recordings of an interview, oldest first."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).visible(subject, interview_ref)
            found = await RecordingRepository(session).of_session(interview.id)
        await self._note(subject, interview, "recordings_listed")
        return found

    async def get(
        self, subject: Subject, ref: Ref, *, action: str = "recording_viewed", by_code: bool = False
    ) -> RecordingView:
        """A recording of an interview that the account has or conducts, `by_code` only of those that were entered with
        a code. Code holders may add recordings and see that they are there, but not play them."""
        if not isinstance(subject, Account):
            raise Forbidden("Recordings are for those who conduct the interview.", code="recordings_not_public")
        async with self.database.reading() as session:
            view = await RecordingRepository(session).view(ref, with_peaks=True)
            if view is None or (by_code and view.interview.access_code_id is None):
                raise NotFound.of("Recording")
            if not await InterviewService(session).is_visible(subject, view.interview):
                raise NotFound.of("Recording")
        await self._note(subject, view.interview, action, view.recording)
        return view

    async def link(self, subject: Subject, ref: Ref) -> Link:
        """A short-lived address of a recording, for players and for people without an account."""
        view = await self.get(subject, ref, action="recording_linked")
        seconds = self.privacy.link_seconds
        expires_at = now() + timedelta(seconds=seconds)
        url = self.storage.presigned_url(view.recording.key, seconds)
        return Link(url, self._token(view.recording.public_id, int(expires_at.timestamp()), RECORDING), expires_at)

    async def link_to_interview(self, account: Account, interview: InterviewSession) -> Link | None:
        """A short-lived address at which an interview of the account can be heard: the recording of the whole of it
        where there is one, else its spoken answers as one sound, else its first recording; None without any."""
        found = await self._in_order(interview.id)
        if not found:
            return None
        if found[0].question is None or await self._joined(found) is None:
            return await self.link(account, found[0].recording.public_id)
        expires_at = now() + timedelta(seconds=self.privacy.link_seconds)
        return Link(None, self._token(interview.public_id, int(expires_at.timestamp()), INTERVIEW), expires_at)

    async def linked(self, token: str) -> RecordingView | JoinedSound:
        """What a link plays. NotAuthenticated for one that is no good any more."""
        public_id, purpose = self._linked(token)
        async with self.database.reading() as session:
            view = await RecordingRepository(session).view(public_id) if purpose == RECORDING else None
            interview = await InterviewRepository(session).by_ref(public_id) if purpose == INTERVIEW else None
        found = await self._joined(await self._in_order(interview.id)) if interview else view
        if found is None:
            raise NotFound.of("Recording")
        return found

    async def _in_order(self, interview_id: int) -> list[RecordingView]:
        """Recordings of the whole interview first, then those of its questions."""
        async with self.database.reading() as session:
            found = await RecordingRepository(session).of_session(interview_id)
        return sorted(found, key=lambda view: (view.question is not None, view.question.number if view.question else 0))

    async def _joined(self, views: Sequence[RecordingView]) -> JoinedSound | None:
        return await joined(self.storage, [view.recording for view in views if view.recording.is_answer])

    @asynccontextmanager
    async def local_copy(self, recording: Recording) -> AsyncIterator[Path]:
        """The file of a recording, for engines that read files. NotFound when it is gone."""
        try:
            async with self.storage.local_copy(await self._key_now(recording)) as path:
                yield path
        except FileNotFoundError as error:
            message = "The file of this recording is gone. Upload it again."
            raise NotFound(message, code="recording_file_missing") from error

    async def _key_now(self, recording: Recording) -> str:
        """Where the file is now: a copy with an index may have taken its place."""
        async with self.database.reading() as session:
            found = await RecordingRepository(session).by_id(recording.id)
        return found.key if found else recording.key

    async def _place(
        self,
        session: AnySession,
        subject: Subject,
        interview_ref: Ref,
        question_ref: Ref | None,
        *,
        is_answer: bool,
        received_at: datetime | None = None,
    ) -> tuple[InterviewSession, Question | None]:
        interview = await InterviewService(session).get(subject, interview_ref)
        question = await QuestionService(session).get(interview, question_ref) if question_ref is not None else None
        if is_answer:
            lifecycle.require_open(interview, received_at=received_at)
        await ConsentService(session).require(interview, "recording", self.privacy)
        return interview, question

    async def _note(
        self, subject: Subject, interview: InterviewSession, action: str, recording: Recording | None = None
    ) -> None:
        if not isinstance(subject, Account) or interview.owner_id == subject.key:
            return
        if recording is None:
            await self.audit.note(subject, action, "session", interview.public_id)
        elif action == "recording_downloaded":
            await self.audit.note_playing(subject, action, recording)
        else:
            await self.audit.note(subject, action, "recording", recording.public_id)

    def _token(self, public_id: UUID, expires: int, purpose: bytes) -> str:
        """What it is for, until when, and a signature of both, in letters that need no escape."""
        body = public_id.bytes + expires.to_bytes(8, "big")
        return base64.urlsafe_b64encode(body + self._signature(body, purpose)).decode().rstrip("=")

    def _linked(self, token: str) -> tuple[UUID, bytes]:
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raw = b""
        body, signature = raw[:24], raw[24:]
        purpose = next((one for one in PURPOSES if hmac.compare_digest(signature, self._signature(body, one))), None)
        if purpose is None:
            raise NotAuthenticated("This link is not valid. Ask for a new one.", code="link_invalid")
        if int.from_bytes(body[16:], "big") < datetime.now(UTC).timestamp():
            raise NotAuthenticated("This link has expired. Ask for a new one.", code="link_expired")
        return UUID(bytes=body[:16]), purpose

    def _signature(self, body: bytes, purpose: bytes) -> bytes:
        return hmac.digest(self._secret, purpose + body, "sha256")[:16]
