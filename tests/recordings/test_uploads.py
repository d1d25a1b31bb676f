"""Uploads in pieces with a client of the tus protocol, through a real server, and by hand."""

import base64
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.requests import ClientDisconnect
from tusclient.client import TusClient

from app.jobs.kinds.recordings import FINISH_UPLOAD
from app.models import Job, Upload, now
from app.services.recordings import upload_service
from tests.conftest import Candidate
from tests.live.support import PATIENCE
from tests.recordings.conftest import kept, until
from tests.recordings.media import film, sound
from tests.support.server import running_server

UPLOADS = "/api/v1/uploads"
OFFSET = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


async def begin(candidate: Candidate, length: int, **values: str) -> str:
    """The address of a new upload."""
    headers = {**candidate.headers, "Upload-Length": str(length), "Upload-Metadata": metadata(**values)}
    response = await candidate.http.post(UPLOADS, headers=headers)
    assert response.status_code == 201, response.text
    return str(response.headers["location"])


async def send(candidate: Candidate, url: str, offset: int, content: Any) -> httpx.Response:
    headers = {**candidate.headers, **OFFSET, "Upload-Offset": str(offset)}
    return await candidate.http.patch(url, headers=headers, content=content)


async def finished(candidate: Candidate, url: str) -> dict[str, Any]:
    """What became of an upload."""
    found: dict[str, Any] = {}

    async def is_over() -> bool:
        found.update(await candidate.data("GET", url))
        return found["status"] in ("completed", "failed")

    await until(is_over)
    return found


async def no_parts(app: FastAPI) -> bool:
    """Whether the pieces of uploads are gone, which background work deletes."""
    return await kept(app, "parts") == []


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_service, "PART_BYTES", 10_000)


