"""Live transcription by an engine that decodes while somebody speaks: each sound once, nothing lost, fair shares."""

import asyncio
import random
from itertools import pairwise

import numpy as np
import pytest

from app.engines.audio import SPEECH_RATE
from app.engines.stt.base import SttUnavailable, Voice
from app.engines.stt.live import Final, LiveScheduler, Partial
from app.engines.stt.live import transcriber as transcriber_module
from tests.engines.live_fakes import LoudVad, Session, StreamedEngine, names, read, run_at_once, say, silence, words_of

FACTOR = 0.3
"""Seconds of work for a second of sound, as PocketSphinx needs on one core."""


@pytest.fixture(autouse=True)
def loud_vad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcriber_module, "StreamVad", LoudVad)


class TestFinals:
    def test_come_soon_after_the_end_however_long_the_utterance_was(self) -> None:
        async def talk() -> list[float]:
            engine = StreamedEngine(factor=FACTOR)
            lengths = random.Random(3)
            waits = []
            for _ in range(12):
                session = Session(engine, LiveScheduler(slots=1))
                await session.play(np.concatenate([say(range(lengths.randint(18, 60))), silence(0.1)]))
                done = session.now
                await session.end()
                waits.append(session.of(Final)[-1][0] - done)
            return waits

        bare = FACTOR * 5.0
        assert max(run_at_once(talk())) <= bare

    def test_lose_and_double_no_word_and_hear_each_sound_about_once(self) -> None:
        async def talk() -> None:
            engine = StreamedEngine(factor=FACTOR)
            session = Session(engine, LiveScheduler(slots=1))
            await session.play(say(range(190)))
            finals = await session.end()
            assert words_of(finals) == names(range(190))
            assert all(word.start < after.start for word, after in pairwise(w for f in finals for w in f.words))
            assert engine.fed < 1.5 * 190 * 0.35 * SPEECH_RATE  # more only around cuts in running speech
            assert not engine.calls

        run_at_once(talk())

    def test_in_talk_with_breaths_nothing_is_heard_twice(self) -> None:
        async def talk() -> None:
            engine = StreamedEngine(factor=FACTOR)
            session = Session(engine, LiveScheduler(slots=1))
            sound = np.concatenate([part for at in range(0, 60, 6) for part in (say(range(at, at + 6)), silence(0.4))])
            await session.play(sound)
            finals = await session.end()
            assert words_of(finals) == names(range(60))
            assert len(finals) > 2
            assert engine.fed <= len(sound)

        run_at_once(talk())

    def test_what_is_learned_of_a_voice_goes_on_to_the_next_utterance(self) -> None:
        async def talk() -> list[Voice | None]:
            engine = StreamedEngine()
            session = Session(engine)
            await session.play(np.concatenate([say(range(5)), silence(1.0), say(range(5)), silence(1.0)]))
            await session.end()
            return engine.voices

        assert run_at_once(talk()) == [None, Voice(1.0, "")]


class TestPartials:
    def test_follow_the_stream_and_only_grow_in_their_stable_part(self) -> None:
        async def talk() -> None:
            session = Session(StreamedEngine(factor=FACTOR))
            await session.play(say(range(28)))
            await session.end()
            partials = [event for _, event in session.events if isinstance(event, Partial)]
            assert session.of(Partial)[0][0] < 1.2
            assert len(partials) > 15
            for before, after in pairwise(partials):
                assert after.segment > before.segment or after.stable.startswith(before.stable)
            assert partials[-1].stable

        run_at_once(talk())


class TestABrokenStream:
    @pytest.mark.parametrize("breaks", [{1}, {4}, {4, 5}, {2, 9}])
    def test_loses_nothing(self, breaks: set[int]) -> None:
        async def talk() -> None:
            engine = StreamedEngine(factor=FACTOR, breaks=breaks)
            session = Session(engine, LiveScheduler(slots=1))
            await session.play(np.concatenate([say(range(12)), silence(1.0), say(range(12, 20)), silence(1.0)]))
            finals = await session.end()
            assert words_of(finals) == names(range(20))
            assert not engine.calls
            partials = [event for _, event in session.events if isinstance(event, Partial)]
            for before, after in pairwise(partials):
                assert after.segment > before.segment or after.stable.startswith(before.stable)

        run_at_once(talk())

    def test_that_breaks_again_and_again_is_replaced_by_one_call_for_the_whole_utterance(self) -> None:
        async def talk() -> None:
            engine = StreamedEngine(factor=FACTOR, breaks=set(range(1, 4)))
            session = Session(engine, LiveScheduler(slots=1))
            await session.play(np.concatenate([say(range(12)), silence(1.0), say(range(12, 20)), silence(1.0)]))
            assert words_of(await session.end()) == names(range(20))
            assert len(engine.calls) == 1

        run_at_once(talk())

    def test_is_told_at_the_end_when_nothing_helps(self) -> None:
        async def talk() -> None:
            engine = StreamedEngine(breaks=set(range(1, 4)), errors=[SttUnavailable("gone")])
            session = Session(engine, LiveScheduler(slots=1))
            await session.play(np.concatenate([say(range(5)), silence(1.0), say(range(5, 9)), silence(1.0)]))
            with pytest.raises(SttUnavailable):
                await session.live.finish()
            await session.live.close()
            heard = [event for _, event in session.of(Final) if isinstance(event, Final) and event.text]
            assert words_of(heard) == names(range(5, 9))

        run_at_once(talk())


