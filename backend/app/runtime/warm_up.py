"""Loads in the background what takes seconds to load, so that nobody has to wait for it later."""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Part:
    load: Callable[[], Awaitable[object]]
    state: Literal["not loaded", "loading", "ready", "failed"] = "not loaded"
    reason: str = ""


class WarmUp:
    """Loads its parts one after the other, each in threads of its own, in the order in which an interview needs them.

    A part that somebody needs before its turn is loaded for them; then its turn finds it loaded. One that fails is
    logged and left to be tried again by whoever needs it.
    """

    def __init__(self, parts: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        self._parts = {name: _Part(load) for name, load in parts.items()}
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start loading, at the first call, and return at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._load(), name="warm-up")

    @property
    def is_over(self) -> bool:
        """Whether every part is loaded or has failed."""
        return self._task is not None and self._task.done()

    async def finish(self) -> None:
        """Wait until `is_over`; starts it where nothing has."""
        self.begin()
        assert self._task is not None  # noqa: S101 - just begun
        await asyncio.wait([self._task])

    async def close(self) -> None:
        """Load no further part."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def describe(self) -> dict[str, str]:
        """Part > "not loaded", "loading", "ready" or "failed: " with the reason."""
        return {
            name: f"failed: {part.reason}" if part.state == "failed" else part.state
            for name, part in self._parts.items()
        }

    async def _load(self) -> None:
        for name, part in self._parts.items():
            part.state = "loading"
            try:
                await part.load()
            except Exception as error:  # whatever an engine raises: the others are to be loaded all the same
                log.warning("%s could not be loaded: %s", name.replace("_", " "), error)
                part.state, part.reason = "failed", str(error) or type(error).__name__
            else:
                part.state = "ready"
        gc.freeze()  # models and word lists never die; walking them would stall requests for tenths of a second
