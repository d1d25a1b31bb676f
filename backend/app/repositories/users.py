"""Users and their logins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from app.models import AuthSession, User
from app.repositories.base import Repository


class UserRepository(Repository[User]):
    model = User

    async def by_email(self, email: str) -> User | None:
        """The user with this address, which is in lower case."""
        return await self._one(select(User).where(User.email == email))


class AuthSessionRepository(Repository[AuthSession]):
    model = AuthSession

    async def owner_of_live(self, public_id: UUID, now: datetime) -> User | None:
        """The user of a login that is neither revoked nor expired."""
        statement = (
            select(User)
            .join(AuthSession, AuthSession.user_id == User.id)
            .where(AuthSession.public_id == public_id, AuthSession.revoked_at.is_(None), AuthSession.expires_at > now)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def by_token_hash(self, token_hash: str) -> AuthSession | None:
        """The login whose newest or previous refresh token has this SHA-256."""
        return await self._one(
            select(AuthSession).where(
                or_(AuthSession.refresh_hash == token_hash, AuthSession.previous_hash == token_hash)
            )
        )

    async def rotate(self, login: AuthSession, new_hash: str, now: datetime) -> bool:
        """Replace the newest token in one conditional step; false when somebody else did so first."""
        statement = (
            update(AuthSession)
            .where(
                AuthSession.id == login.id,
                AuthSession.refresh_hash == login.refresh_hash,
                AuthSession.revoked_at.is_(None),
            )
            .values(refresh_hash=new_hash, previous_hash=login.refresh_hash, rotated_at=now)
            .returning(AuthSession.id)
            .execution_options(synchronize_session=False)
        )
        return await self.session.scalar(statement) is not None

    async def revoke(self, public_id: UUID, now: datetime) -> None:
        """End one login."""
        await self.session.execute(
            update(AuthSession)
            .where(AuthSession.public_id == public_id, AuthSession.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )

    async def live_ids(self, user_id: int) -> list[UUID]:
        """Outside ids of the user's logins that are not revoked."""
        statement = select(AuthSession.public_id).where(
            AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None)
        )
        return list((await self.session.execute(statement)).scalars())

    async def delete_expired(self, user_id: int, now: datetime) -> None:
        """Forget this user's logins that cannot be used any more."""
        await self.session.execute(
            delete(AuthSession).where(AuthSession.user_id == user_id, AuthSession.expires_at < now)
        )
