"""Profiles of users."""

from collections.abc import Mapping

from app.database import WriteSession
from app.errors import NotFound
from app.models import User
from app.repositories.base import AnySession, Ref
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.privacy import audit


class UserService:
    """What an account may see and change within one transaction: its own profile, an administrator any."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.users = UserRepository(session)

    async def me(self, account: Account) -> User:
        """The account's own profile."""
        return await self.get(account, account.key)

    async def get(self, account: Account, ref: Ref) -> User:
        """A profile by id: the account's own, or any for an administrator; everything else is NotFound."""
        if ref not in (account.public_id, account.key) and not account.may("manage_accounts"):
            raise NotFound.of("User")
        user = await self.users.by_ref(ref)
        if user is None:
            raise NotFound.of("User")
        return user

    async def update(self, account: Account, ref: Ref, changes: Mapping[str, object]) -> User:
        """Change profile fields."""
        user = await self.get(account, ref)
        for name, value in changes.items():
            setattr(user, name, value)
        if user.id != account.key and isinstance(self.session, WriteSession):
            await audit.note(self.session, account, "account_changed", "account", user.public_id)
        await self.session.flush()
        return user

    async def set_skills(self, account: Account, ref: Ref, skills: list[str]) -> User:
        """Replace the skills; repeats in any case are dropped, order is kept."""
        first: dict[str, str] = {}
        for skill in skills:
            first.setdefault(skill.lower(), skill)
        return await self.update(account, ref, {"skills": list(first.values())})
