"""Whole interviews over the real socket, with the real recogniser and judge."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from app.engines.audio import decode
from app.engines.tts.text import sentences
from app.models import Message
from app.services.live import phrases
from tests.conftest import TINY_WHISPER, spoken_ahead
from tests.live.support import PROFILER, QUEUE, LiveServer, clip, files_in, silence, stored_pcm

EVERYTHING_SAID = (*phrases.ACKNOWLEDGEMENTS, *phrases.SKIPPED, *phrases.NUDGES, phrases.CLOSING, phrases.FAREWELL)
API = "/api/v1/interviews/sessions"


async def messages(server: LiveServer) -> list[tuple[str, str, str]]:
    """(role, kind, content) of all that was said."""
    async with server.app.state.runtime.database.reading() as session:
        rows = (await session.execute(select(Message).order_by(Message.id))).scalars()
        return [(row.role, row.kind, row.content) for row in rows]


async def test_an_interview_is_asked_heard_judged_and_kept(any_server: LiveServer) -> None:
    assert TINY_WHISPER.exists()
    candidate = await any_server.candidate()
    session = await any_server.interview(candidate, 1, categories=["behavioral"])
    spoken = np.concatenate([silence(0.3), clip(PROFILER), silence(4.5)])
    async with any_server.client(session, candidate) as client:
        ready = await client.start()
        question = await client.until("question")
        assert ready["question"]["id"] == question["id"]
        speech = await client.until("speech")
        await client.speak(spoken)
        taken = await client.until("answer")
        judged = await client.until("evaluation")
        follow_up = await client.until("question", where=lambda event: event["id"] != question["id"])
        await client.say("end")
        await client.until("ended")
        assert await client.closed() == 1000

    assert (ready["protocol"], ready["next_sample"], ready["engine"]) == (1, 0, "whisper")
    states = [event["state"] for event in client.of("status")]
    assert states == ["asking", "listening", "processing", "asking", "processing", "ended"]
    assert taken["transcript"] == "i used a profiler to find the leak"
    assert judged["answer_id"] == taken["answer_id"]
    assert follow_up["follow_up_of"] == question["id"]
    final = client.of("final")[0]
    assert [word[0] for word in final["words"]] == taken["transcript"].split()
    assert 0 <= final["start"] < final["end"], "seconds in the answer"
    assert abs(final["end"] - (0.3 + len(clip(PROFILER)) / 16_000)) < 0.8

    audio = await any_server.http.get(speech["url"])
    assert audio.headers["content-type"] == "audio/mpeg"
    assert len(decode(audio.content)) > 16_000, "more than a second of sound"
    assert [event["text"] for event in client.of("speech")][-2:] == ["We stop here, then.", "Thank you for your time."]

    path = f"{API}/{session}/questions/{question['id']}"
    kept = stored_pcm((await candidate.call("GET", f"{path}/audio")).content)
    assert np.array_equal(kept, spoken[: len(kept)])
    assert len(kept) >= len(silence(0.3)) + len(clip(PROFILER)) + len(silence(2.5))
    transcript = await candidate.data("GET", f"{path}/transcript")
    assert (transcript["transcript"], transcript["engine"]) == (taken["transcript"], "whisper")
    assert transcript["duration"] == round(len(kept) / 16_000, 3)
    scores = await candidate.data("GET", f"{API}/{session}/evaluation")
    assert scores["overall_score"] == judged["overall"]
    assert (await candidate.data("GET", f"{API}/{session}"))["status"] == "completed"

    said = await messages(any_server)
    assert [(role, kind) for role, kind, _ in said] == [
        ("assistant", "question"),
        ("user", "answer"),
        ("assistant", "acknowledgement"),
        ("assistant", "follow_up"),
        ("assistant", "closing"),
    ]
    assert said[0][2] == question["text"]
    assert said[1][2] == taken["transcript"]
    uploads = any_server.app.state.runtime.settings.upload_dir
    await spoken_ahead(any_server.app)
    assert not [name for name in files_in(uploads) if name.startswith(("live/", "drafts/"))]


async def test_an_answer_goes_on_after_a_long_pause_where_the_candidate_ends_it(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate, 1, categories=["behavioral"])
    async with server.client(session, candidate) as client:
        await client.start(end_of_answer="candidate")
        question = await client.until("question")
        spoken = np.concatenate([clip(PROFILER), silence(4.0), clip(QUEUE), silence(4.0)])
        await client.speak(spoken)
        await client.until("final", where=lambda event: "queue" in event["text"])
        assert "answer" not in client.types
        await client.say("speech_end")
        text = (await client.until("answer"))["transcript"]
    assert "profiler" in text
    assert "queue" in text
    audio = (await candidate.call("GET", f"{API}/{session}/questions/{question['id']}/audio")).content
    assert np.array_equal(stored_pcm(audio), spoken)


async def test_sound_at_another_rate_is_understood_and_kept_as_it_came(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate)
    voice = np.repeat(clip(PROFILER), 3)
    async with server.client(session, candidate) as client:
        await client.start(sample_rate=48_000)
        question = await client.until("question")
        await client.speak(voice, size=4_800)
        await client.say("speech_end")
        taken = await client.until("answer")
    assert "profiler" in taken["transcript"]
    audio = (await candidate.call("GET", f"{API}/{session}/questions/{question['id']}/audio")).content
    assert int.from_bytes(audio[24:28], "little") == 48_000
    assert np.array_equal(stored_pcm(audio), voice)


@pytest.mark.parametrize(("wanted", "most"), [({}, 1), ({"follow_ups": 0}, 0)])
async def test_a_client_knows_before_how_many_questions_may_come(
    server: LiveServer, wanted: dict[str, int], most: int
) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate, 2, categories=["technical"], skills=["python"])
    asked: list[dict[str, Any]] = []
    vague = "I would say it depends on the program and what other people need."
    async with server.client(session, candidate) as client:
        ready = await client.start(**wanted)
        assert ready["plan"] == {"questions": 2, "follow_ups": 2 * most}
        event = await client.until("question")
        while event["type"] == "question":
            asked.append(event)
            since = len(client.events)
            await client.say("text", text=vague)
            event = await client.until("question", "ended", since=since)
    follow_ups = [question for question in asked if question["follow_up_of"]]
    assert len(asked) - len(follow_ups) == 2
    assert len(follow_ups) == 2 * most
    if most:
        assert [question["follow_up_of"] for question in follow_ups] == [asked[0]["id"], asked[2]["id"]]


async def test_the_plan_counts_what_is_left(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate, 2, categories=["technical"], skills=["python"])
    async with server.client(session, candidate) as client:
        await client.start()
        await client.until("question")
        await client.say("text", text="I would say it depends on the program and what other people need.")
        await client.until("question", where=lambda event: event["follow_up_of"] is not None)
    async with server.client(session, candidate) as client:
        assert (await client.start())["plan"] == {"questions": 2, "follow_ups": 1}


async def test_follow_ups_end_and_nothing_expected_is_given_away(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate, 1, categories=["technical"], skills=["python"])
    asked: list[dict[str, Any]] = []
    async with server.client(session, candidate) as client:
        ready = await client.start(follow_ups=2)
        assert ready["plan"] == {"questions": 1, "follow_ups": 2}
        while True:
            since = len(client.events) if asked else 0
            if asked:
                await client.say("text", text="I would say it depends on the program and what other people need.")
            event = await client.until("question", "ended", since=since)
            if event["type"] == "ended":
                break
            asked.append(event)
    assert 2 <= len(asked) <= 3, "a vague answer is followed up, twice at most"
    assert [question["follow_up_of"] for question in asked[1:]] == [asked[0]["id"]] * (len(asked) - 1)
    known = {sentence for text in EVERYTHING_SAID for sentence in sentences(text)}
    known |= {sentence for question in asked for sentence in sentences(question["text"])}
    assert {event["text"] for event in client.of("speech")} <= known, (
        "only questions and phrases that depend on nothing"
    )


async def test_the_end_of_a_conversation_ends_the_round_and_not_the_interview(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await candidate.session(target_role="Python Developer")
    address = f"/api/v1/interviews/sessions/{session}/rounds"
    rounds = [{"name": kind, "round_type": kind, "num_questions": 1} for kind in ("hr", "technical")]
    planned = (await candidate.data("POST", address, json={"rounds": rounds}))["rounds"]
    for number, state in enumerate(("in_progress", "completed")):
        started = await candidate.data("POST", f"{address}/{planned[number]['id']}/start")
        async with server.client(session, candidate) as client:
            ready = await client.start(follow_ups=0)
            assert ready["question"]["id"] == started["questions"][0]["id"]
            await client.say("text", text="I would put a lock around it, so that only one thread changes it.")
            await client.until("ended")
        assert (await candidate.data("GET", address))["rounds"][number]["state"] == "completed"
        assert (await candidate.data("GET", f"/api/v1/interviews/sessions/{session}"))["status"] == state
