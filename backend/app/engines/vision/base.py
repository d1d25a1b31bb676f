"""What an engine that looks at films can be asked.

VisionError
├── VisionUnavailable   it cannot work on this machine: no model, no library
└── VisionBusy          too many films wait: later
"""

from pathlib import Path
from typing import Protocol

from app.models.values.visual import VisualMeasures


class VisionError(Exception):
    """A film was not looked at. `message` is a line that says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class VisionUnavailable(VisionError):
    """The engine cannot work on this machine."""


class VisionBusy(VisionError):
    """The same film may be looked at later."""


class VisionEngine(Protocol):
    """Looks at films. `name` and `version` are stored with what it finds."""

    name: str
    version: str

    async def look(self, film: Path) -> VisualMeasures:
        """What is seen in a film; a film that cannot be read is a result with its reason. Raises VisionError."""
        ...

    async def close(self) -> None:
        """End its processes."""
        ...
