"""The Whisper models of a process: opened once, when needed, never closed in use, closed when long unused."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.engines.audio import Pcm
from app.engines.stt import whisper_shared
from app.engines.stt.base import SttUnavailable
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from app.engines.stt.whisper_shared import ModelKey, SharedModel

KEY = ModelKey(Path("nowhere"), "int8", 1)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every model that was opened; opening takes a moment."""
    models: list[object] = []

    def slowly(_: ModelKey) -> object:
        time.sleep(0.05)
        models.append(object())
        return models[-1]

    monkeypatch.setattr(whisper_shared, "_open", slowly)
    return models


def becomes(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within five seconds."""
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.01)
    return False


class TestOpening:
    def test_nothing_is_opened_before_it_is_needed(self, opened: list[object]) -> None:
        share = SharedModel(KEY, 0)
        assert not opened
        with share.use() as model:
            assert [model] == opened
        share.give_back()

    def test_first_uses_at_the_same_time_open_it_once(self, opened: list[object]) -> None:
        shares = [SharedModel(KEY, 0) for _ in range(4)]
        seen: list[Any] = []

        def use(share: SharedModel) -> None:
            with share.use() as model:
                seen.append(model)

        threads = [threading.Thread(target=use, args=(share,)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 1
        assert seen == opened * 4
        for share in shares:
            share.give_back()

    def test_who_waited_for_a_failure_tries_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        share = SharedModel(KEY, 0)
        with pytest.raises(SttUnavailable, match="cannot be opened"), share.use():
            pass
        monkeypatch.setattr(whisper_shared, "_open", lambda _: "a model")
        with share.use() as model:
            assert model == "a model"
        share.give_back()


class TestClosing:
    def test_a_model_that_is_long_unused_is_closed_and_opened_again(self, opened: list[object]) -> None:
        share = SharedModel(KEY, 0.05)
        with share.use():
            pass
        assert share.is_open
        assert becomes(lambda: not share.is_open)
        with share.use() as model:
            assert model is opened[1]
        share.give_back()

    def test_it_is_not_closed_in_use(self, opened: list[object]) -> None:
        share = SharedModel(KEY, 0.05)
        with share.use():
            pass
        with share.use() as model:
            time.sleep(0.2)
            assert share.is_open
            with share.use() as same:
                assert same is model
        assert becomes(lambda: not share.is_open)
        assert len(opened) == 1
        share.give_back()

    def test_zero_seconds_keep_it(self, opened: list[object]) -> None:
        share = SharedModel(KEY, 0)
        with share.use():
            pass
        time.sleep(0.1)
        assert share.is_open
        share.give_back()

    def test_the_last_engine_closes_it(self, opened: list[object]) -> None:
        one, other = SharedModel(KEY, 0), SharedModel(KEY, 0)
        with one.use():
            pass
        one.give_back()
        one.give_back()
        assert other.is_open
        other.give_back()
        assert not other.is_open

    async def test_an_engine_hears_after_its_model_was_closed(self, data: Path, voice: Pcm) -> None:
        engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1, idle_seconds=0.05))
        first = await engine.transcribe(voice)
        assert await asyncio.to_thread(becomes, lambda: not engine._model.is_open)
        assert (await engine.transcribe(voice)).text == first.text
        await engine.close()
