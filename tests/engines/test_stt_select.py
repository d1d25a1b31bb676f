"""Which engine is used on which machine, what takes over, and what readiness says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engines.audio import AudioError, Pcm
from app.engines.stt.base import SttUnavailable, UnsupportedLanguage
from app.engines.stt.select import SttOptions, select
from tests.engines.servers import Reply, serving
from tests.engines.sounds import RATE


def reasons(described: dict[str, Any]) -> dict[str, str]:
    return {state["name"]: state["reason"] for state in described["engines"] if not state["live"]}


class TestAuto:
    async def test_a_model_on_disk_is_used(self, data: Path, voice: Pcm) -> None:
        chain = select(SttOptions(models_dir=data, model="tiny-whisper"))
        await chain.warm_up()
        assert (chain.name, chain.basic_accuracy) == ("whisper", False)
        assert (await chain.transcribe(voice)).engine == "whisper"
        assert chain.describe()["engine"] == "whisper"
        await chain.close()

    async def test_without_a_model_every_call_says_how_to_get_one(self, tmp_path: Path, voice: Pcm) -> None:
        chain = select(SttOptions(models_dir=tmp_path))
        described = chain.describe()
        assert (chain.name, described["engine"]) == ("none", "none")
        assert [state["name"] for state in described["engines"] if state["live"]] == []
        assert "greenroom models build" in reasons(described)["whisper"]
        assert "STT_BASE_URL" in reasons(described)["openai"]
        for call in (chain.transcribe(voice), chain.transcribe_stretch(voice)):
            with pytest.raises(SttUnavailable, match="greenroom models build"):
                await call
        await chain.close()

    async def test_a_damaged_model_is_replaced_by_a_server_and_reported(
        self, data: Path, tmp_path: Path, voice: Pcm
    ) -> None:
        for file in (data / "tiny-whisper").iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes()[:500])
        with serving(lambda _: Reply.json({"text": "a profiler"})) as server:
            chain = select(SttOptions(models_dir=data, model_path=tmp_path, base_url=server.url, timeout_seconds=5))
            await chain.warm_up()
            assert (await chain.transcribe(voice)).engine == "openai"
            assert (await chain.transcribe_stretch(voice)).engine == "openai"
            assert "cannot be opened" in chain.describe()["engines"][0]["reason"]
            await chain.close()

    async def test_a_server_that_fails_is_reported(self, tmp_path: Path, voice: Pcm) -> None:
        healthy = [Reply.json({}, 500), Reply.json({"text": "a profiler"})]
        with serving(lambda _: healthy.pop(0) if healthy else Reply.json({}, 401)) as server:
            chain = select(SttOptions(models_dir=tmp_path, base_url=server.url, timeout_seconds=5))
            assert (await chain.transcribe(voice)).engine == chain.name == "openai"
            with pytest.raises(SttUnavailable):
                await chain.transcribe(voice)
            state = next(state for state in chain.describe()["engines"] if state["name"] == "openai")
            assert "STT_API_KEY" in state["reason"]
            await chain.close()
        assert b"whisper-1" in server.requests[0].body

    async def test_the_callers_mistakes_are_his(self, data: Path, tmp_path: Path) -> None:
        chain = select(SttOptions(models_dir=data, model="tiny-whisper"))
        with pytest.raises(UnsupportedLanguage):
            await chain.transcribe(np.zeros(RATE, np.int16), language="xx")
        (tmp_path / "a.mp3").write_bytes(b"")
        with pytest.raises(AudioError):
            await chain.transcribe(tmp_path / "a.mp3")
        await chain.close()


class TestNamed:
    async def test_it_stands_alone(self, data: Path, voice: Pcm) -> None:
        with serving(lambda _: Reply.json({"text": "a profiler"})) as server:
            chain = select(SttOptions(models_dir=data, model="tiny-whisper", engine="openai", base_url=server.url))
            assert chain.name == "openai"
            assert "STT_ENGINE is openai" in reasons(chain.describe())["whisper"]
            assert (await chain.transcribe(voice)).engine == "openai"
            await chain.close()

    def test_what_cannot_work_says_why_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(SttUnavailable, match="greenroom models download"):
            select(SttOptions(models_dir=tmp_path, engine="whisper"))
        with pytest.raises(SttUnavailable, match="STT_BASE_URL"):
            select(SttOptions(models_dir=tmp_path, engine="openai"))

    async def test_a_failing_server_is_not_replaced(self, tmp_path: Path, voice: Pcm) -> None:
        options = SttOptions(models_dir=tmp_path, engine="openai", base_url="http://127.0.0.1:9/v1")
        chain = select(options)
        with pytest.raises(SttUnavailable):
            await chain.transcribe(voice)
        await chain.close()
