"""Deletes answers, recordings, interviews and accounts with everything that belongs to them, and gives a receipt.

Rows go in the transaction that writes the receipt; the receipt names the files that are still to go. They go right
after the commit, and where that fails or the process dies, the job that was asked for in the same transaction does it.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from app.database import Database, WriteSession
from app.engines.storage import Storage
from app.errors import Conflict, NotFound
from app.models import Deletion, InterviewSession, JobKind, Priority, User, now
from app.repositories.access_codes import AccessCodeRepository
from app.repositories.answers import AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.jobs import JobRepository
from app.repositories.privacy import AuditRepository, DeletionRepository
from app.repositories.recordings import RecordingRepository, UploadRepository
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.administration import require_another_admin
from app.services.accounts.subject import Account, Subject
from app.services.accounts.user_service import UserService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService
from app.services.privacy import audit
from app.services.speech.tts_service import TtsService

FALLBACK_SECONDS = 2.0
"""When the job looks whether the files are gone; by then they are, unless something failed."""


class DeletionService:
    """Deletes within one transaction. Each method returns the receipt, which stays when all else is gone."""

    def __init__(self, session: WriteSession, remover: "FileRemover", speech: TtsService, guard: AccessGuard) -> None:
        self.session = session
        self.remover = remover
        self.speech = speech
        self.guard = guard

    async def answer(self, subject: Subject, interview_ref: Ref, question_ref: Ref) -> Deletion:
        """Delete the answer to a question with its recording and what was concluded from it. NotFound without one,
        Conflict in a screening."""
        interview = await InterviewService(self.session).get(subject, interview_ref)
        if interview.kind == "screening":
            message = "An answer of a screening is deleted with its interview: otherwise it could be given again."
            raise Conflict(message, code="screening")
        question = await QuestionService(self.session).get(interview, question_ref)
        answers, recordings = AnswerRepository(self.session), RecordingRepository(self.session)
        answer, recording = await answers.of_question(question.id), await recordings.of_question(question.id)
        if answer is None and recording is None:
            raise NotFound("This question has no answer to delete.", code="answer_not_found")
        keys = recording.keys if recording else []
        if recording is not None:
            await recordings.delete(recording)
        await answers.withdraw(question)
        await InterviewRepository(self.session).forget_said(question.id)
        return await self._receipt(
            "answer", answer.public_id if answer else question.public_id, {"answers": int(answer is not None)}, keys
        )

    async def recording(self, subject: Subject, ref: Ref) -> Deletion:
        """Delete one recording. The transcript of an answer stays until the answer is deleted."""
        recordings = RecordingRepository(self.session)
        view = await recordings.view(ref)
        if view is None:
            raise NotFound.of("Recording")
        try:
            interview = await InterviewService(self.session).visible(subject, view.interview.public_id)
        except NotFound:
            raise NotFound.of("Recording") from None
        recording = await recordings.locked(view.recording.id)  # its file may have been replaced since it was found
        if recording is None:
            raise NotFound.of("Recording")
        await self._note(subject, interview, "recording_deleted", "recording", recording.public_id)
        await recordings.delete(recording)
        return await self._receipt("recording", recording.public_id, {"recordings": 1}, recording.keys)

    async def interview(self, subject: Subject, ref: Ref) -> Deletion:
        """Delete an interview with its questions, answers and files."""
        return await self._interview(await InterviewService(self.session).get(subject, ref))

    async def conducted(self, account: Account, ref: Ref) -> Deletion:
        """Delete an interview that the account conducts."""
        interview = await InterviewService(self.session).conducted(account, ref)
        receipt = await self._interview(interview)
        await self._note(account, interview, "session_deleted", "session", receipt.subject_id)
        return receipt

    async def _interview(self, interview: InterviewSession) -> Deletion:
        counts, keys = await self._clear([interview.id])
        await InterviewRepository(self.session).delete(interview)
        if interview.access_code_id is not None:
            await AccessCodeRepository(self.session).forget_candidate(interview.access_code_id)
        return await self._receipt("session", interview.public_id, counts, keys)

    async def account(self, account: Account, ref: Ref) -> Deletion:
        """Delete an account with all that is theirs; their tokens stop working at once."""
        user = await UserService(self.session).get(account, ref)
        await require_another_admin(self.session, user)
        receipt = await self._user(user)
        if user.id != account.key:
            await audit.note(self.session, account, "account_deleted", "account", user.public_id)
        return receipt

    async def guests(self, before: datetime, limit: int) -> int:
        """Delete guests who came before a time and did not sign up, at most `limit`; returns how many."""
        guests = await UserRepository(self.session).guests_before(before, limit)
        for guest in guests:
            with suppress(NotFound):
                await self._user(guest)
        return len(guests)

    async def _user(self, user: User) -> Deletion:
        """NotFound when somebody else has deleted them meanwhile."""
        interviews = InterviewRepository(self.session)
        # Interviews first, as whoever works on one locks it before the user is asked for. Afterwards nobody adds one.
        await interviews.keys_owned_by(user.id)
        if await UserRepository(self.session).locked(user.id) is None:
            raise NotFound.of("User")
        counts, keys = await self._clear(await interviews.keys_owned_by(user.id))
        login_ids = await AuthSessionRepository(self.session).live_ids(user.id)
        await AuditRepository(self.session).forget([user.public_id])
        await UserRepository(self.session).delete(user)
        self.session.after_commit(lambda: self.guard.forget(login_ids))
        return await self._receipt("account", user.public_id, {"accounts": 1, **counts}, keys)

    async def _clear(self, interview_ids: Collection[int]) -> tuple[dict[str, int], list[str]]:
        """What belongs to interviews and does not go with their rows: counts, and keys in storage."""
        recordings = RecordingRepository(self.session)
        interviews = InterviewRepository(self.session)
        keys = await recordings.keys_of(interview_ids)
        keys += await UploadRepository(self.session).keys_of(interview_ids)
        for voice, text in await interviews.own_texts(interview_ids):
            keys += self.speech.keys(text, voice)
        counts = await interviews.counts_of(interview_ids)
        await AuditRepository(self.session).forget(await interviews.public_ids_within(interview_ids))
        return counts, keys

    async def _receipt(self, kind: str, subject_id: UUID, counts: dict[str, int], keys: Collection[str]) -> Deletion:
        receipt = await DeletionRepository(self.session).add(
            Deletion(subject_kind=kind, subject_id=subject_id, counts={**counts, "files": len(keys)}, keys=list(keys))
        )
        await JobRepository(self.session).ask(
            JobKind.FINISH_DELETION,
            priority=Priority.BATCH,
            target=receipt.public_id,
            key=f"finish-deletion:{receipt.public_id}",
            delay=FALLBACK_SECONDS,
        )
        self.session.after_commit(lambda: self.remover.finish(receipt.public_id))
        return receipt

    async def _note(
        self, subject: Subject, interview: InterviewSession, action: str, kind: str, subject_id: UUID
    ) -> None:
        if isinstance(subject, Account) and interview.owner_id != subject.key:
            await audit.note(self.session, subject, action, kind, subject_id)


class FileRemover:
    """Deletes the files that receipts name."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self.database = database
        self.storage = storage

    async def finish(self, ref: Ref) -> None:
        """Delete what a receipt still names; may be repeated. Unavailable when storage does not answer."""
        async with self.database.reading() as session:
            receipt = await DeletionRepository(session).by_ref(ref)
        if receipt is None or receipt.completed_at is not None:
            return
        await self.storage.delete(receipt.keys)
        async with self.database.writing() as session:
            row = await DeletionRepository(session).by_ref(ref)
            if row is not None and row.completed_at is None:
                await DeletionRepository(session).complete(row, now())

    async def receipt(self, public_id: UUID) -> Deletion:
        """The receipt of a deletion, for whoever has its number."""
        async with self.database.reading() as session:
            found = await DeletionRepository(session).by_ref(public_id)
        if found is None:
            raise NotFound.of("Deletion")
        return found
