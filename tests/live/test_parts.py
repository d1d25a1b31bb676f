"""The parts of a live interview on their own: endpointing, the event queue, the recorder, the limits."""

import asyncio
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from app.engines.audio import WavWriter, decode
from app.engines.storage import LocalStorage, Scratch
from app.engines.stt.base import TimedWord
from app.engines.stt.live import Final
from app.services.answers.answer_service import HeardSegment
from app.services.live.closing import ENDED, TOO_SLOW
from app.services.live.endpointing import Ending, Endpointing, ending_of, silence_threshold
from app.services.live.event_queue import CAPACITY, EventQueue
from app.services.live.events import Ack, Event, Gap, PartialText, Pong
from app.services.live.limits import ConnectionLimiter, TokenBucket
from app.services.live.recorder import LiveFiles, Recorder

LONG = "i told the team what had gone wrong and we agreed on a plan that everybody liked"


def said(text: str, sure: float = 0.97) -> Final:
    """A segment with words of this probability."""
    words = tuple(TimedWord(word, at / 3, (at + 1) / 3, sure) for at, word in enumerate(text.split()))
    return Final(0, text, 0.0, words[-1].end, words, 0.9, "whisper")


def final(number: int) -> HeardSegment:
    return HeardSegment(number=number, text="a", start=0, end=1, words=(), confidence=1, engine="x")


def partial(segment: int, revision: int) -> PartialText:
    return PartialText(segment, revision, stable="", unstable="")


async def taken(queue: EventQueue) -> list[Event]:
    """Everything that comes out until it ends."""
    async with asyncio.timeout(5):
        return [event async for event in queue]


class TestPatience:
    @pytest.mark.parametrize(
        ("words", "category", "ending", "seconds"),
        [
            (3, "behavioral", "unclear", 3.0),
            (15, "behavioral", "unclear", 2.5),
            (3, "technical", "unclear", 3.5),
            (80, "system_design", "unclear", 3.0),
            (80, "behavioral", "open", 3.5),
            (3, "technical", "open", 4.5),
            (80, "behavioral", "finished", 1.1),
            (8, "technical", "finished", 1.35),
        ],
    )
    def test_grows_with_what_has_to_be_thought_about(
        self, words: int, category: str, ending: Ending, seconds: float
    ) -> None:
        assert silence_threshold(words, category, overtime=False, ending=ending) == seconds

    def test_is_short_when_time_is_up(self) -> None:
        assert silence_threshold(3, "technical", overtime=True) < 2.5

    def test_counts_silence_anew_after_speech(self) -> None:
        ends = Endpointing("hr")
        ends.started(0.0)
        ends.final(said(LONG))
        ends.paused(5.0, 2.4)
        ends.started(5.0)
        assert not ends.is_over(overtime=False)
        assert ends.silence == 0
        ends.paused(5.0, 2.6)
        assert ends.is_over(overtime=False)

    def test_counts_no_silence_of_a_pause(self) -> None:
        ends = Endpointing("hr")
        ends.final(said(LONG))
        ends.paused(5.0, 2.4)
        ends.resumed(60.0)
        ends.paused(5.0, 57.0)
        assert not ends.is_over(overtime=False)
        ends.paused(5.0, 57.6)
        assert ends.is_over(overtime=False)

    def test_counts_words_that_are_still_uncertain(self) -> None:
        ends = Endpointing("hr")
        ends.partial(2)
        ends.paused(5.0, 3.1)
        assert ends.is_over(overtime=False)
        ends.partial(0)
        assert not ends.is_over(overtime=False)


