"""Measuring sound that comes from outside, in a sandbox.

All of a file is decoded there, by the decoder that transcribes it later in this process: what went through once within
the limits does so again.
"""

import atexit
import json
import logging
from functools import cache
from pathlib import Path

from app.engines.audio.formats import AudioError, AudioInfo
from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable

SANDBOX = SandboxLimits(memory=192 * MB, seconds=60.0, cpu_seconds=40, patience=20.0, answer=64 * 1024)
"""An hour of AAC takes about 15 s of a busy processor; video is not decoded."""
log = logging.getLogger(__name__)


def probe(source: Path, *, max_seconds: float | None = None) -> AudioInfo:
    """Like `audio.probe`; AudioError has two codes more: `too_heavy`, and `busy` where the same file may be read later.
    Blocks while a process decodes: call it in a worker thread.
    """
    request = json.dumps({"path": str(source.resolve()), "max_seconds": max_seconds}).encode()
    try:
        answer = json.loads(_sandbox().run(request))
    except SandboxExceeded as error:
        message = "The recording takes too much memory or time to decode. Export it as MP3, WAV or WebM."
        raise AudioError("too_heavy", message) from error
    except (SandboxBusy, WorkerUnavailable) as error:
        log.warning("a recording was not read: %s", error or "too many are waiting")
        raise AudioError("busy", "Other recordings are being read. Try again in a moment.") from error
    if "error" in answer:
        raise AudioError(answer["error"], answer["message"])
    return AudioInfo(**answer)


@cache
def _sandbox() -> Sandbox:
    """The processes that decode; they start with the first recording."""
    sandbox = Sandbox("app.engines.audio.untrusted_worker", SANDBOX)
    atexit.register(sandbox.close)
    return sandbox
