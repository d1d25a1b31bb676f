"""Voices: they say the words, differ, survive a crash, block nothing and give way to the next."""

import asyncio
import os
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from app.engines.audio import decode, encode_mp3, wav_content
from app.engines.tts import flite
from app.engines.tts.base import TtsBusy, TtsFailed, TtsUnavailable, by_sentence
from app.engines.tts.espeak import EspeakEngine, EspeakOptions
from app.engines.tts.flite import FliteEngine
from app.engines.tts.openai_compatible import OpenAiTtsEngine, OpenAiTtsOptions
from app.engines.tts.select import TtsOptions, select
from tests.engines.listening import Hear, listener, pitch
from tests.engines.servers import Reply, Request, serving
from tests.engines.sounds import RATE, tone
from tests.engines.test_nothing_blocks import watched_loop

MODELS = Path(os.environ.get("MODELS_DIR", Path(__file__).resolve().parents[2] / "var" / "models"))
QUESTION = "What is the difference between a process and a thread?"


@pytest.fixture(scope="module")
async def espeak() -> AsyncIterator[EspeakEngine]:
    engine = EspeakEngine()
    await engine.warm_up()
    yield engine
    await engine.close()


@pytest.fixture(scope="module")
def hear() -> Hear:
    return listener()


class TestEspeak:
    async def test_it_says_the_words(self, espeak: EspeakEngine, hear: Hear) -> None:
        assert {"difference", "process"} <= hear(await espeak.synthesise(QUESTION, "male"))

    async def test_it_speaks_at_a_human_pace_and_loudness(self, espeak: EspeakEngine) -> None:
        speech = await espeak.synthesise(QUESTION)
        assert (speech.engine, speech.rate) == ("espeak", 22_050)
        assert 2 < speech.seconds < 5
        assert 5_000 < np.abs(speech.pcm).max() < 32_767

    async def test_the_voices_differ_and_each_stays_itself(self, espeak: EspeakEngine) -> None:
        calls = [espeak.synthesise(QUESTION, voice) for voice in ("male", "female", "male", "female")]
        first, second, third, fourth = await asyncio.gather(*calls)
        assert not np.array_equal(first.pcm[: len(second.pcm)], second.pcm[: len(first.pcm)])
        assert pitch(second) > 1.2 * pitch(first)
        assert pitch(third) == pytest.approx(pitch(first), rel=0.1)
        assert pitch(fourth) == pytest.approx(pitch(second), rel=0.1)

    @pytest.mark.parametrize("text", ["", "***", "😀"])
    async def test_nothing_to_say_is_silence(self, espeak: EspeakEngine, text: str) -> None:
        assert (await espeak.synthesise(text)).seconds == 0

    @pytest.mark.parametrize("text", ["a\0b", "<speak>hi</speak>", "\ud800 lone", "日本語", "[[h@'loU]] x" * 50])
    async def test_odd_text_does_no_harm(self, espeak: EspeakEngine, text: str) -> None:
        await espeak.synthesise(text)
        assert (await espeak.synthesise(QUESTION)).seconds > 2

    async def test_its_process_is_replaced_when_it_dies(self, espeak: EspeakEngine) -> None:
        before = await espeak.synthesise(QUESTION)
        for child in psutil.Process().children():
            if any("espeak_worker" in part for part in child.cmdline()):
                child.kill()
        assert (await espeak.synthesise(QUESTION)).seconds == pytest.approx(before.seconds, rel=0.05)

    async def test_a_full_queue_is_refused_and_a_closed_engine_says_so(self) -> None:
        engine = EspeakEngine(EspeakOptions(workers=1, queue=1))
        results = await asyncio.gather(*(engine.synthesise(QUESTION) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(result, TtsBusy) for result in results) == 2
        await engine.close()
        with pytest.raises(TtsUnavailable):
            await engine.synthesise(QUESTION)

    async def test_the_loop_turns_meanwhile(self) -> None:
        engine = EspeakEngine()
        async with watched_loop():
            speeches = await asyncio.gather(*(engine.synthesise(QUESTION) for _ in range(5)))
            await engine.close()
        assert all(speech.seconds > 2 for speech in speeches)

    async def test_the_first_sentence_comes_first(self, espeak: EspeakEngine) -> None:
        text = "Hello. Tell me about yourself. " + QUESTION
        pieces = [speech async for speech in by_sentence(espeak, text)]
        assert len(pieces) == 3
        assert pieces[0].seconds < pieces[2].seconds

    async def test_it_becomes_an_mp3(self, espeak: EspeakEngine) -> None:
        speech = await espeak.synthesise(QUESTION)
        assert len(decode(encode_mp3(speech.pcm, speech.rate))) / RATE == pytest.approx(speech.seconds, abs=0.1)


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed on this machine")
class TestFlite:
    async def test_it_says_the_words(self, hear: Hear) -> None:
        engine = FliteEngine()
        assert {"difference", "between", "process"} <= hear(await engine.synthesise(QUESTION, "male"))
        await engine.close()

    async def test_the_voices_differ(self) -> None:
        engine = FliteEngine()
        male, female = await engine.synthesise(QUESTION, "male"), await engine.synthesise(QUESTION, "female")
        assert pitch(female) > 1.2 * pitch(male)
        await engine.close()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts a program of that name with that Python body on the path; `arguments` and `said` are there for it."""

    def put(name: str, body: str) -> Path:
        (tmp_path / "tone.wav").write_bytes(wav_content(tone(0.5)))
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        head = f"#!{sys.executable}\nimport shutil, sys, time\narguments, said = sys.argv[1:], sys.stdin.read()\n"
        file.write_text(f"{head}sound = {str(tmp_path / 'tone.wav')!r}\n{textwrap.dedent(body)}")
        file.chmod(0o755)
        monkeypatch.setenv("PATH", str(file.parent))
        return file

    return put


class TestProgram:
    """How Flite is run and what becomes of its failures; stand-ins play it."""

    async def test_flite_gets_voice_text_and_target(self, program: Callable[[str, str], Path], tmp_path: Path) -> None:
        log = tmp_path / "log"
        program("flite", f"""
            assert arguments[0] == "-voice" and arguments[2] == "-f" and arguments[4] == "-o"
            open({str(log)!r}, "a").write(arguments[1] + ":" + open(arguments[3]).read())
            shutil.copy(sound, arguments[5])
        """)  # fmt: skip
        engine = FliteEngine()
        await engine.warm_up()
        speech = await engine.synthesise("-v `rm` $(x); **hello**", "male")
        assert (speech.rate, speech.seconds, speech.engine) == (RATE, 0.5, "flite")
        assert log.read_text().splitlines() == ["slt:Ready.", "rms:-v rm $, x; hello"]
        assert (await engine.synthesise("")).seconds == 0
        await engine.close()

    @pytest.mark.parametrize(
        ("body", "kind", "message"),
        [
            ("sys.exit('no such voice')", TtsFailed, "status 1: no such voice"),
            ("pass", TtsFailed, "no usable sound"),
            ("open(arguments[5], 'w').write('oops')", TtsFailed, "no usable sound"),
            ("time.sleep(60)", TtsFailed, "did not finish"),
        ],
    )
    async def test_failures_are_typed(
        self, program: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, body: str, kind: type, message: str
    ) -> None:
        monkeypatch.setattr(flite, "TIME_LIMIT", 1.0)
        program("flite", body)
        engine = FliteEngine()
        with pytest.raises(kind, match=message):
            await engine.synthesise("Hello.")
        with pytest.raises(TtsUnavailable):
            await engine.warm_up()
        await engine.close()


class TestServer:
    async def test_voices_and_long_texts(self) -> None:
        with serving(lambda _: Reply(200, wav_content(tone(0.5, 44_100), 44_100))) as server:
            engine = OpenAiTtsEngine(OpenAiTtsOptions(base_url=f"{server.url}/v1", female="af_heart", model="kokoro"))
            speech = await engine.synthesise("**Hello.**", "female")
            assert (speech.rate, speech.engine) == (24_000, "openai")
            assert speech.seconds == pytest.approx(0.5, abs=0.01)
            long = await engine.synthesise("Tell me more about it. " * 300, "male")
            assert long.seconds == pytest.approx(1.0, abs=0.02)
            assert (await engine.synthesise("***")).seconds == 0
            await engine.close()
        first, second, third = server.requests
        assert first.path == "/v1/audio/speech"
        assert all(part in first.body for part in (b'"Hello."', b"af_heart", b"kokoro"))
        assert b"onyx" in second.body
        assert max(len(second.body), len(third.body)) < 4_300

    @pytest.mark.parametrize(
        ("reply", "kind", "message"),
        [
            (Reply.json({}, 401), TtsUnavailable, "TTS_API_KEY"),
            (Reply.json({}, 404), TtsUnavailable, "TTS_MODEL"),
            (Reply.json({}, 429, **{"Retry-After": "3"}), TtsBusy, "busy"),
            (Reply.json({}, 500), TtsFailed, "500"),
            (Reply(200, b"<html>"), TtsFailed, "no usable sound"),
            (Reply(hang=30), TtsFailed, "0.3 s"),
            (Reply(cut=True), TtsUnavailable, "TTS_BASE_URL"),
        ],
    )
    async def test_failures_are_typed(self, reply: Reply, kind: type[Exception], message: str) -> None:
        def answer(_: Request) -> Reply:
            return reply

        with serving(answer) as server:
            engine = OpenAiTtsEngine(OpenAiTtsOptions(base_url=server.url, timeout_seconds=0.3, retries=0))
            with pytest.raises(kind, match=message):
                await engine.synthesise("Hello.")
            await engine.close()


class TestSelect:
    """What speaks on which machine; the packaged voices are not in an empty folder."""

    async def test_one_voice_is_always_there(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        chain = select(TtsOptions(models_dir=tmp_path))
        await chain.warm_up()
        described = chain.describe()
        assert (described["engine"], described["voices"]) == ("espeak", {"female": "espeak", "male": "espeak"})
        reasons: dict[str, Any] = {state["name"]: state["reason"] for state in described["engines"]}
        assert "TTS_PIPER_VOICE" in reasons["piper"]
        assert "greenroom models build heart" in reasons["heart"]
        assert "apt install flite" in reasons["flite"]
        await chain.close()

    async def test_a_voice_that_fails_gives_way(self, program: Callable[[str, str], Path], tmp_path: Path) -> None:
        program("flite", "sys.exit('broken')")
        chain = select(TtsOptions(models_dir=tmp_path))
        assert chain.name == "flite"
        assert (await chain.synthesise(QUESTION)).engine == "espeak"
        reasons = {state["name"]: state["reason"] for state in chain.describe()["engines"]}
        assert "broken" in reasons["flite"]
        await chain.close()

    async def test_a_model_that_is_broken_gives_way(
        self, program: Callable[[str, str], Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        program("flite", "shutil.copy(sound, arguments[5])")
        for name in ("hibari.onnx", "vocab.json"):
            (tmp_path / "models" / "heart").mkdir(parents=True, exist_ok=True)
            (tmp_path / "models" / "heart" / name).write_text("{}")
        chain = select(TtsOptions(models_dir=tmp_path / "models"))
        assert chain.describe()["voices"] == {"female": "heart", "male": "heart"}
        assert (await chain.synthesise(QUESTION, "female")).engine == "flite"
        assert "heart cannot be loaded" in caplog.text
        await chain.close()

    def test_a_named_voice_stands_alone(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(TtsUnavailable, match="apt install flite"):
            select(TtsOptions(models_dir=tmp_path, engine="flite"))
        with pytest.raises(TtsUnavailable, match="models build heart"):
            select(TtsOptions(models_dir=tmp_path, engine="neural"))
