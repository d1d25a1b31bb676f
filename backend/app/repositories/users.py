"""Users and their logins."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.database import WriteSession
from app.models import AuthSession, InterviewSession, LoginAttempts, PasswordReset, User
from app.models.base import UtcDateTime
from app.repositories.base import Order, Page, Ref, Repository, contains, matches

UserSort = Literal["created_at", "email", "full_name"]


@dataclass(frozen=True, slots=True)
class CountedUser:
    """A user with how many interviews they have."""

    user: User
    interviews: int


def _counted() -> Select[User, int]:
    interviews = select(func.count(InterviewSession.id)).where(InterviewSession.owner_id == User.id)
    return select(User, interviews.scalar_subquery())


class UserRepository(Repository[User]):
    model = User

    async def by_email(self, email: str) -> User | None:
        """The user with this address, which is in lower case."""
        return await self._one(select(User).where(User.email == email))

    async def by_public_ids(self, ids: Collection[UUID]) -> list[User]:
        """The users with these ids, in any order."""
        return await self._all(select(User).where(User.public_id.in_(ids)))

    async def lock_admins(self) -> list[int]:
        """Keys of the administrators who can log in, none of whom changes until the transaction ends."""
        statement = (
            select(User.id)
            .where(User.role == "admin", User.disabled_at.is_(None))
            .order_by(User.id)
            .with_for_update(key_share=True)
        )
        return list((await self.session.execute(statement)).scalars())

    async def page_of(
        self,
        *,
        search: str | None,
        role: str | None,
        disabled: bool | None,
        guests: bool = False,
        order: Order[UserSort],
        page: Page,
    ) -> tuple[list[CountedUser], int]:
        """One page of users with how many interviews they have, and how many users there are. `search` looks in
        address and name; `guests` asks for guests, who are left out otherwise."""
        statement = _counted().where(User.is_guest if guests else ~User.is_guest)
        if search:
            statement = statement.where(contains(search, User.email, User.full_name))
        if role is not None:
            statement = statement.where(User.role == role)
        if disabled is not None:
            statement = statement.where(User.disabled_at.is_not(None) if disabled else User.disabled_at.is_(None))
        columns = {"created_at": User.created_at, "email": User.email, "full_name": func.lower(User.full_name)}
        statement = statement.order_by(*order.by(columns[order.key], User.id))
        rows, total = await self._page(statement, page=page.number, per_page=page.size)
        return [CountedUser(row[0], row[1]) for row in rows], total

    async def counted(self, ref: Ref) -> CountedUser | None:
        """A user with how many interviews they have."""
        row = (await self.session.execute(_counted().where(matches(User, ref)))).one_or_none()
        return CountedUser(row[0], row[1]) if row else None

    async def has_admin(self) -> bool:
        """Whether anybody is an administrator."""
        return await self.session.scalar(select(User.id).where(User.role == "admin").limit(1)) is not None

    async def guests_before(self, moment: datetime, limit: int) -> list[User]:
        """Guests who came before a time, the oldest first."""
        statement = select(User).where(User.is_guest, User.created_at < moment).order_by(User.id).limit(limit)
        return await self._all(statement)

    async def locked(self, key: int) -> User | None:
        """The user as they are now, whom nobody else changes until the transaction ends, nor adds anything to them."""
        statement = select(User).where(User.id == key).with_for_update()
        return await self._one(statement.execution_options(populate_existing=True))


class AuthSessionRepository(Repository[AuthSession]):
    model = AuthSession

    async def owner_of_live(self, public_id: UUID, now: datetime) -> User | None:
        """The user of a login that is neither revoked nor expired."""
        statement = (
            select(User)
            .join(AuthSession, AuthSession.user_id == User.id)
            .where(AuthSession.public_id == public_id, AuthSession.revoked_at.is_(None), AuthSession.expires_at > now)
            .where(User.disabled_at.is_(None))
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

    async def live_of(self, user_id: int, now: datetime) -> list[AuthSession]:
        """The user's logins that are neither revoked nor expired, the last used first."""
        statement = (
            select(AuthSession)
            .where(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None), AuthSession.expires_at > now)
            .order_by(AuthSession.rotated_at.desc(), AuthSession.id.desc())
        )
        return await self._all(statement)

    async def revoke(
        self, now: datetime, *, login: Ref | None = None, user_id: int | None = None, keep: UUID | None = None
    ) -> list[UUID]:
        """End a login, or all of a user but `keep`; returns the public ids of those that were live."""
        statement = update(AuthSession).where(AuthSession.revoked_at.is_(None))
        if login is not None:
            statement = statement.where(matches(AuthSession, login))
        if user_id is not None:
            statement = statement.where(AuthSession.user_id == user_id)
        if keep is not None:
            statement = statement.where(AuthSession.public_id != keep)
        ended = statement.values(revoked_at=now).returning(AuthSession.public_id)
        return list(await self.session.scalars(ended.execution_options(synchronize_session=False)))

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


