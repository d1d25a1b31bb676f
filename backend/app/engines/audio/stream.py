"""Sound that arrives in pieces: WebM or Ogg from a browser's recorder, a WAV, or bare PCM, decoded as it comes."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import av
import numpy as np

from app.engines.audio.files import audio_stream, typed_errors
from app.engines.audio.formats import (
    RECOGNISABLE_BYTES,
    SPEECH_RATE,
    AudioError,
    Demuxer,
    Pcm,
    recognise_stream,
    too_long,
)
from app.engines.audio.resampler import Resampler
from app.engines.audio.wav import wav_form

INPUT_BYTES = 1 << 20
"""Compressed bytes that wait for the demuxer at most: a WebM chunk of a second has about 6 kB."""
OUTPUT_SAMPLES = 60 * SPEECH_RATE
"""Decoded samples that wait to be taken at most; the demuxer pauses when they are there."""
READ_BYTES = 4096
"""What the demuxer asks for at once: small, so that a chunk is decoded when it comes and not with the next."""
LIVE_OPTIONS = {"analyzeduration": "0", "probesize": "32"}
"""Start with the first packet instead of looking seconds ahead (ffmpeg-formats, section 2). Not `nobuffer`, which
throws away the packets that were looked at."""
SETTLE_SECONDS = 2.0
"""How long `push` waits for the demuxer to work off the new bytes, so that their sound comes with the same call. It
takes a millisecond; on a machine that is busy the rest of an answer would come with the next one."""
STALL_SECONDS = 10.0
"""The demuxer works a thousand times faster than sound plays; when it takes nothing for so long it hangs."""
WAV_HEAD_BYTES = 64 * 1024
"""How far to look for the samples of a WAV; libav itself would look two seconds ahead for other codecs in it."""
_NOTHING: Pcm = np.zeros(0, np.int16)


class StreamDecoder:
    """PCM16 mono at 16 kHz from chunks of bytes.

    The first bytes tell the kind (see `recognise_stream`); anything else is bare PCM16 little-endian mono at
    `pcm_rate` Hz. Compressed kinds are demuxed in a thread of their own behind bounded buffers, or in a sandbox.
    `push` may wait some milliseconds: call it in a worker thread. Not to be called from two threads at once.
    """

    def __init__(
        self,
        *,
        pcm_rate: int = SPEECH_RATE,
        max_seconds: float | None = None,
        open_demuxer: "Callable[[Demuxer], _Inner] | None" = None,
    ) -> None:
        """`open_demuxer` decodes compressed kinds; by default a thread of this process does."""
        self._open_demuxer = open_demuxer or _Demuxed
        self._pcm_rate = pcm_rate
        self._max_seconds = max_seconds
        self._head = b""
        self._inner: _Inner | None = None
        self.samples = 0

    def push(self, data: bytes) -> Pcm:
        """Takes the next bytes and returns the samples that are new; raises AudioError."""
        if self._inner is not None:
            return self._count(self._inner.push(data))
        self._head += data
        return self._begin() if len(self._head) >= RECOGNISABLE_BYTES else _NOTHING

    def finish(self) -> Pcm:
        """The samples that were still held; the decoder is closed. Raises AudioError when no sound ever came."""
        try:
            first = self._begin(at_end=True) if self._inner is None else _NOTHING
            last = self._inner.finish() if self._inner is not None else _NOTHING
            pcm = _joined([first, self._count(last)])
            if not self.samples:
                raise AudioError("empty", "No sound arrived: check the microphone and record again.")
            return pcm
        finally:
            self.close()

    def close(self) -> None:
        """Ends the thread; what was not taken is dropped. May be called twice and at any time."""
        if self._inner is not None:
            self._inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _begin(self, *, at_end: bool = False) -> Pcm:
        """Chooses the decoder as soon as the head allows and gives it what was held."""
        head = self._head
        demuxer = recognise_stream(head)
        if demuxer is None:
            self._inner = RawPcm(self._pcm_rate, 1)
        elif demuxer == "wav":
            form = wav_form(head)
            if form is None and not at_end and len(head) < WAV_HEAD_BYTES:
                return _NOTHING
            if form is not None and form.is_pcm16:
                self._inner, head = RawPcm(form.rate, form.channels), head[form.data_at :]
        self._inner = self._inner or self._open_demuxer(demuxer or "wav")
        self._head = b""
        return self._count(self._inner.push(head))

    def _count(self, pcm: Pcm) -> Pcm:
        self.samples += len(pcm)
        if self._max_seconds is not None and self.samples > self._max_seconds * SPEECH_RATE:
            self.close()
            raise too_long(self._max_seconds)
        return pcm


class _Inner(Protocol):
    def push(self, data: bytes) -> Pcm: ...

    def finish(self) -> Pcm: ...

    def close(self) -> None: ...


class RawPcm:
    """Interleaved PCM16; a sample that a chunk border cut in two waits for its second half."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._layout = "mono" if channels == 1 else "stereo"
        self._width = 2 * channels
        self._cut = b""
        self._resampler = Resampler(SPEECH_RATE)

    def push(self, data: bytes) -> Pcm:
        data = self._cut + data
        whole = len(data) - len(data) % self._width
        self._cut = data[whole:]
        pcm = np.frombuffer(data[:whole], "<i2").astype(np.int16)
        if not len(pcm) or (self._rate == SPEECH_RATE and self._layout == "mono"):
            return pcm
        with typed_errors():
            frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", self._layout)
            frame.sample_rate = self._rate
            return _joined(list(self._resampler.push(frame)))

    def finish(self) -> Pcm:
        return _joined(list(self._resampler.flush()))

    def close(self) -> None:
        """Nothing is held."""


