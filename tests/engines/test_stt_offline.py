"""The recogniser that always works: human voices, no memory of other calls, a process that comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import jiwer
import numpy as np
import psutil
import pytest

from app.engines.audio import Pcm, decode
from app.engines.stt.base import Overloaded, SttUnavailable, UnsupportedLanguage
from app.engines.stt.offline import LOUD, OfflineEngine, OfflineOptions, levelled
from app.engines.stt.offline_worker import SETTINGS, add_terms
from tests.engines.sounds import RATE, tone

IN_MODEL = -500_000_000
"""PocketSphinx gives words that it does not know a log probability far below this."""
TERMS = Path(__file__).resolve().parents[2] / "backend" / "app" / "engines" / "stt" / "offline_terms.txt"


@pytest.fixture(scope="module")
async def offline() -> AsyncIterator[OfflineEngine]:
    engine = OfflineEngine(OfflineOptions(workers=1))
    await engine.warm_up()
    yield engine
    await engine.close()


def processes() -> set[int]:
    """The recogniser's processes that belong to this one."""
    children = psutil.Process().children()
    return {child.pid for child in children if any("offline_worker" in part for part in child.cmdline())}


class TestHumanVoices:
    @pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "webm"])
    async def test_every_kind_of_file_is_understood(self, offline: OfflineEngine, recordings: Path, kind: str) -> None:
        result = await offline.transcribe(recordings / f"jfk.{kind}")
        assert "country" in result.text
        assert result.duration == pytest.approx(11.0, abs=0.1)
        assert (result.engine, result.language, result.basic_accuracy) == ("offline", "en", True)

    async def test_most_words_are_right(self, offline: OfflineEngine, recordings: Path) -> None:
        entries = json.loads((recordings / "manifest.json").read_text())
        chosen = [entry for entry in entries if entry["id"] in {"goforward", "cards_003", "ls_1995", "tech_08"}]
        found = [await offline.transcribe(recordings / entry["file"]) for entry in chosen]
        wer = jiwer.wer([entry["transcript"] for entry in chosen], [result.text.lower() for result in found])
        assert len(chosen) == 4
        assert wer < 0.30

    async def test_words_have_times_and_probabilities(self, offline: OfflineEngine, recordings: Path) -> None:
        result = await offline.transcribe(recordings / "goforward.wav", language="en-US")
        assert result.text == "go forward ten meters"
        assert [word.text for word in result.words] == result.text.split()
        times = [time for word in result.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert 0 < times[0] < times[-1] < result.duration
        assert all(word.probability is not None and 0 < word.probability <= 1 for word in result.words)
        assert result.confidence is not None
        assert result.confidence > 0.5

    async def test_what_was_heard_before_changes_nothing(self, offline: OfflineEngine, recordings: Path) -> None:
        first = await offline.transcribe(recordings / "ls_6930.wav")
        await offline.transcribe(recordings / "tech_08.wav")
        again = await offline.transcribe(recordings / "ls_6930.wav")
        assert (first.text, first.words) == (again.text, again.words)


class TestSound:
    async def test_silence_has_no_words(self, offline: OfflineEngine) -> None:
        for sound in (np.zeros(2 * RATE, np.int16), tone(2.0), np.zeros(0, np.int16)):
            result = await offline.transcribe(sound)
            assert (result.text, result.words, result.language, result.confidence) == ("", (), None, None)

    async def test_a_faint_voice_is_understood(self, offline: OfflineEngine, recordings: Path) -> None:
        faint = (decode(recordings / "goforward.wav") // 20).astype(np.int16)
        assert (await offline.transcribe(faint)).text == "go forward ten meters"

    def test_level(self, voice: Pcm) -> None:
        for loudness in (0.05, 1.0):
            level = np.percentile(np.abs(levelled((voice * loudness).astype(np.int16))), 99)
            assert level == pytest.approx(LOUD, rel=0.05)
        assert not levelled(np.zeros(100, np.int16)).any()
        assert np.abs(levelled(np.full(100, -32768, np.int16))).max() == pytest.approx(LOUD, rel=0.01)


class TestProcess:
    async def test_it_is_replaced_when_it_dies(self, offline: OfflineEngine, voice: Pcm) -> None:
        before = await offline.transcribe(voice)
        old = processes()
        for pid in old:
            psutil.Process(pid).kill()
        after = await offline.transcribe(voice)
        assert after.text == before.text
        assert len(processes()) == 1
        assert processes().isdisjoint(old)

    async def test_it_is_replaced_when_it_dies_at_work(self, offline: OfflineEngine, recordings: Path) -> None:
        call = asyncio.create_task(offline.transcribe(recordings / "goforward.wav"))
        await asyncio.sleep(0.15)
        for pid in processes():
            psutil.Process(pid).kill()
        assert (await call).text == "go forward ten meters"

    async def test_a_full_queue_is_refused_and_closing_leaves_no_process(self, jfk: Pcm) -> None:
        before = processes()
        engine = OfflineEngine(OfflineOptions(workers=1, queue=0))
        call = asyncio.create_task(engine.transcribe(jfk))
        await asyncio.sleep(0.8)
        with pytest.raises(Overloaded):
            await engine.transcribe(jfk)
        assert len(processes() - before) == 1
        await engine.close()
        with pytest.raises(SttUnavailable):
            await call
        assert processes() == before
        await engine.close()

    async def test_another_language_is_refused(self, offline: OfflineEngine, voice: Pcm) -> None:
        with pytest.raises(UnsupportedLanguage, match="'fr'"):
            await offline.transcribe(voice, language="fr")


class TestTerms:
    def test_every_term_has_known_phones_and_a_place_in_the_model(self) -> None:
        from pocketsphinx import Decoder

        decoder = Decoder(**SETTINGS)
        model = decoder.get_lm()
        lines = [line.split() for line in TERMS.read_text().splitlines() if not line.startswith("#")]
        assert len(lines) > 90
        assert not [word for word, *_ in lines if model.prob([word]) > IN_MODEL]  # adding a word twice spoils the model
        add_terms(decoder, TERMS)  # raises for a phone that is not known
        assert not [word for word, *_ in lines if model.prob([word]) < IN_MODEL or not decoder.lookup_word(word)]
