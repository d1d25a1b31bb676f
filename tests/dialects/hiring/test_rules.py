"""What the hiring document leaves open: repeats, late uploads, interviews of other faces, reports on their way."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import settle, spoken_ahead
from tests.dialects.hiring.client import JOB, PICTURE, Hiring, resume
from tests.live.support import LiveServer, until
from tests.recordings.media import spoken_film
from tests.support.clock import Clock


async def test_a_login_outlasts_a_long_interview(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document has no call for a new token."""
    client = await Hiring(server.http).registered()
    clock = Clock(monkeypatch)
    clock.forward(hours=2)
    await client.ok("GET", "/auth/me")
    clock.forward(days=7)
    assert (await client.error("GET", "/auth/me"))[0] == 401


class TestMovingOn:
    async def test_a_repeat_for_a_passed_question_is_ignored(self, server: LiveServer) -> None:
        client = await Hiring(server.http).registered()
        interview = await client.started()
        first = await client.ok("GET", f"{interview}/next-question")
        done = {"question_id": first["question_id"]}
        answers = [await client.ok("POST", f"{interview}/answer-complete", json=done) for _ in range(3)]
        assert answers == [{"message": "Answer recorded, moving to next question"}] * 3
        second = await client.ok("GET", f"{interview}/next-question")
        assert second["question_number"] == 2
        at_once = [client.ok("POST", f"{interview}/answer-complete", json={"question_id": second["question_id"]})] * 1
        at_once += [client.ok("POST", f"{interview}/answer-complete", json=done) for _ in range(4)]
        await asyncio.gather(*at_once)
        third = await client.ok("GET", f"{interview}/next-question")
        assert third["question_number"] == 3
        texts = [one["question_text"] for one in (first, second, third)]
        assert len(set(texts)) == 3

    async def test_a_question_that_is_not_due_is_not_passed(self, server: LiveServer) -> None:
        client = await Hiring(server.http).registered()
        interview = await client.started()
        first = await client.ok("GET", f"{interview}/next-question")
        await client.ok("POST", f"{interview}/answer-complete")
        second = await client.ok("GET", f"{interview}/next-question")
        other = await client.started()
        strange = {"question_id": first["question_id"]}
        assert (await client.error("POST", f"{other}/answer-complete", json=strange))[0] == 404
        await client.ok("POST", f"{interview}/answer-complete", json={"question_id": second["question_id"]})
        assert (await client.ok("GET", f"{interview}/next-question"))["question_number"] == 3

    async def test_setting_up_twice_at_once_gives_one_set_of_questions(self, server: LiveServer) -> None:
        client = await Hiring(server.http).registered()
        interview = await client.created()
        calls = [client.call("POST", f"{interview}/setup-ai") for _ in range(3)]
        responses = await asyncio.gather(*calls)
        assert sorted(response.status_code for response in responses) == [200, 400, 400]

    async def test_nothing_answered_is_incomplete(self, server: LiveServer) -> None:
        client = await Hiring(server.http).registered()
        interview = await client.started()
        assert await client.ok("POST", f"{interview}/end") == {"message": "Interview ended successfully"}
        assert await client.ok("GET", f"{interview}/next-question") == {"message": "Interview completed"}
        assert await client.report(interview) == {"status": "incomplete", "message": "Interview answers not found"}


async def test_an_upload_that_began_before_the_end_is_taken(server: LiveServer, speech: Path) -> None:
    client = await Hiring(server.http).registered()
    interview = await client.started()
    question = (await client.ok("GET", f"{interview}/next-question"))["question_id"]
    content = spoken_film(speech, PICTURE)
    head = b'--x\r\nContent-Disposition: form-data; name="video"; filename="a.webm"\r\n\r\n'
    half, ended = len(content) // 2, asyncio.Event()

    async def slowly() -> Any:
        yield head + content[:half]
        await ended.wait()
        yield content[half:] + b"\r\n--x--\r\n"

    headers = {**client.headers, "Content-Type": "multipart/form-data; boundary=x"}
    path = f"{interview}/questions/{question}/upload-video"
    scratch = server.app.state.runtime.scratch.folder
    await spoken_ahead(server.app)
    sending = asyncio.create_task(client.http.post(path, headers=headers, content=slowly(), timeout=60))
    await until(lambda: bool(list(scratch.iterdir())))  # it has begun when its file is there
    await client.ok("POST", f"{interview}/end")
    ended.set()
    assert (await sending).status_code == 200
    report = await client.report(interview)
    assert report["questions"][0]["question_id"] == question
    assert report["questions"][0]["accuracy"] is not None
    late = {"video": ("late.webm", content, "video/webm")}
    assert (await client.error("POST", path, files=late))[0] == 400, "one that begins after the end is not"


async def test_a_real_person_is_heard_through_to_a_report(
    server: LiveServer, recordings: Path, real_whisper: Path
) -> None:
    """A person's voice over a photograph, as a browser records it."""
    client = await Hiring(server.http).registered()
    interview = await client.started()
    clip = next(path for path in sorted(recordings.glob("*.wav")) if path.stat().st_size > 200_000)
    for kind in ("webm", "mp4"):
        question = await client.answer(interview, clip, kind)
    await client.ok("POST", f"{interview}/end")
    await settle(server.app)
    analysis = await client.ok("POST", f"{interview}/questions/{question['question_id']}/analyze")
    assert len(analysis["transcript"].split()) >= 3
    report = await client.report(interview)
    assert "decision" in report or report["status"] == "incomplete"


async def test_an_interview_of_v1_can_be_led_here(server: LiveServer) -> None:
    """Made and asked for in v1; this face goes on where it stands."""
    client = await Hiring(server.http).registered()
    created = await client.ok("POST", "/interviews/create", files=resume(), data={"job_description": JOB})
    interview = f"/interviews/{created['interview_id']}"
    (session,) = (await client.call("GET", "/api/v1/interviews/sessions")).json()["data"]["sessions"]
    path = f"/api/v1/interviews/sessions/{session['id']}/questions/generate"
    assert (await client.call("POST", path, json={"num_questions": 2})).status_code == 201
    await client.ok("POST", f"{interview}/start", params={"voice": "male"})
    assert (await client.ok("GET", f"{interview}/next-question"))["question_number"] == 1
    shown = (await client.call("GET", f"/api/v1/interviews/sessions/{session['id']}")).json()["data"]
    assert (shown["status"], shown["voice"]) == ("in_progress", "male")


@pytest.mark.parametrize("call", ["analyze", "score"])
async def test_who_cannot_wait_is_asked_to_come_back(server: LiveServer, speech: Path, call: str) -> None:
    client = await Hiring(server.http).registered()
    interview = await client.started()
    question = await client.answer(interview, speech)
    client.headers["Prefer"] = "wait=0"
    path = f"{interview}/questions/{question['question_id']}/{call}"
    response: httpx.Response = await client.call("POST", path)
    assert response.status_code in (200, 400, 503)
    if response.status_code == 503:
        assert response.headers["Retry-After"]
        assert response.json().keys() == {"detail"}
