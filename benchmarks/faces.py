"""How well faces are found, and how well the camera and a smile are told, on films made of photographs.

    python -m benchmarks.faces --images FOLDER [FOLDER ...]

The folders hold the photographs that `PHOTOGRAPHS` names: `skimage/data` of the package scikit-image, and
`tests/test_images` of the source package face_recognition 1.3.0. Each becomes films that move, shrink, darken and blur
it; the engine sees them as it sees everybody's, in its sandbox. Then faces are turned in depth.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.config import Settings
from app.engines.vision.face_model import Face, FaceModel, Picture
from app.engines.vision.landmarker import MODEL_FILE, FaceLandmarker
from app.engines.vision.reading import Direction, Seen, read
from app.models.values.visual import Expression

SIZE = (640, 360)
SECONDS, RATE = 6, 10


@dataclass(frozen=True)
class Photograph:
    """What a person who looked at it says: where the face looks, and whether it smiles (None: neither clearly)."""

    name: str
    direction: Direction
    expression: Expression | None


PHOTOGRAPHS = (
    Photograph("astronaut.png", "camera", "smiling"),
    Photograph("obama.jpg", "camera", "smiling"),
    Photograph("obama3.jpg", "camera", "neutral"),
    Photograph("biden.jpg", "camera", "neutral"),
    Photograph("obama2.jpg", "away", None),
)
NO_FACES = ("chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png", "retina.jpg", "hubble_deep_field.jpg")
TURNS = (-40, -30, -20, -10, 10, 20, 30, 40)
"""Degrees by which faces are turned in depth."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, nargs="+", required=True)
    folders: list[Path] = parser.parse_args().images
    folder = Settings().models_path / "face"
    model = FaceModel(folder / MODEL_FILE)
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(_films(FaceLandmarker(folder), folders, Path(scratch)))
    _turned(model, folders)
    _speed(model, folders)


async def _films(engine: FaceLandmarker, folders: list[Path], scratch: Path) -> None:
    print("film | of | face seen | looks at the camera (at least - at most) | expression")
    for photograph in PHOTOGRAPHS:
        picture = _load(folders, photograph.name)
        for how, change in CHANGES.items():
            path = scratch / "film.webm"
            write(path, change(picture))
            found = await engine.look(path)
            gaze, acts = found.looking, found.expression
            looks = f"{gaze.share} ({gaze.at_least}-{gaze.at_most}) {gaze.certainty}" if gaze else "-"
            shown = f"{acts.main} {acts.certainty}" if acts else "-"
            truth = f"{photograph.direction}, {photograph.expression}"
            print(f"{photograph.name} {how} | {truth} | {found.face} | {looks} | {shown}")
    for name in NO_FACES:
        path = scratch / "film.webm"
        write(path, CHANGES["moving"](_load(folders, name)))
        found = await engine.look(path)
        print(f"{name} moving | no face | {found.face} | - | -")
    await engine.close()


def _turned(model: FaceModel, folders: list[Path]) -> None:
    """Faces turned by a known angle, from pictures that look at the camera. The head's own gain was set on these."""
    print("\nturned by | at the camera | unclear | away | no face")
    for turn in (0, *TURNS):
        counts: Counter[str] = Counter()
        for photograph in PHOTOGRAPHS:
            if photograph.direction == "camera":
                picture = _fitted(_load(folders, photograph.name))
                face = model.look(picture)
                if face is not None:
                    again = model.look(turned(picture, face, turn) if turn else picture)
                    counts[read(again).direction if again else "none"] += 1
        print(f"{turn:+d} | {counts['camera']} | {counts['unclear']} | {counts['away']} | {counts['none']}")


def _speed(model: FaceModel, folders: list[Path]) -> None:
    picture = _fitted(_load(folders, "astronaut.png"))
    seen: list[Seen] = []
    begin = time.process_time()
    for _ in range(30):
        face = model.look(picture)
        if face is not None:
            seen.append(read(face))
    each = (time.process_time() - begin) / 30
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{each * 1000:.0f} ms of a core for a picture of 640 x 360; at most {peak} MB in this process")


# films


def write(path: Path, pictures: Iterator[Picture], *, rate: int = RATE, bits: int = 600_000) -> None:
    """A film of these pictures, as a browser would send it."""
    container: Any
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=rate)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = *SIZE, "yuv420p", bits
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _moving(picture: Picture, *, zoom: float = 1.0) -> Iterator[Picture]:
    """The picture, moved a little from frame to frame as a head moves."""
    whole = _fitted(picture, zoom)
    for number in range(SECONDS * RATE):
        at = number / RATE
        yield np.roll(whole, (round(8 * np.sin(at * 1.7)), round(30 * np.sin(at))), axis=(0, 1))


