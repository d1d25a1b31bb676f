"""How a turn begins, goes on and ends, with a recogniser that hears what the test says."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import select

from app.config import LiveSettings
from app.models import Answer, Message, Question, TranscriptSegment
from app.models.base import Record
from app.services.live import phrases
from app.services.live.turn import Turn
from app.services.live.voice import Voice
from tests.conftest import Candidate
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import PROFILER, LiveClient, LiveServer, clip, files_in, silence, stored_pcm, until

API = "/api/v1/interviews/sessions"
Heard = type[ScriptedTranscriber]
R = TypeVar("R", bound=Record)


@pytest_asyncio.fixture
async def client(scripted: Heard, server: LiveServer) -> AsyncIterator[LiveClient]:
    """Somebody in an interview of two questions; the first is being asked."""
    candidate = await server.candidate()
    session = await server.interview(candidate, 2, categories=["behavioral"])
    async with server.client(session, candidate) as connected:
        await connected.start()
        await connected.until("question")
        yield connected


async def hearing(client: LiveClient, scripted: Heard, seconds: float = 1.0) -> ScriptedTranscriber:
    """The recogniser of the answer that begins now."""
    before = len(scripted.made)
    await client.speak(silence(seconds))
    await until(lambda: len(scripted.made) > before)
    return scripted.made[-1]


async def rows(client: LiveClient, model: type[R]) -> list[R]:
    async with client.server.app.state.runtime.database.reading() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


class TestTheTextOfAnAnswer:
    async def test_that_was_heard_in_pieces_is_what_is_heard_of_the_whole(
        self, client: LiveClient, scripted: Heard
    ) -> None:
        await client.speak(clip(PROFILER))
        await until(lambda: len(scripted.made) > 0)
        for piece in ("i used a profiler", "the leak"):
            scripted.made[0].say(piece)
        await client.say("speech_end")
        assert (await client.until("answer"))["transcript"] == "i used a profiler to find the leak"

    async def test_stays_where_the_second_hearing_loses_words(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        for piece in ("i used a profiler", "to find the leak"):
            ear.say(piece)
        await client.say("speech_end")
        assert (await client.until("answer"))["transcript"] == "i used a profiler to find the leak"


class TestTheEndOfAnAnswer:
    async def test_comes_with_enough_silence_after_words(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("i made a mistake and i told my team about it at once because nothing else would help")
        ear.pauses(1.0, 2.4)
        await client.until("final")
        await asyncio.sleep(0.4)
        assert "answer" not in client.types, "that was a pause to think"
        ear.pauses(1.0, 2.6)
        assert (await client.until("answer"))["transcript"].startswith("i made a mistake")

    async def test_comes_soon_after_a_sentence_that_sounds_finished(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("I made a mistake and I told my team about it at once.", sure=0.97)
        ear.pauses(1.0, 1.5)
        await client.until("final")
        await asyncio.sleep(0.4)
        assert "answer" not in client.types, "nobody has listened to the melody yet"
        ear.sounds_finished(1.0, 0.97)
        await client.until("answer")

    async def test_takes_longest_after_a_word_that_asks_for_more(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("I made a mistake and I told my team about it at once, and nothing else would help because")
        ear.sounds_finished(1.0, 0.97)
        ear.pauses(1.0, 3.3)
        await client.until("final")
        await asyncio.sleep(0.4)
        assert "answer" not in client.types
        ear.pauses(1.0, 3.6)
        await client.until("answer")

    async def test_takes_longer_when_little_was_said(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("i made a mistake")
        ear.pauses(1.0, 2.9)
        await client.until("final")
        await asyncio.sleep(0.4)
        assert "answer" not in client.types
        ear.pauses(1.0, 3.1)
        await client.until("answer")

    async def test_does_not_come_before_a_word_was_understood(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.starts(0.1)
        ear.pauses(0.3, 9.0)
        await asyncio.sleep(0.5)
        assert "answer" not in client.types

    async def test_comes_at_once_with_speech_end(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.starts(0.1)
        ear.say("done")
        await client.say("speech_end")
        assert (await client.until("answer"))["transcript"] == "done"

    async def test_needs_something_to_end(self, client: LiveClient) -> None:
        await client.say("speech_end")
        assert (await client.until("error"))["code"] == "nothing_recorded"

    async def test_comes_at_the_next_pause_when_time_is_up(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.starts(0.1)
        ear.guess(1, "and then we")
        await client.until("partial")
        turn = the_turn(client)
        turn.active = turn.question.time_limit + 1.0
        await client.until("warning", where=lambda event: event["code"] == "time_limit")
        await asyncio.sleep(0.3)
        assert "answer" not in client.types, "nobody is cut off in a sentence"
        ear.say("and then we shipped it")
        ear.pauses(4.0, 1.1)
        await client.until("answer")


class TestAnAnswerThatTheCandidateEnds:
    @pytest_asyncio.fixture
    async def client(self, scripted: Heard, server: LiveServer) -> AsyncIterator[LiveClient]:
        """Somebody who says themselves when an answer is over."""
        async with await somebody(server) as connected:
            await connected.start(end_of_answer="candidate")
            await connected.until("question")
            yield connected

    async def test_outlives_a_pause_and_its_time(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("I made a mistake and I told my team about it at once.", sure=0.99)
        ear.sounds_finished(1.0, 0.99)
        ear.pauses(1.0, 11.0)
        await client.until("final")
        turn = the_turn(client)
        turn.active = turn.question.time_limit + 1.0
        await client.until("warning", where=lambda event: event["code"] == "time_limit")
        await asyncio.sleep(0.4)
        assert "answer" not in client.types
        await client.say("speech_end")
        await client.until("answer")

    async def test_ends_by_itself_after_a_warning(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("I made a mistake.")
        ear.pauses(1.0, 12.5)
        warning = await client.until("warning")
        assert (warning["code"], "8 s" in warning["message"]) == ("still_there", True)
        await asyncio.sleep(0.3)
        assert "answer" not in client.types
        ear.pauses(1.0, 20.1)
        await client.until("answer")
        assert len(client.of("warning")) == 1

    async def test_goes_on_when_somebody_speaks_after_the_warning(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("I made a mistake.")
        for _ in range(2):
            since = len(client.events)
            ear.pauses(1.0, 12.5)
            await client.until("warning", since=since, where=lambda event: event["code"] == "still_there")
            ear.starts(14.0)
            await client.until("warning", since=since, where=lambda event: event["code"] == "answer_goes_on")
        assert "answer" not in client.types

    async def test_says_who_ends_it_or_is_refused(self, scripted: Heard, server: LiveServer) -> None:
        async with await somebody(server) as client:
            token = client.candidate.account["token"]
            await client.say("start", token=token, end_of_answer="nobody")
            assert (await client.until("error"))["code"] == "bad_message"


class TestWhatIsHeard:
    async def test_is_shown_and_stored_before_the_turn_ends(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        assert ear.hot_words == tuple(the_turn(client).question.keywords)
        ear.guess(1, "i wrote", "you knit")
        partial = await client.until("partial")
        assert (partial["segment"], partial["stable"], partial["unstable"]) == (0, "i wrote", "you knit")
        ear.say("i wrote unit tests", at=0.5)
        final = await client.until("final")
        assert final["words"][0] == ["i", 0.5, 0.9, 0.9]
        assert [(row.number, row.text) for row in await rows(client, TranscriptSegment)] == [(0, "i wrote unit tests")]
        ear.say("for everything", at=3.0)
        await client.until("final", where=lambda event: event["segment"] == 1)
        await client.say("speech_end")
        assert (await client.until("answer"))["transcript"] == "i wrote unit tests for everything"
        answer = (await rows(client, Answer))[0]
        assert (answer.status, len(answer.words), answer.words[-1][0]) == ("completed", 6, "everything")

    async def test_is_taken_back_when_a_partial_had_no_words(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.guess(1, "", "you")
        await client.until("partial")
        ear.say("")
        assert (await client.until("final"))["text"] == ""
        assert not await rows(client, TranscriptSegment)

    async def test_comes_from_the_recording_when_the_recogniser_breaks(self, broken: None, server: LiveServer) -> None:
        async with await somebody(server) as client:
            await client.start()
            await client.speak(clip(PROFILER))
            await client.say("speech_end")
            assert (await client.until("answer"))["transcript"] == "i used a profiler to find the leak"

    async def test_comes_late_with_a_warning_when_many_speak(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.thins_out(2.0)
        warning = await client.until("warning")
        assert warning["code"] == "captions_thin"
        assert "recorded" in warning["message"]


class TestTheCandidate:
    async def test_may_type_instead_of_speaking(self, client: LiveClient, scripted: Heard) -> None:
        await client.say("text", text="I asked everybody what they needed, and then I wrote it down.")
        taken = await client.until("answer")
        assert taken["transcript"].startswith("I asked everybody")
        await client.until("evaluation", where=lambda event: event["answer_id"] == taken["answer_id"])

    async def test_may_correct_by_typing_what_was_heard(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("i rode you knit tests")
        await client.until("final")
        await client.say("text", text="I wrote unit tests")
        taken = await client.until("answer")
        path = f"{API}/{client.session}/questions/{taken['question_id']}"
        transcript = await client.candidate.data("GET", f"{path}/transcript")
        assert transcript["transcript"] == "I wrote unit tests"
        assert transcript["original_transcript"] == "i rode you knit tests"
        assert (await client.candidate.call("GET", f"{path}/audio")).status_code == 200

    async def test_may_skip_and_nothing_of_it_stays(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("no idea")
        await client.until("final")
        first = client.of("question")[0]
        await client.say("skip")
        await client.until("question", where=lambda event: event["id"] != first["id"])
        questions = await rows(client, Question)
        assert questions[0].skipped_at is not None
        assert not await rows(client, Answer)
        assert not await rows(client, TranscriptSegment)
        assert not files_in(client.server.app.state.runtime.settings.upload_dir / "live")
        assert client.of("speech")[-1]["text"] in phrases.SKIPPED or client.of("question")[-1]["number"] == 2

    async def test_may_have_the_question_repeated(self, client: LiveClient, scripted: Heard) -> None:
        await client.until("speech")
        await hearing(client, scripted)
        await client.state("listening")
        since = len(client.events)
        await client.say("repeat")
        await client.state("asking", since)
        again = await client.until("speech", since=since)
        assert again["text"] == client.of("speech")[0]["text"]
        assert again["url"] == client.of("speech")[0]["url"], "said once, kept"

    async def test_may_pause_and_the_clock_stands_still(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        await client.state("listening")
        await client.say("pause")
        await client.state("paused")
        active = the_turn(client).active
        ear.say("one moment please")
        ear.pauses(1.0, 9.0)
        await asyncio.sleep(0.5)
        assert the_turn(client).active == active
        assert "answer" not in client.types, "no answer ends in a pause"
        since, before = len(client.events), datetime.now(UTC)
        await client.say("resume")
        question = await client.until("question", since=since)
        assert before <= counted_from(question, active) <= datetime.now(UTC)
        await asyncio.sleep(0.4)
        assert "answer" not in client.types, "the silence of the pause does not count"
        ear.pauses(1.0, 13.0)
        await client.until("answer")

    async def test_what_is_said_in_a_pause_is_not_kept(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        await client.state("listening")
        said = np.full(16000, 1000, np.int16)
        at = await client.speak(said, first=16000)
        await client.say("pause")
        await client.state("paused")
        at = await client.speak(said, first=at)
        since = len(client.events)
        await client.say("resume")
        await client.state("listening", since)
        await client.speak(said, first=at)
        await until(lambda: len(ear.heard) == 64000)
        assert [int(second[0]) for second in ear.heard.reshape(4, 16000)] == [0, 1000, 0, 1000]

    async def test_may_end_early_and_keeps_what_was_said(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        ear.say("that is all i have to say about this")
        await client.until("final")
        await client.say("end")
        assert (await client.until("answer"))["transcript"] == "that is all i have to say about this"
        await client.until("evaluation")
        assert await client.closed() == 1000
        assert (await client.candidate.data("GET", f"{API}/{client.session}"))["status"] == "completed"

    async def test_who_ends_in_silence_leaves_no_empty_answer(self, client: LiveClient, scripted: Heard) -> None:
        await hearing(client, scripted)
        await client.say("end")
        await client.until("ended")
        assert not await rows(client, Answer)

    async def test_is_told_when_a_command_makes_no_sense(self, client: LiveClient) -> None:
        await client.say("resume")
        assert (await client.until("error"))["code"] == "not_paused"


class TestTheInterviewer:
    @pytest.fixture
    def never_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The interviewer goes on speaking, however long a slow machine takes."""
        monkeypatch.setattr(Voice, "is_silent", False)

    @pytest.mark.usefixtures("never_done")
    async def test_stops_for_somebody_who_speaks_half_a_second(self, scripted: Heard, server: LiveServer) -> None:
        async with await somebody(server) as client:
            await client.start(echo_cancellation=True)
            await client.until("speech")
            ear = await hearing(client, scripted, 1.0)
            ear.starts(0.6)
            await asyncio.sleep(0.4)
            assert client.of("status")[-1]["state"] == "asking", "0.4 s may be a cough"
            await client.speak(silence(0.3), first=16_000)
            await client.state("listening")

    @pytest.mark.usefixtures("never_done")
    async def test_does_not_hear_itself(self, scripted: Heard, server: LiveServer) -> None:
        async with await somebody(server) as client:
            await client.start(echo_cancellation=True)
            await client.until("speech")
            await hearing(client, scripted, 1.0)
            await asyncio.sleep(0.3)
            assert client.of("status")[-1]["state"] == "asking"

    async def test_stops_when_told_to(self, client: LiveClient) -> None:
        await client.until("speech")
        await client.say("barge_in")
        await client.state("listening")

    async def test_varies_what_it_says(self) -> None:
        said = [phrases.pick(phrases.ACKNOWLEDGEMENTS, seed="a", turn=turn) for turn in range(30)]
        assert all(one != other for one, other in itertools.pairwise(said))
        assert said == [phrases.pick(phrases.ACKNOWLEDGEMENTS, seed="a", turn=turn) for turn in range(30)]
        assert said != [phrases.pick(phrases.ACKNOWLEDGEMENTS, seed="b", turn=turn) for turn in range(30)]


