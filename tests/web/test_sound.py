"""Sound in messages: base64 in every form that programs write, and samples that chunks cut in two."""

import base64
import io
from collections.abc import Callable
from typing import Any

import av
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from app.engines.audio import AudioError, Pcm, encode
from app.web.sound import AudioStream, Base64Audio
from tests.engines.sounds import RATE, tone

SOUND = tone(0.31).tobytes() + b"\xff\xfe\xfb\xff"
"""Bytes that need padding, line breaks and both letters that are not safe in addresses."""
adapter: TypeAdapter[bytes] = TypeAdapter(Base64Audio)


def standard(data: bytes) -> str:
    return base64.b64encode(data).decode()


WRITINGS: dict[str, Callable[[bytes], str]] = {
    "standard": standard,
    "line breaks": lambda data: base64.encodebytes(data).decode(),
    "CRLF": lambda data: base64.encodebytes(data).decode().replace("\n", "\r\n"),
    "trailing newline": lambda data: standard(data) + "\n",
    "leading spaces": lambda data: "  " + standard(data),
    "safe letters": lambda data: base64.urlsafe_b64encode(data).decode(),
    "no padding": lambda data: standard(data).rstrip("="),
    "safe letters without padding": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "data URL": lambda data: "data:audio/wav;base64," + standard(data),
    "data URL with codecs": lambda data: 'data:audio/webm;codecs="opus,pcm";base64,' + standard(data),
    "data URL in capitals": lambda data: "DATA:audio/wav;BASE64," + standard(data),
    "data URL with line breaks": lambda data: "data:;base64,\n" + base64.encodebytes(data).decode(),
}


@pytest.mark.parametrize("cut", [0, 1, 2])
@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS)
def test_base64_is_read_however_it_was_written(write: Callable[[bytes], str], cut: int) -> None:
    data = SOUND[: len(SOUND) - cut]
    assert adapter.validate_python(write(data)) == data


@pytest.mark.parametrize("text", ["%%%", "AAAA=AAAA", "AAAAA", "ÄÖÜ", "data:audio/wav,AAAA", 7, None, b"AAAA"])
def test_what_is_no_base64_is_refused(text: object) -> None:
    with pytest.raises(ValidationError, match="base64"):
        adapter.validate_python(text)


@pytest.mark.parametrize("size", [1, 3, 333, 1001])
async def test_samples_that_chunks_cut_in_two_are_put_together(size: int) -> None:
    stream, sound = AudioStream(), tone(0.1).tobytes()
    heard = [await stream.decode(sound[at : at + size]) for at in range(0, len(sound), size)]
    heard.append(await stream.decode(b"\x00\x00"))
    assert b"".join(heard)[: len(sound)] == sound
    await stream.close()


@pytest.mark.parametrize("kind", ["mp3", "adts"])
async def test_sound_without_a_container_is_decoded_in_pieces(kind: str) -> None:
    content = framed(tone(2.0), kind)
    stream = AudioStream()
    heard = b"".join([await stream.decode(content[at : at + 1_500]) for at in range(0, len(content), 1_500)])
    await stream.close()
    assert len(heard) / 2 > 1.7 * RATE


async def test_sound_that_cannot_come_in_pieces_is_refused_and_is_never_taken_for_samples() -> None:
    stream = AudioStream()
    for chunk in (b"FORM\x00\x00\x10\x00AIFF" + bytes(4_000), bytes(range(256)) * 10):
        with pytest.raises(AudioError):
            await stream.decode(chunk)
    assert await stream.decode(encode(tone(1.0), RATE, "webm"))
    await stream.close()


def framed(pcm: Pcm, kind: str) -> bytes:
    """Sound as libav writes it without a container."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as out:
        track: Any = out.add_stream({"mp3": "mp3", "adts": "aac"}[kind], rate=RATE)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE
        for packet in [*track.encode(frame), *track.encode(None)]:
            out.mux(packet)
    return file.getvalue()


async def test_a_stream_of_an_odd_length_is_followed_by_another() -> None:
    stream = AudioStream()
    await stream.decode(tone(0.1).tobytes() + b"\x01")
    pieces = [await stream.decode(encode(tone(1.0), RATE, "webm")), await stream.decode(encode(tone(1.0), RATE, "ogg"))]
    await stream.close()
    assert sum(len(np.frombuffer(piece, np.int16)) for piece in pieces) > 1.5 * RATE
