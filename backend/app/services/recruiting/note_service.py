"""Notes and ratings of those who conduct an interview. Candidates see them only in the export of their data.

Writing, changing and deleting one is noted, with how a rating was changed and never with the text.
"""

from app.errors import Forbidden, NotFound
from app.models import InterviewSession, SessionNote, now
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.notes import NoteRepository, NoteView
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.interviews.interview_service import InterviewService
from app.services.privacy import audit


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
        await audit.note(self.session, account, "note_written", "session", interview.public_id)
        return NoteView(note, await UserRepository(self.session).by_id(account.key), found)

    async def edit(
        self, account: Account, ref: Ref, note_ref: Ref, text: str, *, rating: int | None = None
    ) -> NoteView:
        """Change one's own note and its rating. Forbidden for another's."""
        interview, note = await self._find(account, ref, note_ref)
        if note.author_id != account.key:
            raise Forbidden("Only its author can change a note. Write one of your own.")
        change = {} if note.rating == rating else {"before": _rated(note.rating), "after": _rated(rating)}
        note.text, note.rating = text, rating
        await self.session.flush()
        await audit.note(self.session, account, "note_changed", "session", interview.public_id, **change)
        asked = await QuestionRepository(self.session).by_id(note.question_id) if note.question_id else None
        return NoteView(note, await UserRepository(self.session).by_id(account.key), asked)

    async def delete(self, account: Account, ref: Ref, note_ref: Ref) -> None:
        """Delete one's own note, or as an administrator any. Forbidden for another's."""
        interview, note = await self._find(account, ref, note_ref)
        if note.author_id != account.key and not account.may("see_all_interviews"):
            raise Forbidden("Only its author or an administrator can delete a note.")
        await self.notes.delete(note)
        await audit.note(self.session, account, "note_deleted", "session", interview.public_id)

    async def _find(self, account: Account, ref: Ref, note_ref: Ref) -> tuple[InterviewSession, SessionNote]:
        interview = await InterviewService(self.session).conducted(account, ref)
        note = await self.notes.in_session(interview.id, note_ref)
        if note is None:
            raise NotFound.of("Note")
        return interview, note


def _rated(rating: int | None) -> str:
    return "no rating" if rating is None else f"{rating} of 5"
