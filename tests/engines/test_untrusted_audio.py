"""Sound from outside is measured and decoded in processes of its own, with the same outcome; what harms them harms
nobody else."""

import asyncio
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.engines.audio import AudioError, encode, untrusted, wav_content
from app.engines.audio import decode as decode_here
from app.engines.audio import probe as probe_here
from app.engines.audio.untrusted import decode, probe
from app.engines.audio.untrusted_stream import open_stream
from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded
from tests.engines.sounds import RATE, film, tone, wav_bytes
from tests.support.hostile_sound import HOSTILE, endless

MOST_GROWTH = 300 * MB
MOST_SECONDS = 20.0


def memory() -> int:
    """Resident bytes of this process and all its children."""
    total = 0
    for process in (me := psutil.Process(), *me.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sound"


async def test_it_says_what_the_decoder_says(path: Path) -> None:
    for content in (encode(tone(2.0), RATE, "mp3"), encode(tone(2.0), RATE, "webm"), film(sound=True)):
        path.write_bytes(content)
        assert await probe(path) == probe_here(path)
        assert np.array_equal(await asyncio.to_thread(decode, path, max_seconds=60), decode_here(path))


@pytest.mark.parametrize("seconds", [0.01, 1.0, 200.0])
def test_blocks_come_whole_and_in_order(path: Path, seconds: float) -> None:
    pcm = np.random.default_rng(1).integers(-9000, 9000, int(seconds * RATE)).astype(np.int16)
    path.write_bytes(encode(pcm, RATE, "flac"))
    assert np.array_equal(decode(path, max_seconds=300), pcm)


@pytest.mark.parametrize(
    "content",
    [
        wav_content(tone(2.0)),
        wav_content(tone(2.0, 48_000), 48_000),
        wav_content(tone(2.0)) + b"LIST\x04\x00\x00\x00INFO",
        wav_content(tone(2.0)) + wav_content(tone(1.0)),
        wav_bytes(tone(2.0), claimed_bytes=0xFFFFFFFF),
        wav_bytes(tone(2.0), channels=2),
    ],
    ids=["ours", "48 kHz", "more chunks", "joined", "no length", "stereo"],
)
def test_plain_samples_are_the_same_without_a_decoder(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found, wanted = decode(path, max_seconds=60), decode_here(path)
    assert len(found) == pytest.approx(len(wanted), abs=20)
    assert np.abs(found[: RATE // 2].astype(int) - wanted[: RATE // 2]).max() <= 2


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"hello there, no sound", "not_audio")])
async def test_what_is_wrong_has_the_same_name(path: Path, content: bytes, code: str) -> None:
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        await probe(path)
    assert caught.value.code == code
    with pytest.raises(AudioError) as caught:
        decode(path, max_seconds=1)
    assert caught.value.code == code


@pytest.mark.parametrize("content", [encode(tone(2.0), RATE, "mp3"), wav_content(tone(2.0))])
async def test_too_long_is_found_there(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        await probe(path, max_seconds=1.0)
    assert caught.value.code == "too_long"
    with pytest.raises(AudioError) as caught:
        decode(path, max_seconds=1.0)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize(("problem", "code"), [(SandboxExceeded(), "too_heavy"), (SandboxBusy(), "busy")])
async def test_limits_have_clear_errors(
    path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str
) -> None:
    async def ask(self: Sandbox, request: bytes) -> bytes:
        raise problem

    monkeypatch.setattr(Sandbox, "ask", ask)
    with pytest.raises(AudioError) as caught:
        await probe(path)
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


async def test_memory_does_not_grow_with_the_length(path: Path) -> None:
    """An hour of WAV is more than the memory that a process may take."""
    with path.open("wb") as file:
        pcm = tone(60.0, 48_000)
        file.write(wav_bytes(pcm[:0], 48_000, claimed_bytes=60 * pcm.nbytes))
        for _ in range(60):
            file.write(pcm.tobytes())
    assert path.stat().st_size > untrusted.LIMITS.memory
    assert (await probe(path)).duration == pytest.approx(3600, abs=1)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_made_to_harm_is_refused_in_time(path: Path, content: bytes) -> None:
    before, started = memory(), time.monotonic()
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        await probe(path, max_seconds=600)
    assert caught.value.message.endswith(".")
    assert time.monotonic() - started < MOST_SECONDS
    assert memory() - before < MOST_GROWTH


@pytest.mark.parametrize(("kind", "codec"), [("flac", "flac"), ("ogg", "libopus")])
async def test_hours_of_silence_end_at_the_limit(path: Path, kind: str, codec: str) -> None:
    content = endless(kind, codec, hours=1)
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(AudioError) as caught:
        await probe(path, max_seconds=600)
    assert caught.value.code == "too_long"
    assert time.monotonic() - started < MOST_SECONDS


class TestStreams:
    async def test_a_stream_is_decoded_in_a_process_of_its_own(self) -> None:
        before = set(psutil.Process().children(recursive=True))
        content = encode(tone(3.0), RATE, "webm")
        decoder = open_stream(RATE)
        pieces = [decoder.push(content[at : at + 2000]) for at in range(0, len(content), 2000)]
        assert set(psutil.Process().children(recursive=True)) - before, "others of this run may end meanwhile"
        pieces.append(decoder.finish())
        assert sum(map(len, pieces)) / RATE == pytest.approx(3.0, abs=0.1)

    def test_damage_is_an_error_and_the_next_stream_is_decoded(self) -> None:
        decoder = open_stream(RATE)
        with pytest.raises(AudioError):
            decoder.push(b"\x1aE\xdf\xa3" + bytes(3000))
        decoder.close()
        with open_stream(RATE) as another:
            pcm = another.push(encode(tone(1.0), RATE, "ogg"))
            assert len(pcm) + len(another.finish()) == pytest.approx(RATE, rel=0.05)

    def test_bare_samples_need_no_process(self) -> None:
        before = set(psutil.Process().children(recursive=True))
        decoder = open_stream(RATE)
        assert len(decoder.push(bytes(3201))) == 1600
        assert len(decoder.push(bytes(3199))) == 1600
        assert not set(psutil.Process().children(recursive=True)) - before
