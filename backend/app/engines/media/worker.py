"""The process in which recordings from outside are read.

A request is JSON {"work", "path", "max_seconds", "copy"}; the answer the fields of MediaInfo or Finished (its picture
in base64), or {"error", "message"} of an AudioError.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.engines.audio.formats import AudioError
from app.engines.media.reading import finish, inspect
from app.engines.media.untrusted import LIMITS
from app.engines.sandbox import serve


def prepare() -> Callable[[bytes], bytes]:
    """Nothing is left to load: the decoder came with the imports."""
    return answer


def answer(request: bytes) -> bytes:
    """See the module's description."""
    wanted = json.loads(request)
    path, most = Path(wanted["path"]), wanted["max_seconds"]
    try:
        if wanted["work"] == "inspect":
            found = asdict(inspect(path, most))
        else:
            found = asdict(finish(path, Path(wanted["copy"]), most))
            found["thumbnail"] = base64.b64encode(found["thumbnail"]).decode() if found["thumbnail"] else None
    except AudioError as error:
        found = {"error": error.code, "message": error.message}
    return json.dumps(found).encode()


if __name__ == "__main__":
    serve(prepare, LIMITS)
