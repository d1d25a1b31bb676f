"""Whisper through a small model of our own: right words at right times, silence stays silent, nothing blocks."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import jiwer
import numpy as np
import pytest

from app.engines.audio import AudioError, Pcm, decode, encode
from app.engines.stt import whisper as whisper_module
from app.engines.stt.base import Overloaded, SttUnavailable, UnsupportedLanguage
from app.engines.stt.whisper import WhisperEngine, WhisperOptions, hot_word_prompt
from tests.engines.sounds import RATE, tone


@pytest.fixture(scope="module")
async def whisper(data: Path) -> AsyncIterator[WhisperEngine]:
    engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=2))
    await engine.warm_up()
    yield engine
    await engine.close()


@pytest.fixture(scope="module")
def clips(data: Path) -> list[tuple[Path, str]]:
    """Synthetic voices and what they say."""
    manifest = json.loads((data / "speech" / "manifest.json").read_text())
    return [(data / "speech" / entry["file"], entry["ref"]) for entry in manifest]


class TestTranscripts:
    async def test_nine_words_of_ten_are_right(self, whisper: WhisperEngine, clips: list[tuple[Path, str]]) -> None:
        found = await asyncio.gather(*(whisper.transcribe(path) for path, _ in clips))
        assert jiwer.wer([said for _, said in clips], [result.text for result in found]) < 0.10

    async def test_a_result_says_all_about_itself(self, whisper: WhisperEngine, profiler_clip: Path) -> None:
        result = await whisper.transcribe(profiler_clip)
        assert result.text == "i used a profiler to find the leak"
        assert [word.text for word in result.words] == result.text.split()
        assert result.duration == pytest.approx(len(decode(profiler_clip)) / RATE)
        assert (result.engine, result.language, result.keeps_fillers, result.basic_accuracy) == (
            "whisper", "en", False, False,
        )  # fmt: skip
        assert result.confidence is not None
        assert 0.8 < result.confidence <= 1
        assert "tiny-whisper" in result.engine_version

    async def test_words_stand_where_they_are_said(self, whisper: WhisperEngine, voice: Pcm) -> None:
        pcm = np.concatenate([np.zeros(5 * RATE, np.int16), voice, np.zeros(40 * RATE, np.int16), voice])
        result = await whisper.transcribe(pcm)
        assert [segment.text for segment in result.segments] == ["i used a profiler to find the leak"] * 2
        first, second = result.segments
        assert 4.7 <= first.start < first.end <= 5.3 + len(voice) / RATE
        assert second.start - first.start == pytest.approx(40 + len(voice) / RATE, abs=0.3)
        times = [time for word in result.words for time in (word.start, word.end)]
        assert times == sorted(times)

    async def test_the_same_audio_gives_the_same_transcript(self, whisper: WhisperEngine, voice: Pcm) -> None:
        one, other = await whisper.transcribe(voice), await whisper.transcribe(voice)
        assert (one.text, one.words, one.confidence) == (other.text, other.words, other.confidence)

    async def test_a_beam_of_one_is_for_partials(self, whisper: WhisperEngine, voice: Pcm) -> None:
        assert "profiler" in (await whisper.transcribe(voice, beam=1)).text

    async def test_a_browsers_recording(self, whisper: WhisperEngine, voice: Pcm, tmp_path: Path) -> None:
        path = tmp_path / "answer"
        path.write_bytes(encode(voice, RATE, "webm"))
        assert "profiler" in (await whisper.transcribe(path)).text


class TestSilenceStaysSilent:
    @pytest.mark.parametrize("hot_words", [(), ("kubernetes", "profiler")])
    async def test_no_speech_no_words(self, whisper: WhisperEngine, hot_words: tuple[str, ...]) -> None:
        noise = np.random.default_rng(5).normal(0, 500, 3 * RATE).astype(np.int16)
        for sound in (np.zeros(3 * RATE, np.int16), noise, tone(3.0), np.zeros(0, np.int16)):
            result = await whisper.transcribe(sound, hot_words=hot_words)
            assert (result.text, result.words, result.segments, result.confidence) == ("", (), (), None)
            assert result.duration == len(sound) / RATE

    def test_hot_words_fit_into_the_prompt(self) -> None:
        assert hot_word_prompt(()) is None
        assert hot_word_prompt(["mutex", "deadlock"]) == "mutex, deadlock"
        assert len(hot_word_prompt(["kubernetes"] * 200) or "") <= 300


class TestRefusals:
    async def test_another_language(self, whisper: WhisperEngine, voice: Pcm) -> None:
        assert (await whisper.transcribe(voice, language="en-GB")).text
        with pytest.raises(UnsupportedLanguage, match="'de'"):
            await whisper.transcribe(voice, language="de")

    async def test_no_audio(self, whisper: WhisperEngine, tmp_path: Path) -> None:
        path = tmp_path / "letter.wav"
        path.write_text("Dear Sir or Madam")
        with pytest.raises(AudioError):
            await whisper.transcribe(path)

    async def test_a_file_that_never_ends(
        self, whisper: WhisperEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(whisper_module, "LONGEST_AUDIO", 60.0)
        path = tmp_path / "answer.flac"
        path.write_bytes(encode(np.zeros(61 * RATE, np.int16), RATE, "flac"))
        with pytest.raises(AudioError) as caught:
            await whisper.transcribe(path)
        assert caught.value.code == "too_long"

    def test_a_model_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SttUnavailable, match=r"greenroom models build tiny\.en"):
            WhisperEngine(WhisperOptions(models_dir=tmp_path))

    async def test_a_damaged_model(self, data: Path, tmp_path: Path) -> None:
        for file in (data / "tiny-whisper").iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes()[:1000])
        engine = WhisperEngine(WhisperOptions(models_dir=tmp_path, model=tmp_path))
        with pytest.raises(SttUnavailable, match="cannot be opened"):
            await engine.warm_up()
        await engine.close()

    async def test_a_full_queue(self, data: Path, voice: Pcm) -> None:
        engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1, queue=1))
        results = await asyncio.gather(*(engine.transcribe(voice) for _ in range(4)), return_exceptions=True)
        refused = [result for result in results if isinstance(result, Overloaded)]
        assert len(refused) == 2
        assert refused[0].retry_after > 0
        assert (await engine.transcribe(voice)).text
        await engine.close()


class TestLife:
    async def test_a_cancelled_call_gives_its_place_back(self, data: Path, voice: Pcm) -> None:
        engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1, queue=0))
        await engine.warm_up()
        hour = np.tile(np.concatenate([voice, np.zeros(4 * RATE, np.int16)]), 200)
        call = asyncio.create_task(engine.transcribe(hour))
        await asyncio.sleep(0.2)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        for _ in range(200):
            if engine._pool.pending:
                await asyncio.sleep(0.02)
        assert (await engine.transcribe(voice)).text
        await engine.close()

    async def test_closing_ends_waiting_calls_with_a_reason(self, data: Path, voice: Pcm) -> None:
        engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1))
        long = np.tile(np.concatenate([voice, np.zeros(4 * RATE, np.int16)]), 50)
        calls = [asyncio.create_task(engine.transcribe(long)) for _ in range(3)]
        await asyncio.sleep(0.1)
        await engine.close()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, SttUnavailable) for result in results)
        with pytest.raises(SttUnavailable):
            await engine.transcribe(voice)
        assert not any(thread.is_alive() for thread in engine._pool._threads._threads)
