"""The recogniser that always works: human voices, no memory of other calls, a process that comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import jiwer
import numpy as np
import psutil
import pytest

from app.engines.audio import Pcm, decode
from app.engines.stt.base import Overloaded, SttFailed, SttUnavailable, TimedWord, UnsupportedLanguage, Voice
from app.engines.stt.live import LiveScheduler, LiveTranscriber
from app.engines.stt.offline import OfflineEngine, OfflineOptions
from app.engines.stt.offline_words import LOUD, levelled
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
    """The recogniser's processes that belong to this one: the first and the workers that it forked."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            if any("offline_worker" in part for part in child.cmdline()):
                found.add(child.pid)
    return found


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
        assert processes().isdisjoint(old)

    async def test_it_is_replaced_when_it_dies_at_work(self, offline: OfflineEngine, recordings: Path) -> None:
        call = asyncio.create_task(offline.transcribe(recordings / "goforward.wav"))
        await asyncio.sleep(0.15)
        for pid in processes():
            psutil.Process(pid).kill()
        assert (await call).text == "go forward ten meters"

    async def test_a_full_queue_is_refused_and_closing_leaves_no_process(
        self, offline: OfflineEngine, jfk: Pcm
    ) -> None:
        await offline.warm_up()
        await there_are(1)
        engine = OfflineEngine(OfflineOptions(workers=1, queue=0))
        call = asyncio.create_task(engine.transcribe(jfk))
        await there_are(3)  # its first process and its worker
        with pytest.raises(Overloaded):
            await engine.transcribe(jfk)
        await engine.close()
        with pytest.raises(SttUnavailable):
            await call
        await there_are(1)
        await engine.close()

    async def test_another_language_is_refused(self, offline: OfflineEngine, voice: Pcm) -> None:
        with pytest.raises(UnsupportedLanguage, match="'fr'"):
            await offline.transcribe(voice, language="fr")


STEP = RATE * 3 // 10


async def stream(engine: OfflineEngine, pcm: Pcm, voice: Voice | None = None) -> tuple[list[str], list[str], Voice]:
    """The last guess, the words for good, and the voice."""
    guess: tuple[TimedWord, ...] = ()
    async with engine.open_stream(voice=voice) as one:
        for at in range(0, len(pcm), STEP):
            guess = await one.feed(pcm[at : at + STEP])
        words = await one.finish()
        assert one.voice is not None
        return [word.text for word in guess], [word.text for word in words], one.voice


class TestStream:
    async def test_says_about_what_the_recording_says(self, offline: OfflineEngine, recordings: Path) -> None:
        entries = json.loads((recordings / "manifest.json").read_text())
        chosen = [entry for entry in entries if entry["id"] in {"goforward", "cards_003", "ls_1995", "tech_08"}]
        found = [await stream(offline, decode(recordings / entry["file"])) for entry in chosen]
        said = [entry["transcript"] for entry in chosen]
        assert jiwer.wer(said, [" ".join(words).lower() for _, words, _ in found]) < 0.30
        assert jiwer.wer(said, [" ".join(guess).lower() for guess, _, _ in found]) < 0.60

    async def test_what_was_heard_before_changes_nothing(self, offline: OfflineEngine, recordings: Path) -> None:
        sound = decode(recordings / "ls_6930.wav")
        first = await stream(offline, sound)
        await stream(offline, decode(recordings / "goforward.wav"))
        assert await stream(offline, sound) == first

    async def test_knows_the_voice_of_the_utterance_before(self, offline: OfflineEngine, recordings: Path) -> None:
        sound = decode(recordings / "goforward.wav")
        _, _, voice = await stream(offline, sound)
        _, words, _ = await stream(offline, (sound // 8).astype(np.int16), voice)
        assert words == ["go", "forward", "ten", "meters"]

    async def test_of_nothing_or_silence_has_no_words(self, offline: OfflineEngine) -> None:
        async with offline.open_stream() as one:
            assert await one.finish() == ()
        async with offline.open_stream() as one:
            assert await one.feed(np.zeros(RATE // 10, np.int16)) == ()
            assert await one.finish() == ()

    async def test_tells_that_its_process_died(self, offline: OfflineEngine, voice: Pcm) -> None:
        async def talk() -> None:
            async with offline.open_stream() as one:
                await one.feed(voice[:RATE])
                for pid in processes():
                    psutil.Process(pid).kill()
                await one.feed(voice[RATE:])

        with pytest.raises(SttFailed):
            await talk()

    async def test_leaves_no_process_when_its_block_is_left(self, offline: OfflineEngine, voice: Pcm) -> None:
        await offline.warm_up()
        await there_are(1)

        async def talk(*, forever: bool) -> None:
            async with offline.open_stream() as one:
                await one.feed(voice)
                if forever:
                    await asyncio.Event().wait()

        await talk(forever=False)
        task = asyncio.create_task(talk(forever=True))
        await there_are(2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await there_are(1)

    async def test_waits_for_a_place_and_gets_it(self, voice: Pcm) -> None:
        engine = OfflineEngine(OfflineOptions(workers=2, streams=1))
        texts = await asyncio.gather(*(stream(engine, voice) for _ in range(3)))
        assert texts[0] == texts[1] == texts[2]
        await engine.close()

    async def test_live_words_survive_the_death_of_every_process(self, offline: OfflineEngine, jfk: Pcm) -> None:
        scheduler = LiveScheduler()
        texts = []
        for deadly in (False, True):
            live = LiveTranscriber(offline, scheduler, language="en", hot_words=())
            for at in range(0, len(jfk), RATE):
                await live.push(jfk[at : at + RATE])
                if deadly and at == 4 * RATE:
                    for pid in processes():
                        psutil.Process(pid).kill()
            texts.append([final.text for final in await live.finish()])
            await live.close()
        assert texts[0] == texts[1]
        assert texts[0]


async def there_are(count: int) -> None:
    """Returns when there are so many processes: they need a moment to come and to go."""
    async with asyncio.timeout(20):
        while len(processes()) != count:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.01)


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
