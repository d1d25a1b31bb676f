"""The process in which sound from outside is decoded.

A request is JSON {"path", "max_seconds"}; the answer the fields of AudioInfo, or {"error", "message"} of an AudioError.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.engines.audio.files import probe
from app.engines.audio.formats import AudioError
from app.engines.audio.untrusted import SANDBOX
from app.engines.sandbox import serve


def prepare() -> Callable[[bytes], bytes]:
    """Nothing is left to load: the decoder came with the imports."""
    return answer


def answer(request: bytes) -> bytes:
    """See the module's description."""
    wanted = json.loads(request)
    try:
        found = asdict(probe(Path(wanted["path"]), max_seconds=wanted["max_seconds"]))
    except AudioError as error:
        found = {"error": error.code, "message": error.message}
    return json.dumps(found).encode()


if __name__ == "__main__":
    serve(prepare, SANDBOX)
