"""Deletes interviews and accounts with everything that belongs to them: rows at once, files behind the scenes."""

from app.database import WriteSession
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.jobs import JobRepository
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.subject import Account, Subject
from app.services.accounts.user_service import UserService
from app.services.interviews.interview_service import InterviewService


class DeletionService:
    """Deletes within one transaction, which also asks for the deletion of the files: both happen, or neither."""

    def __init__(self, session: WriteSession, guard: AccessGuard) -> None:
        self.session = session
        self.guard = guard

    async def interview(self, subject: Subject, ref: Ref) -> None:
        """Delete an interview with its questions, answers and files."""
        interview = await InterviewService(self.session).get(subject, ref)
        interviews = InterviewRepository(self.session)
        names = await interviews.file_names(interview.id)
        await interviews.delete(interview)
        await JobRepository(self.session).delete_files(names)

    async def account(self, account: Account, ref: Ref) -> None:
        """Delete an account with all that is theirs; their tokens stop working at once."""
        user = await UserService(self.session).get(account, ref)
        users = UserRepository(self.session)
        names = await users.file_names(user.id)
        login_ids = await AuthSessionRepository(self.session).live_ids(user.id)
        await users.delete(user)
        self.session.after_commit(lambda: self.guard.forget(login_ids))
        await JobRepository(self.session).delete_files(names)
