"""Whisper in short windows: the same words as in its whole window, with their times, and a way out of loops."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt import whisper_window
from app.engines.stt.base import SttFailed, UnsupportedLanguage
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from app.engines.stt.whisper_window import SHORTEST_WINDOW, WHOLE_WINDOW, WindowText, decode_window


@pytest.fixture(scope="module")
def model(data: Path) -> Any:
    return WhisperModel(str(data / "tiny-whisper"), device="cpu", compute_type="int8", local_files_only=True)


@pytest.fixture
async def whisper(data: Path) -> AsyncIterator[WhisperEngine]:
    engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1))
    yield engine
    await engine.close()


def windows(monkeypatch: pytest.MonkeyPatch, text: str | None = None) -> list[float]:
    """The windows that are decoded from now on, in seconds; with `text` they all say that."""
    used: list[float] = []
    real = whisper_window._decode

    def note(model: Any, mel: Any, window: float, *arguments: Any) -> WindowText:
        used.append(window)
        if text is None:
            return real(model, mel, window, *arguments)
        return WindowText(text, (), "en", None, -0.2, 0.0, is_loop=False)

    monkeypatch.setattr(whisper_window, "_decode", note)
    return used


class TestAShortWindow:
    def test_says_what_the_whole_one_says(self, model: Any, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = data / "speech"
        clips = [decode(folder / entry["file"]) for entry in json.loads((folder / "manifest.json").read_text())]
        short = [decode_window(model, clip, language="en", beam=5, word_times=False).text for clip in clips]
        monkeypatch.setattr(whisper_window, "SHORTEST_WINDOW", WHOLE_WINDOW)
        whole = [decode_window(model, clip, language="en", beam=5, word_times=False).text for clip in clips]
        same = sum(one == other for one, other in zip(short, whole, strict=True))
        assert same >= 0.9 * len(clips)

    def test_is_as_short_as_the_speech_allows(self, model: Any, voice: Pcm, monkeypatch: pytest.MonkeyPatch) -> None:
        used = windows(monkeypatch, "some text")
        for seconds in (2, 9, 29):
            sound = np.resize(voice, seconds * SPEECH_RATE)
            decode_window(model, sound, language="en", beam=1, word_times=False)
        assert used == [SHORTEST_WINDOW, pytest.approx(13.0), WHOLE_WINDOW]

    @pytest.mark.parametrize(
        ("text", "tried"),
        [
            ("I returned to my place among the tents, I returned to my place among the tents", [10.0, 30.0]),
            ("I said no no no to all of it", [10.0]),
        ],
    )
    def test_that_repeats_itself_gives_way_to_the_whole_one(
        self, model: Any, voice: Pcm, monkeypatch: pytest.MonkeyPatch, text: str, tried: list[float]
    ) -> None:
        used = windows(monkeypatch, text)
        decode_window(model, voice, language="en", beam=1, word_times=False)
        assert used == tried

    def test_has_the_times_of_its_words(self, model: Any, voice: Pcm) -> None:
        later = np.concatenate([np.zeros(SPEECH_RATE // 2, np.int16), voice])
        words = decode_window(model, voice, language="en", beam=5, word_times=True).words
        moved = decode_window(model, later, language="en", beam=5, word_times=True).words
        assert [word.text for word in words] == "i used a profiler to find the leak".split()
        edges = [edge for word in words for edge in (word.start, word.end)]
        assert edges == sorted(edges)
        assert edges[-1] <= len(voice) / SPEECH_RATE
        assert moved[-1].start - words[-1].start == pytest.approx(0.5, abs=0.15)


class TestAStretch:
    async def test_says_what_a_recording_says(self, whisper: WhisperEngine, voice: Pcm) -> None:
        stretch = await whisper.transcribe_stretch(voice, language="en-GB")
        recording = await whisper.transcribe(voice, language="en")
        assert (stretch.text, stretch.language, stretch.engine) == (recording.text, "en", "whisper")
        assert (await whisper.transcribe_stretch(voice, draft=True)).text

    async def test_is_not_held_up_by_recordings(self, whisper: WhisperEngine, voice: Pcm) -> None:
        hour = np.resize(voice, 600 * SPEECH_RATE)
        recording = asyncio.create_task(whisper.transcribe(hour))
        await asyncio.sleep(0.05)
        await whisper.transcribe_stretch(voice)
        assert not recording.done()
        recording.cancel()
        await asyncio.gather(recording, return_exceptions=True)

    async def test_that_is_longer_than_a_window_is_taken_as_a_recording(
        self, whisper: WhisperEngine, voice: Pcm
    ) -> None:
        long = np.resize(np.concatenate([voice, np.zeros(SPEECH_RATE, np.int16)]), 40 * SPEECH_RATE)
        found = await whisper.transcribe_stretch(long)
        assert (found.duration, found.text[:7]) == (40.0, "i used ")
        assert found.words[-1].end > WHOLE_WINDOW

    async def test_that_loops_in_every_window_is_taken_as_a_recording(
        self, whisper: WhisperEngine, voice: Pcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = WindowText("and " * 40, (), "en", None, -0.2, 0.0, is_loop=True)
        monkeypatch.setattr(whisper_window, "_decode", lambda *_: loop)
        assert (await whisper.transcribe_stretch(voice)).text == "i used a profiler to find the leak"

    async def test_of_noise_that_the_model_takes_for_none_is_empty(
        self, whisper: WhisperEngine, voice: Pcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        noise = WindowText("thank you", (), "en", None, -0.9, 0.9, is_loop=False)
        monkeypatch.setattr(whisper_window, "_decode", lambda *_: noise)
        found = await whisper.transcribe_stretch(voice)
        assert (found.text, found.words, found.confidence) == ("", (), None)

    async def test_of_another_language_or_a_broken_model_is_an_error(
        self, whisper: WhisperEngine, voice: Pcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(UnsupportedLanguage):
            await whisper.transcribe_stretch(voice, language="xx")

        def broken(*_: Any) -> WindowText:
            raise RuntimeError("out of memory")

        monkeypatch.setattr(whisper_window, "_decode", broken)
        with pytest.raises(SttFailed, match="out of memory"):
            await whisper.transcribe_stretch(voice)