class PasswordResetRepository(Repository[PasswordReset]):
    model = PasswordReset

    async def of_user(self, user_id: int) -> PasswordReset | None:
        """The user's reset that is waiting for its token."""
        return await self._one(select(PasswordReset).where(PasswordReset.user_id == user_id))

    async def owner(self, token_hash: str, now: datetime) -> User | None:
        """The user of a token that is good."""
        statement = (
            select(User)
            .join(PasswordReset, PasswordReset.user_id == User.id)
            .where(PasswordReset.token_hash == token_hash, PasswordReset.expires_at > now)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def use(self, token_hash: str, now: datetime) -> int | None:
        """Take a token: the key of its user, once and in time; None otherwise."""
        statement = (
            delete(PasswordReset)
            .where(PasswordReset.token_hash == token_hash, PasswordReset.expires_at > now)
            .returning(PasswordReset.user_id)
        )
        return await self.session.scalar(statement)

    async def delete_of(self, user_id: int) -> None:
        """Forget the user's reset: the password was set in another way."""
        await self.session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))


class LoginAttemptRepository:
    """Counts attempts to log in, each in one statement, so that no two of them can be taken for one."""

    def __init__(self, session: WriteSession) -> None:
        self.session = session

    async def count(self, key: str, now: datetime, next_at: list[datetime], forgotten_before: datetime) -> bool:
        """Count an attempt, unless it comes too early: then False.

        `next_at[n]` is when another may follow on the attempt n + 1, the last of them on any later one. A count whose
        last attempt was before `forgotten_before` starts again.
        """
        insert = postgresql.insert if self.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        count = case((LoginAttempts.last_at < forgotten_before, 1), else_=LoginAttempts.count + 1)
        steps = [(count == place, literal(moment, UtcDateTime())) for place, moment in enumerate(next_at, 1)]
        statement = (
            insert(LoginAttempts)
            .values(key=key, count=1, last_at=now, next_at=next_at[0])
            .on_conflict_do_update(
                index_elements=[LoginAttempts.key],
                set_={
                    "count": count,
                    "last_at": now,
                    "next_at": case(*steps, else_=literal(next_at[-1], UtcDateTime())),
                },
                where=LoginAttempts.next_at <= now,
            )
            .returning(LoginAttempts.count)
        )
        return await self.session.scalar(statement) is not None

    async def next_at(self, key: str) -> datetime | None:
        """When another attempt may come."""
        return await self.session.scalar(select(LoginAttempts.next_at).where(LoginAttempts.key == key))

    async def forget(self, key: str, before: datetime) -> None:
        """Start the count of a key again; counts without an attempt since `before` go with it."""
        await self.session.execute(
            delete(LoginAttempts).where(or_(LoginAttempts.key == key, LoginAttempts.last_at < before))
        )