class TestManySpeakers:
    def test_more_than_there_are_places_all_get_their_finals(self) -> None:
        async def talk() -> None:
            engine, scheduler = StreamedEngine(factor=0.8, places=3), LiveScheduler(slots=2)
            sound = np.concatenate(
                [part for at in range(0, 30, 10) for part in (say(range(at, at + 10)), silence(1.0))]
            )
            sessions = [Session(engine, scheduler) for _ in range(8)]
            await asyncio.gather(*(session.play(sound) for session in sessions))
            for finals in await asyncio.gather(*(session.end() for session in sessions)):
                assert words_of(finals) == names(range(30))
            assert engine.most_open == 3
            assert (engine.open, scheduler.pending) == (0, 0)

        run_at_once(talk())

    def test_wait_for_about_as_long_as_each_other(self) -> None:
        async def talk() -> list[float]:
            engine, scheduler = StreamedEngine(factor=0.5), LiveScheduler(slots=2)
            sessions = [Session(engine, scheduler) for _ in range(8)]
            await asyncio.gather(*(session.play(say(range(30))) for session in sessions))
            await asyncio.gather(*(session.end() for session in sessions))
            return [session.of(Final)[-1][0] for session in sessions]

        waits = run_at_once(talk())
        assert max(waits) - min(waits) <= 0.5 * 4 * 1.5  # half a round of the longest steps

    def test_a_slow_engine_makes_the_sender_wait_so_that_memory_is_bounded(self) -> None:
        async def talk() -> None:
            engine = StreamedEngine(gate=asyncio.Event())
            assert engine.gate is not None
            session = Session(engine)
            sentence = np.concatenate([say(range(20)), silence(1.0)])
            pushed = 0

            async def send() -> None:
                nonlocal pushed
                for _ in range(20):
                    await session.live.push(sentence)
                    pushed += 1

            sending = asyncio.create_task(send())
            await asyncio.sleep(10)
            assert 7 <= pushed <= 9  # a minute of sentences of 8 s
            engine.gate.set()
            await sending
            assert words_of(await session.end()) == names(range(20)) * 20

        run_at_once(talk())

    def test_close_ends_everything_in_the_middle_of_it(self) -> None:
        async def talk() -> None:
            engine, scheduler = StreamedEngine(gate=asyncio.Event(), places=1), LiveScheduler()
            before = asyncio.all_tasks()
            sessions = [Session(engine, scheduler) for _ in range(3)]
            for session in sessions:
                await session.play(np.concatenate([say(range(10)), silence(1.0), say(range(10))]))
            finishing = [asyncio.create_task(session.live.finish()) for session in sessions]
            await asyncio.sleep(1.0)
            for session in sessions:
                await session.live.close()
            assert await asyncio.gather(*finishing) == [[], [], []]
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == before
            assert (engine.open, scheduler.pending) == (0, 0)

        run_at_once(talk())


def test_noise_without_speech_opens_no_stream() -> None:
    async def talk() -> None:
        engine = StreamedEngine()
        session = Session(engine)
        await session.play(np.concatenate([part for _ in range(20) for part in (say([3])[:1600], silence(0.7))]))
        assert await session.end() == []
        assert (engine.voices, session.events) == ([], [])

    run_at_once(talk())


def test_the_words_of_a_guess_are_where_they_were_said() -> None:
    async def talk() -> None:
        session = Session(StreamedEngine())
        await session.play(np.concatenate([silence(2.0), say(range(6)), silence(1.0)]))
        (final,) = await session.end()
        assert [word.start for word in final.words] == [pytest.approx(2.0 + 0.35 * at, abs=0.01) for at in range(6)]
        assert read(say(range(6)))[0].text == final.words[0].text

    run_at_once(talk())
