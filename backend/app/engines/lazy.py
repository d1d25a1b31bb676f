"""Values that take seconds to make: made when they are first needed, once."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Makes a value at the first call and gives the same one from then on.

    Calls block while the value is made, so they belong in a thread; those that come meanwhile wait for the same value.
    When making it raises, the caller gets the error, and the next call tries again.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = Lock()
        self._values: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._values:
                self._values.append(self._make())
            return self._values[0]

    @property
    def is_made(self) -> bool:
        """Whether a call returns at once."""
        return bool(self._values)
