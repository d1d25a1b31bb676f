"""Who may come in and how fast: sockets per address, messages per second."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.services.live.outbox import Close

MESSAGES_A_SECOND = 200.0
"""Steady rate of one connection. Audio in frames of 20 ms makes 50."""
BURST_MESSAGES = 3000.0
"""What may come at once: five minutes of audio in frames of 100 ms, sent again after an outage."""
MAX_MESSAGE_BYTES = 1 << 20
"""5 s of audio at 96 kHz; larger ones are a mistake (1009)."""

REFUSED = 1008
FULL = Close(1013, "too many interviews at once: try again in a minute")
TOO_MANY = Close(REFUSED, "too many connections from this address")
TOO_FAST = Close(REFUSED, "too many messages")
TOO_BIG = Close(1009, "the message is too big")
WRONG_ORIGIN = Close(REFUSED, "this origin may not connect")
TOO_LATE = Close(4408, "no start in time")
NOT_AUTHENTICATED = Close(4401, "not authenticated")
NO_SESSION = Close(4404, "no such session")


class Doorkeeper:
    """Counts open sockets by client address."""

    def __init__(self, per_address: int) -> None:
        self.per_address = per_address
        self._open: Counter[str] = Counter()

    @property
    def sockets(self) -> int:
        """How many are open."""
        return self._open.total()

    @contextmanager
    def place(self, address: str) -> Iterator[bool]:
        """Holds a place while the block runs; False when the address has too many already."""
        if self._open[address] >= self.per_address:
            yield False
            return
        self._open[address] += 1
        try:
            yield True
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class Pace:
    """A bucket of tokens, one a message."""

    def __init__(self, rate: float = MESSAGES_A_SECOND, burst: float = BURST_MESSAGES) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, time.monotonic()

    def admit(self) -> bool:
        """Take a token; False when they come too fast."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
