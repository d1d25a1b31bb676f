"""Voices that are neural networks: they say the words, are loaded when needed, give way and block nothing."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from blockbuster import blockbuster_ctx
from onnx import TensorProto, helper, numpy_helper, save

from app.engines.lazy_model import LazyModel
from app.engines.tts import piper
from app.engines.tts.base import BOTH, TtsBusy, TtsFailed, TtsUnavailable, Voice
from app.engines.tts.heart import pulses, respell
from app.engines.tts.neural import LEAD_SECONDS, NeuralEngine, Samples, set_off
from app.engines.tts.phonemes import Phonemiser
from app.engines.tts.select import TtsChain, TtsOptions, select
from tests.engines.listening import Hear, listener, model_folder, pitch

QUESTION = "What is the difference between a process and a thread?"
RATE = 16_000


@pytest.fixture(scope="module")
def phonemiser() -> Iterator[Phonemiser]:
    opened = Phonemiser()
    yield opened
    opened.close()


class TestPhonemes:
    def test_punctuation_stays_and_numbers_stay_whole(self, phonemiser: Phonemiser) -> None:
        found = phonemiser.phonemes("Yes, 3.5 of 400,000 rows: why?")
        assert [sign for sign in found if sign in ",.:;?!"] == [",", ":", "?"]
        assert "pɔɪnt" in found
        assert "θˈaʊzənd" in found

    def test_a_diphthong_can_be_tied(self, phonemiser: Phonemiser) -> None:
        assert "a^ɪ" in phonemiser.phonemes("time", tie="^")
        assert "^" not in phonemiser.phonemes("time")

    def test_a_foreign_word_leaves_no_mark(self, phonemiser: Phonemiser) -> None:
        assert "(" not in phonemiser.phonemes("a déjà vu, a raison d'être, an apéritif")

    @pytest.mark.parametrize("text", ["", "   ", "a\0b", "\ud800", "[[x]]" * 2_000])
    def test_odd_text_does_no_harm(self, phonemiser: Phonemiser, text: str) -> None:
        phonemiser.phonemes(text)
        assert phonemiser.phonemes("thread") == "θɹˈɛd"

    def test_its_process_is_replaced_when_it_dies(self, phonemiser: Phonemiser) -> None:
        phonemiser.start()
        for child in psutil.Process().children():
            with suppress(psutil.ZombieProcess):  # a process of another test that nobody has waited for
                if any("espeak_worker" in part for part in child.cmdline()):
                    child.kill()
        assert phonemiser.phonemes("thread") == "θɹˈɛd"

    def test_a_closed_one_says_so(self) -> None:
        opened = Phonemiser()
        opened.close()
        with pytest.raises(TtsUnavailable):
            opened.phonemes("thread")

    def test_they_are_respelt_for_kokoros_voices(self) -> None:
        assert respell("dʒˈa^ɪɡɐnt ɐ bˈɑːɾə^l ʌv wˈɔːɾɚɹ").startswith("dʒˈIɡənt ɐ bˈɑTᵊl ʌv wˈɔTəɹ")


class TestLazyModel:
    def test_it_is_loaded_once_for_all_and_when_it_is_needed(self) -> None:
        loads: list[int] = []

        def load() -> str:
            loads.append(1)
            return "model"

        model = LazyModel(load, 60)
        assert not model.is_loaded

        def use() -> None:
            with model.use() as found:
                assert found == "model"

        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert loads == [1]

    def test_it_is_unloaded_when_nobody_has_used_it_for_long(self) -> None:
        model = LazyModel(lambda: "model", 0.05)
        with model.use():
            time.sleep(0.15)
            assert model.is_loaded, "it is in use"
        _wait_until(lambda: not model.is_loaded)
        with model.use() as found:
            assert found == "model"

    def test_what_failed_to_load_is_tried_again(self) -> None:
        outcomes = iter([None, "model"])

        def load() -> str:
            found = next(outcomes)
            if found is None:
                raise OSError("no file")
            return found

        model = LazyModel(load, 60)
        with pytest.raises(OSError, match="no file"), model.use():
            pass
        with model.use() as found:
            assert found == "model"


class Tone:
    """A network that hums, a tenth of a second for each word; `broken` and `日本` are words that it cannot say."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.speaks = threading.Event()

    def rate(self, voice: Voice) -> int:
        return RATE

    def say(self, sentence: str, voice: Voice) -> Samples:
        self.said.append(sentence)
        self.speaks.set()
        time.sleep(0.02)
        if "broken" in sentence:
            raise ValueError("bad weights")
        words = 0 if "日本" in sentence else len(sentence.split())
        return np.sin(np.arange(words * RATE // 10) / 5).astype(np.float32)


@pytest.fixture
def network() -> Tone:
    return Tone()


@pytest.fixture
async def engine(network: Tone) -> AsyncIterator[NeuralEngine]:
    opened = NeuralEngine("tone", "1", lambda: network, voices=BOTH, queue=1, idle_seconds=0.05)
    yield opened
    await opened.close()


class TestEngine:
    async def test_it_is_loaded_with_the_first_words_and_unloaded_after_the_last(self, engine: NeuralEngine) -> None:
        assert (await engine.synthesise("***")).seconds == 0
        assert not engine.is_loaded
        speech = await engine.synthesise("Hello there.")
        assert (speech.engine, speech.rate) == ("tone", RATE)
        assert speech.seconds > 0.2
        await asyncio.to_thread(_wait_until, lambda: not engine.is_loaded)
        assert (await engine.synthesise("Hello there.")).seconds == speech.seconds

    async def test_words_are_said_as_people_say_them(self, engine: NeuralEngine, network: Tone) -> None:
        await engine.synthesise("**Use** kubectl. It takes 5 ms.")
        assert network.said == ["Use cube control.", "It takes 5 milliseconds."]

    async def test_failures_are_typed(self, engine: NeuralEngine) -> None:
        with pytest.raises(TtsFailed, match="bad weights"):
            await engine.synthesise("It is broken.")
        with pytest.raises(TtsFailed, match="no sounds"):
            await engine.synthesise("日本")
        assert (await engine.synthesise("Hello.")).seconds > 0

    async def test_what_cannot_be_loaded_says_why(self) -> None:
        def load() -> Tone:
            raise RuntimeError("Protobuf parsing failed")

        engine = NeuralEngine("tone", "1", load, voices=BOTH)
        for call in (engine.warm_up(), engine.synthesise("Hello.")):
            with pytest.raises(TtsUnavailable, match=r"tone cannot be loaded: Protobuf parsing failed"):
                await call
        await engine.close()

    async def test_a_full_queue_is_refused_and_a_closed_engine_says_so(self, engine: NeuralEngine) -> None:
        results = await asyncio.gather(*(engine.synthesise(QUESTION) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(result, TtsBusy) for result in results) == 2
        await engine.close()
        with pytest.raises(TtsUnavailable):
            await engine.synthesise(QUESTION)

    async def test_nobody_goes_on_talking_to_one_who_left(self, engine: NeuralEngine, network: Tone) -> None:
        task = asyncio.create_task(engine.synthesise("One more. " * 50))
        await asyncio.to_thread(network.speaks.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await engine.close()
        assert len(network.said) < 50


class TestSilence:
    def test_it_begins_soon_and_ends_with_a_pause(self) -> None:
        sound = np.sin(np.arange(RATE) / 5).astype(np.float32)
        for around in (0, RATE // 100, RATE):
            framed = set_off(np.pad(sound, around), RATE, 0.3)
            assert np.flatnonzero(np.abs(framed) > 0.1)[0] / RATE == pytest.approx(LEAD_SECONDS, abs=0.01)
            assert len(framed) / RATE == pytest.approx(1 + LEAD_SECONDS + 0.3, abs=0.01)

    def test_silence_alone_is_nothing(self) -> None:
        assert not len(set_off(np.zeros(100, np.float32), RATE, 0.3))
        assert not len(set_off(np.zeros(0, np.float32), RATE, 0.3))


def test_the_pulses_have_the_pitch_that_was_asked_for() -> None:
    curve = np.full(80, 200, np.float32)
    curve[60:] = 0
    sound = pulses(curve)
    assert len(sound) == 80 * 300
    peaks = np.flatnonzero(sound > sound.max() * 0.9)
    assert np.median(np.diff(peaks)[np.diff(peaks) > 1]) == pytest.approx(24_000 / 200, abs=1)
    assert not sound[62 * 300 :].any(), "no voice, no pulse"


@pytest.fixture(scope="module")
async def voices() -> AsyncIterator[TtsChain]:
    chain = select(TtsOptions(models_dir=model_folder("heart").parent, engine="neural"))
    yield chain
    await chain.close()


@pytest.fixture(scope="module")
def hear() -> Hear:
    return listener()


class TestVoices:
    """Heart itself, as a woman and as a man."""

    @pytest.mark.parametrize("voice", sorted(BOTH))
    async def test_they_say_the_words(self, voices: TtsChain, hear: Hear, voice: Voice) -> None:
        speech = await voices.synthesise(QUESTION, voice)
        assert speech.engine == "heart"
        assert {"what", "is", "the", "difference", "process", "and", "thread"} <= hear(speech)

    async def test_code_words_are_understood(self, voices: TtsChain, hear: Hear) -> None:
        text = "How would you query PostgreSQL with SQL from an AWS service, and test it with CI/CD in 200 ms?"
        assert {"postgres", "sql", "aws", "milliseconds"} <= hear(await voices.synthesise(text, "female"))

    async def test_she_is_she_and_he_is_he(self, voices: TtsChain) -> None:
        she, he = await voices.synthesise(QUESTION, "female"), await voices.synthesise(QUESTION, "male")
        assert pitch(she) > 1.25 * pitch(he)
        assert 90 < pitch(he) < 160
        assert he.seconds == pytest.approx(she.seconds, rel=0.1), "deep, not slow"
        for speech in (she, he):
            assert 2.5 < speech.seconds < 5
            assert 8_000 < np.abs(speech.pcm).max() < 32_767

    async def test_the_loop_turns_meanwhile(self, voices: TtsChain) -> None:
        with blockbuster_ctx():
            said = await asyncio.gather(*(voices.synthesise(QUESTION, voice) for voice in sorted(BOTH) * 2))
        assert all(speech.seconds > 2 for speech in said)

    async def test_a_voice_of_the_operator_speaks_for_both(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.onnx"
        piper_voice(file)
        chain = select(TtsOptions(models_dir=tmp_path, piper_voice=file))
        assert chain.describe()["voices"] == {"female": "piper", "male": "piper"}
        short, long = [await chain.synthesise(text, "female") for text in ("Why?", QUESTION)]
        assert (long.engine, long.rate) == ("piper", RATE)
        assert 0 < short.seconds < long.seconds
        await chain.close()


def piper_voice(file: Path) -> None:
    """A voice in Piper's format that knows a few vowels and hums a hundred samples for each id that it is given."""
    signs = ["_", "^", "$", *"aɪoʊəɛɔæʌiu"]
    description = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_id_map": {sign: [number] for number, sign in enumerate(signs)},
    }
    file.with_name(file.name + ".json").write_text(json.dumps(description))
    hum = np.sin(np.arange(100) / 5).astype(np.float32).reshape(1, 1, 100)
    graph = helper.make_graph(
        [
            helper.make_node("Unsqueeze", ["input", "last"], ["ids"]),
            helper.make_node("Cast", ["ids"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("Min", ["floats", "one"], ["ones"]),
            helper.make_node("Mul", ["ones", "hum"], ["output"]),
        ],
        "voice",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(np.array([2]), "last"),
            numpy_helper.from_array(np.ones(1, np.float32), "one"),
            numpy_helper.from_array(hum, "hum"),
        ],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), file)


class TestPiperFiles:
    @pytest.mark.parametrize(
        ("description", "message"),
        [
            (None, r"voice\.onnx\.json is missing"),
            ("{", "not the description"),
            ("[]", "not the description"),
            (json.dumps({"audio": {}}), "not the description"),
            (
                json.dumps({"audio": {}, "espeak": {}, "inference": {}, "phoneme_id_map": {}, "phoneme_type": "text"}),
                "'text'",
            ),
        ],
    )
    def test_one_that_cannot_be_used_says_why(self, tmp_path: Path, description: str | None, message: str) -> None:
        file = tmp_path / "voice.onnx"
        with pytest.raises(TtsUnavailable, match=r"voice\.onnx is missing"):
            piper.check(file)
        file.touch()
        if description is not None:
            file.with_name("voice.onnx.json").write_text(description)
        with pytest.raises(TtsUnavailable, match=message):
            piper.check(file)


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
