"""Looking at recordings with PyAV. Runs in the sandbox: see `untrusted`."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np

from app.engines.audio.files import decode_blocks, demuxer_name, moving_pictures, open_container, typed_errors
from app.engines.audio.formats import ACCEPTED, AudioError, file_format, too_long
from app.engines.media.types import Finished, MediaInfo
from app.models.values.kinds import AudioFormat, MediaFormat, MediaKind

PEAKS = 800
PEAK_RATE, PEAK_SAMPLES = 8_000, 400
"""Peaks are taken from sound at this rate in Hz, first for each 50 ms."""
THUMBNAIL_WIDTH = 480
THUMBNAIL_AT = 0.1
"""How far into a film its picture is taken: at the start people still reach for the mouse."""
FILMS = "WebM, MP4, MOV or MKV"
_MATROSKA = ("webm", "mkv")
_HEAD = 64
"""Enough of a file to read the kind of its Matroska or QuickTime container."""


def inspect(path: Path, max_seconds: float) -> MediaInfo:
    """What the file is; raises AudioError. Reads every packet and decodes none."""
    with _opened(path) as (container, found):
        seconds, packets = _length(container, max_seconds)
        if not packets:
            raise AudioError("empty", "The recording is empty: record again or choose another file.")
        return MediaInfo(found, _kind(container), seconds, bool(container.streams.audio))


def finish(path: Path, copy: Path, max_seconds: float) -> Finished:
    """Make what players need, and a copy with an index where the file has none; raises AudioError."""
    with _opened(path) as (container, found):
        has_sound, is_film = bool(container.streams.audio), _kind(container) == "video"
        needs_index = found in _MATROSKA and not container.duration
    peaks, heard = _peaks(path, max_seconds) if has_sound else ([], 0.0)
    if needs_index:
        with _opened(path) as (container, found):
            _remux(container, copy, "webm" if found == "webm" else "matroska")
    thumbnail = _thumbnail(copy if needs_index else path) if is_film else None
    if not has_sound and thumbnail is None:
        raise AudioError("broken", "Neither sound nor pictures of this recording can be decoded: record again.")
    with _opened(copy if needs_index else path) as (container, _):
        seconds = heard if has_sound and not is_film else max(heard, _length(container, max_seconds)[0])
    return Finished(round(seconds, 3), peaks, thumbnail, needs_index)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, MediaFormat]]:
    """The container and its format. libav gets an open file, never a name: it would take addresses too."""
    with path.open("rb") as file, typed_errors():
        head = file.read(_HEAD)
        with _container(file) as container:
            is_film = bool(moving_pictures(container))
            if not is_film and not container.streams.audio:
                raise AudioError("empty", "The file holds neither sound nor pictures: record again.")
            yield container, _format(head, file_format(demuxer_name(container), is_film))


def _container(file: BinaryIO) -> Any:
    try:
        return open_container(file)
    except AudioError as error:
        if error.code != "not_audio":
            raise
        message = f"This is no film or sound that can be read: send {FILMS}, or {ACCEPTED}."
        raise AudioError("not_audio", message) from None


def _format(head: bytes, broad: AudioFormat) -> MediaFormat:
    """`broad` in more detail: Matroska that is no WebM, MP4 that is QuickTime."""
    if broad == "webm" and b"matroska" in head:
        return "mkv"
    if broad in ("mp4", "m4a") and head[8:12] == b"qt  ":
        return "mov"
    return broad


def _kind(container: Any) -> MediaKind:
    return "video" if moving_pictures(container) else "audio"


def _length(container: Any, max_seconds: float) -> tuple[float, int]:
    """(seconds up to the end of the last packet, number of packets). Headers may be missing or wrong."""
    first, last, packets = None, 0.0, 0
    for packet in _packets(container):
        packets += 1
        if packet.pts is None or packet.time_base is None:
            continue
        begin = float(packet.pts * packet.time_base)
        first = begin if first is None else min(first, begin)
        last = max(last, begin + float((packet.duration or 0) * packet.time_base))
        if last - first > max_seconds:
            raise too_long(max_seconds)
    return round(max(0.0, last - (first or 0.0)), 3), packets


def _packets(container: Any) -> Iterator[Any]:
    """Packets of sound and pictures up to the end, or to the place where the file was cut off."""
    streams = [*container.streams.audio[:1], *moving_pictures(container)[:1]]
    try:
        for packet in container.demux(streams):
            if packet.size:
                yield packet
    except av.FFmpegError:
        return


def _peaks(path: Path, max_seconds: float) -> tuple[list[int], float]:
    """(peaks, seconds) of the sound."""
    loudest: list[int] = []
    rest = np.zeros(0, np.int16)
    total = 0
    for block in decode_blocks(path, PEAK_RATE, max_seconds=max_seconds):
        total += len(block)
        rest = np.concatenate((rest, block))
        whole = len(rest) // PEAK_SAMPLES * PEAK_SAMPLES
        if whole:
            rows = np.abs(rest[:whole].astype(np.int32)).reshape(-1, PEAK_SAMPLES)
            loudest += rows.max(axis=1).tolist()
            rest = rest[whole:]
    if len(rest):
        loudest.append(int(np.abs(rest.astype(np.int32)).max()))
    parts = np.array_split(np.array(loudest), min(PEAKS, len(loudest)))
    return [min(255, int(part.max()) >> 7) for part in parts], total / PEAK_RATE


def _remux(container: Any, copy: Path, kind: str) -> None:
    """Write the same packets with length and index, which browsers' recordings lack."""
    with copy.open("wb") as file, av.open(_Writer(file), "w", format=kind) as output:
        streams = [*container.streams.audio[:1], *moving_pictures(container)[:1]]
        targets = {stream.index: output.add_stream_from_template(stream) for stream in streams}
        for packet in _packets(container):
            if packet.dts is None:
                continue
            packet.stream = targets[packet.stream.index]
            output.mux(packet)


class _Writer:
    """What libav needs of a file that it writes to."""

    def __init__(self, file: BinaryIO) -> None:
        self.write, self.seek, self.tell = file.write, file.seek, file.tell


def _thumbnail(path: Path) -> bytes | None:
    """A picture of the film as JPEG, or None when none can be decoded."""
    with _opened(path) as (container, _):
        stream = moving_pictures(container)[0]
        stream.thread_count = 1
        if container.duration:
            container.seek(int(container.duration * THUMBNAIL_AT))
        try:
            frame = next(container.decode(stream), None)
        except av.FFmpegError:
            return None
        return None if frame is None else _jpeg(frame)


def _jpeg(frame: Any) -> bytes:
    width = min(THUMBNAIL_WIDTH, frame.width) // 2 * 2 or 2
    height = max(2, round(frame.height * width / frame.width) // 2 * 2)
    target = io.BytesIO()
    with av.open(target, "w", format="mjpeg") as output:
        stream: Any = output.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        picture = frame.reformat(width, height, "yuvj420p")
        picture.pts = None
        output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return target.getvalue()
