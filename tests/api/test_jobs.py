"""Work behind the scenes as clients see it: 202 with a place to look, progress, results by themselves, another try."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.models import Job, User
from tests.api.test_answers import GOOD_STORY, wav
from tests.conftest import Candidate, settle

ASYNC = {"Prefer": "respond-async"}


async def later(candidate: Candidate, path: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Ask for something without waiting; (where to look, the job)."""
    response = await candidate.http.request("POST", path, headers=candidate.headers | ASYNC, **arguments)
    assert response.status_code == 202, response.text
    assert not response.content, "what a call answers with has one shape"
    address = response.headers["Location"]
    return address, await candidate.data("GET", address)


async def ended(candidate: Candidate, address: str) -> dict[str, Any]:
    """The job at this address, when it has ended."""
    async with asyncio.timeout(60):
        while True:
            job: dict[str, Any] = await candidate.data("GET", address)
            if job["state"] in ("completed", "failed"):
                return job
            await asyncio.sleep(0.05)


async def test_who_prefers_not_to_wait_is_told_where_to_look(candidate: Candidate, speech: Path) -> None:
    _, question = await candidate.asked()
    await candidate.data("POST", f"{question}/audio", **wav(speech))
    for what in ("transcribe", "evaluate"):
        address, job = await later(candidate, f"{question}/{what}")
        assert job["kind"] == what
        done = await ended(candidate, address)
        assert (done["state"], done["progress"], done["reason"]) == ("completed", 100, None)
    transcript = await candidate.data("GET", f"{question}/transcript")
    assert transcript["transcript"] == "i used a profiler to find the leak"


async def test_a_job_can_be_watched(candidate: Candidate) -> None:
    _, question = await candidate.asked()
    await candidate.data("POST", f"{question}/answer", json={"answer": GOOD_STORY})
    address, _ = await later(candidate, f"{question}/evaluate")
    stream = await candidate.call("GET", f"{address}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    states = [json.loads(line[6:])["state"] for line in stream.text.splitlines() if line.startswith("data: ")]
    assert states[-1] == "completed"


async def test_results_are_made_when_the_interview_is_completed(candidate: Candidate, app: FastAPI) -> None:
    base, question = await candidate.asked()
    await candidate.data("POST", f"{question}/answer", json={"answer": GOOD_STORY})
    assert (await candidate.data("GET", f"{base}/status"))["results"] == "none"
    assert (await candidate.data("POST", f"{base}/complete"))["status"] == "completed"
    await settle(app)
    assert (await candidate.data("GET", f"{base}/status"))["results"] == "ready"
    session = base.rsplit("/", 1)[1]
    assert (await candidate.data("GET", f"/api/v1/feedback/sessions/{session}/feedback"))["summary"]
    assert (await candidate.data("GET", f"{base}/report"))["reasons"]


async def test_an_upload_is_worked_on_although_nobody_asks(
    candidate: Candidate, app: FastAPI, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.runtime.services.recordings, "grace", 0.0)
    base, question = await candidate.asked()
    await candidate.data("POST", f"{question}/audio", **wav(speech))
    await candidate.data("POST", f"{base}/complete")
    async with asyncio.timeout(60):
        while (await candidate.data("GET", f"{base}/status"))["results"] != "ready":
            await settle(app)
    assert (await candidate.data("GET", f"{base}/evaluation"))["evaluated"] == 1


class TestFailedWork:
    async def failed(self, candidate: Candidate, app: FastAPI, speech: Path) -> tuple[str, str]:
        """(address of a question, address of the job that could not transcribe its recording)."""
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        address, _ = await later(candidate, f"{question}/transcribe")
        await ended(candidate, address)
        async with app.state.runtime.database.writing() as session:
            lost = {"status": 422, "code": "recording_file_missing", "message": "The file is gone."}
            await session.execute(update(Job).where(Job.kind == "transcribe").values(state="failed", failure=lost))
        return question, address

    async def test_says_why_and_is_tried_again(self, candidate: Candidate, app: FastAPI, speech: Path) -> None:
        _, address = await self.failed(candidate, app, speech)
        listed = await candidate.data("GET", "/api/v1/jobs?state=failed")
        assert [job["reason_code"] for job in listed["jobs"]] == ["recording_file_missing"]
        assert (await candidate.data("POST", f"{address}/retry"))["state"] == "waiting"
        assert (await ended(candidate, address))["state"] == "completed"
        assert (await candidate.call("POST", f"{address}/retry")).status_code == 409

    async def test_is_seen_by_its_owner_and_administrators_alone(
        self, candidate: Candidate, stranger: Candidate, app: FastAPI, speech: Path
    ) -> None:
        _, address = await self.failed(candidate, app, speech)
        for method, path in (("GET", address), ("GET", f"{address}/events"), ("POST", f"{address}/retry")):
            assert (await stranger.call(method, path)).status_code == 404
        assert (await stranger.data("GET", "/api/v1/jobs"))["jobs"] == []
        assert (await stranger.call("GET", "/api/v1/jobs?everyone=true")).status_code == 403
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).where(User.email == "bob@example.com").values(role="admin"))
        login = {"email": "bob@example.com", "password": "correct horse battery"}
        token = (await stranger.data("POST", "/api/v1/users/login", json=login))["token"]
        admin = Candidate(stranger.http, {"token": token})
        seen = await admin.data("GET", "/api/v1/jobs?everyone=true&state=failed")
        assert f"/api/v1/jobs/{seen['jobs'][0]['id']}" == address
        assert (await admin.data("POST", f"{address}/retry"))["state"] == "waiting"
