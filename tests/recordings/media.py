"""Films and sound to upload, made here with PyAV."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE = 48_000


class _Pipe(io.RawIOBase):
    """What a browser's recorder writes to: it cannot go back to fill in a length or an index."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


@cache
def film(
    kind: str = "webm",
    *,
    seconds: int = 4,
    sound: bool = True,
    as_recorded: bool = False,
    size: tuple[int, int] = (160, 90),
) -> bytes:
    """A moving bar with a tone. `as_recorded`: without length and index, as MediaRecorder leaves it."""
    target: Any = _Pipe() if as_recorded else io.BytesIO()
    codecs = {"webm": ("libvpx", "libopus"), "mkv": ("libvpx", "libopus")}.get(kind, ("mpeg4", "aac"))
    container_format = {"mkv": "matroska", "mov": "mov"}.get(kind, kind)
    with av.open(target, "w", format=container_format, options={"live": "1"} if as_recorded else {}) as output:
        pictures: Any = output.add_stream(codecs[0], rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
        pictures.gop_size = 10
        if codecs[0] == "libvpx":
            pictures.options = {"deadline": "realtime", "cpu-used": "8"}
        tone: Any = output.add_stream(codecs[1], rate=RATE, layout="mono") if sound else None
        for number in range(seconds * 10):
            picture = np.full((size[1], size[0], 3), 40, np.uint8)
            picture[:, number * 7 % size[0] :][:, :20] = 220
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts = number
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
        if tone is not None:
            _add_tone(output, tone, seconds)
    return bytes(target.data) if as_recorded else target.getvalue()


@cache
def sound(kind: str, *, seconds: int = 2) -> bytes:
    """A tone that grows from silence to loud."""
    container, codec = {
        "ogg": ("ogg", "libopus"),
        "webm": ("webm", "libopus"),
        "m4a": ("ipod", "aac"),
        "mp3": ("mp3", "libmp3lame"),
        "wav": ("wav", "pcm_s16le"),
        "flac": ("flac", "flac"),
    }[kind]
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        _add_tone(output, output.add_stream(codec, rate=RATE, layout="mono"), seconds)
    return target.getvalue()


def spoken_film(speech: Path, picture: Path, kind: str = "webm") -> bytes:
    """Somebody who is heard and seen: the sound of a file over a still picture, as webm or mp4."""
    target = io.BytesIO()
    still: Any
    voice: Any
    output: Any
    with av.open(str(picture)) as still:
        frame = next(still.decode(video=0)).reformat(format="yuv420p", width=320, height=240)
    with av.open(str(speech)) as voice, av.open(target, "w", format=kind) as output:
        codecs = ("libvpx", "libopus") if kind == "webm" else ("mpeg4", "aac")
        pictures = output.add_stream(codecs[0], rate=10)
        pictures.width, pictures.height, pictures.pix_fmt, pictures.bit_rate = 320, 240, "yuv420p", 600_000
        heard = output.add_stream(codecs[1], rate=RATE, layout="mono")
        resampler = av.AudioResampler(heard.format, "mono", RATE, heard.codec_context.frame_size or 960)
        samples = 0
        for block in (*voice.decode(audio=0), None):
            for ready in resampler.resample(block):
                samples += ready.samples
                output.mux(heard.encode(ready))
        output.mux(heard.encode(None))
        for number in range(max(1, samples * 10 // RATE)):
            frame.pts = number
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
    return target.getvalue()


def _add_tone(output: Any, stream: Any, seconds: int) -> None:
    times = np.arange(seconds * RATE) / RATE
    samples = (np.sin(times * 2 * np.pi * 220) * 30_000 * times / seconds).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
    frame.sample_rate = RATE
    resampler = av.AudioResampler(stream.format, "mono", RATE, stream.codec_context.frame_size or None)
    for ready in (*resampler.resample(frame), *resampler.resample(None)):
        output.mux(stream.encode(ready))
    output.mux(stream.encode(None))


def can_seek(content: bytes) -> bool:
    """Whether a player finds the length and a place in the middle without reading everything."""
    container: Any
    with av.open(io.BytesIO(content)) as container:
        if not container.duration:
            return False
        container.seek(int(container.duration / 2))
        packet = next(container.demux(container.streams[0]))
        return packet.pts is not None and float(packet.pts * packet.time_base) > 0.5
