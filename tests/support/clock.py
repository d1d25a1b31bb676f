"""A clock that tests put forward, for what logins and their tokens go by."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models import now

_real_time, _real_monotonic = time.time, time.monotonic


class Clock:
    """Runs on from the present; `forward` puts it forward."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._ahead = timedelta()
        for place in ("access_guard", "logins", "auth_service"):
            patch.setattr(f"app.services.accounts.{place}.now", self.now)
        patch.setattr("app.services.accounts.tokens.time", self)
        patch.setattr("app.services.accounts.access_guard.time", self)
        patch.setattr("jose.jwt.datetime", _Datetimes(self))

    def forward(self, **by: float) -> None:
        self._ahead += timedelta(**by)

    def now(self) -> datetime:
        return now() + self._ahead

    def time(self) -> float:
        return _real_time() + self._ahead.total_seconds()

    def monotonic(self) -> float:
        return _real_monotonic() + self._ahead.total_seconds()


class _Datetimes:
    """Stands in for the class whose `now` the library of tokens asks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self, zone: Any = UTC) -> datetime:
        return self._clock.now().astimezone(zone)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, datetime)
