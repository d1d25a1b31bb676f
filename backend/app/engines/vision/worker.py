"""The process in which films from outside are looked at.

A request is JSON {"model", "film", "cpu_seconds"}: the path of the model, that of the film, and after how many seconds
of the processor to be content with what was seen so far. The answer has the fields of VisualMeasures, or {"error",
"message"} of an AudioError.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.engines.audio.formats import AudioError
from app.engines.sandbox import serve
from app.engines.vision.face_model import FaceModel
from app.engines.vision.film import shots
from app.engines.vision.landmarker import LIMITS
from app.engines.vision.reading import Seen, expressions, looking, read

STDERR = 2


def prepare() -> Callable[[bytes], bytes]:
    """Loads the library; it writes what it does to stderr, where nobody has asked for it."""
    from ai_edge_litert import interpreter  # noqa: F401

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, STDERR)
    os.close(silent)
    return answer


def answer(request: bytes) -> bytes:
    """See the module's description."""
    wanted = json.loads(request)
    try:
        found = look(Path(wanted["model"]), Path(wanted["film"]), wanted["cpu_seconds"])
    except AudioError as error:
        found = {"error": error.code, "message": error.message}
    return json.dumps(found).encode()


def look(model: Path, film: Path, cpu_seconds: float) -> dict[str, Any]:
    """What is seen in a film, by the names of VisualMeasures. Raises AudioError."""
    faces = FaceModel(model)
    seen: list[Seen] = []
    pictures, seconds = 0, 0.0
    until = time.process_time() + cpu_seconds
    for shot in shots(film):
        pictures, seconds = pictures + 1, shot.seconds
        if (face := faces.look(shot.picture)) is not None:
            seen.append(read(face))
        if time.process_time() > until:
            break
    gaze, acts = looking(seen), expressions(seen)
    return {
        "pictures": pictures,
        "with_face": len(seen),
        "seconds": round(seconds, 2),
        "looking": asdict(gaze) if gaze else None,
        "expression": asdict(acts) if acts else None,
    }


if __name__ == "__main__":
    serve(prepare, LIMITS)
