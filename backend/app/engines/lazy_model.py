"""A model that takes memory only while it is in use."""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

M = TypeVar("M")


class LazyModel(Generic[M]):
    """Loads a model when it is first needed and lets go of it when nobody has used it for `idle_seconds`.

    All users share the one that is loaded. Safe to use from many threads; who comes while it loads waits for it.
    """

    def __init__(self, load: Callable[[], M], idle_seconds: float) -> None:
        self._load = load
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._model: M | None = None
        self._users = 0
        self._timer: threading.Timer | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory now."""
        return self._model is not None

    @contextmanager
    def use(self) -> Iterator[M]:
        """The model, for as long as the block runs. Blocks while it loads; raises what loading raises."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if self._model is None:
                self._model = self._load()
            model = self._model
            self._users += 1
        try:
            yield model
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._timer = threading.Timer(self._idle_seconds, self._unload_if_idle)
                    self._timer.daemon = True
                    self._timer.start()

    def unload(self) -> None:
        """Lets go of it; whoever uses it at this moment keeps it to the end of his block."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._model = None

    def _unload_if_idle(self) -> None:
        with self._lock:
            if self._users or self._timer is not threading.current_thread():
                return
            self._model = None
        _return_memory()


def _return_memory() -> None:
    """Gives freed memory back to the system. The C library of Linux would keep nearly all of it for this process."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
