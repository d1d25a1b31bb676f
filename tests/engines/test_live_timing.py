"""The order and timing of live transcription, with a scripted engine and a clock that jumps."""

import asyncio
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import psutil
import pytest

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Overloaded, SttError, SttFailed, SttUnavailable, TimedWord
from app.engines.stt.live import (
    CaptionsThin,
    Final,
    LiveEvent,
    LiveScheduler,
    LiveTranscriber,
    Partial,
    SpeechPaused,
    SpeechStarted,
)
from tests.engines.live_fakes import (
    CHUNK,
    ScriptedEngine,
    Session,
    collect,
    names,
    read,
    run_at_once,
    say,
    silence,
    words_of,
)

WHISPER_SECONDS = 0.8
"""A base.en on one core, whatever the length."""
FACTOR = 0.2
"""An engine whose work grows with the length of the sound, in seconds for a second."""


pytestmark = pytest.mark.usefixtures("loud_vad")


class TestFinals:
    def test_come_at_a_pause_when_the_engine_is_faster_than_the_pause_is_long(self) -> None:
        async def talk() -> None:
            session = Session(ScriptedEngine(fixed=0.2))
            await session.play(np.concatenate([silence(1.0), say(range(6)), silence(2.0)]))
            await session.end()
            ((at, final),) = session.of(Final)
            spoken_until = 1.0 + 6 * 0.35 - 0.05
            assert isinstance(final, Final)
            assert final.text.split() == names(range(6))
            assert at == pytest.approx(spoken_until + 0.6, abs=0.15)
            assert final.start == pytest.approx(1.0, abs=0.01)
            assert final.end == pytest.approx(spoken_until, abs=0.01)

        run_at_once(talk())

    def test_are_prepared_in_the_silence_and_recognised_once(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(fixed=WHISPER_SECONDS)
            session = Session(engine)
            await session.play(np.concatenate([say(range(6)), silence(2.0)]))
            await session.end()
            ((at, _),) = session.of(Final)
            assert at - (6 * 0.35 - 0.05) <= WHISPER_SECONDS + 0.35
            assert [call.beam for call in engine.calls].count(None) == 1

        run_at_once(talk())

    @pytest.mark.parametrize(("end", "wait"), [(".", 0.4), ("...", 0.65), ("", 0.65)])
    def test_of_a_whole_sentence_do_not_wait_for_the_full_pause(self, end: str, wait: float) -> None:
        async def talk() -> None:
            def punctuated(pcm: Pcm) -> list[TimedWord]:
                words = read(pcm)
                return [*words[:-1], replace(words[-1], text=words[-1].text + end)] if words else []

            session = Session(ScriptedEngine(fixed=0.1, understand=punctuated))
            await session.play(np.concatenate([say(range(8)), silence(0.5), say(range(8, 16)), silence(1.0)]))
            finals = await session.end()
            assert len(finals) == (2 if end == "." else 1)
            spoken = [word for final in finals for word in final.text.replace(".", "").split()]
            assert spoken == names(range(16))
            last = session.of(Final)[-1][0] - (16 * 0.35 - 0.05 + 0.5)
            assert last == pytest.approx(wait, abs=0.12)
            assert len(session.of(SpeechStarted)) == 1

        run_at_once(talk())

    def test_do_not_end_in_a_breath(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(fixed=0.1)
            session = Session(engine)
            await session.play(np.concatenate([say(range(4)), silence(0.4), say(range(4, 8)), silence(0.4)]))
            finals = await session.end()
            assert [final.text.split() for final in finals] == [names(range(8))]
            assert len(session.of(SpeechStarted)) == 1
            assert not session.of(SpeechPaused)

        run_at_once(talk())

    @pytest.mark.parametrize(("name", "fixed", "factor"), [("whisper", 0.05, FACTOR), ("openai", 0.8, 0.0)])
    def test_of_running_speech_lose_and_double_no_word(self, name: str, fixed: float, factor: float) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(name=name, fixed=fixed, factor=factor)
            session = Session(engine, LiveScheduler(slots=2))
            await session.play(say(range(190)))
            finals = await session.end()
            assert len(finals) >= 2
            assert words_of(finals) == names(range(190))
            assert all(word.start < after.start for word, after in pairwise(w for f in finals for w in f.words))
            assert max(call.seconds for call in engine.calls) <= 27.5
            assert [final.segment for final in finals] == list(range(len(finals)))

        run_at_once(talk())

    def test_come_in_order_however_long_the_engine_takes(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(fixed=5.0)
            session = Session(engine)
            sentences = [range(at, at + 4) for at in range(0, 40, 4)]
            await session.play(np.concatenate([part for words in sentences for part in (say(words), silence(0.8))]))
            finals = await session.end()
            assert [final.text.split() for final in finals] == [names(words) for words in sentences]
            assert [event for _, event in session.of(Final)] == finals

        run_at_once(talk())

    def test_hold_what_was_said_up_to_the_last_sample(self) -> None:
        async def talk() -> None:
            session = Session(ScriptedEngine())
            await session.live.push(say(range(5))[:-800])
            finals = await session.end()
            assert words_of(finals) == names(range(5))
            assert finals == await session.live.finish()

        run_at_once(talk())

    def test_take_back_partials_of_what_was_no_word(self) -> None:
        async def talk() -> None:
            def unsure(pcm: Pcm) -> list[TimedWord]:
                return [TimedWord("perhaps", 0.0, 0.5)] if engine.calls[-1].beam else []

            engine = ScriptedEngine(understand=unsure)
            session = Session(engine)
            await session.play(np.concatenate([say(range(6)), silence(1.0)]))
            finals = await session.end()
            assert session.of(Partial)
            assert [(final.segment, final.text) for final in finals] == [(0, "")]

        run_at_once(talk())


class TestPartials:
    def test_come_about_once_a_second_and_only_grow_in_their_stable_part(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(fixed=0.3)
            session = Session(engine)
            await session.play(np.concatenate([say(range(40)), silence(1.0)]))
            await session.end()
            partials = [(at, event) for at, event in session.events if isinstance(event, Partial)]
            assert 10 <= len(partials) <= 18
            assert partials[0][0] < 1.0
            for (begin, before), (end, after) in pairwise(partials[:-1]):
                assert end - begin >= 0.75
                assert after.stable.startswith(before.stable)
            stable = partials[-1][1].stable.split()
            assert stable == names(range(len(stable)))
            assert "?" not in stable
            assert len(stable) > 25

        run_at_once(talk())

    @pytest.mark.parametrize("name", ["whisper", "openai"])
    def test_never_rewrite_what_was_stable_though_the_engine_changes_its_mind(self, name: str) -> None:
        async def talk() -> None:
            def fickle(pcm: Pcm) -> list[TimedWord]:
                mood = len(engine.calls) // 3
                words = [word for word in read(pcm) if word.text != "?"][mood % 2 :]
                return [replace(word, text=f"{word.text}{'abc'[mood % 3]}", start=word.start + 0.02) for word in words]

            engine = ScriptedEngine(name=name, understand=fickle)
            session = Session(engine)
            await session.play(say(range(60)))
            await session.end()
            partials = [event for _, event in session.events if isinstance(event, Partial)]
            assert len({event.stable for event in partials}) > 3
            for before, after in pairwise(partials):
                assert after.segment > before.segment or after.stable.startswith(before.stable)
            for event in partials:
                places = [int(word[1:-1]) for word in event.stable.split()]
                assert places == sorted(set(places))

        run_at_once(talk())

    def test_leave_a_slow_engine_time_for_the_finals(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(fixed=3.0)
            session = Session(engine)
            await session.play(np.concatenate([say(range(57)), silence(1.0)]))
            await session.end()
            assert 1 <= [call.beam for call in engine.calls].count(1) <= 3

        run_at_once(talk())

    def test_are_the_first_to_be_dropped_when_nobody_reads(self) -> None:
        async def talk() -> None:
            live = LiveTranscriber(ScriptedEngine(), LiveScheduler(), language="en", hot_words=())
            sound = np.concatenate([part for _ in range(20) for part in (say(range(12)), silence(3.0))])
            for at in range(0, len(sound), CHUNK):
                await live.push(sound[at : at + CHUNK])
                await asyncio.sleep(0.01)
            finals = await live.finish()
            await live.close()
            events: list[LiveEvent] = []
            await collect(live, events)
            assert [event for event in events if isinstance(event, Final)] == finals
            assert len(finals) == 20
            assert not [event for event in events if isinstance(event, Partial)]
            assert len(events) <= 3 * 20
            assert [event.silence for event in events if isinstance(event, SpeechPaused)] == [
                pytest.approx(2.85, abs=0.2)
            ] * 20

        run_at_once(talk())


class TestManySpeakers:
    SENTENCES = tuple(range(at, at + 10) for at in range(0, 60, 10))

    async def _talk(self, speakers: int, seconds_a_call: float) -> tuple[list[Session], list[list[Final]]]:
        engine, scheduler = ScriptedEngine(fixed=seconds_a_call), LiveScheduler(slots=2)
        sound = np.concatenate([part for words in self.SENTENCES for part in (say(words), silence(1.0))])
        sessions = [Session(engine, scheduler) for _ in range(speakers)]
        await asyncio.gather(*(session.play(sound) for session in sessions))
        finals = await asyncio.gather(*(session.end() for session in sessions))
        assert scheduler.pending == 0
        return sessions, finals

    def test_lose_nothing_and_are_told_once_that_captions_are_thin(self) -> None:
        async def talk() -> None:
            sessions, finals = await self._talk(8, 0.3)
            for session, said in zip(sessions, finals, strict=True):
                assert words_of(said) == names(range(60))
                assert len(session.of(CaptionsThin)) == 1
                assert session.of(Partial)

        run_at_once(talk())

    def test_get_fewer_partials_so_that_finals_come_in_time(self) -> None:
        async def talk(speakers: int) -> tuple[float, list[float]]:
            sessions, _ = await self._talk(speakers, 0.3)
            ends = [10 * 0.35 - 0.05 + at * (10 * 0.35 + 1.0) for at in range(6)]
            waits = [at - end for session in sessions for (at, _), end in zip(session.of(Final), ends, strict=True)]
            return sum(len(session.of(Partial)) for session in sessions) / speakers, waits

        alone, _ = run_at_once(talk(1))
        crowded, waits = run_at_once(talk(8))
        assert crowded < 0.8 * alone
        assert max(waits) < 2.5

    def test_who_speak_with_cores_to_spare_are_told_nothing(self) -> None:
        async def talk() -> None:
            sessions, _ = await self._talk(2, 0.1)
            assert not any(session.of(CaptionsThin) for session in sessions)

        run_at_once(talk())


class TestMemory:
    def test_does_not_grow_in_an_hour_of_talk(self) -> None:
        async def talk() -> tuple[int, int, list[str]]:
            process = psutil.Process()
            engine = ScriptedEngine()
            live = LiveTranscriber(engine, LiveScheduler(), language="en", hot_words=())
            reading = asyncio.create_task(self._count(live))
            lengths = random.Random(1)
            spoken = samples = early = 0
            while samples < 3600 * SPEECH_RATE:
                words = lengths.randint(1, 140)
                sound = np.concatenate([say(range(spoken, spoken + words)), silence(lengths.uniform(0.1, 3.0))])
                spoken += words
                samples += len(sound)
                for at in range(0, len(sound), SPEECH_RATE):
                    await live.push(sound[at : at + SPEECH_RATE])
                    engine.calls.clear()
                if not early and samples > 600 * SPEECH_RATE:
                    early = process.memory_info().rss
            finals = await live.finish()
            grown = process.memory_info().rss - early
            await live.close()
            await reading
            return spoken, grown, words_of(finals)

        spoken, grown, words = run_at_once(talk())
        assert words == names(range(spoken))
        assert grown < 30_000_000  # that of 9,000 words and their times, not the 96 MB of the sound

    @staticmethod
    async def _count(live: LiveTranscriber) -> None:
        async for _ in live.events():
            pass

    def test_is_bounded_by_making_the_sender_wait(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(gate=asyncio.Event())
            assert engine.gate is not None
            live = LiveTranscriber(engine, LiveScheduler(), language="en", hot_words=())
            sentence = np.concatenate([say(range(20)), silence(1.0)])
            pushed = 0

            async def send() -> None:
                nonlocal pushed
                for _ in range(20):
                    await live.push(sentence)
                    pushed += 1

            sending = asyncio.create_task(send())
            await asyncio.sleep(10)
            assert 7 <= pushed <= 9  # a minute of sentences of 8 s
            engine.gate.set()
            await sending
            finals = await live.finish()
            assert words_of(finals) == names(range(20)) * 20
            await live.close()

        run_at_once(talk())


class TestFailures:
    def test_that_pass_cost_no_word(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(errors=[Overloaded("full", retry_after=0.2), SttFailed("hiccup")])
            session = Session(engine)
            await session.play(np.concatenate([say(range(5)), silence(1.0)]))
            assert words_of(await session.end()) == names(range(5))

        run_at_once(talk())

    @pytest.mark.parametrize("error", [SttUnavailable("gone"), SttFailed("never", retryable=False), ValueError("bug")])
    def test_that_stay_are_told_at_the_end_and_spare_the_other_segments(self, error: Exception) -> None:
        async def talk() -> None:
            session = Session(ScriptedEngine(errors=[error]))
            await session.play(np.concatenate([say(range(5)), silence(1.0), say(range(5, 9)), silence(1.0)]))
            with pytest.raises(SttError):
                await session.live.finish()
            await session.live.close()
            await asyncio.sleep(0)
            heard = [event for _, event in session.of(Final) if isinstance(event, Final) and event.text]
            assert words_of(heard) == names(range(5, 9))

        run_at_once(talk())

    def test_close_ends_everything_in_the_middle_of_it(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine(gate=asyncio.Event())
            scheduler = LiveScheduler()
            before = asyncio.all_tasks()
            session = Session(engine, scheduler)
            await session.play(np.concatenate([say(range(30)), silence(1.0), say(range(30))]))
            finishing = asyncio.create_task(session.live.finish())
            await asyncio.sleep(1.0)
            await session.live.close()
            assert await finishing == []
            await session.live.push(say(range(3)))
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == before
            assert scheduler.pending == 0

        run_at_once(talk())


class TestInvention:
    def test_hot_words_go_with_enough_speech_only(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine()
            session = Session(engine, hot_words=("kafka",))
            await session.play(np.concatenate([say([7]), silence(1.0), say(range(6)), silence(1.0)]))
            await session.end()
            for call in engine.calls:
                assert call.hot_words == (("kafka",) if call.seconds > 1.5 else ())

        run_at_once(talk())

    @pytest.mark.parametrize(("words", "kept"), [(1, []), (6, ["Thank you."])])
    def test_a_phantom_phrase_counts_only_when_enough_was_said(self, words: int, kept: list[str]) -> None:
        async def talk() -> list[Final]:
            def thank(pcm: Pcm) -> list[TimedWord]:
                return [TimedWord("Thank", 0.1, 0.3), TimedWord("you.", 0.3, 0.5)] if len(read(pcm)) else []

            session = Session(ScriptedEngine(understand=thank))
            await session.play(np.concatenate([say(range(words)), silence(1.0)]))
            return await session.end()

        assert [final.text for final in run_at_once(talk())] == kept

    def test_a_click_is_no_speech(self) -> None:
        async def talk() -> None:
            engine = ScriptedEngine()
            session = Session(engine)
            click = say([3])[:1600]
            await session.play(np.concatenate([part for _ in range(20) for part in (click, silence(0.7))]))
            assert await session.end() == []
            assert engine.calls == []
            assert session.events == []

        run_at_once(talk())
