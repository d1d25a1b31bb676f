"""MediaPipe's face landmarker: a face in a picture, 478 points of it, and 52 movements of its muscles.

Three networks run one after the other, as in Google's own pipeline, whose constants these are (face_detector_graph.cc,
face_landmarks_detector_graph.cc, face_blendshapes_graph.cc; Apache-2.0). Pictures are arrays of height x width x 3,
unsigned bytes, RGB.
"""

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

DETECTOR_SIDE, MESH_SIDE = 128, 256
"""What the networks look at, in pixels."""
FOUND = 0.5
"""Least score of a face, of both networks."""
ROOM = 1.5
"""The square around a face is so much larger than the detected one."""
ANCHOR_LAYERS = ((16, 2), (8, 6))
"""(cells on a side, anchors in a cell) of the detector's layers."""
MOVEMENT_POINTS = [
    *(0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80),
    *(81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153),
    *(154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249),
    *(251, 263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314),
    *(317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382),
    *(384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473),
    *(474, 475, 476, 477),
]
"""The points from which movements are told."""


@dataclass(frozen=True, slots=True)
class Face:
    """points: 478 x 3 in pixels of the picture (z grows away from the camera). movements: 52 numbers from 0 to 1."""

    points: Floats
    movements: Floats


@dataclass(frozen=True, slots=True)
class _Square:
    """A turned square of a picture: its centre and side in pixels, its angle in radians."""

    x: float
    y: float
    side: float
    angle: float


class FaceModel:
    """Finds the largest face. Not to be used by two threads at once."""

    def __init__(self, task: Path) -> None:
        """`task` is `face_landmarker.task`, an archive of the networks. Raises OSError, ValueError, ImportError."""
        with zipfile.ZipFile(task) as archive:
            self._detector = _Network(archive.read("face_detector.tflite"))
            self._mesh = _Network(archive.read("face_landmarks_detector.tflite"))
            self._movements = _Network(archive.read("face_blendshapes.tflite"))
        self._anchors = _anchors()

    def look(self, picture: Picture) -> Face | None:
        """The largest face of a picture, or None."""
        square = self._detect(picture)
        if square is None:
            return None
        points, logit, *_ = self._mesh.run(_cut(picture, square, MESH_SIDE) / np.float32(255))
        if _sigmoid(float(logit.reshape(-1)[0])) < FOUND:
            return None
        placed = _placed(points.reshape(-1, 3), square)
        (movements,) = self._movements.run(placed[MOVEMENT_POINTS, :2])
        return Face(placed, movements.reshape(-1))

    def _detect(self, picture: Picture) -> _Square | None:
        """The square of the largest face: looked for in the whole picture, then in squares of it, where small faces are
        larger."""
        height, width = picture.shape[:2]
        short = min(height, width)
        parts = [_Square(width / 2, height / 2, max(width, height), 0.0)]
        if short < max(width, height):
            centres = ((short / 2 + at * (width - short), short / 2 + at * (height - short)) for at in (0.0, 0.5, 1.0))
            parts += [_Square(x, y, short, 0.0) for x, y in centres]
        for part in parts:
            found = self._detect_in(picture, part)
            if found is not None:
                return found
        return None

    def _detect_in(self, picture: Picture, part: _Square) -> _Square | None:
        boxes, logits = self._detector.run(_cut(picture, part, DETECTOR_SIDE) / np.float32(127.5) - 1)
        boxes, logits = boxes.reshape(-1, 16), logits.reshape(-1)
        found = logits > math.log(FOUND / (1 - FOUND))
        if not found.any():
            return None
        largest = int(np.where(found, boxes[:, 2], 0).argmax())
        box, anchor = boxes[largest] / DETECTOR_SIDE, self._anchors[largest]
        corner = np.array((part.x - part.side / 2, part.y - part.side / 2))
        (x, y), right_eye, left_eye = ((box[at : at + 2] + anchor) * part.side + corner for at in (0, 4, 6))
        angle = math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0])
        return _Square(float(x), float(y), float(max(box[2:4])) * part.side * ROOM, angle)


class _Network:
    """One network, on one thread."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter  # takes a second, and only the sandbox needs it

        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        (entry,) = self._interpreter.get_input_details()
        self._entry, self._shape = entry["index"], tuple(entry["shape"])
        self._exits = [exit_["index"] for exit_ in self._interpreter.get_output_details()]

    def run(self, value: Floats) -> list[Floats]:
        """Its outputs, in its own order."""
        self._interpreter.set_tensor(self._entry, np.ascontiguousarray(value, np.float32).reshape(self._shape))
        self._interpreter.invoke()
        return [np.array(self._interpreter.get_tensor(exit_), np.float32) for exit_ in self._exits]


def _anchors() -> Floats:
    """Centres from which the detector measures, 896 x 2, 0-1."""
    layers = []
    for cells, each in ANCHOR_LAYERS:
        centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
        layers.append(grid.repeat(each, axis=0))
    return np.concatenate(layers)


def _cut(picture: Picture, square: _Square, side: int) -> Floats:
    """A square of a picture as side x side x 3, upright; black where it leaves the picture. Bilinear, from a mean of
    the pixels that become one."""
    step = square.side / side
    shrink = max(1, int(step))
    if shrink > 1:
        height, width = picture.shape[0] // shrink * shrink, picture.shape[1] // shrink * shrink
        blocks = picture[:height, :width].reshape(height // shrink, shrink, width // shrink, shrink, 3)
        source: NDArray[Any] = blocks.mean(axis=(1, 3), dtype=np.float32)
    else:
        source = picture
    places = (np.arange(side, dtype=np.float32) + 0.5 - side / 2) * step
    across, down = np.meshgrid(places, places)
    cos, sin = math.cos(square.angle), math.sin(square.angle)
    x = (square.x + cos * across - sin * down) / shrink - 0.5
    y = (square.y + sin * across + cos * down) / shrink - 0.5
    return _bilinear(source, x, y)


def _bilinear(source: NDArray[Any], x: Floats, y: Floats) -> Floats:
    height, width = source.shape[:2]
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right_share, lower_share = (x - left)[..., None], (y - top)[..., None]

    def at(column: NDArray[np.int64], row: NDArray[np.int64]) -> Floats:
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        pixels = source[row.clip(0, height - 1), column.clip(0, width - 1)].astype(np.float32)
        return np.where(inside[..., None], pixels, np.float32(0))

    upper = at(left, top) * (1 - right_share) + at(left + 1, top) * right_share
    lower = at(left, top + 1) * (1 - right_share) + at(left + 1, top + 1) * right_share
    return np.asarray(upper * (1 - lower_share) + lower * lower_share, np.float32)


def _placed(points: Floats, square: _Square) -> Floats:
    """Points in pixels of the cut square, in pixels of the picture."""
    step = square.side / MESH_SIDE
    across, down = (points[:, 0] - MESH_SIDE / 2) * step, (points[:, 1] - MESH_SIDE / 2) * step
    cos, sin = math.cos(square.angle), math.sin(square.angle)
    x, y = square.x + cos * across - sin * down, square.y + sin * across + cos * down
    return np.stack((x, y, points[:, 2] * step), axis=1).astype(np.float32)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
