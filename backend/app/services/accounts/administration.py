"""Accounts as administrators see and change them."""

from datetime import datetime

from app.database import Database, WriteSession
from app.errors import Conflict, NotFound
from app.models import User, now
from app.models.values.kinds import Role
from app.repositories.base import Order, Page, Ref
from app.repositories.users import AuthSessionRepository, CountedUser, UserRepository, UserSort
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.password_service import PasswordService
from app.services.accounts.subject import Account
from app.services.accounts.user_service import UserService
from app.services.privacy import audit
from app.services.privacy.audit import AuditService


class Administration:
    """What administrators do with accounts. Whatever touches somebody else's is noted."""

    def __init__(self, database: Database, guard: AccessGuard, passwords: PasswordService) -> None:
        self.database = database
        self.guard = guard
        self.passwords = passwords

    async def page(
        self,
        account: Account,
        *,
        search: str | None = None,
        role: Role | None = None,
        disabled: bool | None = None,
        guests: bool = False,
        order: Order[UserSort],
        page: Page,
    ) -> tuple[list[CountedUser], int]:
        """One page of accounts, or of guests, and how many there are. `search` looks in address and name."""
        account.require("manage_accounts")
        async with self.database.reading() as session:
            return await UserRepository(session).page_of(
                search=search, role=role, disabled=disabled, guests=guests, order=order, page=page
            )

    async def get(self, account: Account, ref: Ref) -> CountedUser:
        """One account."""
        account.require("manage_accounts")
        async with self.database.writing() as session:
            found = await UserRepository(session).counted(ref)
            if found is None:
                raise NotFound.of("User")
            await self._note(session, account, "account_viewed", found.user)
            return found

    async def profile(self, account: Account, ref: Ref) -> User:
        """The account's own profile, or for administrators anybody's, which is noted; else NotFound."""
        async with self.database.reading() as session:
            user = await UserService(session).get(account, ref)
        if user.id != account.key:
            await AuditService(self.database).note(account, "account_viewed", "account", user.public_id)
        return user

    async def change(
        self, account: Account, ref: Ref, *, role: Role | None = None, disabled: bool | None = None
    ) -> CountedUser:
        """Give an account another role, or disable or enable it. A disabled account keeps its data, and nobody logs in
        with it. Conflict when nobody would be left who can administer."""
        account.require("manage_accounts")
        async with self.database.writing() as session:
            found = await UserRepository(session).counted(ref)
            if found is None:
                raise NotFound.of("User")
            user = found.user
            if (role is not None and role != "admin") or disabled:
                await require_another_admin(session, user)
            if role is not None and role != user.role:
                before, user.role = user.role, role
                await self._note(session, account, "role_changed", user, before=before, after=role)
            if disabled is not None and disabled != (user.disabled_at is not None):
                user.disabled_at = _moment(disabled)
                await self._note(session, account, "account_disabled" if disabled else "account_enabled", user)
            logins = AuthSessionRepository(session)
            live = await logins.revoke(now(), user_id=user.id) if disabled else await logins.live_ids(user.id)
            session.after_commit(lambda: self.guard.forget(live))
            await session.flush()
            return found

    async def reset_password(self, account: Account, ref: Ref, new: str | None = None) -> str:
        """Give somebody else a new password, a random one without `new`; returns it. All their logins end.

        Conflict for one's own account: that needs the current password. Unprocessable for a password that cannot be
        chosen.
        """
        account.require("manage_accounts")
        if ref in (account.public_id, account.key):
            raise Conflict("Change your own password with your current one.", code="own_account")
        async with self.database.writing() as session:
            user = await UserRepository(session).by_ref(ref)
            if user is None:
                raise NotFound.of("User")
            await self._note(session, account, "password_reset", user)
        return await self.passwords.assign(user, new)

    async def _note(self, session: WriteSession, account: Account, action: str, user: User, **change: str) -> None:
        if user.id != account.key:
            await audit.note(session, account, action, "account", user.public_id, **change)


async def require_another_admin(session: WriteSession, user: User) -> None:
    """Conflict when nobody but this user can administer: such an account is not demoted, disabled or deleted."""
    if user.role == "admin" and await UserRepository(session).lock_admins() == [user.id]:
        message = "This is the last administrator who can log in. Make somebody else an administrator first."
        raise Conflict(message, code="last_admin")


def _moment(disabled: bool) -> datetime | None:
    return now() if disabled else None
