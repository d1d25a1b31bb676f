"""Streams of frames without a container: MP3 and AAC in ADTS, told from bare samples.

Samples can look like one frame header, but hardly like several that stand where each says that the next one begins.
"""

from collections.abc import Callable

FRAMES = 3
"""So many headers are looked at, of which two must be there."""
BIT_RATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s of layer III by the index of a header from 1, of MPEG 1 and of MPEG 2 (ISO 11172-3 and 13818-3, 2.4.2.3)."""
SAMPLE_RATES = (44_100, 48_000, 32_000)
"""Hz of MPEG 1; MPEG 2 has half of them, MPEG 2.5 a quarter."""


def mp3_frame_bytes(header: bytes) -> int:
    """Length of the layer III frame that begins with these 4 bytes; 0 when none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bit_rate, sample_rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer != 1 or bit_rate in (0, 15) or sample_rate == 3:
        return 0
    is_first = version == 3
    hertz = SAMPLE_RATES[sample_rate] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if is_first else 72) * BIT_RATES[is_first][bit_rate - 1] * 1_000 // hertz + padding


def adts_frame_bytes(header: bytes) -> int:
    """The same for AAC in ADTS (ISO 13818-7, 6.2), whose header has 7 bytes."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0


def is_framed(head: bytes, frame_bytes: Callable[[bytes], int]) -> bool:
    """Whether `head` is a row of such frames: at least two, and nothing else among the first `FRAMES`."""
    at = found = 0
    while found < FRAMES and at + 7 <= len(head):
        length = frame_bytes(head[at : at + 7])
        if not length:
            return False
        at, found = at + length, found + 1
    return found >= 2
