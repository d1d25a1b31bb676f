"""Sound of every kind that people send: recognised by content, read to its end, heard on whichever channel it is."""

import io
from typing import Any

import av
import numpy as np
import pytest

from app.engines.audio import AudioError, Encoding, Pcm, decode, encode, probe
from app.engines.audio.parts import starts
from tests.engines.sounds import RATE, film, tone, wav_bytes

LOW, HIGH = 440.0, 1200.0


def container(kind: str, codec: str, pcm: Pcm, rate: int = 44_100) -> bytes:
    """Mono sound as a file of some kind that libav can write."""
    target = io.BytesIO()
    with av.open(target, "w", format=kind) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout="mono")
        size = stream.codec_context.frame_size or None
        resampler = av.AudioResampler(stream.format, "mono", rate, size)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = rate
        for given in (frame, None):
            for ready in resampler.resample(given):
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return target.getvalue()


def interleaved(*channels: Pcm, rate: int = RATE) -> bytes:
    return wav_bytes(np.stack(channels, axis=1).reshape(-1), rate, channels=len(channels))


def hertz(pcm: Pcm) -> float:
    """The strongest frequency."""
    return float(np.argmax(np.abs(np.fft.rfft(pcm.astype(float)))) * RATE / len(pcm))


def level(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


@pytest.mark.parametrize(
    ("kind", "codec", "expected"),
    [
        ("adts", "aac", "aac"),
        ("aiff", "pcm_s16be", "aiff"),
        ("caf", "pcm_s16be", "caf"),
        ("caf", "pcm_alaw", "caf"),
        ("mp2", "mp2", "mp3"),
        ("mp3", "libmp3lame", "mp3"),
        ("mpegts", "aac", "ts"),
        ("flv", "aac", "flv"),
        ("avi", "libmp3lame", "avi"),
        ("au", "pcm_s16be", "au"),
        ("w64", "pcm_s16le", "w64"),
        ("ac3", "ac3", "ac3"),
        ("wv", "wavpack", "wv"),
        ("3gp", "aac", "m4a"),
        ("matroska", "aac", "webm"),
        ("wav", "pcm_f32le", "wav"),
        ("wav", "pcm_mulaw", "wav"),
        ("wav", "adpcm_ima_wav", "wav"),
    ],
)
def test_every_kind_is_recognised_by_its_content(kind: str, codec: str, expected: str) -> None:
    content = container(kind, codec, tone(2.0, 44_100))
    info = probe(content)
    assert info.format == expected
    assert info.duration == pytest.approx(2.0, abs=0.1)
    assert hertz(decode(content)) == pytest.approx(440, abs=2)


TAG = b"ID3\x04\x00\x00\x00\x00\x07\x76" + bytes(1014)
FORM = b"--boundary\r\nContent-Disposition: form-data; name=file\r\n\r\n"


@pytest.mark.parametrize(
    ("before", "kind", "codec"),
    [
        (bytes(4000), "mp3", "libmp3lame"),
        (TAG, "mp3", "libmp3lame"),
        (TAG + b"junk" * 500, "mp3", "libmp3lame"),
        (TAG + TAG, "mp3", "libmp3lame"),
        (TAG, "adts", "aac"),
        (FORM, "mp3", "libmp3lame"),
        (FORM, "wav", "pcm_s16le"),
        (bytes(4096), "ipod", "aac"),
    ],
)
def test_what_stands_before_the_sound_does_no_harm(before: bytes, kind: str, codec: str) -> None:
    content = before + container(kind, codec, tone(2.0, 44_100))
    assert probe(content).duration == pytest.approx(2.0, abs=0.2)
    assert hertz(decode(content)) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>',
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"GIF89a" + bytes(500),
        b"%PDF-1.4\n" + bytes(500),
        b"PK\x03\x04" + bytes(500),
        bytes(5000),
    ],
)
def test_what_is_no_sound_says_what_is_taken(content: bytes) -> None:
    with pytest.raises(AudioError, match=r"MP3, WAV, M4A, AAC, WebM, Ogg, FLAC, AIFF, CAF or MP4") as caught:
        probe(content)
    assert caught.value.code == "not_audio"


