"""The sound of a whole interview, for documents that know one recording of it.

Answers that are spoken in a conversation are WAV files of one form. Their samples in a row are a WAV again,
so nothing is copied: what is deleted is gone from here as well.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from app.engines.audio import AudioError
from app.engines.audio.wav import HEADER_BYTES, rate_of, wav_header
from app.engines.storage import Storage
from app.models import Recording


@dataclass(frozen=True)
class JoinedSound:
    """One WAV, mono with 16 bits, of several: `parts` are their keys in storage and the bytes of their samples."""

    storage: Storage
    parts: tuple[tuple[str, int], ...]
    rate: int

    @property
    def size_bytes(self) -> int:
        return HEADER_BYTES + sum(size for _, size in self.parts)

    @property
    def tag(self) -> str:
        """Another one for other sound."""
        return hashlib.sha256(repr((self.parts, self.rate)).encode()).hexdigest()[:32]

    async def open_range(self, _key: str = "", start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces. FileNotFoundError when a part is gone."""
        last = self.size_bytes if end is None else end
        at = HEADER_BYTES
        if start < min(at, last):
            yield wav_header(self.rate, self.size_bytes - HEADER_BYTES)[start:last]
        for key, size in self.parts:
            first, until = max(start - at, 0), min(last - at, size)
            if first < until:
                async for piece in self.storage.open_range(key, HEADER_BYTES + first, HEADER_BYTES + until):
                    yield piece
            at += size


async def joined(storage: Storage, recordings: Sequence[Recording]) -> JoinedSound | None:
    """The recordings as one, in this order, without those of another form than most have; None where fewer than two
    remain."""
    by_rate: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for recording in recordings:
        if recording.format == "wav" and (rate := await _rate(storage, recording)) is not None:
            by_rate[rate].append((recording.key, recording.size_bytes - HEADER_BYTES))
    rate, parts = max(by_rate.items(), key=lambda entry: len(entry[1]), default=(0, []))
    return JoinedSound(storage, tuple(parts), rate) if len(parts) > 1 else None


async def _rate(storage: Storage, recording: Recording) -> int | None:
    """Samples a second of a WAV as it is recorded here; None for any other file, and for one that is gone."""
    try:
        return rate_of(b"".join([piece async for piece in storage.open_range(recording.key, 0, HEADER_BYTES)]))
    except (AudioError, FileNotFoundError):
        return None
