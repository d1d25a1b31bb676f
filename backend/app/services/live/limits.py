"""Limits of live connections: how many from one address, how many messages a second, how large."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.services.accounts.rate_limits import network_of

MESSAGES_A_SECOND = 200.0
"""Steady rate of one connection. Audio in frames of 20 ms makes 50."""
BURST_MESSAGES = 3000.0
"""What may come at once: five minutes of audio in frames of 100 ms, sent again after an outage."""
MAX_MESSAGE_BYTES = 1 << 20
"""5 s of audio at 96 kHz; a larger message closes the connection with 1009."""

MOST_WAITING = 64
"""Connections of an address that may wait for others of it to go."""
LOOK_SECONDS = 0.05


class ConnectionLimiter:
    """Counts open connections by client address."""

    def __init__(self, per_address: int) -> None:
        self.per_address = per_address
        self._open: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._gone: dict[str, float] = {}
        """When a connection went last, of addresses for which others wait."""

    @property
    def total(self) -> int:
        """How many are open."""
        return self._open.total()

    async def wait(self, address: str, seconds: float) -> None:
        """Wait until the address may open another connection, as long as some of its connections go: for `seconds`
        after the last one. Not at all behind many others."""
        address = network_of(address)
        if not self.is_full(address) or self._waiting[address] >= MOST_WAITING:
            return
        self._waiting[address] += 1
        began = time.monotonic()
        try:
            while self.is_full(address) and time.monotonic() < seconds + max(  # noqa: ASYNC110 - any of several goes
                began, self._gone.get(address, began)
            ):
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
                self._gone.pop(address, None)

    def is_full(self, address: str) -> bool:
        """Whether the address has as many connections as it may have."""
        return self._open[network_of(address)] >= self.per_address

    @contextmanager
    def connection(self, address: str) -> Iterator[bool]:
        """Count a connection while the block runs; False when the address has too many already."""
        address = network_of(address)
        if self.is_full(address):
            yield False
            return
        self._open[address] += 1
        try:
            yield True
        finally:
            if self._waiting[address]:
                self._gone[address] = time.monotonic()
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class TokenBucket:
    """Limits the rate of messages: each takes a token, and `rate` tokens a second come back, up to `burst`."""

    def __init__(self, rate: float = MESSAGES_A_SECOND, burst: float = BURST_MESSAGES) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, time.monotonic()

    def take(self) -> bool:
        """Take a token; False when there is none left."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