class TestTheEndOfAnAnswer:
    def test_is_found_soon_after_a_sentence_that_sounds_finished(self) -> None:
        ends = Endpointing("behavioral")
        ends.final(said(f"{LONG}."))
        ends.paused(5.0, 0.6)
        ends.detected(5.0, 0.98)
        assert not ends.is_over(overtime=False)
        ends.paused(5.0, 1.12)
        assert ends.is_over(overtime=False)

    @pytest.mark.parametrize("unsaid", ["more words", "a sound of thinking", "an old sound"])
    def test_is_waited_for_when_something_speaks_against_it(self, unsaid: str) -> None:
        ends = Endpointing("behavioral")
        ends.final(said(f"{LONG}."))
        ends.paused(5.0, 2.3)
        match unsaid:
            case "more words":
                ends.partial(2)
                ends.detected(5.0, 0.98)
            case "a sound of thinking":
                ends.detected(5.0, 0.01)
            case _:
                ends.detected(3.0, 0.98)
        assert not ends.is_over(overtime=False)
        ends.paused(5.0, 2.6)
        assert ends.is_over(overtime=False)

    def test_counts_the_words_of_the_whole_answer(self) -> None:
        assert ending_of("The hotel was full.", 0.999, 0.99) == "unclear"
        assert ending_of("The hotel was full.", 0.999, 0.99, words_before=20) == "finished"

    @pytest.mark.parametrize(
        ("text", "sure", "detected", "ending"),
        [
            ("We agreed on a plan that everybody liked.", 0.97, 0.9, "finished"),
            ("We agreed on a plan that everybody liked.", 0.97, 0.2, "unclear"),
            ("We agreed on a plan that everybody liked.", 0.80, 0.99, "unclear"),
            ("We agreed on a plan that everybody liked.", 0.999, 0.1, "finished"),
            ("We agreed on a plan that everybody liked.", 0.999, 0.01, "unclear"),
            ("We agreed on a plan that everybody liked.", 0.99, None, "finished"),
            ("We agreed on a plan that everybody liked.", 0.97, None, "unclear"),
            ("we agreed on a plan that everybody liked", 0.99, 0.99, "unclear"),
            ("We agreed on a plan that everybody liked because", 0.99, 0.99, "open"),
            ("We agreed on a plan that everybody liked and.", 0.99, 0.99, "open"),
            ("We agreed on a plan that everybody liked, so I", 0.99, 0.99, "open"),
            ("We agreed on a plan that everybody liked, um.", 0.99, 0.99, "open"),
            ("We agreed on a plan that everybody liked...", 0.99, 0.99, "open"),
            ("We talked to the", 0.99, 0.99, "open"),
            ("And nobody knew what it was for.", 0.99, 0.99, "finished"),
            ("Yes, I did.", 0.99, 0.99, "unclear"),
        ],
    )
    def test_is_told_by_words_and_sound(self, text: str, sure: float, detected: float | None, ending: Ending) -> None:
        assert ending_of(text, sure, detected) == ending


class TestEventQueue:
    async def test_keeps_the_newest_partial_of_a_segment_and_every_final(self) -> None:
        queue = EventQueue()
        for event in (partial(0, 1), partial(0, 2), final(0), partial(1, 1), final(1), partial(2, 1), partial(2, 2)):
            queue.put(event)
        queue.close(ENDED)
        assert await taken(queue) == [partial(0, 2), final(0), partial(1, 1), final(1), partial(2, 2)]

    async def test_keeps_the_newest_ack_and_gap_in_their_new_place(self) -> None:
        queue = EventQueue()
        for event in (Ack(1), final(0), Ack(2), Gap(2), Gap(3)):
            queue.put(event)
        queue.close(ENDED)
        assert await taken(queue) == [final(0), Ack(2), Gap(3)]

    async def test_gives_up_when_too_much_waits(self) -> None:
        queue = EventQueue()
        for segment in range(CAPACITY):
            queue.put(final(segment))
        assert queue.closing is None
        queue.put(final(CAPACITY))
        assert queue.closing is TOO_SLOW
        assert await taken(queue) == []

    async def test_takes_any_number_of_finals_that_a_connection_begins_with(self) -> None:
        queue = EventQueue()
        queue.put_first(final(number) for number in range(500))
        queue.put(Pong())
        queue.close(ENDED)
        assert len(await taken(queue)) == 501

    async def test_makes_a_client_wait_for_the_answers_to_its_own_flood(self) -> None:
        queue = EventQueue()

        async def flood() -> None:
            for _ in range(1_000):
                await queue.reply(Pong())
            queue.close(ENDED)

        sending = asyncio.create_task(flood())
        assert len(await taken(queue)) == 1_000
        await sending
        assert queue.closing is ENDED