def _each(change: Callable[[Picture], Picture]) -> Callable[[Picture], Iterator[Picture]]:
    return lambda picture: (change(one) for one in _moving(picture))


def _light(factor: float) -> Callable[[Picture], Picture]:
    return lambda picture: (picture * factor).clip(0, 255).astype(np.uint8)


def _noisy(picture: Picture) -> Picture:
    noise = np.random.default_rng(7).normal(0, 22, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def _blurred(picture: Picture) -> Picture:
    shifts = [(down, right) for down in (-2, 0, 2) for right in (-2, 0, 2)]
    shifts = [(down, right) for down in (-2, 0, 2) for right in (-2, 0, 2)]
    total = sum(np.roll(picture.astype(np.float32), shift, (0, 1)) for shift in shifts)
    return np.asarray(total / 9, np.uint8)


CHANGES: dict[str, Callable[[Picture], Iterator[Picture]]] = {
    "moving": _moving,
    "mirrored": _each(lambda picture: np.ascontiguousarray(picture[:, ::-1])),
    "half size": lambda picture: _moving(picture, zoom=0.5),
    "third size": lambda picture: _moving(picture, zoom=0.33),
    "dark": _each(_light(0.3)),
    "bright": _each(_light(1.7)),
    "noisy": _each(_noisy),
    "blurred": _each(_blurred),
}


# pictures


def _load(folders: list[Path], name: str) -> Picture:
    for folder in folders:
        if (folder / name).is_file():
            container: Any
            with av.open(str(folder / name)) as container:
                return np.asarray(next(container.decode(video=0)).to_ndarray(format="rgb24"), np.uint8)
    raise SystemExit(f"{name} is in none of the folders")


def _fitted(picture: Picture, zoom: float = 1.0) -> Picture:
    """The upper part of the picture, as wide as it is high, in the middle of a grey frame of a webcam."""
    side = min(picture.shape[:2])
    left = (picture.shape[1] - side) // 2
    square = picture[:side, left : left + side]
    size = int(SIZE[1] * zoom) // 2 * 2
    small = av.VideoFrame.from_ndarray(np.ascontiguousarray(square), "rgb24").reformat(size, size).to_ndarray()
    frame = np.full((SIZE[1], SIZE[0], 3), 110, np.uint8)
    top, left = (SIZE[1] - size) // 2, (SIZE[0] - size) // 2
    frame[top : top + size, left : left + size] = small
    return frame


def turned(picture: Picture, face: Face, degrees: float) -> Picture:
    """The picture with the face turned about its upright axis, before a grey wall; eyes turn with the head.

    The depth of each pixel is that of the points around it, weighed by distance. The pixels are turned in depth and
    drawn from the farthest to the nearest, each a little larger so that no holes are left.
    """
    points = face.points.astype(np.float32)
    width = float(np.ptp(points[:, 0]))
    left, top = np.maximum(0, points[:, :2].min(axis=0) - width * 0.1)
    right, bottom = points[:, :2].max(axis=0) + width * 0.1
    bottom, right = min(bottom, picture.shape[0] - 1), min(right, picture.shape[1] - 1)
    bottom, right = min(bottom, picture.shape[0] - 1), min(right, picture.shape[1] - 1)
    rows, columns = np.mgrid[top:bottom:0.5, left:right:0.5]
    weights, depth = np.full(rows.shape, 1e-9), np.zeros(rows.shape)
    for x, y, z in points[::2]:
        weight = np.exp(((columns - x) ** 2 + (rows - y) ** 2) / (-2 * (width * 0.05) ** 2))
        weights += weight
        depth += weight * z
    on_face = weights > 0.3
    colours = picture[rows[on_face].astype(int), columns[on_face].astype(int)]
    across, down, away = columns[on_face], rows[on_face], (depth / weights)[on_face]
    centre, axis, angle = points[:, 0].mean(), points[:, 2].mean() + 0.4 * width, np.radians(degrees)
    to = centre + (across - centre) * np.cos(angle) + (away - axis) * np.sin(angle)
    distance = (away - axis) * np.cos(angle) - (across - centre) * np.sin(angle)
    order = np.argsort(-distance)
    result = np.full_like(picture, 110)
    for right_by, down_by in ((1, 0), (0, 1), (0, 0)):
        x = (to[order] + right_by).round().astype(int).clip(0, picture.shape[1] - 1)
        y = (down[order] + down_by).round().astype(int).clip(0, picture.shape[0] - 1)
        result[y, x] = colours[order]
    return result


if __name__ == "__main__":
    main()
