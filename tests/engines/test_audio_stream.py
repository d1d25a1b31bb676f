"""Sound in pieces: each kind comes out whole, early, in bounded memory, and the thread ends."""

import io
import struct
import threading
from typing import Any

import av
import numpy as np
import pytest

from app.engines.audio import AudioError, Encoding, Pcm, StreamDecoder, decode, encode
from tests.engines.sounds import RATE, film, tone, wav_bytes


def recorder_webm(pcm: Pcm) -> bytes:
    """WebM as a browser's MediaRecorder streams it: no length, no index, never seeking back."""
    target = io.BytesIO()
    sink: Any = type("Sink", (), {"write": lambda _, data: target.write(data)})()
    with av.open(sink, "w", format="webm", options={"live": "1", "cluster_time_limit": "200"}) as output:
        stream: Any = output.add_stream("libopus", rate=48_000, layout="mono")
        resampler = av.AudioResampler(stream.format, "mono", 48_000, stream.codec_context.frame_size)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            if ready is not None:
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return target.getvalue()


def in_pieces(content: bytes, size: int, **options: Any) -> Pcm:
    """All that comes out when `content` goes in by pieces of `size` bytes."""
    with StreamDecoder(**options) as decoder:
        parts = [decoder.push(content[at : at + size]) for at in range(0, len(content), size)]
        return np.concatenate([*parts, decoder.finish()])


def decoder_threads() -> int:
    return sum(thread.name == "audio-demuxer" for thread in threading.enumerate())


class TestEveryKindComesOutWhole:
    @pytest.mark.parametrize("size", [1, 777, 100_000])
    def test_a_browsers_webm(self, size: int) -> None:
        content = recorder_webm(tone(3.0))
        assert np.array_equal(in_pieces(content, size), decode(content))

    @pytest.mark.parametrize("encoding", ["webm", "ogg"])
    def test_files_with_an_index(self, encoding: Encoding) -> None:
        content = encode(tone(3.0), RATE, encoding)
        assert np.array_equal(in_pieces(content, 1000), decode(content))

    @pytest.mark.parametrize("size", [1, 3, 5000])
    def test_a_wav(self, size: int) -> None:
        pcm = tone(0.5)
        assert np.array_equal(in_pieces(wav_bytes(pcm, claimed_bytes=0xFFFFFFFF), size), pcm)

    @pytest.mark.parametrize("size", [1, 3, 5000])
    def test_bare_pcm(self, size: int) -> None:
        pcm = tone(0.5)
        assert np.array_equal(in_pieces(pcm.tobytes(), size), pcm)

    def test_bare_pcm_at_another_rate(self) -> None:
        pcm = in_pieces(tone(1.0, 48_000).tobytes(), 4001, pcm_rate=48_000)
        assert len(pcm) == pytest.approx(RATE, abs=2)

    def test_a_stereo_wav(self) -> None:
        content = wav_bytes(np.repeat(tone(1.0, 44_100), 2), 44_100, channels=2)
        assert len(in_pieces(content, 4001)) == pytest.approx(RATE, abs=2)

    def test_samples_that_look_like_an_mp3_frame_stay_samples(self) -> None:
        pcm = np.frombuffer(b"\xff\xfb\x90\x00" * 100, np.int16)
        assert np.array_equal(in_pieces(pcm.tobytes(), 64), pcm)

    def test_a_human_voice(self, recordings: Any) -> None:
        content = (recordings / "jfk.webm").read_bytes()
        assert np.array_equal(in_pieces(content, 3000), decode(content))


class TestItIsAStream:
    def test_sound_comes_with_the_chunk_that_carries_it(self) -> None:
        content = recorder_webm(tone(10.0))
        with StreamDecoder() as decoder:
            for at in range(0, len(content) // 2, 1000):
                decoder.push(content[at : at + 1000])
            assert decoder.samples / RATE == pytest.approx(5.0, abs=0.6)

    def test_a_wav_starts_at_once(self) -> None:
        with StreamDecoder() as decoder:
            assert len(decoder.push(wav_bytes(tone(1.0))[:3244])) == 1600

    def test_one_huge_chunk_fits_through_the_bounded_buffers(self) -> None:
        sound = np.random.default_rng(1).uniform(-0.5, 0.5, RATE * 150).astype("<f4")
        head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + sound.nbytes, b"WAVE", b"fmt ", 16, 3, 1, RATE, RATE * 4,
                           4, 32, b"data", sound.nbytes)  # fmt: skip
        assert len(in_pieces(head + sound.tobytes(), 1 << 30)) == len(sound)

    def test_the_limit_is_held(self) -> None:
        with pytest.raises(AudioError) as caught:
            in_pieces(recorder_webm(tone(5.0)), 500, max_seconds=2)
        assert caught.value.code == "too_long"


class TestTheEnd:
    def test_closing_in_the_middle_ends_the_thread(self) -> None:
        before = decoder_threads()
        decoder = StreamDecoder()
        decoder.push(recorder_webm(tone(2.0))[:3000])
        assert decoder_threads() == before + 1
        decoder.close()
        decoder.close()
        assert decoder_threads() == before

    @pytest.mark.parametrize("content", [b"", b"\x00", wav_bytes(np.zeros(0, np.int16))])
    def test_nothing_is_empty(self, content: bytes) -> None:
        with pytest.raises(AudioError) as caught:
            in_pieces(content, 100)
        assert caught.value.code == "empty"

    def test_damage_is_broken(self) -> None:
        content = b"\x1aE\xdf\xa3" + bytes(5000)
        with pytest.raises(AudioError) as caught:
            in_pieces(content, 100)
        assert caught.value.code == "broken"

    def test_a_film_without_sound(self) -> None:
        with pytest.raises(AudioError) as caught:
            in_pieces(film(sound=False), 1000)
        assert caught.value.code in {"no_audio_stream", "broken"}

    def test_a_stream_that_breaks_off_gives_what_came(self) -> None:
        content = recorder_webm(tone(4.0))
        assert 1.5 < len(in_pieces(content[: len(content) // 2], 500)) / RATE < 2.5
