"""The check of every request: whose access token is this?"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from app.database import Database
from app.errors import NotAuthenticated
from app.models import now
from app.repositories.users import AuthSessionRepository
from app.services.accounts.subject import Account, CodeHolder
from app.services.accounts.tokens import TokenSigner

_CACHE_SIZE = 10_000
UUID_LENGTH = 36


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
        """The caller behind a token; NotAuthenticated when it is expired, forged or logged out, and for the UUID of an
        interview, which is no account."""
        if _interview_id(token) is not None:
            raise NotAuthenticated("This needs an account. An access code opens what it takes to answer, no more.")
        claims = self.signer.read_access_token(token)
        cached = self._live.get(claims.login_id)
        if cached is not None and cached[0] > time.monotonic() and cached[1].public_id == claims.user_id:
            return cached[1]
        async with self._database.reading() as session:
            user = await AuthSessionRepository(session).owner_of_live(claims.login_id, now())
        if user is None or user.public_id != claims.user_id:
            raise NotAuthenticated()
        account = Account(user.id, user.public_id, user.role, claims.login_id, user.is_guest)
        self._live[claims.login_id] = (time.monotonic() + self._cache_seconds, account)
        while len(self._live) > _CACHE_SIZE:
            self._live.popitem(last=False)
        return account

    async def subject_of(self, token: str) -> Account | CodeHolder:
        """The caller behind a token, or behind the UUID of an interview that was begun with an access code. Whether
        there is such an interview, services say."""
        interview_id = _interview_id(token)
        return await self.account_of(token) if interview_id is None else CodeHolder(interview_id)

    async def forget(self, login_ids: Iterable[UUID]) -> None:
        """Ask the database again at the next use of these logins."""
        for login_id in login_ids:
            self._live.pop(login_id, None)


def _interview_id(token: str) -> UUID | None:
    """The UUID that is sent in the place of a token."""
    try:
        return UUID(token) if len(token) == UUID_LENGTH else None
    except ValueError:
        return None
