"""Small files that cost a decoder gigabytes or hours, or that lie about what they hold."""

import io
import os
import struct
from typing import Any

import av
import numpy as np

from tests.engines.sounds import film, tone, wav_bytes


def endless(kind: str, codec: str, hours: int) -> bytes:
    """Hours of silence, ten of them in a megabyte."""
    target = io.BytesIO()
    with av.open(target, "w", format=kind) as output:
        stream: Any = output.add_stream(codec, rate=48_000, layout="mono")
        if codec == "libopus":
            stream.options = {"frame_duration": "60", "vbr": "on"}
            stream.bit_rate = 500
        size = stream.codec_context.frame_size or 48_000
        resampler = av.AudioResampler(stream.format, "mono", 48_000, size)
        for _ in range(10 * hours):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 6 * 60 * 48_000), np.int16), "s16", "mono")
            frame.sample_rate = 48_000
            for ready in resampler.resample(frame):
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return target.getvalue()


def box(kind: bytes, content: bytes = b"", claimed: int | None = None) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I", 8 + len(content) if claimed is None else claimed) + kind + content


def deep_boxes() -> bytes:
    """An MP4 with fifty thousand boxes in each other."""
    inner = box(b"free")
    for _ in range(12):
        inner = box(b"moov", inner)
    deep = b"".join(struct.pack(">I", 8 * (50_000 - at)) + b"trak" for at in range(50_000))
    return box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", inner + deep)


def millions_of_samples() -> bytes:
    """An MP4 whose tables claim two thousand million samples."""
    table = box(b"stsz", struct.pack(">III", 0, 0, 0x7FFFFFFF))
    more = box(b"stts", struct.pack(">III", 0, 0x0FFFFFFF, 1)) + box(b"stco", struct.pack(">II", 0, 0x0FFFFFFF))
    entry = box(b"stsd", struct.pack(">II", 0, 1) + box(b"mp4a", bytes(28)))
    media = box(b"hdlr", bytes(8) + b"soun" + bytes(13)) + box(b"minf", box(b"stbl", entry + table + more))
    return box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", box(b"trak", box(b"mdia", media))) + box(b"mdat")


def many_channels() -> bytes:
    return wav_bytes(np.zeros(100 * 1000, np.int16), channels=100)


def matroska_of_size(size: int = 0x0FFFFFFFFFFFFF) -> bytes:
    """A WebM whose first cluster claims four petabytes."""
    head = bytes.fromhex("1a45dfa39f42868101 42f78101 42f28104 42f38108 4282847765626d 42878104 42858102")
    endless = b"\x01" + size.to_bytes(7, "big")
    return head + b"\x18\x53\x80\x67" + endless + b"\x1f\x43\xb6\x75" + endless


HOSTILE: dict[str, bytes] = {
    "a rate of 1 Hz": wav_bytes(tone(1.0), rate=1),
    "a rate of 4 GHz": wav_bytes(tone(1.0), rate=0x7FFFFFFF),
    "a hundred channels": many_channels(),
    "thirty thousand channels": wav_bytes(np.zeros(70_000, np.int16), channels=30_000),
    "a film without sound": film(sound=False),
    "deep boxes": deep_boxes(),
    "millions of samples": millions_of_samples(),
    "a tag of 256 MB": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(5000),
    "a cluster of 4 PB": matroska_of_size(),
    "noise that looks like MP3": b"\xff\xfb\x90\x64" + os.urandom(200_000),
    "noise that looks like FLAC": b"fLaC\x00\x00\x00\x22" + os.urandom(200_000),
    "ten thousand joined headers": wav_bytes(tone(0.0)) * 10_000,
}
"""What is refused within the limits."""
