"""Recordings of strangers are looked at in a sandbox: see `engines.sandbox`. Paths are absolute ones."""

import atexit
import base64
import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from app.engines.audio.formats import AudioError
from app.engines.media.types import Finished, MediaInfo
from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable

LIMITS = SandboxLimits(
    memory=320 * MB, seconds=180.0, cpu_seconds=150, patience=30.0, answer=4 * MB, writes=4096 * MB, queue=32
)
"""Two hours of AAC take 30 s of a busy processor; of a film one picture is decoded (4K: 60 MB)."""
log = logging.getLogger(__name__)


async def inspect(path: Path, *, max_seconds: float) -> MediaInfo:
    """What a recording is, from its packets. AudioError as in `engines.audio.untrusted`, `busy` and `too_heavy`
    included."""
    return MediaInfo(**await _ask(work="inspect", path=str(path), max_seconds=max_seconds))


async def finish(path: Path, copy: Path, *, max_seconds: float) -> Finished:
    """What players need of a recording; `copy` is written where it lacks an index. AudioError as above."""
    found = await _ask(work="finish", path=str(path), copy=str(copy), max_seconds=max_seconds)
    picture = found.pop("thumbnail")
    return Finished(thumbnail=base64.b64decode(picture) if picture else None, **found)


async def _ask(**request: object) -> Any:
    try:
        answer = json.loads(await _sandbox().ask(json.dumps(request).encode()))
    except SandboxExceeded as error:
        message = "The recording takes too much memory or time to read. Export it as MP4 or WebM."
        raise AudioError("too_heavy", message) from error
    except (SandboxBusy, WorkerUnavailable) as error:
        log.warning("a recording was not read: %s", error or "too many are waiting")
        raise AudioError("busy", "Other recordings are being read. Try again in a moment.") from error
    if "error" in answer:
        raise AudioError(answer["error"], answer["message"])
    return answer


@cache
def _sandbox() -> Sandbox:
    """The processes that read; they start with the first recording."""
    sandbox = Sandbox("app.engines.media.worker", LIMITS)
    atexit.register(sandbox.close)
    return sandbox
