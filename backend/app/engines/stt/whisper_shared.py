"""The Whisper models of this process: each is opened once, when it is first needed, for all engines and calls together.

A model that nobody used for some time is closed, and opened again when it is needed (0.3 to 1 s). It is never closed
while somebody uses it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.engines.stt.base import SttUnavailable


@dataclass(frozen=True, slots=True)
class ModelKey:
    """What makes two models the same. `workers` calls may decode at once; they share the weights."""

    directory: Path
    compute_type: str
    workers: int


@dataclass(slots=True)
class _Entry:
    """`holders` are engines that may need it again, `users` calls that run now; `used` is a monotonic time."""

    opening: threading.Lock = field(default_factory=threading.Lock)
    model: Any = None
    holders: int = 0
    users: int = 0
    used: float = 0.0
    clock: threading.Timer | None = None


_lock = threading.Lock()
_entries: dict[ModelKey, _Entry] = {}


class SharedModel:
    """An engine's share in a model. `idle_seconds` without use close it; 0 keeps it open."""

    def __init__(self, key: ModelKey, idle_seconds: float) -> None:
        self._key = key
        self._idle_seconds = idle_seconds
        self._held = True
        with _lock:
            self._entry = _entries.setdefault(key, _Entry())
            self._entry.holders += 1

    @property
    def is_open(self) -> bool:
        """Whether it is in memory now."""
        return self._entry.model is not None

    @contextmanager
    def use(self) -> Iterator[Any]:
        """The open model. Whoever comes first opens it, others wait for that. Blocks; raises SttUnavailable."""
        entry = self._entry
        with _lock:
            entry.users += 1
        try:
            with entry.opening:
                if entry.model is None:
                    entry.model = _open(self._key)
            yield entry.model
        finally:
            with _lock:
                entry.users -= 1
                entry.used = time.monotonic()
                self._close_later(self._idle_seconds)

    def give_back(self) -> None:
        """This engine does not need it any more; may be called twice. The last one closes it."""
        with _lock:
            if self._held:
                self._held = False
                self._entry.holders -= 1
                self._close_later(0)

    def _close_later(self, seconds: float) -> None:
        """Closes it when it stays unused so long, or now when no engine holds it. Under the lock."""
        entry = self._entry
        if entry.users:
            return
        if not entry.holders:
            _entries.pop(self._key, None)
            entry.model = None
            if entry.clock:
                entry.clock.cancel()
        elif seconds and entry.clock is None:
            entry.clock = threading.Timer(seconds, self._look)
            entry.clock.daemon = True
            entry.clock.start()

    def _look(self) -> None:
        """Closes the model when the time is up; it may have been used meanwhile."""
        with _lock:
            entry = self._entry
            entry.clock = None
            rest = self._idle_seconds - (time.monotonic() - entry.used)
            if not entry.users and rest <= 0:
                entry.model = None
            else:
                self._close_later(max(rest, 0.01))


def _open(key: ModelKey) -> Any:
    try:
        from faster_whisper import WhisperModel

        return WhisperModel(
            str(key.directory),
            device="cpu",
            compute_type=key.compute_type,
            cpu_threads=1,
            num_workers=key.workers,
            local_files_only=True,
        )
    except Exception as error:  # CTranslate2 and tokenizers raise bare types for damaged files
        raise SttUnavailable(
            f"The Whisper model in {key.directory} cannot be opened ({error}): delete it and fetch it again"
        ) from error
