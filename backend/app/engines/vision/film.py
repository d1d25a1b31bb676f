"""A few pictures of a film, spread over its length. Runs in the sandbox: see `engines.sandbox`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.engines.audio.files import moving_pictures, open_container, typed_errors
from app.engines.vision.face_model import Picture

A_SECOND = 2.0
"""Pictures for a second of film."""
MOST = 240
"""Of a longer film there are as many, further apart."""
WALK_SECONDS = 300.0
"""A film up to this length is decoded as a whole; of a longer one only pictures that stand alone are."""
SIDE = 640
"""Pictures are shrunk to at most so many pixels on the longer side."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and its time in the film, in seconds."""

    seconds: float
    picture: Picture


def shots(path: Path) -> Iterator[Shot]:
    """Pictures in order, up to the end or to the place where the film is damaged. Raises AudioError."""
    with path.open("rb") as file, typed_errors(), open_container(file) as container:
        found = moving_pictures(container)
        if not found:
            return
        stream = found[0]
        stream.thread_count = 1
        length = (container.duration or 0) / av.time_base
        every = max(1 / A_SECOND, length / MOST)
        frames = _walk(container, stream) if length <= WALK_SECONDS else _leap(container, stream, length, every)
        due, taken = 0.0, 0
        begin: float | None = None
        for frame in frames:
            if frame.time is None:
                continue
            begin = frame.time if begin is None else begin
            at = frame.time - begin
            if at >= due:
                due = max(due + every, at + every / 2)
                taken += 1
                yield Shot(at, _picture(frame))
            if taken == MOST:
                return  # it did not say its length


def _walk(container: Any, stream: Any) -> Iterator[Any]:
    """Every picture, up to the end or to a damaged one."""
    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _leap(container: Any, stream: Any, length: float, every: float) -> Iterator[Any]:
    """Pictures that stand alone, near the times that are wanted."""
    stream.codec_context.skip_frame = "NONKEY"
    at, last = 0.0, -1.0
    try:
        while at < length:
            container.seek(int(at * av.time_base))
            frame = next(container.decode(stream), None)
            if frame is not None and frame.time is not None and frame.time > last:
                last = frame.time
                yield frame
            at += every
    except av.FFmpegError:
        return


def _picture(frame: Any) -> Picture:
    """The picture, shrunk and upright: phones film on their side and say so."""
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    small = frame.reformat(max(2, round(frame.width * scale)), max(2, round(frame.height * scale)), "rgb24")
    turned = np.rot90(small.to_ndarray(), round(frame.rotation / 90) % 4)
    return np.ascontiguousarray(turned, np.uint8)