class TestSilence:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(nudge_seconds=0.3)

    async def test_is_met_with_encouragement_once_more_after_a_while_and_no_oftener(
        self, client: LiveClient, scripted: Heard
    ) -> None:
        await hearing(client, scripted)
        await client.until("speech", where=lambda event: event["text"] == "Take your time.")
        await client.say("barge_in")
        await client.until("speech", where=lambda event: event["text"] == "There is no hurry.")
        await client.say("barge_in")
        await asyncio.sleep(1.5)
        assert len([row for row in await rows(client, Message) if row.kind == "nudge"]) == 2


class TestALongAnswer:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(nudge_seconds=0, max_answer_seconds=10)

    async def test_ends_at_the_longest_length(self, client: LiveClient, scripted: Heard) -> None:
        sound = np.arange(12 * 16_000, dtype=np.int64).astype(np.int16)
        await client.speak(sound)
        await client.until("warning", where=lambda event: event["code"] == "answer_too_long")
        taken = await client.until("answer")
        path = f"{API}/{client.session}/questions/{taken['question_id']}/audio"
        kept = stored_pcm((await client.candidate.call("GET", path)).content)
        assert np.array_equal(kept, sound[: 10 * 16_000])


class TestSomebodyElse:
    async def test_may_answer_the_question_meanwhile(self, client: LiveClient, scripted: Heard) -> None:
        ear = await hearing(client, scripted)
        first = client.of("question")[0]
        path = f"{API}/{client.session}/questions/{first['id']}"
        answer = await client.candidate.call("POST", f"{path}/answer", json={"answer": "I typed this in another tab."})
        assert answer.status_code == 201
        ear.say("what i say now has no place")
        await client.until("warning", where=lambda event: event["code"] == "answer_replaced")
        await client.until("question", where=lambda event: event["id"] != first["id"])
        transcript = await client.candidate.data("GET", f"{path}/transcript")
        assert transcript["transcript"] == "I typed this in another tab."

    async def test_may_complete_the_interview(self, client: LiveClient, scripted: Heard) -> None:
        await client.candidate.data("POST", f"{API}/{client.session}/complete")
        ear = await hearing(client, scripted)
        ear.say("am i still heard")
        await client.until("final")
        await client.say("speech_end")
        await client.until("ended")
        assert await client.closed() == 1000

    async def test_may_delete_the_interview(self, client: LiveClient, scripted: Heard) -> None:
        await hearing(client, scripted)
        await client.candidate.data("DELETE", f"{API}/{client.session}")
        await client.say("speech_end")
        await client.until("ended")


