"""The end of a turn as it sounds: what a detector takes and gives back."""

from typing import Protocol

from app.engines.audio import Pcm


class TurnUnavailable(Exception):
    """The detector cannot work here; `message` says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TurnDetector(Protocol):
    """Hears whether somebody has finished. Safe to call from many tasks at once; blocks no event loop."""

    @property
    def name(self) -> str:
        """Model and version, for readiness."""
        ...

    async def finished(self, pcm: Pcm) -> float | None:
        """How likely (0-1) the turn is over at the end of `pcm`, mono PCM16 at 16 kHz; 8 s are looked at.

        None when the detector has more to do than it can or has failed: a turn can be ended without it.
        """
        ...

    async def close(self) -> None:
        """Ends the threads; may be called twice."""
        ...
