"""Whole files: what is recognised, what is measured, what is refused, and WAVs that survive a crash."""

import io
import os
import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from app.engines.audio import (
    AudioError,
    Encoding,
    Pcm,
    WavWriter,
    decode,
    decode_blocks,
    encode,
    encode_mp3,
    probe,
    repair,
    wav_content,
)
from tests.engines.sounds import RATE, film, tone, wav_bytes


class TestRecordingsOfPeople:
    @pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "webm"])
    def test_every_kind_has_its_format_and_length(self, recordings: Path, kind: str) -> None:
        info = probe(recordings / f"jfk.{kind}")
        assert (info.format, info.channels, info.has_video) == (kind, 1, False)
        assert info.duration == pytest.approx(11.0, abs=0.1)
        assert info.size_bytes == (recordings / f"jfk.{kind}").stat().st_size

    @pytest.mark.parametrize("kind", ["mp3", "m4a", "webm"])
    def test_every_kind_decodes_to_the_same_sound(self, recordings: Path, jfk: Pcm, kind: str) -> None:
        pcm = decode(recordings / f"jfk.{kind}")
        assert _likeness(jfk, pcm) > 0.95

    def test_a_film_with_sound(self, recordings: Path) -> None:
        info = probe(recordings / "answer.webm")
        assert (info.format, info.has_video) == ("webm", True)
        assert info.duration == pytest.approx(11.0, abs=0.1)


class TestRecognition:
    @pytest.mark.parametrize("encoding", ["mp3", "webm", "ogg", "m4a", "flac"])
    def test_what_was_encoded_is_recognised_and_sounds_the_same(self, encoding: Encoding) -> None:
        content = encode(tone(2.0), RATE, encoding)
        info = probe(content)
        assert info.format == encoding
        assert info.duration == pytest.approx(2.0, abs=0.15)
        assert _loudest_hertz(decode(content)) == pytest.approx(440, abs=2)

    def test_the_name_of_a_file_does_not_matter(self, tmp_path: Path) -> None:
        path = tmp_path / "voice.mp3"
        path.write_bytes(wav_bytes(tone(1.0)))
        assert probe(path).format == "wav"

    def test_an_open_file_is_read_from_its_start(self) -> None:
        file = io.BytesIO(wav_bytes(tone(1.0)))
        file.seek(100)
        assert len(decode(file)) == RATE

    def test_a_film_is_mp4_and_its_sound_is_decoded(self) -> None:
        content = film(sound=True)
        assert (probe(content).format, probe(content).has_video) == ("mp4", True)
        assert _loudest_hertz(decode(content)) == pytest.approx(440, abs=2)

    def test_stereo_at_another_rate_becomes_mono_at_16_khz(self) -> None:
        both = np.repeat(tone(1.0, 44_100), 2)
        pcm = decode(wav_bytes(both, 44_100, channels=2))
        assert len(pcm) == pytest.approx(RATE, abs=2)
        assert _loudest_hertz(pcm) == pytest.approx(440, abs=2)


class TestDurationIsMeasured:
    @pytest.mark.parametrize("claimed", [0, 10, 0xFFFFFFFF])
    def test_a_lying_wav_header_is_not_believed(self, claimed: int) -> None:
        seconds = probe(wav_bytes(tone(2.0), claimed_bytes=claimed)).duration
        assert seconds <= 2.0
        if claimed > 10:
            assert seconds == pytest.approx(2.0, abs=0.01)

    def test_a_file_that_was_cut_off_has_the_length_that_is_there(self) -> None:
        content = encode(tone(10.0), RATE, "webm")
        assert 3 < probe(content[: len(content) // 2]).duration < 7

    def test_the_limit_is_held_before_all_is_decoded(self) -> None:
        content = encode(np.zeros(RATE * 120, np.int16), RATE, "flac")
        assert len(content) < 100_000
        for read in (probe, decode):
            with pytest.raises(AudioError, match="longer than 1 minutes") as caught:
                read(content, max_seconds=60)
            assert caught.value.code == "too_long"

    def test_memory_does_not_grow_with_the_length(self) -> None:
        content = encode(np.zeros(RATE * 600, np.int16), RATE, "flac")
        tracemalloc.start()
        try:
            total = sum(len(block) for block in decode_blocks(content))
            assert total == RATE * 600
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"hello world " * 200, "not_audio"),
            (b"\x89PNG\r\n\x1a\n" + bytes(500), "not_audio"),
            (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "not_audio"),
            (b"\xff\xf1\x50\x80" + bytes(500), "not_audio"),
            (b"RIFF\x00\x00\x00\x00WAVE", "broken"),
            (wav_bytes(np.zeros(0, np.int16)), "empty"),
            (wav_bytes(tone(1.0), rate=1), "broken"),
            (b"\x1aE\xdf\xa3" + bytes(3000), "broken"),
            (b"OggS" + bytes(3000), "broken"),
            (b"fLaC" + bytes(3000), "broken"),
            (b"\x00\x00\x00\x1cftypM4A " + bytes(3000), "broken"),
            (b"ID3\x04" + bytes(3000), "broken"),
        ],
    )
    def test_each_has_its_code_and_says_what_to_do(self, content: bytes, code: str) -> None:
        for read in (probe, decode):
            with pytest.raises(AudioError) as caught:
                read(content)
            assert caught.value.code == code
            assert ":" in caught.value.message

    def test_a_film_without_sound(self) -> None:
        with pytest.raises(AudioError) as caught:
            probe(film(sound=False))
        assert caught.value.code == "no_audio_stream"

    def test_a_missing_file_is_the_callers_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            probe(tmp_path / "nothing.wav")

    @pytest.mark.parametrize("encoding", ["mp3", "webm", "ogg", "m4a", "flac"])
    def test_damage_anywhere_never_escapes_as_another_error(self, encoding: Encoding) -> None:
        content = encode(tone(1.0), RATE, encoding)
        chance = np.random.default_rng(7)
        for _ in range(40):
            damaged = bytearray(content)
            for at in chance.integers(0, len(damaged), 30):
                damaged[at] = chance.integers(0, 256)
            damaged = damaged[: chance.integers(1, len(damaged))]
            for read in (probe, decode):
                with suppress(AudioError):
                    read(bytes(damaged))