class _Demuxed:
    """A libav demuxer in a thread that reads from, and writes to, bounded buffers under one lock."""

    def __init__(self, demuxer: Demuxer) -> None:
        self._demuxer = demuxer
        self._changed = threading.Condition()
        self._input = bytearray()
        self._ready: list[Pcm] = []
        self._ready_samples = 0
        self._no_more_input = False
        self._idle = False  # the demuxer has worked off all input and waits for more
        self._over = False  # the demuxer has ended, or was told to
        self._error: AudioError | None = None
        self._thread = threading.Thread(target=self._run, name="audio-demuxer", daemon=True)
        self._thread.start()

    def push(self, data: bytes) -> Pcm:
        taken: list[Pcm] = []
        with self._changed:
            for begin in range(0, len(data), INPUT_BYTES):
                self._make_room(taken)
                self._input += data[begin : begin + INPUT_BYTES]
                self._idle = False
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._idle or self._over or self._is_full, SETTLE_SECONDS)
            self._take(taken)
        return _joined(taken)

    def finish(self) -> Pcm:
        taken: list[Pcm] = []
        with self._changed:
            self._no_more_input = True
            self._changed.notify_all()
            while not self._over:
                self._wait_for(lambda: self._over or self._is_full)
                self._take(taken)
            self._take(taken)
        return _joined(taken)

    def close(self) -> None:
        with self._changed:
            self._over = self._no_more_input = True
            self._input.clear()
            self._changed.notify_all()
        self._thread.join(STALL_SECONDS)

    @property
    def _is_full(self) -> bool:
        return self._ready_samples >= OUTPUT_SAMPLES

    def _make_room(self, taken: list[Pcm]) -> None:
        """Waits until the input has room, taking what is decoded meanwhile so that both ends keep moving."""
        while len(self._input) >= INPUT_BYTES and not self._over:
            self._wait_for(lambda: len(self._input) < INPUT_BYTES or self._is_full or self._over)
            self._take(taken)

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        if not self._changed.wait_for(condition, STALL_SECONDS):
            raise AudioError("broken", "The audio stream cannot be decoded: start the recording again.")

    def _take(self, taken: list[Pcm]) -> None:
        """Moves what is decoded to `taken`; an error comes after the samples before it."""
        if self._error is not None and not self._ready and not taken:
            raise self._error
        taken += self._ready
        self._ready.clear()
        self._ready_samples = 0
        self._changed.notify_all()

    def _run(self) -> None:
        error: AudioError | None = None
        try:
            pipe = _Pipe(self.read)
            with (
                typed_errors(),
                av.open(
                    pipe, format=self._demuxer, container_options=LIVE_OPTIONS, buffer_size=READ_BYTES
                ) as container,
            ):
                self._decode(container)
        except AudioError as problem:
            error = problem
        with self._changed:
            self._error = None if self._over else error
            self._over = True
            self._changed.notify_all()

    def _decode(self, container: Any) -> None:
        resampler = Resampler(SPEECH_RATE)
        for packet in container.demux(audio_stream(container)):
            with suppress(av.FFmpegError):  # a lost packet is a short gap
                for frame in packet.decode():
                    self._put(resampler.push(frame))
        self._put(resampler.flush())

    def _put(self, pieces: Iterable[Pcm]) -> None:
        for pcm in pieces:
            with self._changed:
                self._changed.wait_for(lambda: not self._is_full or self._over)
                if not self._over:
                    self._ready.append(pcm)
                    self._ready_samples += len(pcm)
                    self._changed.notify_all()

    def read(self, size: int) -> bytes:
        """For the demuxer: waits for bytes, gives at most `size`, nothing at the end."""
        with self._changed:
            if not self._input:
                self._idle = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._input) or self._no_more_input)
            data = bytes(self._input[:size])
            del self._input[:size]
            self._changed.notify_all()
            return data


@dataclass(frozen=True, slots=True)
class _Pipe:
    """A file that can only be read, so that libav does not try to seek."""

    read: Callable[[int], bytes]


def _joined(pieces: Sequence[Pcm]) -> Pcm:
    return np.concatenate(pieces) if pieces else _NOTHING
