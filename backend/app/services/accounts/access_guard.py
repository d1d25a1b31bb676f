"""The check of every request: whose access token is this?"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.errors import NotAuthenticated
from app.models import now
from app.repositories.users import AuthSessionRepository
from app.services.accounts.subject import Account, CodeHolder
from app.services.accounts.tokens import TokenSigner

_CACHE_SIZE = 10_000
UUID_LENGTH = 36
LOOK_SECONDS = 5.0
"""How often a login is looked at that a socket belongs to."""

log = logging.getLogger(__name__)


class AccessGuard:
    """Checks access tokens: the signature always, the login in the database at most every few seconds.

    A logout in this process counts at once; one in another process after `cache_seconds`.
    """

    def __init__(self, signer: TokenSigner, database: Database, *, cache_seconds: float) -> None:
        self.signer = signer
        self._database = database
        self._cache_seconds = cache_seconds
        self._live: OrderedDict[UUID, tuple[float, Account]] = OrderedDict()
        self._forgotten: WeakValueDictionary[UUID, asyncio.Event] = WeakValueDictionary()

    async def account_of(self, token: str) -> Account:
        """The caller behind a token; NotAuthenticated when it is expired, forged or logged out, and for the UUID of an
        interview, which is no account."""
        if _interview_id(token) is not None:
            raise NotAuthenticated("You need an account for this. An access code only lets you take its interview.")
        claims = self.signer.read_access_token(token)
        account = await self._account(claims.login_id)
        if account is None or account.public_id != claims.user_id:
            raise NotAuthenticated()
        return account

    async def until_ended(self, account: Account) -> None:
        """Returns when the account's login is over, for what goes on without requests: at once when it is ended in
        this process, else within `LOOK_SECONDS`. An access token may expire meanwhile; that ends no login."""
        forgotten = self._forgotten.setdefault(account.login_id, asyncio.Event())
        while True:
            forgotten.clear()
            try:
                if await self._account(account.login_id) is None:
                    return
            except DBAPIError as error:
                log.warning("a login could not be looked at, which is done again: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(forgotten.wait(), LOOK_SECONDS)

    async def subject_of(self, token: str) -> Account | CodeHolder:
        """The caller behind a token, or behind the UUID of an interview that was begun with an access code. Whether
        there is such an interview, services say."""
        interview_id = _interview_id(token)
        return await self.account_of(token) if interview_id is None else CodeHolder(interview_id)

    async def forget(self, login_ids: Iterable[UUID]) -> None:
        """Ask the database again at the next use of these logins."""
        for login_id in login_ids:
            self._live.pop(login_id, None)
            if (forgotten := self._forgotten.get(login_id)) is not None:
                forgotten.set()

    async def _account(self, login_id: UUID) -> Account | None:
        """Whose login it is, if it is good."""
        cached = self._live.get(login_id)
        if cached is not None and cached[0] > time.monotonic():
            return cached[1]
        async with self._database.reading() as session:
            user = await AuthSessionRepository(session).owner_of_live(login_id, now())
        if user is None:
            return None
        account = Account(user.id, user.public_id, user.role, login_id, user.is_guest)
        self._live[login_id] = (time.monotonic() + self._cache_seconds, account)
        while len(self._live) > _CACHE_SIZE:
            self._live.popitem(last=False)
        return account


def _interview_id(token: str) -> UUID | None:
    """The UUID that is sent in the place of a token."""
    try:
        return UUID(token) if len(token) == UUID_LENGTH else None
    except ValueError:
        return None
