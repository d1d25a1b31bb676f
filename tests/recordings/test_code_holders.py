"""Candidates without an account: what they record is kept, exported and deleted as that of others."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select, update

from app.models import AccessCode, Recording, now
from app.services.privacy.retention import RetentionService
from tests.conftest import Candidate, settle
from tests.recordings.conftest import kept, processed, until
from tests.recordings.media import sound
from tests.recordings.test_privacy import is_deleted, rows
from tests.recordings.test_recordings import administrator, form
from tests.recordings.test_uploads import begin, send

NAME = "Grace Hopper"


@pytest_asyncio.fixture
async def admin(http: httpx.AsyncClient, app: FastAPI) -> Candidate:
    """Who hands out the codes."""
    return await administrator(http, app)


@pytest_asyncio.fixture
async def holder(admin: Candidate) -> Candidate:
    """Somebody who entered with a code; the interview's UUID is their token."""
    questions = [{"text": text, "expected_points": ["A lock"]} for text in ("What is a race?", "What is a lock?")]
    chosen = await admin.data("POST", "/api/v1/admin/question-sets", json={"name": "Backend", "questions": questions})
    body = {"question_set_id": chosen["id"], "candidate_name": NAME}
    code = await admin.data("POST", "/api/v1/admin/codes", json=body)
    joined = await admin.http.post("/api/v1/join", json={"code": code["code"], "candidate_name": NAME})
    return Candidate(admin.http, joined.json()["data"])


async def by_the_kiosk(holder: Candidate) -> httpx.Response:
    """Send a recording as the kiosk's document says."""
    files = {"recording": ("a.wav", sound("wav"), "audio/wav")}
    fields = {"session_id": holder.account["token"]}
    return await holder.http.post("/api/interview/upload-recording", data=fields, files=files)


async def record(holder: Candidate) -> tuple[str, list[str]]:
    """Send something by each way there is; returns the interview and the recordings."""
    session = holder.account["token"]
    base = f"/api/v1/interviews/sessions/{session}"
    await holder.data("POST", f"{base}/consent", json={"purposes": ["recording"], "wording": "1"})
    questions = (await holder.data("GET", f"{base}/questions"))["questions"]
    await holder.data("POST", f"{base}/questions/{questions[0]['id']}/audio", **form(sound("wav")))
    await holder.data("POST", f"{base}/recordings", **form(sound("mp3")))
    whole = sound("ogg")
    uploaded = await begin(holder, len(whole), session_id=session)
    assert (await send(holder, uploaded, 0, whole)).status_code == 204
    unfinished = await begin(holder, len(whole), session_id=session)
    assert (await send(holder, unfinished, 0, whole[:5000])).status_code == 204
    kiosk = await by_the_kiosk(holder)
    assert kiosk.status_code == 201, kiosk.text

    async def there() -> list[dict[str, Any]]:
        return list((await holder.data("GET", f"{base}/recordings"))["recordings"])

    async def all_there() -> bool:
        return len(await there()) == 4

    await until(all_there)
    return session, [recording["id"] for recording in await there()]


async def test_what_they_recorded_is_exported_and_deleted_by_who_conducts(
    admin: Candidate, holder: Candidate, app: FastAPI
) -> None:
    before = await rows(app)
    session, recordings = await record(holder)
    for recording in recordings:
        assert (await processed(admin, recording))["status"] == "completed"
    conducted = f"/api/v1/admin/sessions/{session}"
    assert (await admin.data("GET", conducted))["consent"]["purposes"] == ["recording"]
    await admin.data("POST", f"{conducted}/notes", json={"text": "A note"})
    assert (await holder.call("GET", f"{conducted}/export")).status_code == 401

    exported = await admin.call("GET", f"{conducted}/export")
    assert exported.headers["content-type"] == "application/zip"
    assert f'filename="Data of {NAME}, ' in exported.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert archive.testzip() is None
        media = [name for name in archive.namelist() if "recording-" in name]
        assert [archive.read(name)[:4] for name in media if name.endswith(".ogg")] == [b"OggS"]
        assert len(media) == len(recordings)
        whole = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("interview.json"))))
        assert NAME in archive.read("index.html").decode()
    assert whole["consents"][0]["purposes"] == ["recording"]
    assert whole["notes"][0]["text"] == "A note"
    assert "session_exported" in {event["action"] for event in whole["access_by_administrators"]}

    await settle(app)
    receipt = await admin.data("DELETE", conducted)
    assert receipt["counts"]["recordings"] == len(recordings)
    await until(lambda: is_deleted(admin.http, receipt["receipt_id"]))
    await settle(app)
    assert await kept(app) == []
    assert (await rows(app)).keys() - before.keys() <= {"deletions", "jobs", "audit_events"}
    async with app.state.runtime.database.reading() as reading:
        assert await reading.scalar(select(AccessCode.candidate_name)) is None
    assert (await holder.call("GET", f"/api/v1/interviews/sessions/{session}")).status_code in (401, 404)


async def test_what_they_recorded_is_kept_as_long_as_that_of_others(
    admin: Candidate, holder: Candidate, app: FastAPI
) -> None:
    session, recordings = await record(holder)
    await settle(app)
    runtime = app.state.runtime
    async with runtime.database.writing() as writing:
        await writing.execute(update(Recording).values(created_at=now() - timedelta(days=31)))
    settings = runtime.settings.privacy.model_copy(update={"recordings_days": 30})
    removed = await RetentionService(runtime.database, runtime.storage, settings).enforce()
    assert removed["recordings"] == len(recordings)
    assert await kept(app, "recordings", "thumbnails") == []
    assert (await admin.data("GET", f"/api/v1/admin/sessions/{session}"))["recordings"] == []


async def test_where_consent_is_required_nothing_is_taken_before_it(holder: Candidate, app: FastAPI) -> None:
    privacy = app.state.runtime.settings.privacy.model_copy(update={"require_consent": True})
    app.state.runtime.services.recordings.privacy = privacy
    session = holder.account["token"]
    refused = await by_the_kiosk(holder)
    assert refused.status_code == 403, refused.text
    assert await kept(app) == []
    body = {"purposes": ["recording"], "wording": "1"}
    await holder.data("POST", f"/api/v1/interviews/sessions/{session}/consent", json=body)
    assert (await by_the_kiosk(holder)).status_code == 201


async def test_they_see_what_becomes_of_their_recording(holder: Candidate) -> None:
    base = f"/api/v1/interviews/sessions/{holder.account['token']}"
    question = (await holder.data("GET", f"{base}/questions"))["questions"][0]["id"]
    await holder.data("POST", f"{base}/questions/{question}/audio", **form(sound("wav")))
    path = f"{base}/questions/{question}/transcribe"
    headers = {**holder.headers, "Prefer": "respond-async"}
    accepted = await holder.http.post(path, headers=headers)
    assert accepted.status_code == 202, accepted.text
    place = accepted.headers["location"]

    async def is_over() -> bool:
        return (await holder.data("GET", place))["state"] in ("completed", "failed")

    await until(is_over)
    events = (await holder.call("GET", f"{place}/events")).text
    assert events.startswith("event: job")
    assert (await holder.call("POST", f"{place}/retry")).status_code in (200, 409)
