"""A connection that breaks costs nothing: no sample, no word, no place in the interview."""

import random

import numpy as np
import pytest
from numpy.random import default_rng

from app.config import LiveSettings
from app.models import Answer
from tests.live.scripted import ScriptedTranscriber
from tests.live.support import LiveServer, clip, files_in, frame, silence, stored_pcm, until
from tests.live.test_turns import rows

API = "/api/v1/interviews/sessions"
Heard = type[ScriptedTranscriber]


class TestACutLine:
    async def test_loses_and_doubles_no_sample_at_20_random_points(self, scripted: Heard, server: LiveServer) -> None:
        dice = random.Random(4)
        sound = default_rng(4).integers(-20_000, 20_000, 30 * 16_000).astype(np.int16)
        cuts = sorted(dice.sample(range(2_000, len(sound)), 20))
        candidate = await server.candidate()
        session = await server.interview(candidate)
        nexts = []
        for cut in [*cuts, len(sound)]:
            client = server.client(session, candidate)
            await client.__aenter__()
            ready = await client.start()
            nexts.append(ready["next_sample"])
            first = max(0, nexts[-1] - dice.choice([0, 0, 1, 1_600, 9_999]))
            if cut == len(sound):
                break
            await client.speak(sound[first:cut], first=first, size=dice.choice([160, 1_600, 4_801]))
            client.vanish()
            await client.__aexit__(None, None, None)
        await client.speak(sound[first:], first=first)
        await client.say("speech_end")
        taken = await client.until("answer")
        await client.__aexit__(None, None, None)

        assert nexts == sorted(nexts), "the server never goes back"
        assert all(told <= cut for told, cut in zip(nexts[1:], cuts, strict=True))
        path = f"{API}/{session}/questions/{taken['question_id']}/audio"
        assert np.array_equal(stored_pcm((await candidate.call("GET", path)).content), sound)
        assert len(scripted.made) == 1
        assert np.array_equal(scripted.made[0].heard, sound), "the recogniser hears each sample once, too"

    async def test_brings_the_finals_again_with_the_same_numbers(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            await client.start()
            await client.speak(silence(2))
            await until(lambda: bool(scripted.made))
            scripted.made[0].say("i designed the api")
            scripted.made[0].say("and wrote it down", at=3)
            await client.until("final", where=lambda event: event["segment"] == 1)
            before = client.of("final")
            client.vanish()
        async with server.client(session, candidate) as again:
            ready = await again.start()
            assert (ready["next_sample"], ready["state"]) == (32_000, "listening")
            await again.until("final", where=lambda event: event["segment"] == 1)
            assert again.of("final") == before

    async def test_has_the_question_asked_again_if_it_was_not_heard_out(self, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            ready = await client.start()
            first = await client.until("speech")
            client.vanish()
        async with server.client(session, candidate) as again:
            assert (await again.start())["question"]["id"] == ready["question"]["id"]
            assert (await again.until("speech"))["text"] == first["text"]


class TestTwoConnections:
    async def test_the_newer_one_wins(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as old, server.client(session, candidate) as new:
            await old.start()
            await old.speak(silence(1))
            await old.until("ack")
            assert (await new.start())["next_sample"] == 16_000
            assert await old.closed() == 4409
            await new.speak(silence(1), first=16_000)
            await new.until("ack", where=lambda event: event["next_sample"] == 32_000)

    async def test_another_rate_is_refused_and_may_be_corrected(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            await client.start(sample_rate=48_000)
            await client.speak(silence(1))
            await client.until("ack")
        async with server.client(session, candidate) as again:
            await again.say("start", token=candidate.account["token"], sample_rate=16_000)
            assert (await again.until("error"))["code"] == "sample_rate"
            assert (await again.start(sample_rate=48_000))["next_sample"] == 16_000


class TestACandidateWhoDoesNotComeBack:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(nudge_seconds=0, park_seconds=0.5)

    async def test_leaves_the_answer_as_it_is(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            question = (await client.start())["question"]
            await client.speak(silence(1))
            await until(lambda: bool(scripted.made))
            scripted.made[0].say("i was going to say something about unit tests")
            await client.until("final")
            client.vanish()
        live = server.app.state.runtime.live
        await until(lambda: live.interviews == 0)
        path = f"{API}/{session}/questions/{question['id']}"
        assert (await candidate.data("GET", f"{path}/transcript"))["transcript"].endswith("about unit tests")
        assert len(stored_pcm((await candidate.call("GET", f"{path}/audio")).content)) == 16_000
        assert (await candidate.data("GET", f"{API}/{session}"))["status"] == "in_progress"
        assert not files_in(server.app.state.runtime.settings.upload_dir / "live")

    async def test_finds_the_question_open_if_nothing_was_said(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            question = (await client.start())["question"]
            await client.speak(silence(1))
            await client.until("ack")
            client.vanish()
        live = server.app.state.runtime.live
        await until(lambda: live.interviews == 0)
        async with server.client(session, candidate) as again:
            ready = await again.start()
            assert (ready["question"]["id"], ready["next_sample"]) == (question["id"], 0)
            assert not await rows(again, Answer)


class TestAnInterviewWithNothingLeftToAsk:
    async def test_says_goodbye_and_ends(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        question = (await candidate.data("GET", f"{API}/{session}/questions"))["questions"][0]
        path = f"{API}/{session}/questions/{question['id']}/answer"
        await candidate.data("POST", path, json={"answer": "I typed it before I came here."})
        async with server.client(session, candidate) as client:
            assert (await client.start())["question"] is None
            assert (await client.until("speech"))["text"] == "That was the last question."
            await client.until("ended")
            assert await client.closed() == 1000
        assert (await candidate.data("GET", f"{API}/{session}"))["status"] == "completed"


class TestAGap:
    async def test_is_reported_once_for_many_frames(self, scripted: Heard, server: LiveServer) -> None:
        candidate = await server.candidate()
        session = await server.interview(candidate)
        async with server.client(session, candidate) as client:
            await client.start()
            await client.speak(clip("en_us_m1_i_made_a_mistake")[:1_600])
            for number in range(2, 300):
                await client.socket.send(frame(number * 1_600, silence(0.1)))
            await client.until("error")
            await client.say("ping")
            await client.until("pong")
            assert {event["next_sample"] for event in client.of("error")} == {1_600}
            await client.speak(silence(1), first=1_600)
            await client.until("ack", where=lambda event: event["next_sample"] == 17_600)
