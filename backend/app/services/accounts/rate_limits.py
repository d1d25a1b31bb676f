"""Requests a minute, counted per client address or user; in memory, or in Redis for several processes.

A Redis that is lost does not stop anybody: this process counts for itself until it is back (docs/adr/0013).
"""

import logging
import time
from ipaddress import IPv6Network
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from app.config import RateLimitSettings
from app.errors import TooManyRequests

RETRY_SECONDS = 5.0
"""A shared storage that failed is left alone for so long, so that not every request waits for it."""
log = logging.getLogger(__name__)

Action = Literal[
    "register", "login", "refresh", "interview_start", "answer", "feedback", "upload", "join",
    "kiosk_admin", "kiosk_interview", "kiosk_upload",
]  # fmt: skip


def network_of(host: str) -> str:
    """What is counted as one client: an address; of IPv6 its network of 64 bits, in which a client may choose any."""
    try:
        return str(IPv6Network((host.partition("%")[0], 64), strict=False)) if ":" in host else host
    except ValueError:
        return host


class RateLimits:
    """The limits of docs/design.md, "Rate limits". `shared` counts for several processes; without it, or while it
    fails, the memory of this process does."""

    def __init__(self, settings: RateLimitSettings, shared: Storage | None = None) -> None:
        self.enabled = settings.enabled
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(shared) if shared is not None else None
        self._lost_at: float | None = None
        amounts: dict[Action, int] = {
            "register": settings.auth,
            "login": settings.auth,
            "refresh": settings.refresh,
            "interview_start": settings.interview_start,
            "answer": settings.answer,
            "feedback": settings.feedback,
            "upload": settings.upload,
            "join": settings.join,
            "kiosk_admin": settings.kiosk_admin,
            "kiosk_interview": settings.kiosk_interview,
            "kiosk_upload": settings.kiosk_upload,
        }
        self._items = {action: RateLimitItemPerMinute(amount) for action, amount in amounts.items()}

    async def hit(self, action: Action, who: str) -> None:
        """Count one request; TooManyRequests with the seconds to wait when there were too many."""
        await self._ask(action, who, is_counted=True)

    async def check(self, action: Action, who: str) -> None:
        """The same without counting this one, for requests that are counted once it is known what they are."""
        await self._ask(action, who, is_counted=False)

    async def _ask(self, action: Action, who: str, *, is_counted: bool) -> None:
        if not self.enabled:
            return
        item = self._items[action]
        if self._shared is not None and not self._is_left_alone:
            try:
                await self._count(self._shared, item, action, who, is_counted)
            except (StorageError, OSError) as error:
                self._lose(error)
            else:
                self._find()
                return
        await self._count(self._own, item, action, who, is_counted)

    async def describe(self) -> str:
        """Where requests are counted, found out by asking."""
        if self._shared is None:
            return "counted in memory, by this process alone"
        try:
            is_there = await self._shared.storage.check()
        except (StorageError, OSError):
            is_there = False
        if is_there:
            self._find()
            return "counted in Redis"
        return "Redis does not answer: until it does, counted in memory, by this process alone"

    @property
    def _is_left_alone(self) -> bool:
        return self._lost_at is not None and time.monotonic() < self._lost_at + RETRY_SECONDS

    async def _count(
        self, limiter: MovingWindowRateLimiter, item: RateLimitItem, action: Action, who: str, is_counted: bool
    ) -> None:
        if await (limiter.hit if is_counted else limiter.test)(item, action, who):
            return
        window = await limiter.get_window_stats(item, action, who)
        wait = int(window.reset_time - time.time()) + 1
        raise TooManyRequests(
            f"Too many requests: at most {item.amount} a minute. Wait and try again.", retry_after=wait
        )

    def _lose(self, error: Exception) -> None:
        if self._lost_at is None:
            log.warning("Redis does not answer, each process counts requests for itself: %s", error)
        self._lost_at = time.monotonic()

    def _find(self) -> None:
        if self._lost_at is not None:
            log.warning("Redis answers again")
            self._lost_at = None
