"""Interviews that a client leads step by step over v1."""

import pytest

from tests.conftest import Candidate


async def test_start_and_go_through_the_questions(candidate: Candidate) -> None:
    session = await candidate.session()
    base = f"/api/v1/interviews/sessions/{session}"
    assert (await candidate.call("POST", f"{base}/start")).status_code == 409
    questions = await candidate.questions(session, 2)
    assert (await candidate.call("GET", f"{base}/current-question")).status_code == 409
    started = await candidate.data("POST", f"{base}/start", json={"voice": "male"})
    assert (started["status"], started["voice"]) == ("in_progress", "male")
    assert (await candidate.call("POST", f"{base}/start")).status_code == 409
    first, second = (question["id"] for question in questions)
    for _ in range(2):
        assert (await candidate.data("GET", f"{base}/current-question"))["question"]["id"] == first
    assert (await candidate.call("POST", f"{base}/advance", json={"question_id": second})).status_code == 409
    for _ in range(2):
        due = await candidate.data("POST", f"{base}/advance", json={"question_id": first})
        assert due["question"]["id"] == second, "a repeat changes nothing"
    assert (await candidate.data("POST", f"{base}/advance"))["question"] is None
    assert (await candidate.data("GET", f"{base}/current-question"))["question"] is None
    assert (await candidate.call("POST", f"{base}/advance")).status_code == 409
    assert (await candidate.data("GET", base))["status"] == "in_progress", "the client completes it"


@pytest.mark.parametrize("call", [("POST", "start"), ("GET", "current-question"), ("POST", "advance")])
async def test_not_by_strangers(candidate: Candidate, stranger: Candidate, call: tuple[str, str]) -> None:
    base, _ = await candidate.asked()
    assert (await stranger.call(call[0], f"{base}/{call[1]}")).status_code == 404
