"""A circuit breaker: a server that is down is left alone for a while instead of being asked again and again."""

import time
from collections.abc import Callable

THRESHOLD = 5
"""Failures in a row that open it: two calls with their retries."""
PAUSE, LONGEST_PAUSE = 30.0, 300.0
"""Seconds until a probe is let through; doubled by each failed probe."""


class CircuitBreaker:
    """Closed: everything passes. Open: nothing does. After the pause one probe decides (half-open).

    Only failures of the server count (`failed`); whatever it answered, it is alive (`succeeded`). A caller that was
    admitted must report one of them or `gave_up`. Not thread-safe: it belongs to one event loop.
    """

    def __init__(
        self,
        *,
        threshold: int = THRESHOLD,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._first_pause = self._pause = pause
        self._clock = clock
        self._failures = 0
        self._until: float | None = None
        self._probing = False

    @property
    def open(self) -> bool:
        """Whether a call would not be admitted now."""
        return self._until is not None and (self._probing or self._clock() < self._until)

    def admit(self) -> bool:
        """Whether a call may be made now. The first one after the pause is the probe."""
        if self.open:
            return False
        self._probing = self._until is not None
        return True

    def succeeded(self) -> None:
        """The server answered."""
        self._failures = 0
        self._pause = self._first_pause
        self._until = None
        self._probing = False

    def failed(self) -> None:
        """The server did not answer, or answered that it cannot."""
        self._failures += 1
        if self._probing:
            self._pause = min(2 * self._pause, max(LONGEST_PAUSE, self._first_pause))
        if self._probing or self._failures >= self._threshold:
            self._until = self._clock() + self._pause
        self._probing = False

    def gave_up(self) -> None:
        """The caller went away before the server answered: nothing was learned."""
        self._probing = False

    def rest(self, seconds: float) -> None:
        """Open for as long as the server asked for, at most `LONGEST_PAUSE` seconds."""
        self._until = self._clock() + min(seconds, LONGEST_PAUSE)
        self._probing = False
