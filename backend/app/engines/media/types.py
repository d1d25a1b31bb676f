"""What is known of a recording."""

from dataclasses import dataclass

from app.models.values.kinds import MediaFormat, MediaKind

MEDIA_TYPES: dict[MediaFormat, tuple[str, str]] = {
    "webm": ("audio/webm", "video/webm"),
    "mkv": ("audio/x-matroska", "video/x-matroska"),
    "mp4": ("audio/mp4", "video/mp4"),
    "m4a": ("audio/mp4", "video/mp4"),
    "mov": ("audio/mp4", "video/quicktime"),
    "ogg": ("audio/ogg", "video/ogg"),
    "wav": ("audio/wav", "audio/wav"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "aac": ("audio/aac", "audio/aac"),
    "aiff": ("audio/aiff", "audio/aiff"),
    "caf": ("audio/x-caf", "audio/x-caf"),
    "flac": ("audio/flac", "audio/flac"),
    "ac3": ("audio/ac3", "audio/ac3"),
    "amr": ("audio/amr", "audio/amr"),
    "au": ("audio/basic", "audio/basic"),
    "avi": ("video/x-msvideo", "video/x-msvideo"),
    "flv": ("video/x-flv", "video/x-flv"),
    "ts": ("video/mp2t", "video/mp2t"),
    "w64": ("audio/x-w64", "audio/x-w64"),
    "wma": ("audio/x-ms-wma", "video/x-ms-wmv"),
    "wv": ("audio/x-wavpack", "audio/x-wavpack"),
}
"""Format > its media type when it is sound, and when it is film."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a look at the packets of a file tells, without decoding any. `seconds` by its time stamps."""

    format: MediaFormat
    kind: MediaKind
    seconds: float
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """What was made of a recording.

    seconds: its length as decoded, or by its time stamps where it has no sound.
    peaks: the loudest sample of each of at most 800 equal stretches, 0-255; empty without sound.
    thumbnail: a JPEG, where it is a film.
    is_remuxed: whether a copy with an index was written, because players could not seek in it.
    """

    seconds: float
    peaks: list[int]
    thumbnail: bytes | None
    is_remuxed: bool
