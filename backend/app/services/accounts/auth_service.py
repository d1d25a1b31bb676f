"""Who is calling: registration, login, refresh, logout, and the check of every request."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.database import Database, WriteSession
from app.errors import Conflict, FieldError, NotAuthenticated, TooManyRequests, Unprocessable
from app.models import AuthSession, User, now
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.passwords import hash_password, is_common, verify_password
from app.services.accounts.subject import Account
from app.services.accounts.tokens import TokenSigner

LOCK_MINUTES = 15
_CACHE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens; `expires_in` is the seconds the access token is good for."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Login:
    """Who logged in, and the tokens for it."""

    user: User
    tokens: Tokens


class AccessGuard:
    """Checks access tokens: the signature always, the login in the database at most every few seconds.

    A logout in this process counts at once; one in another process after `cache_seconds`.
    """

    def __init__(self, signer: TokenSigner, database: Database, *, cache_seconds: float) -> None:
        self.signer = signer
        self._database = database
        self._cache_seconds = cache_seconds
        self._live: OrderedDict[UUID, tuple[float, Account]] = OrderedDict()

    async def account_of(self, token: str) -> Account:
        """The caller behind a token; NotAuthenticated when it is expired, forged or logged out."""
        claims = self.signer.read_access_token(token)
        cached = self._live.get(claims.login_id)
        if cached is not None and cached[0] > time.monotonic() and cached[1].public_id == claims.user_id:
            return cached[1]
        async with self._database.reading() as session:
            user = await AuthSessionRepository(session).owner_of_live(claims.login_id, now())
        if user is None or user.public_id != claims.user_id:
            raise NotAuthenticated()
        account = Account(user.id, user.public_id, user.role, claims.login_id)
        self._live[claims.login_id] = (time.monotonic() + self._cache_seconds, account)
        while len(self._live) > _CACHE_SIZE:
            self._live.popitem(last=False)
        return account

    async def forget(self, login_ids: list[UUID]) -> None:
        """Ask the database again at the next use of these logins."""
        for login_id in login_ids:
            self._live.pop(login_id, None)


class AuthService:
    """Rules of accounts and logins. Checking a password takes time, so each call opens the transactions it needs."""

    def __init__(self, database: Database, guard: AccessGuard, settings: Settings) -> None:
        self.database = database
        self.guard = guard
        self.settings = settings

    async def register(self, *, email: str, password: str, full_name: str, role: str = "candidate") -> Login:
        """Create an account and log in. Conflict when the address is taken; Unprocessable for a password anybody would
        guess."""
        _check_password(password, email)
        password_hash = await hash_password(password)
        user = User(email=email.lower(), password_hash=password_hash, full_name=full_name, role=role)
        try:
            async with self.database.writing() as session:
                await UserRepository(session).add(user)
                return await self._open(session, user)
        except IntegrityError as error:
            raise Conflict("An account with this email already exists. Log in instead.", code="email_taken") from error

    async def login(self, *, email: str, password: str) -> Login:
        """Log in, if the password fits. Wrong ones are counted; too many lock the account for some minutes."""
        async with self.database.reading() as session:
            found = await UserRepository(session).by_email(email.lower())
        if found is not None and found.locked_until is not None and found.locked_until > now():
            seconds = int((found.locked_until - now()).total_seconds()) + 1
            raise TooManyRequests("Too many failed logins. Try again later.", retry_after=seconds)
        fits, new_hash = await verify_password(password, found.password_hash if found else None)
        login: Login | None = None
        async with self.database.writing() as session:
            user = await UserRepository(session).by_id(found.id) if found else None
            if user is not None and fits:
                user.failed_logins, user.locked_until = 0, None
                user.password_hash = new_hash or user.password_hash
                login = await self._open(session, user)
            elif user is not None:
                self._count_failure(user)
        if login is None:
            raise NotAuthenticated("Email or password is wrong", code="invalid_credentials")
        return login

    async def refresh(self, token: str) -> Tokens:
        """New tokens for a refresh token. An old one shown again outside the grace time revokes its whole family."""
        async with self.database.writing() as session:
            tokens = await self._rotate(session, token)
        if tokens is None:
            raise NotAuthenticated("This refresh token was used before. Log in again.", code="refresh_token_reused")
        return tokens

    async def logout(self, account: Account) -> None:
        """End this login: its access and refresh tokens stop working."""
        async with self.database.writing() as session:
            await self._revoke(session, account.login_id)

    async def _open(self, session: WriteSession, user: User) -> Login:
        """Start a login: a new family of refresh tokens."""
        moment = now()
        logins = AuthSessionRepository(session)
        await logins.delete_expired(user.id, moment)
        refresh = self.guard.signer.first_refresh_token()
        login = await logins.add(
            AuthSession(
                user_id=user.id,
                refresh_hash=self.guard.signer.fingerprint(refresh),
                rotated_at=moment,
                expires_at=moment + timedelta(days=self.settings.auth.refresh_days),
            )
        )
        return Login(user, self._tokens(user, login, refresh))

    async def _rotate(self, session: WriteSession, token: str) -> Tokens | None:
        """The successor's tokens, or None for a token that was used before: its family is revoked then."""
        moment, logins = now(), AuthSessionRepository(session)
        fingerprint = self.guard.signer.fingerprint(token)
        login = await logins.by_token_hash(fingerprint)
        user = await UserRepository(session).by_id(login.user_id) if login else None
        if login is None or user is None or login.revoked_at is not None or login.expires_at <= moment:
            raise NotAuthenticated("Refresh token expired or invalid", code="invalid_refresh_token")
        successor = self.guard.signer.next_refresh_token(token)
        if login.refresh_hash == fingerprint and await logins.rotate(
            login, self.guard.signer.fingerprint(successor), moment
        ):
            return self._tokens(user, login, successor)
        await session.refresh(login)
        grace = timedelta(seconds=self.settings.auth.reuse_grace_seconds)
        if login.previous_hash == fingerprint and login.revoked_at is None and moment - login.rotated_at <= grace:
            return self._tokens(user, login, successor)
        await self._revoke(session, login.public_id)
        return None

    async def _revoke(self, session: WriteSession, login_id: UUID) -> None:
        await AuthSessionRepository(session).revoke(login_id, now())
        session.after_commit(lambda: self.guard.forget([login_id]))

    def _count_failure(self, user: User) -> None:
        user.failed_logins += 1
        if user.failed_logins >= self.settings.limits.login_failures:
            user.failed_logins, user.locked_until = 0, now() + timedelta(minutes=LOCK_MINUTES)

    def _tokens(self, user: User, login: AuthSession, refresh: str) -> Tokens:
        return Tokens(
            self.guard.signer.access_token(user.public_id, login.public_id),
            refresh,
            int(self.guard.signer.access_lifetime.total_seconds()),
        )


def _check_password(password: str, email: str) -> None:
    if is_common(password, email=email):
        raise Unprocessable(
            "Validation error",
            details=[FieldError("password", "This password is among the first that are guessed. Choose another.")],
        )
