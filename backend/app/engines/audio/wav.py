"""WAV files that grow while somebody speaks and are right after every flush."""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from app.engines.audio.formats import SAMPLE_RATES, SPEECH_RATE, AudioError, Pcm

HEADER_BYTES = 44
"""RIFF with one `fmt ` chunk of 16 bytes (PCM), then `data`: what `WavWriter` writes and `repair` expects."""
SAMPLE_BYTES = 2
MAX_DATA_BYTES = 0xFFFF_FFFF - HEADER_BYTES
"""RIFF sizes have 32 bits: 37 hours at 16 kHz."""
_LAYOUT = struct.Struct("<4sI4s4sIHHIIHH4sI")


def wav_content(pcm: Pcm, rate: int = SPEECH_RATE) -> bytes:
    """Mono `pcm` as the bytes of a WAV file."""
    data = np.ascontiguousarray(pcm, "<i2").tobytes()
    return wav_header(rate, len(data)) + data


def repair(path: Path) -> int:
    """Sets the sizes in the header from the file's length, drops half a sample at the end; returns the samples.

    For files of `WavWriter` that a crash cut off. Raises AudioError (`broken`) for anything else.
    """
    with path.open("rb+") as file:
        rate = rate_of(file.read(HEADER_BYTES))
        data = file.seek(0, os.SEEK_END) - HEADER_BYTES
        data -= data % SAMPLE_BYTES
        file.truncate(HEADER_BYTES + data)
        file.seek(0)
        file.write(wav_header(rate, data))
    return data // SAMPLE_BYTES


@dataclass(frozen=True, slots=True)
class WavForm:
    """What the head of a WAV says; its samples begin at byte `data_at`."""

    kind: int
    channels: int
    rate: int
    bits: int
    data_at: int

    @property
    def is_pcm16(self) -> bool:
        """Whether the samples are mono or stereo, 16 bit and not compressed, at a rate that sound has."""
        return self.kind == 1 and self.bits == 16 and self.channels in (1, 2) and self.rate in SAMPLE_RATES


def wav_form(head: bytes) -> WavForm | None:
    """Reads the chunks up to the samples; None when `head` ends before them or is no WAV."""
    at, form = 12, None
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        at += 8
        if name == b"fmt " and at + 16 <= len(head):
            form = struct.unpack_from("<HHIIHH", head, at)
        if name == b"data" and form is not None:
            kind, channels, rate, _, _, bits = form
            return WavForm(kind, channels, rate, bits, at)
        at += size + size % 2
    return None


class WavWriter:
    """Appends mono PCM16 to a file; an existing one is repaired and continued.

    After `flush` the file on disk is a complete WAV: samples are written before the header that counts them, so a
    crash loses at most what was appended since. Not thread-safe; calls are short disk writes.
    """

    def __init__(self, path: Path, rate: int = SPEECH_RATE) -> None:
        self.path = path
        self.rate = rate
        self.samples = 0
        if path.exists() and path.stat().st_size >= HEADER_BYTES:
            self._continue()
        else:
            path.write_bytes(wav_header(rate, 0))
        self._file = path.open("rb+")
        self._file.seek(0, os.SEEK_END)

    @property
    def seconds(self) -> float:
        """Length so far."""
        return self.samples / self.rate

    def append(self, pcm: Pcm | bytes) -> None:
        """Adds samples (bytes: little-endian, whole samples); raises AudioError when the file would be too long."""
        data = pcm if isinstance(pcm, bytes) else np.ascontiguousarray(pcm, "<i2").tobytes()
        if len(data) % SAMPLE_BYTES:
            raise ValueError("append takes whole samples")
        if (self.samples * SAMPLE_BYTES) + len(data) > MAX_DATA_BYTES:
            raise AudioError("too_long", "The recording is as long as a WAV file can be: start a new one.")
        self._file.write(data)
        self.samples += len(data) // SAMPLE_BYTES

    def flush(self, *, sync: bool = False) -> None:
        """Makes the file on disk complete; with `sync` it also survives a power cut (waits for the disk)."""
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())
        self._file.seek(0)
        self._file.write(wav_header(self.rate, self.samples * SAMPLE_BYTES))
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Flushes and closes; may be called twice."""
        if not self._file.closed:
            self.flush()
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _continue(self) -> None:
        self.samples = repair(self.path)
        with self.path.open("rb") as file:
            kept = rate_of(file.read(HEADER_BYTES))
        if kept != self.rate:
            raise AudioError("broken", f"{self.path.name} has {kept} Hz and cannot be continued with {self.rate} Hz.")


def wav_header(rate: int, data_bytes: int) -> bytes:
    """What stands before so many bytes of mono samples."""
    return _LAYOUT.pack(
        b"RIFF", HEADER_BYTES - 8 + data_bytes, b"WAVE",
        b"fmt ", 16, 1, 1, rate, rate * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES,
        b"data", data_bytes,
    )  # fmt: skip


def rate_of(header: bytes) -> int:
    """Sample rate in Hz of a header as `wav_header` writes it; raises AudioError."""
    form = wav_form(header) if len(header) == HEADER_BYTES else None
    if form is None or not form.is_pcm16 or form.channels != 1 or form.data_at != HEADER_BYTES:
        raise AudioError("broken", "This is not a mono 16-bit WAV as it is recorded here, and cannot be repaired.")
    return form.rate
