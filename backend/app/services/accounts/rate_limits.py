"""Requests a minute, counted per client address or user; in memory, or in Redis for several processes."""

import time
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from app.config import RateLimitSettings
from app.errors import TooManyRequests

Action = Literal["register", "login", "refresh", "interview_start", "answer", "feedback", "upload"]


class RateLimits:
    """The limits of docs/design.md, "Rate limits". `storage` counts; the memory of the process by default."""

    def __init__(self, settings: RateLimitSettings, storage: Storage | None = None) -> None:
        self.enabled = settings.enabled
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())
        amounts: dict[Action, int] = {
            "register": settings.auth,
            "login": settings.auth,
            "refresh": settings.refresh,
            "interview_start": settings.interview_start,
            "answer": settings.answer,
            "feedback": settings.feedback,
            "upload": settings.upload,
        }
        self._items = {action: RateLimitItemPerMinute(amount) for action, amount in amounts.items()}

    async def hit(self, action: Action, who: str) -> None:
        """Count one request; TooManyRequests with the seconds to wait when there were too many."""
        if not self.enabled:
            return
        item = self._items[action]
        if await self._limiter.hit(item, action, who):
            return
        window = await self._limiter.get_window_stats(item, action, who)
        wait = int(window.reset_time - time.time()) + 1
        raise TooManyRequests(
            f"Too many requests: at most {item.amount} a minute. Wait and try again.", retry_after=wait
        )
