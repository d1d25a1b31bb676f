"""Credits: how many interviews an account may still create where creating one takes a credit.

Whether it takes one, the service that creates the interview decides (`services/interviews/creation.py`).
"""

from uuid import UUID

from app.database import WriteSession
from app.errors import Conflict, Forbidden, NotFound
from app.models import CreditEntry, User
from app.models.values.kinds import CreditReason
from app.repositories.base import AnySession, Ref
from app.repositories.credits import CreditRepository
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.accounts.user_service import UserService
from app.services.privacy import audit

MOST_CREDITS = 1_000_000


class CreditService:
    """Changes and shows credits within one transaction. Each change is a row that says why."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.entries = CreditRepository(session)

    async def spend(self, account: Account, interview_id: UUID) -> int:
        """Take one credit for an interview; returns how many are left. Forbidden when there is none."""
        user = await self._locked(account.key)
        if user.interviews_remaining < 1:
            raise Forbidden(
                "You have no interview credits left. Ask whoever runs this server for more.",
                code="insufficient_credits",
            )
        return await self._change(user, -1, "interview", subject=interview_id)

    async def give_back(self, account: Account, interview_id: UUID) -> int:
        """Return the credit of an interview that could not be created."""
        return await self._change(await self._locked(account.key), 1, "refund", subject=interview_id)

    async def grant(self, user_ref: Ref, amount: int, *, granted_by: Account | None, note: str = "") -> User:
        """Give a user so many credits more, or with a negative amount fewer. Forbidden but for administrators;
        without one it is whoever sits at the server's own machine. Conflict where fewer than none would be left."""
        if granted_by is not None:
            granted_by.require("manage_accounts")
        found = await UserRepository(self.session).by_ref(user_ref)
        if found is None:
            raise NotFound.of("User")
        user = await self._locked(found.id)
        if not 0 <= user.interviews_remaining + amount <= MOST_CREDITS:
            raise Conflict(_possible(user.interviews_remaining, amount), code="credits_out_of_range")
        actor = granted_by.public_id if granted_by else None
        await self._change(user, amount, "grant", granted_by=actor, note=note)
        if granted_by is not None:
            assert isinstance(self.session, WriteSession)  # noqa: S101 - it has just changed something
            left = user.interviews_remaining
            await audit.note(
                self.session,
                granted_by,
                "credits_granted",
                "account",
                user.public_id,
                before=str(left - amount),
                after=str(left),
            )
        return user

    async def page(self, account: Account, user_ref: Ref, *, page: int, per_page: int) -> tuple[list[CreditEntry], int]:
        """One page of the changes, newest first: of the account's own credits, for an administrator of anybody's."""
        user = await UserService(self.session).get(account, user_ref)
        return await self.entries.page(user.id, page=page, per_page=per_page)

    async def _locked(self, key: int) -> User:
        """The user, whose credits nobody else changes until the transaction ends."""
        user = await UserRepository(self.session).locked(key)
        if user is None:
            raise NotFound.of("User")
        return user

    async def _change(
        self,
        user: User,
        change: int,
        reason: CreditReason,
        *,
        subject: UUID | None = None,
        granted_by: UUID | None = None,
        note: str = "",
    ) -> int:
        user.interviews_remaining += change
        await self.entries.add(
            CreditEntry(
                user_id=user.id,
                change=change,
                balance=user.interviews_remaining,
                reason=reason,
                subject=subject,
                granted_by=granted_by,
                note=note,
            )
        )
        return user.interviews_remaining


def _possible(left: int, amount: int) -> str:
    """What can be done instead of a change that would leave too few or too many."""
    if amount > 0 and left == MOST_CREDITS:
        return "This account has all the credits that it can have."
    if amount > 0:
        return f"You can add at most {MOST_CREDITS - left:,}: an account can have up to {MOST_CREDITS:,} credits."
    if left == 0:
        return "This account has no credits to take away."
    return f"You can take away at most {left:,}: the account has no more credits."