class TestWavWriter:
    def test_the_file_is_whole_after_every_flush(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.wav"
        writer = WavWriter(path)
        for count in (1, 2, 3):
            writer.append(tone(1.0))
            writer.flush(sync=count == 2)
            assert probe(path).duration == pytest.approx(count)
        assert writer.seconds == 3
        writer.close()
        writer.close()

    def test_a_crash_loses_only_what_was_not_flushed(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.wav"
        writer = WavWriter(path)
        writer.append(tone(1.0))
        writer.flush()
        pid = os.fork() if hasattr(os, "fork") else 0
        if pid == 0:
            writer.append(tone(0.01))
            os._exit(0)
        os.waitpid(pid, 0)
        assert len(decode(path)) == RATE
        writer.close()

    def test_repair_counts_what_the_header_does_not(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.wav"
        path.write_bytes(wav_content(tone(1.0)))
        with path.open("ab") as file:
            file.write(tone(1.0).tobytes() + b"\x01")
        assert repair(path) == 2 * RATE
        assert path.stat().st_size == 44 + 4 * RATE
        assert len(decode(path)) == 2 * RATE

    def test_a_recording_is_continued(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.wav"
        path.write_bytes(wav_content(tone(1.0)))
        with WavWriter(path) as writer:
            assert writer.samples == RATE
            writer.append(tone(0.5).tobytes())
        assert len(decode(path)) == 1.5 * RATE

    def test_other_files_are_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.wav"
        content = b"Dear Sir or Madam, " * 10
        path.write_bytes(content)
        for touch in (repair, WavWriter):
            with pytest.raises(AudioError):
                touch(path)
        assert path.read_bytes() == content

    def test_another_rate_is_not_appended(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.wav"
        path.write_bytes(wav_content(tone(1.0)))
        with pytest.raises(AudioError, match="16000 Hz"):
            WavWriter(path, 48_000)

    def test_half_samples_are_refused(self, tmp_path: Path) -> None:
        with WavWriter(tmp_path / "answer.wav") as writer, pytest.raises(ValueError, match="whole samples"):
            writer.append(b"\x01\x02\x03")


class TestMp3:
    @pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 20_000])
    def test_speech_of_any_rate_is_encoded(self, rate: int) -> None:
        content = encode_mp3(tone(1.0, rate), rate)
        assert probe(content).format == "mp3"
        assert probe(content).duration == pytest.approx(1.0, abs=0.1)
        assert len(content) < 12_000


def _loudest_hertz(pcm: Pcm) -> float:
    """The strongest frequency between 0 and 8 kHz of 16 kHz sound."""
    return float(np.argmax(np.abs(np.fft.rfft(pcm.astype(float)))) * RATE / len(pcm))


def _likeness(one: Pcm, other: Pcm) -> float:
    """Greatest correlation of two recordings at any delay (by their spectra)."""
    size = len(one) + len(other)
    first, second = np.fft.rfft(one.astype(float), size), np.fft.rfft(other.astype(float), size)
    overlap = np.fft.irfft(first * np.conj(second), size)
    return float(overlap.max() / np.sqrt(np.sum(one.astype(float) ** 2) * np.sum(other.astype(float) ** 2)))
