"""The engine that looks at faces with MediaPipe's landmarker, in a sandbox of its own."""

import json
import logging
from importlib.util import find_spec
from pathlib import Path

from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.vision.base import VisionBusy, VisionUnavailable
from app.engines.workers import WorkerUnavailable
from app.models.values.visual import Expressions, Looking, VisualMeasures

LIMITS = SandboxLimits(
    memory=512 * MB, seconds=180.0, cpu_seconds=90, processes=1, patience=60.0, answer=1 * MB, queue=8
)
"""Five minutes of film are decoded whole; of a longer one only pictures that stand alone. A decoder holds up to 17
pictures (4K: 210 MB)."""
CONTENT_AFTER = 60.0
"""Seconds of a core after which what was seen so far is the result."""
MODEL_FILE = "face_landmarker.task"
NO_FACE = "No face was seen in the film."
NO_PICTURES = "The film has no pictures that can be read."
TOO_HEAVY = "The film takes too much memory or time to look at."

log = logging.getLogger(__name__)


class FaceLandmarker:
    """See `VisionEngine`. Its process starts with the first film."""

    name = "mediapipe-face-landmarker"
    version = "float16-1"

    def __init__(self, folder: Path) -> None:
        """Raises VisionUnavailable when the model is not in `folder`, or the library is not installed."""
        self._model = folder / MODEL_FILE
        if not self._model.is_file():
            raise VisionUnavailable(f"There is no {MODEL_FILE} in {folder}: greenroom models build face")
        if find_spec("ai_edge_litert") is None:
            raise VisionUnavailable("the package ai-edge-litert is not there for this machine")
        self._sandbox = Sandbox("app.engines.vision.worker", LIMITS)

    async def look(self, film: Path) -> VisualMeasures:
        """See `VisionEngine.look`."""
        request = {"model": str(self._model), "film": str(film), "cpu_seconds": CONTENT_AFTER}
        try:
            found = json.loads(await self._sandbox.ask(json.dumps(request).encode()))
        except SandboxExceeded:
            found = {"message": TOO_HEAVY}
        except SandboxBusy as error:
            raise VisionBusy("Other films are being looked at.") from error
        except WorkerUnavailable as error:
            raise VisionUnavailable(f"the process that looks at films does not start: {error}") from error
        pictures, with_face = found.get("pictures", 0), found.get("with_face", 0)
        gaze, acts = found.get("looking"), found.get("expression")
        reason = NO_PICTURES if not pictures else NO_FACE if not with_face else None
        return VisualMeasures(
            pictures=pictures,
            with_face=with_face,
            face=round(with_face / pictures, 3) if pictures else None,
            seconds=found.get("seconds", 0.0),
            looking=Looking(**gaze) if gaze else None,
            expression=Expressions(**acts) if acts else None,
            reason=found.get("message", reason),
            engine=self.name,
            engine_version=self.version,
        )

    async def close(self) -> None:
        """See `VisionEngine.close`."""
        self._sandbox.close()
