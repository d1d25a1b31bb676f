"""Notes that those who conduct an interview write about it. Candidates see them only in the export of their data."""

from app.errors import Forbidden, NotFound
from app.models import SessionNote, now
from app.repositories.base import AnySession, Ref
from app.repositories.notes import NoteRepository, NoteView
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.interviews.interview_service import InterviewService


class NoteService:
    """Notes within one transaction, for whoever conducts the interview."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.notes = NoteRepository(session)

    async def of_interview(self, account: Account, ref: Ref) -> list[NoteView]:
        """The notes on an interview, oldest first."""
        interview = await InterviewService(self.session).conducted(account, ref)
        return await self.notes.of_session(interview.id)

    async def write(self, account: Account, ref: Ref, text: str) -> NoteView:
        """A new note."""
        interview = await InterviewService(self.session).conducted(account, ref)
        written = now()
        note = await self.notes.add(
            SessionNote(
                session_id=interview.id, author_id=account.key, text=text, created_at=written, updated_at=written
            )
        )
        return await self._view(account, note)

    async def edit(self, account: Account, ref: Ref, note_ref: Ref, text: str) -> NoteView:
        """Change one's own note. Forbidden for another's."""
        note = await self._find(account, ref, note_ref)
        if note.author_id != account.key:
            raise Forbidden("Only its author can change a note. Write one of your own.")
        note.text = text
        await self.session.flush()
        return await self._view(account, note)

    async def delete(self, account: Account, ref: Ref, note_ref: Ref) -> None:
        """Delete one's own note, or as an administrator any. Forbidden for another's."""
        note = await self._find(account, ref, note_ref)
        if note.author_id != account.key and not account.may("see_all_interviews"):
            raise Forbidden("Only its author or an administrator can delete a note.")
        await self.notes.delete(note)

    async def _find(self, account: Account, ref: Ref, note_ref: Ref) -> SessionNote:
        interview = await InterviewService(self.session).conducted(account, ref)
        note = await self.notes.in_session(interview.id, note_ref)
        if note is None:
            raise NotFound.of("Note")
        return note

    async def _view(self, account: Account, note: SessionNote) -> NoteView:
        return NoteView(note, await UserRepository(self.session).by_id(account.key))
