"""What audio is: the kinds that are taken, how each is told by its first bytes, and what can be wrong with one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.engines.audio.frames import adts_frame_bytes, is_framed, mp3_frame_bytes
from app.models.values.kinds import AudioFormat

AudioProblem = Literal["not_audio", "no_audio_stream", "broken", "too_long", "empty", "too_heavy", "busy"]
Demuxer = Literal["mp3", "wav", "mov", "matroska", "ogg", "flac", "aac"]
FORMATS: dict[str, AudioFormat] = {
    "mp3": "mp3", "wav": "wav", "mov": "m4a", "matroska": "webm", "ogg": "ogg", "flac": "flac", "aac": "aac",
    "ac3": "ac3", "eac3": "ac3", "aiff": "aiff", "amr": "amr", "au": "au", "avi": "avi", "caf": "caf", "flv": "flv",
    "mpegts": "ts", "w64": "w64", "asf": "wma", "wv": "wv",
}  # fmt: skip
"""Kinds by the names of their demuxers in libav. All of them read one file and nothing else: playlists are not here."""
Pcm = NDArray[np.int16]
"""Mono samples, signed 16 bit."""

SPEECH_RATE = 16_000
"""Samples a second that every recogniser here is made for, in Hz."""
ACCEPTED = "MP3, WAV, M4A, AAC, WebM, Ogg, FLAC, AIFF, CAF or MP4"
"""What users are told to send; other kinds are read as well."""
RECOGNISABLE_BYTES = 12
"""Enough of a file's head to tell every kind (RIFF needs the most: its form type ends at byte 12)."""

SAMPLE_RATES = range(4_000, 384_001)
"""Hz. A header outside this is a lie: telephone speech has 8 kHz, studio recordings 192 kHz."""

MOST_CHANNELS = 64
"""What libav can convert; no recording of speech has more."""


class AudioError(ValueError):
    """Audio that cannot be used. `code` is stable, the message says what to do.

    `not_audio`: no kind that is taken; `no_audio_stream`: a film without sound; `broken`: the right kind but it cannot
    be decoded; `too_long`: over the limit; `empty`: no samples; `too_heavy` and `busy`: see `untrusted`.
    """

    def __init__(self, code: AudioProblem, message: str) -> None:
        super().__init__(message)
        self.code: AudioProblem = code
        self.message = message


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What was measured of a file: `duration` in seconds as decoded, `sample_rate` in Hz."""

    format: AudioFormat
    duration: float
    sample_rate: int
    channels: int
    size_bytes: int
    has_video: bool


def recognise(head: bytes) -> Demuxer:
    """The demuxer for content that begins with `head` (12 bytes are enough); raises AudioError.

    These are the kinds that come from browsers and telephones; files of other kinds are left to libav, see `files`.
    """
    if not head:
        raise AudioError("empty", "The file is empty: record again or choose another file.")
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"fLaC":
        return "flac"
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:3] == b"ID3" or mp3_frame_bytes(head):
        return "mp3"
    raise AudioError("not_audio", f"This is not audio that can be read: send {ACCEPTED}.")


STREAMED: tuple[Demuxer, ...] = ("wav", "matroska", "ogg", "mov")
"""Containers that may arrive in pieces, each told by its first bytes."""
NOT_STREAMED = (b"fLaC", b"FORM", b"caff", b"#!AMR", b".snd", b"FLV\x01", b"wvpk", b"riff", b"\x30\x26\xb2\x75")
"""What files begin with that are read whole alone: FLAC, whose last seconds libav holds back, AIFF, CAF, AMR, AU, FLV,
WavPack, W64, WMA."""


def recognise_stream(head: bytes) -> Demuxer | None:
    """The demuxer for a stream that begins with `head`, or None for bare samples. AudioError (`not_audio`) for kinds
    that do not arrive in pieces. Single frames of MP3 and AAC are not recognised: samples may look like one."""
    if head.startswith(NOT_STREAMED):
        message = "Sound of this kind cannot be sent in pieces: send PCM, WAV, WebM, Ogg, MP4, MP3 or AAC."
        raise AudioError("not_audio", message)
    if head[:3] == b"ID3" or is_framed(head, mp3_frame_bytes):
        return "mp3"
    if is_framed(head, adts_frame_bytes):
        return "aac"
    try:
        demuxer = recognise(head[:RECOGNISABLE_BYTES])
    except AudioError:
        return None
    return demuxer if demuxer in STREAMED else None


def file_format(demuxer: str, has_video: bool) -> AudioFormat:
    """The kind as users know it: an MP4 without pictures is an M4A, whatever its brand says."""
    return "mp4" if demuxer == "mov" and has_video else FORMATS[demuxer]


def too_long(max_seconds: float) -> AudioError:
    """The error for audio beyond the limit."""
    limit = f"{max_seconds / 60:g} minutes" if max_seconds >= 60 else f"{max_seconds:g} seconds"
    return AudioError("too_long", f"The audio is longer than {limit}: send a shorter one.")
