"""Logins within one transaction: each is a family of refresh tokens, from its opening to its end."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.config import AuthSettings
from app.database import WriteSession
from app.errors import NotAuthenticated
from app.models import AuthSession, User, now
from app.models.base import new_public_id
from app.models.user import USER_AGENT_LENGTH
from app.repositories.base import Ref
from app.repositories.users import AuthSessionRepository, UserRepository
from app.services.accounts.access_guard import AccessGuard


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens; `expires_in` is the seconds the access token is good for."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What the document of a face says of its tokens.

    access_at_most: the longest that an access token is good for; a shorter time of the settings counts.
    has_refresh: whether clients can get a new access token. Those of documents without such a call would be logged out
        in the middle of an interview, so their access token is good for as long as the login.
    rotates: whether a new refresh token comes with every refresh. Clients of documents that know of no such token
        would show the old one again and be logged out.
    """

    access_at_most: timedelta | None = None
    has_refresh: bool = True
    rotates: bool = True


OWN_RULES = TokenRules()
WITHOUT_REFRESH = TokenRules(has_refresh=False)


@dataclass(frozen=True, slots=True)
class Login:
    """Who logged in, and the tokens for it."""

    user: User
    tokens: Tokens


class Logins:
    """Opens, continues and ends logins."""

    def __init__(
        self, session: WriteSession, guard: AccessGuard, settings: AuthSettings, rules: TokenRules = OWN_RULES
    ) -> None:
        self.session = session
        self.guard = guard
        self.settings = settings
        self.rules = rules
        self.logins = AuthSessionRepository(session)

    async def open(self, user: User, user_agent: str | None) -> Login:
        """Start a login: a new family of refresh tokens."""
        moment = now()
        await self.logins.delete_expired(user.id, moment)
        login = AuthSession(
            public_id=new_public_id(),
            user_id=user.id,
            rotated_at=moment,
            expires_at=moment + timedelta(days=self.settings.refresh_days),
            user_agent=user_agent[:USER_AGENT_LENGTH] if user_agent else None,
            rotates=self.rules.rotates,
        )
        refresh = self.guard.signer.first_refresh_token(login.public_id)
        login.refresh_hash = self.guard.signer.fingerprint(refresh)
        await self.logins.add(login)
        return Login(user, self._tokens(user, login, refresh))

    async def rotate(self, token: str) -> Tokens | None:
        """The successor's tokens, or None for a token that was used before: its family is ended then. Of a login that
        does not rotate the refresh token stays as it is.

        NotAuthenticated for what is no token, or one of a login that is over.
        """
        moment, signer = now(), self.guard.signer
        fingerprint = signer.fingerprint(token)
        login = await self.logins.by_token_hash(fingerprint)
        if login is None and (family := signer.family_of(token)) is not None:
            login = await self.logins.by_ref(family)
        user = await UserRepository(self.session).by_id(login.user_id) if login else None
        if login is None or user is None or login.revoked_at is not None or login.expires_at <= moment:
            raise NotAuthenticated("Refresh token expired or invalid", code="invalid_refresh_token")
        if not login.rotates and login.refresh_hash == fingerprint:
            login.rotated_at = moment
            return self._tokens(user, login, token)
        successor = signer.next_refresh_token(login.public_id, token)
        if login.refresh_hash == fingerprint and await self.logins.rotate(login, signer.fingerprint(successor), moment):
            return self._tokens(user, login, successor)
        await self.session.refresh(login)
        grace = timedelta(seconds=self.settings.reuse_grace_seconds)
        if login.previous_hash == fingerprint and login.revoked_at is None and moment - login.rotated_at <= grace:
            return self._tokens(user, login, successor)
        await self.end(login.public_id)
        return None

    async def end(self, login: Ref, *, user_id: int | None = None) -> bool:
        """End a login, of this user if one is named; whether there was one."""
        return bool(self._forget(await self.logins.revoke(now(), login=login, user_id=user_id)))

    async def end_all(self, user_id: int, *, keep: UUID | None = None) -> None:
        """End every login of a user but `keep`."""
        self._forget(await self.logins.revoke(now(), user_id=user_id, keep=keep))

    def _forget(self, ended: list[UUID]) -> list[UUID]:
        self.session.after_commit(lambda: self.guard.forget(ended))
        return ended

    def _tokens(self, user: User, login: AuthSession, refresh: str) -> Tokens:
        signer, at_most = self.guard.signer, self.rules.access_at_most
        lifetime = min(signer.access_lifetime, at_most or signer.access_lifetime)
        if not self.rules.has_refresh:
            lifetime = login.expires_at - now()
        access = signer.access_token(user.public_id, login.public_id, lifetime)
        return Tokens(access, refresh, int(lifetime.total_seconds()))
