"""Interviews: who may see which, and what they are about. Their status is changed by `lifecycle` alone."""

from collections.abc import Mapping, Sequence

from app.errors import Forbidden, NotFound
from app.models import InterviewSession
from app.repositories.access_codes import AccessCodeRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository, SessionCounts, SortKey
from app.repositories.results import FeedbackRepository
from app.services.accounts.subject import Account, Background, CodeHolder, Subject
from app.services.interviews import lifecycle
from app.services.interviews.completion import complete, remake
from app.services.interviews.seniority import DIFFICULTY, seniority_of


class InterviewService:
    """Finds and changes interviews within one transaction. What does not exist or is somebody else's is NotFound."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.interviews = InterviewRepository(session)

    async def create(self, account: Account, values: Mapping[str, object]) -> InterviewSession:
        """A new interview of the account. Forbidden for a guest's second one, unless the first was cancelled."""
        if account.is_guest and await self.interviews.has_one_not_cancelled(account.key):
            raise Forbidden("Sign up to keep your practice and to start another session.", code="guest_limit")
        return await self.interviews.add(InterviewSession(owner_id=account.key, **values))

    async def create_for_role(
        self, account: Account, role: str, *, job_description: str | None, focus_areas: Sequence[str] = ()
    ) -> InterviewSession:
        """A new interview for a job: its title names the job, and the questions are as hard as the job asks for."""
        difficulty = DIFFICULTY[seniority_of(role, job_description or "")]
        values = {"title": role, "target_role": role, "job_description": job_description, "difficulty": difficulty}
        return await self.create(account, {**values, "focus_areas": list(focus_areas)})

    async def get(self, subject: Subject, ref: Ref) -> InterviewSession:
        """The subject's interview."""
        match subject:
            case Account(key=key):
                interview = await self.interviews.owned(ref, key)
            case CodeHolder(interview_id=own):
                interview = await self.interviews.started_with_code(own) if ref == own else None
            case Background(interview_key=own_key):
                interview = await self.interviews.by_id(own_key) if ref == own_key else None
        if interview is None:
            raise NotFound.of("Session")
        return interview

    async def visible(self, subject: Subject, ref: Ref) -> InterviewSession:
        """The subject's interview, or one that the subject conducts; that access is to be noted by the caller."""
        if not (isinstance(subject, Account) and subject.may("conduct_interviews")):
            return await self.get(subject, ref)
        interview = await self.interviews.by_ref(ref)
        if interview is None or not await self.is_visible(subject, interview):
            raise NotFound.of("Session")
        return interview

    async def is_visible(self, account: Account, interview: InterviewSession) -> bool:
        """Whether it is the account's interview, or one that the account conducts."""
        return interview.owner_id == account.key or await self._conducts(account, interview)

    async def conducted(self, account: Account, ref: Ref) -> InterviewSession:
        """An interview that the account conducts; access to it is to be noted. Forbidden for those who conduct none."""
        account.require("conduct_interviews")
        interview = await self.interviews.by_ref(ref)
        if interview is None or not await self._conducts(account, interview):
            raise NotFound.of("Session")
        return interview

    async def _conducts(self, account: Account, interview: InterviewSession) -> bool:
        """A recruiter conducts the interviews that were begun with their own codes, an administrator all."""
        if account.may("see_all_interviews"):
            return True
        if interview.access_code_id is None or not account.may("conduct_interviews"):
            return False
        code = await AccessCodeRepository(self.session).by_id(interview.access_code_id)
        return code is not None and code.created_by_id == account.key

    async def get_with_counts(self, subject: Subject, ref: Ref) -> SessionCounts:
        """The subject's interview with the numbers of its questions and answers."""
        if isinstance(subject, Account):
            found = await self.interviews.owned_with_counts(ref, subject.key)
        else:
            found = await self.interviews.with_counts(await self.get(subject, ref))
        if found is None:
            raise NotFound.of("Session")
        return found

    async def page(
        self,
        account: Account,
        *,
        status: str | None,
        search: str | None,
        sort: SortKey,
        ascending: bool,
        page: int,
        per_page: int,
    ) -> tuple[list[SessionCounts], int]:
        """One page of the account's interviews and how many there are."""
        return await self.interviews.page_of(
            account.key,
            status=status,
            search=search,
            sort=sort,
            ascending=ascending,
            page=page,
            per_page=per_page,
        )

    async def listed(self, account: Account, *, limit: int, offset: int) -> tuple[list[InterviewSession], int]:
        """So many of the account's interviews from the `offset`-th on, newest first, and how many there are."""
        return await self.interviews.listed(account.key, limit=limit, offset=offset)

    async def update(self, account: Account, ref: Ref, changes: Mapping[str, object]) -> SessionCounts:
        """Change what an open interview is about, or cancel it by `status: "cancelled"`."""
        found = await self.get_with_counts(account, ref)
        lifecycle.require_open(found.interview)
        for name, value in changes.items():
            if name == "status":
                lifecycle.cancel(found.interview)
            else:
                setattr(found.interview, name, value)
        await self.session.flush()
        return found

    async def complete(self, subject: Subject, ref: Ref) -> SessionCounts:
        """End the interview."""
        found = await self.get_with_counts(subject, ref)
        await complete(self.session, found.interview)
        return found

    async def complete_again(self, account: Account, ref: Ref) -> tuple[InterviewSession, bool]:
        """The interview, completed; that may be asked for again, and results that are missing are asked for then.
        Returns with it whether results are still to be made."""
        interview = await self.get(account, ref)
        if interview.status != "completed":
            await complete(self.session, interview)
        elif await FeedbackRepository(self.session).of_session(interview.id) is None:
            await remake(self.session, interview)
        else:
            return interview, False
        return interview, True
