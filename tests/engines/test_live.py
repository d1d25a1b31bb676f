"""Live transcription with the real VAD and our own small Whisper: the right words, at the right time, and no others."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from blockbuster import blockbuster_ctx

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt.live import (
    Final,
    LiveEvent,
    LiveScheduler,
    LiveTranscriber,
    Partial,
    SpeechPaused,
    SpeechStarted,
)
from app.engines.stt.live.endpoint import Endpointer, Mark
from app.engines.stt.vad import VadOptions, utterances
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from tests.engines.live_fakes import ScriptedEngine, collect, silence
from tests.engines.sounds import tone

CHUNK = SPEECH_RATE // 10
LONGEST_CALLBACK = 0.020
"""Seconds of work at a stretch that the loop may have to do (issue: loop lag p99 with four sessions)."""
SAID = (
    ("en_us_m1_i_used_a_profiler_to_find_the_leak.wav", "i used a profiler to find the leak"),
    ("en_us_m1_the_load_was_too_high.wav", "the load was too high"),
    ("en_us_m1_an_api_is_a_contract_between_systems.wav", "an api is a contract between systems"),
)


@pytest.fixture(scope="module")
async def whisper(data: Path) -> AsyncIterator[WhisperEngine]:
    engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=2))
    await engine.warm_up()
    yield engine
    await engine.close()


@pytest.fixture
async def scheduler() -> AsyncIterator[LiveScheduler]:
    scheduler = LiveScheduler(slots=2)
    yield scheduler
    await scheduler.close()
    assert scheduler.pending == 0


@pytest.fixture(scope="module")
def answer(data: Path) -> Pcm:
    """Three sentences with 1.5 s of silence before, between and after them."""
    parts = [silence(1.5)]
    for file, _ in SAID:
        parts += [decode(data / "speech" / file), silence(1.5)]
    return np.concatenate(parts)


async def hear(
    live: LiveTranscriber, pcm: Pcm, *, chunk: int = CHUNK, wait_for: LiveScheduler | None = None
) -> tuple[list[LiveEvent], list[Final]]:
    """Everything that comes of a sound, pushed in chunks; with `wait_for` sound stands still while the engine works
    and for as long again, so that every partial that is due comes on any machine."""
    events: list[LiveEvent] = []
    reading = asyncio.create_task(collect(live, events))
    for at in range(0, len(pcm), chunk):
        await live.push(pcm[at : at + chunk])
        begin = time.monotonic()
        while wait_for is not None and wait_for.pending:  # noqa: ASYNC110 - the scheduler tells nobody when it is idle
            await asyncio.sleep(0.001)
        if wait_for is not None:
            await asyncio.sleep(1.1 * (time.monotonic() - begin))
    finals = await live.finish()
    await live.close()
    await reading
    return events, finals


class TestWhatIsSaid:
    async def test_comes_as_one_final_for_each_sentence(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm
    ) -> None:
        live = LiveTranscriber(whisper, scheduler, language="en", hot_words=(), first_segment=4)
        events, finals = await hear(live, answer)
        assert [final.text for final in finals] == [text for _, text in SAID]
        assert [final.segment for final in finals] == [4, 5, 6]
        assert [event for event in events if isinstance(event, Final)] == finals
        assert all(final.engine == "whisper" and (final.confidence or 0) > 0.3 for final in finals)

    async def test_has_its_times_in_the_whole_answer(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm, data: Path
    ) -> None:
        live = LiveTranscriber(whisper, scheduler, language="en", hot_words=(), offset=100.0)
        events, finals = await hear(live, answer)
        begin = 101.5
        for (file, _), final in zip(SAID, finals, strict=True):
            pcm = decode(data / "speech" / file)
            end = begin + len(pcm) / SPEECH_RATE
            spoken_until = begin + utterances(pcm, longest=30.0, options=VadOptions(pad=0.0))[-1].end / SPEECH_RATE
            assert begin - 0.3 <= final.start <= begin + 0.5
            assert spoken_until - 0.5 <= final.end <= spoken_until + 0.3
            edges = [edge for word in final.words for edge in (word.start, word.end)]
            assert edges == sorted(edges)
            assert (edges[0], edges[-1]) == (final.start, final.end)
            begin = end + 1.5
        starts = [event.at for event in events if isinstance(event, SpeechStarted)]
        assert [abs(start - final.start) < 0.4 for start, final in zip(starts, finals, strict=True)] == [True] * 3

    async def test_is_followed_by_news_of_the_silence(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm
    ) -> None:
        live = LiveTranscriber(whisper, scheduler, language="en", hot_words=())
        events, _ = await hear(live, answer)
        kinds = [event for event in events if isinstance(event, SpeechStarted | SpeechPaused)]
        assert isinstance(kinds[0], SpeechStarted)
        assert [isinstance(event, SpeechStarted) for event in kinds].count(True) == 3
        for before, event in pairwise(kinds):
            if isinstance(event, SpeechPaused) and isinstance(before, SpeechPaused):
                assert event.silence - before.silence == pytest.approx(0.25, abs=0.04)
                assert event.at == before.at
            elif isinstance(event, SpeechPaused):
                assert event.silence == pytest.approx(0.6, abs=0.04)

    @pytest.mark.parametrize("chunk", [37, 512, 1600, 50_000])
    async def test_does_not_depend_on_the_size_of_the_chunks(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm, chunk: int
    ) -> None:
        live = LiveTranscriber(whisper, scheduler, language="en", hot_words=())
        _, finals = await hear(live, answer[: 5 * SPEECH_RATE], chunk=chunk)
        assert [final.text for final in finals] == [SAID[0][1]]

    async def test_is_what_the_engine_hears_in_the_whole_recording(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, data: Path
    ) -> None:
        folder = data / "speech"
        entries = json.loads((folder / "manifest.json").read_text("utf-8"))[::3]
        heard = []
        for entry in entries:
            pcm = np.concatenate([decode(folder / entry["file"]), silence(0.7)])
            live = LiveTranscriber(whisper, scheduler, language="en", hot_words=())
            _, finals = await hear(live, pcm)
            batch = await whisper.transcribe(pcm, language="en")
            heard.append(" ".join(final.text for final in finals) == batch.text)
        assert sum(heard) >= len(heard) - 1


async def test_the_stable_part_of_partials_is_never_rewritten(
    whisper: WhisperEngine, scheduler: LiveScheduler, data: Path
) -> None:
    files = ("en_us_m1_an_api_is_a_contract_between_systems.wav", "en_us_m1_i_used_a_profiler_to_find_the_leak.wav")
    pcm = np.concatenate([part for file in files for part in (decode(data / "speech" / file), silence(0.8))])
    live = LiveTranscriber(whisper, scheduler, language="en", hot_words=())
    events, finals = await hear(live, pcm, wait_for=scheduler)
    shown: dict[int, list[Partial]] = {}
    for event in events:
        if isinstance(event, Partial):
            shown.setdefault(event.segment, []).append(event)
        if isinstance(event, Final):
            shown.pop(event.segment)  # raises when there was no partial, and none may follow
    assert not shown
    partials = [event for event in events if isinstance(event, Partial)]
    for before, after in pairwise(partials):
        if before.segment == after.segment:
            assert after.stable.startswith(before.stable)
            assert after.revision > before.revision
    assert any(partial.stable for partial in partials)
    assert len(finals) == 2


@pytest.fixture(scope="module")
def ten_minutes() -> dict[str, Pcm]:
    """Five kinds of sound without speech, two minutes each."""
    seconds = 120
    random = np.random.default_rng(5)
    white = random.standard_normal(seconds * SPEECH_RATE)
    spectrum = np.fft.rfft(random.standard_normal(seconds * SPEECH_RATE))
    rumble = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 1.0) ** 0.75)
    keys = [(697, 1209), (770, 1336), (852, 1477), (941, 1336)]
    dialled = [
        sound
        for number in range(seconds * 4)
        for sound in (
            tone(0.125, hertz=keys[number % 4][0]) // 2 + tone(0.125, hertz=keys[number % 4][1]) // 2,
            silence(0.125),
        )
    ]
    chords = [
        sum((tone(0.5, hertz=float(hertz)) // 4 for hertz in random.choice([262, 294, 330, 392, 440], 3)), start=0)
        for _ in range(seconds * 2)
    ]
    return {
        "white": (3000 * white).astype(np.int16),
        "rumble": (20_000 * rumble / np.abs(rumble).max()).astype(np.int16),
        "silence": silence(seconds),
        "keys": np.concatenate(dialled),
        "music": np.concatenate(chords).astype(np.int16),
    }


class TestWhereSpeechBegins:
    @pytest.mark.parametrize(
        ("before", "lead"),
        [
            ([0.0] * 20 + [0.45] * 14 + [0.1] * 5, 20),  # "ask" of "ask not", seven tenths of a second before
            ([0.3] * 3 + [0.0] * 40, 43),
            ([0.3] * 200, 200 - 62),
        ],
        ids=["a soft word", "a noise long before", "a noise that goes on"],
    )
    def test_soft_sound_right_before_it_belongs_to_it(self, before: list[float], lead: int) -> None:
        points = Endpointer()
        marks = [points.feed(probability) for probability in [*before, *[0.8] * 7]]
        assert Mark.STARTED in marks
        assert (points.lead, points.begin) == (lead, len(before))


class TestNoise:
    async def test_reaches_no_engine_and_becomes_no_text(
        self, scheduler: LiveScheduler, ten_minutes: dict[str, Pcm]
    ) -> None:
        for pcm in ten_minutes.values():
            engine = ScriptedEngine()
            live = LiveTranscriber(engine, scheduler, language="en", hot_words=("kubernetes",))
            assert await hear(live, pcm, chunk=SPEECH_RATE) == ([], [])
            assert engine.calls == []

    async def test_around_speech_adds_no_words(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm, ten_minutes: dict[str, Pcm]
    ) -> None:
        hiss = (ten_minutes["white"][: len(answer)] // 60).astype(np.int16)
        live = LiveTranscriber(whisper, scheduler, language="en", hot_words=("kubernetes",))
        _, finals = await hear(live, answer + hiss)
        assert len(finals) == 3
        assert not any("kubernetes" in final.text for final in finals)


class TestTheLoop:
    async def test_is_never_held_up(self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm) -> None:
        """Measured in time of the loop's own thread, so that a busy machine does not count."""
        worst = 0.0

        async def tick() -> None:
            nonlocal worst
            while True:
                begin = time.thread_time()
                await asyncio.sleep(0)
                worst = max(worst, time.thread_time() - begin)

        lives = [LiveTranscriber(whisper, scheduler, language="en", hot_words=()) for _ in range(2)]
        await lives[0].push(silence(0.1))
        ticker = asyncio.create_task(tick())
        await asyncio.sleep(0)
        with blockbuster_ctx():
            await asyncio.gather(hear(lives[0], answer), hear(lives[1], answer, chunk=len(answer)))
        ticker.cancel()
        assert worst < LONGEST_CALLBACK

    async def test_has_no_tasks_and_threads_left_after_close(
        self, whisper: WhisperEngine, scheduler: LiveScheduler, answer: Pcm
    ) -> None:
        await whisper.transcribe(answer[: 5 * SPEECH_RATE])
        await asyncio.gather(whisper.transcribe(answer), whisper.transcribe(answer))  # both threads of the engine
        tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
        for seconds in (0.5, 2.5, 4.0, 6.0):
            live = LiveTranscriber(whisper, scheduler, language="en", hot_words=())
            await live.push(answer[: round(seconds * SPEECH_RATE)])
            await live.close()
            await live.close()
        assert asyncio.all_tasks() == tasks
        assert set(threading.enumerate()) == threads
        assert scheduler.pending == 0
