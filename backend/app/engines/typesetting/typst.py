"""From a template and data to a PDF, in a process with limits on memory and time (`worker`).

The data goes to the template as JSON, so nothing in it is read as markup. The template sees no file and no network.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable

log = logging.getLogger(__name__)
LIMITS = SandboxLimits(memory=768 * MB, seconds=20.0, cpu_seconds=15, queue=16)
"""A report of 24 questions takes half a second and 60 MB; the limit counts what is only reserved, too."""


class TypesettingFailed(Exception):
    """The document took more memory or time than it may, or brought the typesetter down."""


class TypesettingBusy(Exception):
    """Too many documents wait, or no process can be started: the same request may succeed later."""


class Typesetter:
    """Makes PDF documents. Nothing runs before the first one."""

    def __init__(self, limits: SandboxLimits = LIMITS) -> None:
        self._sandbox = Sandbox("app.engines.typesetting.worker", limits)

    async def pdf(self, template: Path, data: Mapping[str, Any]) -> bytes:
        """The document that the template makes of the data, a tagged PDF. Raises TypesettingFailed, TypesettingBusy."""
        request = json.dumps({"template": str(template), "data": data}).encode()
        try:
            return await self._sandbox.ask(request)
        except SandboxExceeded as error:
            raise TypesettingFailed from error
        except (SandboxBusy, WorkerUnavailable) as error:
            log.warning("no PDF was made: %s", error or "too many are waiting")
            raise TypesettingBusy from error

    def close(self) -> None:
        """Ends its processes."""
        self._sandbox.close()
