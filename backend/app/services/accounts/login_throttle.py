"""Wrong passwords: how many may follow each other. Counted in the database, which all processes share."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.config import LimitSettings
from app.database import Database, WriteSession
from app.errors import TooManyRequests
from app.models import now
from app.repositories.users import LoginAttemptRepository

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""Without an attempt for so long the count starts again. At the longest wait an address has 96 guesses in it."""
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where an attempt comes from: the network address, and what the client calls itself."""

    address: str
    user_agent: str | None = None


class LoginThrottle:
    """Lets `limits.login_failures` wrong passwords follow each other; after that each makes the wait twice as long.

    Counted for an account and the address that asks, so strangers cannot lock its owner out: from any other address the
    owner still gets in. Attempts are counted before their passwords are checked, so many at once gain nothing.
    """

    def __init__(self, database: Database, limits: LimitSettings) -> None:
        self._database = database
        self._free = limits.login_failures

    async def begin(self, account: str, caller: Caller) -> None:
        """Count an attempt for the account (a mail address). TooManyRequests when it comes too early."""
        key, moment = _key(account, caller), now()
        async with self._database.writing() as session:
            attempts = LoginAttemptRepository(session)
            if await attempts.count(key, moment, self._next(moment), moment - FORGOTTEN_AFTER):
                return
            next_at = await attempts.next_at(key) or moment
        raise TooManyRequests(
            "Too many wrong passwords. Wait and try again, or set a new password.",
            retry_after=int((next_at - moment).total_seconds()) + 1,
        )

    async def succeeded(self, session: WriteSession, account: str, caller: Caller) -> None:
        """The password was right: start again."""
        await LoginAttemptRepository(session).forget(_key(account, caller), now() - FORGOTTEN_AFTER)

    def _next(self, moment: datetime) -> list[datetime]:
        """When the next attempt may come, after the first, the second ..."""
        waits, wait = [_AT_ONCE] * (self._free - 1), FIRST_WAIT
        while wait < LONGEST_WAIT:
            waits.append(moment + wait)
            wait *= 2
        return [*waits, moment + LONGEST_WAIT]


def _key(account: str, caller: Caller) -> str:
    return hashlib.sha256(f"{account}\0{caller.address}".encode("utf-8", "replace")).hexdigest()
