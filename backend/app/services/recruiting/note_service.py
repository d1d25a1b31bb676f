"""Notes and ratings of those who conduct an interview. Candidates see them only in the export of their data."""

from app.errors import Forbidden, NotFound
from app.models import SessionNote, now
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
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

    async def write(
        self, account: Account, ref: Ref, text: str, *, rating: int | None = None, question: Ref | None = None
    ) -> NoteView:
        """A new note, with a rating (1 to 5) where one is given; on the whole interview, or on the answer to one of its
        questions."""
        interview = await InterviewService(self.session).conducted(account, ref)
        found = None
        if question is not None:
            found = await QuestionRepository(self.session).in_session(interview.id, question)
            if found is None:
                raise NotFound.of("Question")
        written = now()
        note = await self.notes.add(
            SessionNote(
                session_id=interview.id,
                question_id=found.id if found else None,
                author_id=account.key,
                text=text,
                rating=rating,
                created_at=written,
                updated_at=written,
            )
        )
        return NoteView(note, await UserRepository(self.session).by_id(account.key), found)

    async def edit(
        self, account: Account, ref: Ref, note_ref: Ref, text: str, *, rating: int | None = None
    ) -> NoteView:
        """Change one's own note and its rating. Forbidden for another's."""
        note = await self._find(account, ref, note_ref)
        if note.author_id != account.key:
            raise Forbidden("Only its author can change a note. Write one of your own.")
        note.text, note.rating = text, rating
        await self.session.flush()
        asked = await QuestionRepository(self.session).by_id(note.question_id) if note.question_id else None
        return NoteView(note, await UserRepository(self.session).by_id(account.key), asked)

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
