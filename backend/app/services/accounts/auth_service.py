"""Accounts and logins: registration, login, refresh, logout. Passwords are changed in `password_service`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.database import Database, WriteSession
from app.errors import Conflict, FieldError, Forbidden, NotAuthenticated, NotFound, Unprocessable
from app.models import AuthSession, User, now
from app.repositories.base import Ref
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.login_throttle import Caller, LoginThrottle
from app.services.accounts.logins import OWN_RULES, Login, Logins, TokenRules, Tokens
from app.services.accounts.passwords import STRICT, PasswordRule, hash_password, problem_of, verify_password
from app.services.accounts.subject import NEEDED, RIGHTS, Account, Right

EMAIL_TAKEN = "An account with this email already exists. Log in instead."


class AuthService:
    """Rules of accounts and logins. Checking a password takes time, so each call opens the transactions it needs."""

    def __init__(self, database: Database, guard: AccessGuard, settings: Settings) -> None:
        self.database = database
        self.guard = guard
        self.settings = settings
        self.throttle = LoginThrottle(database, settings.limits)

    async def register(
        self,
        *,
        email: str,
        password: str,
        full_name: str,
        role: str = "candidate",
        user_agent: str | None = None,
        rules: TokenRules = OWN_RULES,
        **profile: object,
    ) -> Login:
        """Create an account, with what else is known of its `profile`, and log in. Conflict when the address is taken;
        Unprocessable for a password anybody would guess."""
        async with self._adding(email, password, full_name, STRICT, role=role, **profile) as (session, user):
            return await self.logins(session, rules).open(user, user_agent)

    async def create_account(self, *, email: str, password: str, full_name: str, rule: PasswordRule = STRICT) -> User:
        """Create an account without logging in, otherwise as `register`.

        A `rule` that is weaker than our own counts unless DIALECT_STRICT_PASSWORDS is set.
        """
        strict = self.settings.dialects.strict_passwords
        async with self._adding(email, password, full_name, STRICT if strict else rule) as (_, user):
            return user

    @asynccontextmanager
    async def _adding(
        self, email: str, password: str, full_name: str, rule: PasswordRule, **profile: object
    ) -> AsyncIterator[tuple[WriteSession, User]]:
        """The transaction that adds an account."""
        check_password(password, email, full_name, rule=rule)
        password_hash = await hash_password(password)
        user = User(email=email, password_hash=password_hash, full_name=full_name, **profile)
        try:
            async with self.database.writing() as session:
                await UserRepository(session).add(user)
                yield session, user
        except IntegrityError as error:
            raise Conflict(EMAIL_TAKEN, code="email_taken") from error

    async def login(
        self, *, email: str, password: str, caller: Caller, right: Right | None = None, rules: TokenRules = OWN_RULES
    ) -> Login:
        """Log in, if the password fits. TooManyRequests after too many wrong ones; see `LoginThrottle`. Forbidden for
        an account without the `right` that is needed."""
        await self.throttle.begin(email, caller)
        async with self.database.reading() as session:
            found = await UserRepository(session).by_email(email)
        fits, new_hash = await verify_password(password, found.password_hash if found else None)
        if found is not None and fits:
            async with self.database.writing() as session:
                user = await UserRepository(session).locked(found.id)
                if user is not None and user.password_hash == found.password_hash:  # not changed meanwhile
                    if user.disabled_at is not None:
                        message = "This account is disabled. Ask an administrator to enable it."
                        raise NotAuthenticated(message, code="account_disabled")
                    if right is not None and right not in RIGHTS[user.role]:
                        raise Forbidden(NEEDED[right])
                    user.password_hash = new_hash or user.password_hash
                    await self.throttle.succeeded(session, email, caller)
                    return await self.logins(session, rules).open(user, caller.user_agent)
        raise NotAuthenticated("Email or password is wrong", code="invalid_credentials")

    async def refresh(self, token: str, rules: TokenRules = OWN_RULES) -> Tokens:
        """New tokens for a refresh token. Any that was used before, shown again outside the grace time of the last one,
        ends its login: somebody else has it."""
        async with self.database.writing() as session:
            tokens = await self.logins(session, rules).rotate(token)
        if tokens is None:
            raise NotAuthenticated("This refresh token was used before. Sign in again.", code="refresh_token_reused")
        return tokens

    async def logout(self, account: Account, *, everywhere: bool = False) -> None:
        """End this login, or all of the account: their access and refresh tokens stop working."""
        async with self.database.writing() as session:
            logins = self.logins(session)
            await (logins.end_all(account.key) if everywhere else logins.end(account.login_id))

    async def end_with(self, refresh_token: str) -> None:
        """End the login of a refresh token, if it is good."""
        with suppress(NotAuthenticated):
            tokens = await self.refresh(refresh_token)
            await self.logout(await self.guard.account_of(tokens.access_token))

    async def logins_of(self, account: Account) -> Sequence[AuthSession]:
        """The account's logins that are good, the last used first."""
        async with self.database.reading() as session:
            return await AuthSessionRepository(session).live_of(account.key, now())

    async def end_login(self, account: Account, login: Ref) -> None:
        """End one of the account's logins. NotFound when it has no such login."""
        async with self.database.writing() as session:
            if not await self.logins(session).end(login, user_id=account.key):
                raise NotFound.of("Login")

    def logins(self, session: WriteSession, rules: TokenRules = OWN_RULES) -> Logins:
        """The logins within a transaction."""
        return Logins(session, self.guard, self.settings.auth, rules)


def check_password(password: str, *about: str, field: str = "password", rule: PasswordRule = STRICT) -> None:
    """Unprocessable for a password that cannot be chosen; `about` is what is known of the person."""
    if (problem := problem_of(password, about=about, rule=rule)) is not None:
        raise Unprocessable("Validation error", details=[FieldError(field, problem)])