class TestRecorder:
    async def test_has_on_disk_what_it_says_is_saved(self, tmp_path: Path) -> None:
        recorder = await Recorder.open(tmp_path / "a.wav", 16_000)
        sound = np.arange(3_000, dtype=np.int16)
        recorder.append(sound[:1_000].tobytes())
        assert (recorder.held, recorder.saved) == (1_000, 0)
        await recorder.save()
        assert recorder.saved == 1_000
        assert np.array_equal(decode(tmp_path / "a.wav"), sound[:1_000]), "whole while it is being written"
        await recorder.close()
        again = await Recorder.open(tmp_path / "a.wav", 16_000)
        assert again.held == 1_000
        again.append(sound[1_000:].tobytes())
        await again.close()
        assert np.array_equal(decode(tmp_path / "a.wav"), sound)

    async def test_doubles_nothing_when_it_is_cancelled_in_a_save(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recorder = await Recorder.open(tmp_path / "a.wav", 16_000)
        sound = np.arange(2_000, dtype=np.int16)
        recorder.append(sound.tobytes())
        saving = asyncio.create_task(recorder.save())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        await recorder.close()
        assert np.array_equal(decode(tmp_path / "a.wav"), sound)

    async def test_ends_with_the_last_saved_sample_when_the_disk_is_full(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recorder = await Recorder.open(tmp_path / "a.wav", 16_000)
        sound = np.arange(1_000, dtype=np.int16)
        recorder.append(sound.tobytes())
        await recorder.save()
        flush = WavWriter.flush

        def full(writer: WavWriter, *, sync: bool = False) -> None:
            flush(writer, sync=sync)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(WavWriter, "flush", full)
        recorder.append(sound.tobytes())
        with pytest.raises(OSError, match="No space"):
            await recorder.save()
        monkeypatch.undo()
        await recorder.close()
        again = await Recorder.open(tmp_path / "a.wav", 16_000)
        assert again.held == 1_000
        await again.close()
        assert np.array_equal(decode(tmp_path / "a.wav"), sound)


class TestLiveFiles:
    async def test_keeps_the_growing_file_until_it_is_removed(self, tmp_path: Path) -> None:
        storage = LocalStorage(tmp_path, Scratch(tmp_path / "drafts"))
        files = LiveFiles(tmp_path / "live", storage)
        answer = uuid4()
        recorder = await Recorder.open(files.path(answer), 8_000)
        recorder.append(np.ones(800, np.int16).tobytes())
        await recorder.close()
        kept = await files.keep(answer, recorder.seconds)
        assert kept.size_bytes == (tmp_path / kept.key).stat().st_size == 44 + 1_600
        assert set(await files.ages()) == {answer}
        assert await files.rate(answer) == 8_000
        await files.remove(answer)
        assert await files.ages() == {}
        assert await files.rate(answer) is None
        assert (tmp_path / kept.key).exists()


class TestLimits:
    def test_count_connections_by_address(self) -> None:
        limiter = ConnectionLimiter(1)
        with limiter.connection("a") as first, limiter.connection("a") as second, limiter.connection("b") as other:
            assert (first, second, other, limiter.total) == (True, False, True, 2)
        assert limiter.total == 0

    def test_let_a_burst_of_messages_pass_but_no_flood(self) -> None:
        bucket = TokenBucket(rate=0.0, burst=5)
        assert [bucket.take() for _ in range(7)] == [True] * 5 + [False] * 2
