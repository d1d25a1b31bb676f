"""Whole files in and out, through PyAV alone: measure, decode to mono PCM16, encode.

All calls are CPU-bound (about 1 ms for a second of sound) and belong in a worker thread; libav releases the GIL.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Literal

import av
import numpy as np
from av.stream import Disposition

from app.engines.audio.formats import (
    ACCEPTED,
    FORMATS,
    MOST_CHANNELS,
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
from app.engines.audio.parts import Part, starts
from app.engines.audio.resampler import Resampler
from app.models.values.kinds import AudioFormat

Source = str | Path | bytes | BinaryIO
Encoding = Literal["mp3", "webm", "ogg", "m4a", "flac"]

READ_BUFFER = 256 * 1024
"""Bytes that libav asks of a file at once; its default of 32 KiB calls back into Python eight times as often."""
ONLY_OUR_KINDS = {"format_whitelist": ",".join((*FORMATS, "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"))}
"""By whole names, as libav compares them."""
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
_CROWDED = AudioError("broken", f"The sound has more than {MOST_CHANNELS} channels: export it as mono or stereo.")
_EMPTY = AudioError("empty", "The file holds no sound: record again or choose another file.")
_SILENT_FILM = AudioError("no_audio_stream", "The film has no sound: record again with the microphone allowed.")


def probe(source: Source, *, max_seconds: float | None = None) -> AudioInfo:
    """Decodes all of `source` and says what it is; raises AudioError.

    The duration is counted in samples: headers are missing (browser recordings) or wrong (cut files). With
    `max_seconds` the error `too_long` comes as soon as that much was decoded. Of recordings that were joined to one
    file all are read; the first says what kind it is.
    """
    first: tuple[_Media, int, int] | None = None
    seconds = 0.0
    for media, frame in _frames(source):
        first = first or (media, frame.sample_rate, frame.layout.nb_channels)
        seconds = round(seconds + frame.samples / frame.sample_rate, 9)
        if max_seconds is not None and seconds > max_seconds:
            raise too_long(max_seconds)
    if first is None:
        raise _EMPTY
    media, rate, channels = first
    return AudioInfo(media.format, seconds, rate, channels, media.file_size, media.has_video)


def decode(source: Source, rate: int = SPEECH_RATE, *, max_seconds: float | None = None) -> Pcm:
    """All of `source` as mono PCM16 at `rate` Hz; raises AudioError. An hour at 16 kHz takes 115 MB."""
    samples = bytearray()
    for block in decode_blocks(source, rate, max_seconds=max_seconds):
        samples += block.tobytes()
    return np.frombuffer(samples, np.int16)


def decode_blocks(source: Source, rate: int = SPEECH_RATE, *, max_seconds: float | None = None) -> Iterator[Pcm]:
    """Like `decode`, in pieces of a frame or so: memory does not grow with the length."""
    resampler = Resampler(rate)
    total = 0
    for block in _resampled(source, resampler):
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


@dataclass(frozen=True, slots=True)
class _Media:
    """An open file with its first audio stream. `format` and `has_video` are what was found when it was opened."""

    container: Any
    stream: Any
    format: AudioFormat
    file_size: int
    has_video: bool

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
                    if frame.layout.nb_channels > MOST_CHANNELS:
                        raise _CROWDED
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


def _frames(source: Source) -> Iterator[tuple[_Media, Any]]:
    """The frames of the recordings in a file, one after the other; most files hold one. Those without sound are passed
    over where others have some, and so is what stands before the first. Whatever libav or PyAV raise comes out as
    AudioError.
    """
    with _binary(source) as file:
        size = file.seek(0, io.SEEK_END)
        begins = starts(file)
        silent: AudioError | None = None
        heard = 0
        for number, (begin, end) in enumerate(pairwise([*begins, size]), 1):
            part = file if len(begins) == 1 else Part(file, begin, end)
            try:
                with _opened(part, size) as media:
                    for frame in media.frames():
                        yield media, frame
                heard += 1
            except AudioError as error:
                before_the_first = number == 1 and error.code == "not_audio"
                if len(begins) > 1 and (before_the_first or error.code in ("empty", "no_audio_stream")):
                    silent = error
                elif number > 1 and error.code in ("broken", "not_audio"):
                    message = f"{number - 1} of {len(begins)} joined recordings were read, the next is damaged"
                    raise AudioError("broken", f"{message}: record again or send each as a file of its own.") from error
                else:
                    raise
        if silent is not None and not heard:
            raise silent


@contextmanager
def _opened(file: Any, file_size: int) -> Iterator[_Media]:
    """One recording; `file_size` is that of all in the file."""
    with typed_errors(), open_container(file) as container:
        stream = audio_stream(container)
        video = bool(moving_pictures(container))
        yield _Media(container, stream, file_format(demuxer_name(container), video), file_size, video)


def open_container(file: Any) -> Any:
    """The file, opened by libav. What is not known by its first bytes is tried by the kinds in `FORMATS` and no others:
    libav would also take playlists, which open other files. Behind an ID3 tag may stand more than MP3.
    """
    file.seek(0)
    head = file.read(RECOGNISABLE_BYTES)
    try:
        demuxer: Demuxer | None = recognise(head)
    except AudioError as error:
        if error.code != "not_audio":
            raise
        demuxer = None
    if demuxer is None or head[:3] == b"ID3":
        try:
            file.seek(0)
            return av.open(file, container_options=ONLY_OUR_KINDS, buffer_size=READ_BUFFER)
        except (av.FFmpegError, ValueError):
            if demuxer is None:
                raise AudioError("not_audio", f"This is not audio that can be read: send {ACCEPTED}.") from None
    file.seek(0)
    return av.open(file, format=demuxer, buffer_size=READ_BUFFER)


def demuxer_name(container: Any) -> str:
    """The first name of what reads the container, as in `FORMATS`."""
    name: str = container.format.name.partition(",")[0]
    return name


def moving_pictures(container: Any) -> list[Any]:
    """The streams of moving pictures; the cover of a song is none."""
    return [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]


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


def _resampled(source: Source, resampler: Resampler) -> Iterator[Pcm]:
    for _, frame in _frames(source):
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
