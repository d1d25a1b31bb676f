"""Sound as the dialects get it: base64 in messages, of whatever kind a browser or a program makes (design 5.11)."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from app.engines.audio import SPEECH_RATE, AudioError, Pcm, StreamDecoder
from app.engines.audio.formats import RECOGNISABLE_BYTES, Demuxer, recognise

STREAMED: tuple[Demuxer, ...] = ("wav", "matroska", "ogg", "mov")
"""The kinds that arrive in pieces. The bytes of bare samples may look like an MP3, so that one is not among them."""
OGG_FLAGS, OGG_FIRST_PAGE = 5, 0x02
"""Every page of an Ogg stream begins alike; this bit of this byte marks the first one (RFC 3533, section 6)."""


def _from_base64(value: Any) -> bytes:
    """Bytes of base64, also of the data URL that a browser's FileReader makes."""
    if not isinstance(value, str):
        raise ValueError("must be base64 text")
    text = value.partition(",")[2] if value.startswith("data:") else value
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be base64 text") from error


Base64Sound = Annotated[
    bytes, BeforeValidator(_from_base64), WithJsonSchema({"type": "string", "contentEncoding": "base64"})
]


class Sound:
    """The chunks of one connection as PCM16 mono at 16 kHz.

    A chunk that begins like a file (WAV, WebM, Ogg, MP4) begins a new stream: a recorder may be started again for
    each answer, or each chunk be a file of its own. Any other goes on with the stream there is; without one it is
    bare PCM16 mono of whole samples.
    """

    def __init__(self) -> None:
        self._decoder: StreamDecoder | None = None
        self._kind: Demuxer | None = None
        self._rate = 0
        self._decoding: asyncio.Future[Pcm] | None = None

    async def take(self, chunk: bytes, pcm_rate: int = SPEECH_RATE) -> bytes:
        """The samples that a chunk adds. Raises AudioError for one that cannot be used; others may follow."""
        if not chunk:
            return b""
        kind = _stream_kind(chunk)
        before = b""
        if self._begins(kind, chunk) or (self._kind is None and pcm_rate != self._rate):
            before = await self._begin(kind, pcm_rate)
        if self._decoder is None:
            raise AudioError("broken", "The stream broke off: start the recorder again, so that a header comes.")
        if self._kind is None and len(chunk) % 2:
            raise AudioError("broken", "Bare samples have 16 bits each: send an even number of bytes.")
        try:
            pcm = await self._decode(self._decoder.push, chunk)
        except AudioError:
            await self.close()
            raise
        return before + pcm.tobytes()

    async def close(self) -> None:
        """Let the decoder go. A stream that was being decoded cannot be continued; another can begin."""
        decoder, self._decoder = self._decoder, None
        if self._decoding is not None:
            await asyncio.wait({self._decoding})  # it may be about to start a thread
        if decoder is not None:
            await asyncio.to_thread(decoder.close)
        if self._kind is None:
            self._rate = 0

    async def _decode(self, step: Callable[..., Pcm], *arguments: bytes) -> Pcm:
        """Work of the decoder in a thread, which goes on to its end although whoever waits for it may be gone."""
        self._decoding = asyncio.ensure_future(asyncio.to_thread(step, *arguments))
        return await asyncio.shield(self._decoding)

    def _begins(self, kind: Demuxer | None, chunk: bytes) -> bool:
        goes_on = kind == "ogg" == self._kind and self._decoder is not None and not _is_first_page(chunk)
        return kind is not None and not goes_on

    async def _begin(self, kind: Demuxer | None, pcm_rate: int) -> bytes:
        """Open a decoder; returns what the one before still held."""
        rest, old = b"", self._decoder
        if old is not None:
            with suppress(AudioError):  # it never gave a sound
                rest = (await self._decode(old.finish)).tobytes()
        self._decoder, self._kind, self._rate = StreamDecoder(pcm_rate=pcm_rate), kind, pcm_rate
        return rest


def _stream_kind(chunk: bytes) -> Demuxer | None:
    try:
        kind = recognise(chunk[:RECOGNISABLE_BYTES])
    except AudioError:
        return None
    return kind if kind in STREAMED else None


def _is_first_page(chunk: bytes) -> bool:
    return bool(chunk[OGG_FLAGS : OGG_FLAGS + 1] and chunk[OGG_FLAGS] & OGG_FIRST_PAGE)
