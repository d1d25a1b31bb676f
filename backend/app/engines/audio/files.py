"""Whole files in and out, through PyAV alone: measure, decode to mono PCM16, encode.

All calls are CPU-bound (about 1 ms for a second of sound) and belong in a worker thread; libav releases the GIL.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import av
import numpy as np
from av.stream import Disposition

from app.engines.audio.formats import (
    RECOGNISABLE_BYTES,
    SAMPLE_RATES,
    SPEECH_RATE,
    AudioError,
    AudioInfo,
    Demuxer,
    Pcm,
    file_format,
    recognise,
    too_long,
)

Source = str | Path | bytes | BinaryIO
Encoding = Literal["mp3", "webm", "ogg", "m4a", "flac"]

READ_BUFFER = 256 * 1024
"""Bytes that libav asks of a file at once; its default of 32 KiB calls back into Python eight times as often."""
ENCODERS: dict[Encoding, tuple[str, str, int | None]] = {
    "mp3": ("mp3", "libmp3lame", 64_000),
    "webm": ("webm", "libopus", 32_000),
    "ogg": ("ogg", "libopus", 32_000),
    "m4a": ("ipod", "aac", 64_000),
    "flac": ("flac", "flac", None),
}
"""Container, codec, bits a second: the rates are transparent for mono speech."""
MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
OPUS_RATE = 48_000

_BROKEN = AudioError("broken", "The audio is damaged and cannot be decoded: record again or convert it to WAV or MP3.")
_EMPTY = AudioError("empty", "The file holds no sound: record again or choose another file.")
_SILENT_FILM = AudioError("no_audio_stream", "The film has no sound: record again with the microphone allowed.")


def probe(source: Source, *, max_seconds: float | None = None) -> AudioInfo:
    """Decodes all of `source` and says what it is; raises AudioError.

    The duration is counted in samples: headers are missing (browser recordings) or wrong (cut files). With
    `max_seconds` the error `too_long` comes as soon as that much was decoded.
    """
    with _opened(source) as media:
        rate = channels = 0
        seconds = 0.0
        for frame in media.frames():
            rate, channels = rate or frame.sample_rate, channels or frame.layout.nb_channels
            seconds = round(seconds + frame.samples / frame.sample_rate, 9)
            if max_seconds is not None and seconds > max_seconds:
                raise too_long(max_seconds)
        has_video = media.has_video
        return AudioInfo(file_format(media.demuxer, has_video), seconds, rate, channels, media.size, has_video)


def decode(source: Source, rate: int = SPEECH_RATE, *, max_seconds: float | None = None) -> Pcm:
    """All of `source` as mono PCM16 at `rate` Hz; raises AudioError. An hour at 16 kHz takes 115 MB."""
    samples = bytearray()
    for block in decode_blocks(source, rate, max_seconds=max_seconds):
        samples += block.tobytes()
    return np.frombuffer(samples, np.int16)


def decode_blocks(source: Source, rate: int = SPEECH_RATE, *, max_seconds: float | None = None) -> Iterator[Pcm]:
    """Like `decode`, in pieces of a frame or so: memory does not grow with the length."""
    with _opened(source) as media:
        resampler = Resampler(rate)
        total = 0
        for block in _resampled(media, resampler):
            total += len(block)
            if max_seconds is not None and total > max_seconds * rate:
                raise too_long(max_seconds)
            yield block
        if not total:
            raise _EMPTY


def encode_mp3(pcm: Pcm, rate: int) -> bytes:
    """Mono MP3 at 64 kbit/s (70 ms for 11 s of speech). A rate MP3 does not know is raised to the next it does."""
    return encode(pcm, rate, "mp3")


def encode(pcm: Pcm, rate: int, encoding: Encoding) -> bytes:
    """Mono `pcm` at `rate` Hz as a file of that kind; Opus always stores 48 kHz."""
    container, codec, bit_rate = ENCODERS[encoding]
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=_stored_rate(encoding, rate), layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(stream.format, "mono", stream.rate, stream.codec_context.frame_size or None)
        for frame in (_frame(pcm, rate), None):
            for ready in resampler.resample(frame):
                if ready is not None:
                    output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return target.getvalue()


class Resampler:
    """Mono PCM16 at one rate from frames of any kind, also when the kind changes on the way."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._shape: tuple[Any, ...] | None = None
        self._inner: Any = None

    def push(self, frame: Any) -> Iterator[Pcm]:
        """The samples that are ready after `frame`."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.flush()
            self._inner = av.AudioResampler(format="s16", layout="mono", rate=self._rate)
            self._shape = shape
        frame.pts = None  # gaps in time stamps are no reason to stop
        yield from self._run(frame)

    def flush(self) -> Iterator[Pcm]:
        """The last samples, which the filter still held."""
        if self._inner is not None:
            yield from self._run(None)
            self._inner = None

    def _run(self, frame: Any) -> Iterator[Pcm]:
        for ready in self._inner.resample(frame):
            if ready is not None:
                yield ready.to_ndarray().reshape(-1)


@dataclass(frozen=True, slots=True)
class _Media:
    """An open file with its first audio stream."""

    container: Any
    stream: Any
    demuxer: Demuxer
    size: int

    @property
    def has_video(self) -> bool:
        """Whether there are moving pictures; the cover of a song does not count."""
        return any(not video.disposition & Disposition.attached_pic for video in self.container.streams.video)

    def frames(self) -> Iterator[Any]:
        """Decoded frames. What cannot be decoded is passed over, as players do, as long as most of it can."""
        good = bad = 0
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.FFmpegError:
                bad += 1
                continue
            for frame in frames:
                if frame.samples:
                    good += 1
                    if frame.sample_rate not in SAMPLE_RATES:
                        raise _BROKEN
                    yield frame
        if bad > good:
            raise _BROKEN
        if not good:
            raise _EMPTY

    def _packets(self) -> Iterator[Any]:
        """Packets up to the end or the place where the file was cut off."""
        read_any = False
        try:
            for packet in self.container.demux(self.stream):
                yield packet
                read_any = True
        except av.FFmpegError:
            if not read_any:
                raise


@contextmanager
def _opened(source: Source) -> Iterator[_Media]:
    """Opens `source`; whatever libav or PyAV raise inside comes out as AudioError."""
    with _binary(source) as file:
        demuxer = recognise(file.read(RECOGNISABLE_BYTES))
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        with typed_errors(), av.open(file, format=demuxer, buffer_size=READ_BUFFER) as container:
            yield _Media(container, audio_stream(container), demuxer, size)


@contextmanager
def _binary(source: Source) -> Iterator[BinaryIO]:
    """A seekable file at its start. Paths are opened here, never by libav, which would also take addresses."""
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            yield file
    elif isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        source.seek(0)
        yield source


def audio_stream(container: Any) -> Any:
    """The first audio stream; raises AudioError when there is none or its codec is unknown."""
    if not container.streams.audio:
        raise _SILENT_FILM if container.streams.video else _EMPTY
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError("broken", "The sound is in a codec that is not known: convert it to MP3 or WAV.")
    return stream


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turns what libav and PyAV raise for damaged content into AudioError."""
    try:
        yield
    except AudioError:
        raise
    except (av.FFmpegError, ValueError, IndexError, ArithmeticError, MemoryError) as error:
        raise _BROKEN from error


def _resampled(media: _Media, resampler: Resampler) -> Iterator[Pcm]:
    for frame in media.frames():
        yield from resampler.push(frame)
    yield from resampler.flush()


def _frame(pcm: Pcm, rate: int) -> Any:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm, np.int16).reshape(1, -1), "s16", "mono")
    frame.sample_rate = rate
    return frame


def _stored_rate(encoding: Encoding, rate: int) -> int:
    if encoding in ("webm", "ogg"):
        return OPUS_RATE
    if encoding == "mp3":
        return next((known for known in MP3_RATES if known >= rate), MP3_RATES[-1])
    return rate