class TestJoined:
    """Programs that restart their recorder join its blobs to one file."""

    @pytest.mark.parametrize("encoding", ["m4a", "webm", "ogg", "flac", "mp3"])
    def test_parts_of_one_kind_are_read_whole(self, encoding: Encoding) -> None:
        parts = [encode(tone(2.0, hertz=pitch), RATE, encoding) for pitch in (LOW, HIGH, LOW)]
        self.check(b"".join(parts), 6.0)

    @pytest.mark.parametrize("claimed", [None, 0xFFFFFFFF])
    def test_wavs_are_read_whole_also_where_headers_claim_more(self, claimed: int | None) -> None:
        parts = [wav_bytes(tone(2.0, hertz=pitch), claimed_bytes=claimed) for pitch in (LOW, HIGH, LOW)]
        self.check(b"".join(parts), 6.0)

    def test_parts_of_other_rates_channels_and_kinds(self) -> None:
        second = tone(2.0, 44_100, HIGH)
        parts = [
            encode(tone(2.0, hertz=LOW), RATE, "webm"),
            interleaved(second, second, rate=44_100),
            encode(tone(2.0, hertz=LOW), RATE, "m4a"),
        ]
        self.check(b"".join(parts), 6.0)

    def test_fragmented_mp4_as_safari_records_it(self) -> None:
        def blob(pitch: float) -> bytes:
            target = io.BytesIO()
            options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}
            with av.open(target, "w", format="mp4", options=options) as output:
                stream: Any = output.add_stream("aac", rate=44_100, layout="mono")
                resampler = av.AudioResampler("fltp", "mono", 44_100, 1024)
                frame = av.AudioFrame.from_ndarray(tone(2.0, 44_100, pitch).reshape(1, -1), "s16", "mono")
                frame.sample_rate = 44_100
                for ready in (*resampler.resample(frame), *resampler.resample(None), None):
                    output.mux(stream.encode(ready))
            return target.getvalue()

        self.check(blob(LOW) + blob(HIGH) + blob(LOW), 6.0)

    def test_a_part_without_sound_is_passed_over(self) -> None:
        voice = encode(tone(2.0), RATE, "m4a")
        assert probe(film(sound=False) + voice).duration == pytest.approx(2.0, abs=0.2)
        assert probe(voice + wav_bytes(tone(0.0))).duration == pytest.approx(2.0, abs=0.2)
        with pytest.raises(AudioError) as caught:
            probe(wav_bytes(tone(0.0)) + film(sound=False))
        assert caught.value.code in ("empty", "no_audio_stream")

    def test_a_damaged_part_is_named(self) -> None:
        damaged = encode(tone(2.0), RATE, "m4a")[:60] + bytes(2000)
        for read in (probe, decode):
            with pytest.raises(AudioError, match="1 of 2 joined recordings") as caught:
                read(encode(tone(2.0), RATE, "m4a") + damaged)
            assert caught.value.code == "broken"

    def test_the_limit_holds_for_all_parts_together(self) -> None:
        with pytest.raises(AudioError) as caught:
            probe(3 * encode(tone(2.0), RATE, "m4a"), max_seconds=5)
        assert caught.value.code == "too_long"

    def test_starts_are_found_across_blocks_and_not_in_noise(self) -> None:
        one = wav_bytes(np.random.default_rng(1).integers(-9000, 9000, 700_000).astype(np.int16))
        for shift in range(-20, 20, 3):
            first = one[: (1 << 20) + shift]
            assert starts(io.BytesIO(first + one)) == [0, len(first)]

    @staticmethod
    def check(content: bytes, seconds: float) -> None:
        assert probe(content).duration == pytest.approx(seconds, abs=0.4)
        pcm = decode(content)
        assert len(pcm) / RATE == pytest.approx(seconds, abs=0.4)
        middle = len(pcm) // 2
        for at, pitch in ((RATE, LOW), (middle, HIGH), (len(pcm) - RATE, LOW)):
            assert hertz(pcm[at - RATE // 4 : at + RATE // 4]) == pytest.approx(pitch, abs=5)


class TestChannels:
    @pytest.mark.parametrize("share", [1.0, 0.7, 0.3])
    def test_an_inverted_channel_does_not_silence_the_other(self, share: float) -> None:
        voice = tone(2.0)
        pcm = decode(interleaved(voice, (-share * voice).astype(np.int16)))
        assert level(pcm) == pytest.approx(level(voice), rel=0.1)

    def test_two_channels_of_one_voice_are_as_loud_as_one(self) -> None:
        voice, nothing = tone(2.0), np.zeros(2 * RATE, np.int16)
        for content in (interleaved(voice, voice), interleaved(voice, nothing), interleaved(nothing, voice)):
            assert level(decode(content)) == pytest.approx(level(voice), rel=0.1)

    def test_two_people_on_two_channels_are_both_heard(self) -> None:
        pcm = decode(interleaved(tone(2.0, hertz=LOW), tone(2.0, hertz=HIGH)))
        spectrum = np.abs(np.fft.rfft(pcm.astype(float)))
        low, high = (spectrum[round(pitch * len(pcm) / RATE)] for pitch in (LOW, HIGH))
        assert low == pytest.approx(high, rel=0.1)

    @pytest.mark.parametrize("channels", [6, 8, 16, 64])
    def test_one_voice_among_many_channels(self, channels: int) -> None:
        voice, nothing = tone(1.0), np.zeros(RATE, np.int16)
        pcm = decode(interleaved(*([nothing] * (channels - 1)), voice))
        assert level(pcm) == pytest.approx(level(voice), rel=0.2)

    def test_more_channels_than_can_be_read_is_a_clear_error(self) -> None:
        nothing = np.zeros(RATE, np.int16)
        for read in (probe, decode):
            with pytest.raises(AudioError, match="64 channels"):
                read(interleaved(*([nothing] * 100)))
