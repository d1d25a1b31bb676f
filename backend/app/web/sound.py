"""Audio in live messages of dialects: base64, of whatever kind a browser or a program makes.

See docs/design.md, "Sound in messages".
"""

import asyncio
import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from app.engines.audio import SPEECH_RATE, AudioError, Pcm, StreamDecoder
from app.engines.audio.formats import Demuxer, recognise_stream
from app.engines.audio.untrusted_stream import open_stream

SampleRate = Annotated[int, Field(ge=8_000, le=96_000)]
"""Hz: from telephone speech to studio equipment."""
SAFE_LETTERS = str.maketrans("-_", "+/")
"""From the alphabet of RFC 4648, section 5, to that of section 4."""
OGG_FLAGS, OGG_FIRST_PAGE = 5, 0x02
"""Every page of an Ogg stream begins alike; this bit of this byte marks the first one (RFC 3533, section 6)."""


def _from_base64(value: Any) -> bytes:
    """Bytes of base64 in any of the forms that programs make: with line breaks (MIME, Android), with the letters that
    are safe in addresses, without padding, and as the data URL of a browser's FileReader.
    """
    if not isinstance(value, str):
        raise ValueError("must be base64 text")
    text = value.lstrip()
    if text[:5].lower() == "data:":
        head, _, text = text.rpartition(",")
        if not head.rstrip().lower().endswith(";base64"):
            raise ValueError("must be base64 text")
    text = "".join(text.split()).rstrip("=").translate(SAFE_LETTERS)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be base64 text") from error


Base64Audio = Annotated[
    bytes, BeforeValidator(_from_base64), WithJsonSchema({"type": "string", "contentEncoding": "base64"})
]


class AudioStream:
    """Decodes the audio chunks of one connection to PCM16 mono at 16 kHz.

    A chunk that begins like a file (see `recognise_stream`) begins a new stream: some clients start their recorder
    again for each answer, some make each chunk a file of its own. Any other chunk continues the present stream; without
    one it is bare PCM16 mono; a sample that chunks cut in two is put together again.
    """

    def __init__(self) -> None:
        self._decoder: StreamDecoder | None = None
        self._kind: Demuxer | Literal["unknown"] | None = None
        self._rate = 0
        self._decoding: asyncio.Future[Pcm] | None = None

    async def decode(self, chunk: bytes, pcm_rate: int = SPEECH_RATE) -> bytes:
        """The samples that a chunk adds; `pcm_rate` (Hz) is that of bare samples.

        Raises AudioError for a chunk that cannot be used; later ones may be good again.
        """
        if not chunk:
            return b""
        try:
            kind = recognise_stream(chunk)
        except AudioError:
            await self.close()
            self._kind = "unknown"  # what follows are no bare samples
            raise
        before = b""
        if self._begins(kind, chunk) or (self._kind is None and pcm_rate != self._rate):
            before = await self._begin(kind, pcm_rate)
        if self._decoder is None:
            raise AudioError("broken", "The stream broke off: start the recorder again, so that a header comes.")
        try:
            pcm = await self._run(self._decoder.push, chunk)
        except AudioError:
            await self.close()
            raise
        return before + pcm.tobytes()

    async def close(self) -> None:
        """Close the decoder. A stream that was being decoded cannot be continued; another can begin."""
        decoder, self._decoder = self._decoder, None
        if self._decoding is not None:
            await asyncio.wait({self._decoding})  # it may be about to start a thread
        if decoder is not None:
            await asyncio.to_thread(decoder.close)
        if self._kind is None:
            self._rate = 0

    async def _run(self, step: Callable[..., Pcm], *arguments: bytes) -> Pcm:
        """Run a step of the decoder in a thread. It runs to its end even if the task that waits for it is cancelled."""
        self._decoding = asyncio.ensure_future(asyncio.to_thread(step, *arguments))
        return await asyncio.shield(self._decoding)

    def _begins(self, kind: Demuxer | None, chunk: bytes) -> bool:
        if kind is None:
            return False
        goes_on = kind == self._kind and self._decoder is not None and not _is_first(kind, chunk)
        return not goes_on

    async def _begin(self, kind: Demuxer | None, pcm_rate: int) -> bytes:
        """Open a decoder; returns the samples that the one before still held."""
        rest, old = b"", self._decoder
        if old is not None:
            with suppress(AudioError):  # it never produced any samples
                rest = (await self._run(old.finish)).tobytes()
        self._decoder, self._kind, self._rate = open_stream(pcm_rate), kind, pcm_rate
        return rest


def _is_first(kind: Demuxer, chunk: bytes) -> bool:
    """Whether a chunk of this kind can only be the first of its stream. Frames all begin alike, and pages do."""
    match kind:
        case "ogg":
            return bool(chunk[OGG_FLAGS : OGG_FLAGS + 1] and chunk[OGG_FLAGS] & OGG_FIRST_PAGE)
        case "mp3" | "aac":
            return chunk[:3] == b"ID3"
    return True