def the_turn(client: LiveClient) -> Turn:
    """The turn that goes on inside the server."""
    ((interview, _),) = client.server.app.state.runtime.live._live.values()
    turn: Turn = interview.turn
    return turn


def counted_from(question: dict[str, Any], active: float) -> datetime:
    """When the clock of a question went on, of which so many seconds had been used."""
    return datetime.fromisoformat(question["deadline"]) - timedelta(seconds=question["time_limit"] - active)


async def somebody(server: LiveServer) -> LiveClient:
    candidate: Candidate = await server.candidate()
    return server.client(await server.interview(candidate), candidate)


class TestTheClock:
    async def test_stands_still_while_nothing_comes_from_a_client_that_was_heard(
        self, client: LiveClient, scripted: Heard
    ) -> None:
        await hearing(client, scripted)
        turn = the_turn(client)
        ((conversation, _),) = client.server.app.state.runtime.live._live.values()
        turn.active = 30.0
        conversation.link._heard_at = time.monotonic() - 20.0
        await until(lambda: turn.active < 12.0)
        counted = turn.active
        await asyncio.sleep(0.4)
        assert 0.0 < turn.active == counted, "what passed before that was noticed does not count either"
        since, before = len(client.events), datetime.now(UTC)
        await client.say("ping")
        question = await client.until("question", since=since)
        assert before <= counted_from(question, counted) <= datetime.now(UTC)