@pytest.mark.usefixtures("small_parts")
class TestPieces:
    async def test_become_a_recording(self, candidate: Candidate, app: FastAPI) -> None:
        base, question = await candidate.asked()
        content = film("mp4")
        session, number = base.rsplit("/", 1)[1], question.rsplit("/", 1)[1]
        url = await begin(candidate, len(content), session_id=session, question_id=number, is_answer="true", name="é")
        for at in range(0, len(content), 25_000):
            response = await send(candidate, url, at, content[at : at + 25_000])
            assert response.status_code == 204, response.text
            assert response.headers["upload-offset"] == str(min(len(content), at + 25_000))
            assert response.headers["tus-resumable"] == "1.0.0"
        done = await finished(candidate, url)
        recording = await candidate.data("GET", f"/api/v1/recordings/{done['recording_id']}")
        assert recording["sha256"] == hashlib.sha256(content).hexdigest()
        assert (recording["question_id"], recording["is_answer"]) == (number, True)
        await until(lambda: no_parts(app))

    async def test_count_as_the_answer_when_they_were_whole_before_the_interview_ended(
        self, candidate: Candidate, app: FastAPI
    ) -> None:
        session = await candidate.session()
        questions = [question["id"] for question in await candidate.questions(session, 2)]
        content = sound("wav")
        urls = [
            await begin(candidate, len(content), session_id=session, question_id=question, is_answer="true")
            for question in questions
        ]
        await app.state.worker.close()
        await send(candidate, urls[0], 0, content)
        await send(candidate, urls[1], 0, content[:-1])
        await candidate.data("POST", f"/api/v1/interviews/sessions/{session}/complete")
        await send(candidate, urls[1], len(content) - 1, content[-1:])
        app.state.worker.start()
        assert (await finished(candidate, urls[0]))["status"] == "completed"
        late = await finished(candidate, urls[1])
        assert (late["status"], late["recording_id"]) == ("failed", None)
        assert "completed" in late["reason"]

    async def test_that_are_whole_are_kept_until_they_are_recordings(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        content, runtime = sound("wav"), app.state.runtime
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])
        await app.state.worker.close()
        await send(candidate, url, 0, content)
        async with runtime.database.writing() as session:  # storage was away for a day
            await session.execute(update(Upload).values(expires_at=now() - timedelta(hours=1)))
        assert await runtime.services.uploads.purge() == 0
        assert (await candidate.data("GET", url))["status"] == "processing"
        async with runtime.database.writing() as session:  # and was tried too often
            (job,) = (await session.execute(select(Job).where(Job.kind == "finish_upload"))).scalars()
            await FINISH_UPLOAD.given_up(runtime.services, session, job, "Storage was away.")
            job.state = "failed"
            await session.execute(update(Upload).values(expires_at=now() + timedelta(hours=1)))
        assert (await candidate.data("GET", url))["reason"] == "Storage was away."
        await candidate.data("POST", f"/api/v1/jobs/{job.public_id}/retry")
        app.state.worker.start()

        async def is_listed() -> bool:
            return bool((await candidate.data("GET", f"{base}/recordings"))["recordings"])

        await until(is_listed)
        assert (await candidate.data("GET", url))["reason"] is None

    async def test_without_consent_any_more_become_nothing(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])
        await candidate.data("POST", f"{base}/consent", json={"purposes": [], "wording": "1"})
        await send(candidate, url, 0, content)
        assert "not agreed" in (await finished(candidate, url))["reason"]
        await until(lambda: no_parts(app))
        assert await kept(app) == []

    async def test_are_gone_when_their_recording_is_deleted(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])
        await send(candidate, url, 0, content)
        done = await finished(candidate, url)
        await candidate.data("DELETE", f"/api/v1/recordings/{done['recording_id']}")
        assert (await candidate.call("GET", url)).status_code == 404

    async def test_go_on_where_they_were_cut(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])

        async def cut() -> AsyncIterator[bytes]:
            yield content[:7_000]
            yield content[7_000:33_000]
            raise ClientDisconnect

        await send(candidate, url, 0, cut())
        found = await candidate.call("HEAD", url)
        assert (found.headers["upload-offset"], found.headers["upload-length"]) == ("33000", str(len(content)))
        assert found.headers["cache-control"] == "no-store"
        assert (await candidate.data("GET", url))["status"] == "receiving"
        assert (await send(candidate, url, 33_000, content[33_000:])).status_code == 204
        done = await finished(candidate, url)
        file = await candidate.call("GET", f"/api/v1/recordings/{done['recording_id']}/file")
        assert file.content == content

    async def test_are_taken_once_wherever_two_clients_send(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])
        assert (await send(candidate, url, 0, content[:9_000])).status_code == 204
        for wrong in (0, 8_999, 9_001):
            refused = await send(candidate, url, wrong, content[wrong:])
            assert (refused.status_code, refused.headers["tus-resumable"]) == (409, "1.0.0")

        async def slow() -> AsyncIterator[bytes]:
            yield content[9_000:12_000]
            assert (await send(candidate, url, 9_000, content[9_000:15_000])).status_code == 204
            yield content[12_000:]

        assert (await send(candidate, url, 9_000, slow())).status_code == 409
        assert (await send(candidate, url, 15_000, content[15_000:])).status_code == 204
        done = await finished(candidate, url)
        file = await candidate.call("GET", f"/api/v1/recordings/{done['recording_id']}/file")
        assert file.content == content
        await until(lambda: no_parts(app))  # the part that came too late goes as well

    async def test_that_are_no_recording_are_refused(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        session = base.rsplit("/", 1)[1]
        url = await begin(candidate, 20_000, session_id=session)
        assert (await send(candidate, url, 0, b"only text " * 2_000)).status_code == 415
        broken = b"\x1aE\xdf\xa3" + bytes(30_000)
        url = await begin(candidate, len(broken), session_id=session)
        assert (await send(candidate, url, 0, broken)).status_code == 204
        done = await finished(candidate, url)
        assert (done["status"], done["recording_id"]) == ("failed", None)
        assert done["reason"]
        await until(lambda: no_parts(app))
        assert await kept(app) == []

    async def test_can_be_given_up_and_expire(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        urls = [await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1]) for _ in range(2)]
        for url in urls:
            await send(candidate, url, 0, content[:20_000])
        assert (await candidate.call("DELETE", urls[0])).status_code == 204
        assert (await candidate.call("HEAD", urls[0])).status_code == 404
        app.state.runtime.settings.limits.upload_hours, before = 0, app.state.runtime.settings.limits.upload_hours
        try:
            await send(candidate, urls[1], 20_000, content[20_000:21_000])
        finally:
            app.state.runtime.settings.limits.upload_hours = before
        assert (await candidate.call("HEAD", urls[1])).status_code == 404
        assert await app.state.runtime.services.uploads.purge() == 1
        await until(lambda: no_parts(app))

    async def test_of_an_account_have_a_limit_together(
        self, candidate: Candidate, stranger: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(app.state.runtime.settings.limits, "account_mb", 1)
        content = sound("wav")  # 0.19 MB
        bases = [(await candidate.asked())[0] for _ in range(2)]
        added = [
            await candidate.data("POST", f"{base}/recordings", files={"file": ("a.wav", content)})
            for base in (*bases, *bases)
        ]
        url = await begin(candidate, 250_000, session_id=bases[0][-36:])
        headers = {
            **candidate.headers,
            "Upload-Length": "90000",
            "Upload-Metadata": metadata(session_id=bases[1][-36:]),
        }
        refused = await candidate.http.post(UPLOADS, headers=headers)
        assert (refused.status_code, refused.json()["error"]["type"]) == (413, "quota_exceeded")
        assert "1 MB" in refused.json()["error"]["message"]
        await begin(stranger, 250_000, session_id=await stranger.session())
        await candidate.call("DELETE", url)
        assert (await candidate.http.post(UPLOADS, headers=headers)).status_code == 201
        await candidate.data("DELETE", f"/api/v1/recordings/{added[0]['id']}")
        await candidate.data("POST", f"{bases[0]}/recordings", files={"file": ("a.wav", content)})

    async def test_belong_to_their_owner(self, candidate: Candidate, stranger: Candidate) -> None:
        base, _ = await candidate.asked()
        url = await begin(candidate, 100, session_id=base.rsplit("/", 1)[1])
        for method in ("HEAD", "GET", "DELETE"):
            assert (await stranger.call(method, url)).status_code == 404
        assert (await send(stranger, url, 0, b"x")).status_code == 404
        unknown = await candidate.http.head(url)
        assert (unknown.status_code, unknown.headers["tus-resumable"]) == (401, "1.0.0")
        headers = {**stranger.headers, "Upload-Length": "9", "Upload-Metadata": metadata(session_id=base[-36:])}
        assert (await candidate.http.post(UPLOADS, headers=headers)).status_code == 404

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 422),
            ({"Upload-Length": "-1"}, 422),
            ({"Upload-Length": "0"}, 422),
            ({"Upload-Length": "9" * 15}, 413),
            ({"Upload-Length": "1e400"}, 422),
            ({"Upload-Length": "9", "Upload-Metadata": "session_id ***"}, 422),
            ({"Upload-Length": "9", "Upload-Metadata": ""}, 422),
            ({"Upload-Length": "9", "Upload-Metadata": metadata(session_id="x")}, 422),
            ({"Upload-Length": "9", "Tus-Resumable": "0.2.2"}, 412),
        ],
    )
    async def test_that_make_no_sense_are_refused(
        self, candidate: Candidate, headers: dict[str, str], status: int
    ) -> None:
        base, _ = await candidate.asked()
        sent = {"Upload-Metadata": metadata(session_id=base[-36:]), **headers}
        response = await candidate.http.post(UPLOADS, headers={**candidate.headers, **sent})
        assert response.status_code == status, response.text
        assert response.json()["error"]["message"]
        assert response.headers["tus-resumable"] == "1.0.0"

    async def test_the_server_says_what_it_speaks(self, http: httpx.AsyncClient) -> None:
        response = await http.options(UPLOADS)
        assert response.status_code == 204
        assert response.headers["tus-version"] == "1.0.0"
        assert set(response.headers["tus-extension"].split(",")) == {"creation", "expiration", "termination"}
        assert int(response.headers["tus-max-size"]) > 2**20


