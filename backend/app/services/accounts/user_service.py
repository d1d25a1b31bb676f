"""Profiles, and the end of an account."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import after_commit
from app.engines.storage import Storage
from app.errors import NotFound
from app.models import User
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.auth_service import AccessGuard, Principal


class UserService:
    """What a user may see and change: the own account; an admin any."""

    def __init__(self, session: AsyncSession, guard: AccessGuard, storage: Storage) -> None:
        self.session = session
        self.guard = guard
        self.storage = storage
        self.users = UserRepository(session)

    async def me(self, principal: Principal) -> User:
        """The caller's own account."""
        user = await self.users.by_id(principal.key)
        if user is None:
            raise NotFound.of("User")
        return user

    async def get(self, principal: Principal, public_id: UUID) -> User:
        """An account by id: one's own, or any for an admin; everything else is not found."""
        if public_id != principal.public_id and not principal.is_admin:
            raise NotFound.of("User")
        user = await self.users.by_public_id(public_id)
        if user is None:
            raise NotFound.of("User")
        return user

    async def update(self, user: User, changes: Mapping[str, object]) -> User:
        """Change profile fields."""
        for name, value in changes.items():
            setattr(user, name, value)
        await self.session.flush()
        return user

    async def set_skills(self, user: User, skills: list[str]) -> User:
        """Replace the skills; repeats in any case are dropped, order is kept."""
        first: dict[str, str] = {}
        for skill in skills:
            first.setdefault(skill.lower(), skill)
        user.skills = list(first.values())
        await self.session.flush()
        return user

    async def delete(self, user: User) -> None:
        """Delete the account with everything that is theirs: rows in the database, then files."""
        names = await self.users.file_names(user.id)
        login_ids = await AuthSessionRepository(self.session).live_ids(user.id)
        await self.users.delete(user)
        after_commit(self.session, lambda: self.guard.forget(login_ids))
        after_commit(self.session, lambda: self.storage.delete_all(names))
