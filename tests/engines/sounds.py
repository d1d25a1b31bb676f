"""Sounds and files to test with."""

import io
import struct
from typing import Any

import av
import numpy as np

from app.engines.audio import Pcm

RATE = 16_000


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> Pcm:
    """A sine at a third of full scale."""
    return (10_000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def wav_bytes(pcm: Pcm, rate: int = RATE, *, claimed_bytes: int | None = None, channels: int = 1) -> bytes:
    """A WAV whose header may lie about its length."""
    size = len(pcm) * 2 if claimed_bytes is None else claimed_bytes
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", min(36 + size, 0xFFFFFFFF), b"WAVE", b"fmt ", 16, 1, channels,
                       rate, rate * 2 * channels, 2 * channels, 16, b"data", size)  # fmt: skip
    return head + pcm.tobytes()


def film(*, sound: bool) -> bytes:
    """A second of grey pictures as MP4, with or without a tone."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as output:
        pictures: Any = output.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 64, "yuv420p"
        voice: Any = output.add_stream("aac", rate=44_100, layout="mono") if sound else None
        for number in range(10):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8), format="rgb24")
            picture.pts = number
            output.mux(pictures.encode(picture))
        output.mux(pictures.encode(None))
        if voice is not None:
            floats = (tone(1, 44_100) / 32768).astype(np.float32).reshape(1, -1)
            for begin in range(0, floats.shape[1], 1024):
                frame = av.AudioFrame.from_ndarray(floats[:, begin : begin + 1024].copy(), "fltp", "mono")
                frame.sample_rate, frame.pts = 44_100, begin
                output.mux(voice.encode(frame))
            output.mux(voice.encode(None))
    return target.getvalue()