class TestAClient:
    """tuspy against a real server, which is stopped in the middle."""

    def test_goes_on_after_the_server_was_restarted(self, tmp_path: Path) -> None:
        content = sound("wav", seconds=30)
        with running_server(tmp_path) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
            body = {"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada"}
            token = http.post("/api/v1/users/register", json=body).json()["data"]["token"]
            headers = {"Authorization": f"Bearer {token}"}
            made = http.post("/api/v1/interviews/sessions", json={"title": "Film"}, headers=headers).json()
            session = made["data"]["id"]
            client = TusClient(f"{address}{UPLOADS}", headers=headers)
            uploader = client.uploader(
                file_stream=io.BytesIO(content), chunk_size=700_000, metadata={"session_id": session}
            )
            uploader.upload(stop_at=1_400_000)
            url = str(uploader.url).removeprefix(address)
        with (
            running_server(tmp_path) as address,
            httpx.Client(base_url=address, headers=headers, timeout=PATIENCE) as http,
        ):
            again = TusClient(f"{address}{UPLOADS}", headers=headers).uploader(
                file_stream=io.BytesIO(content), chunk_size=700_000, url=f"{address}{url}"
            )
            assert again.offset == 1_400_000
            again.upload()
            found: dict[str, Any] = {"status": "processing"}
            while found["status"] == "processing":
                found = http.get(url).json()["data"]
            assert found["status"] == "completed"
            recording = http.get(f"/api/v1/recordings/{found['recording_id']}").json()["data"]
        assert recording["sha256"] == hashlib.sha256(content).hexdigest()
