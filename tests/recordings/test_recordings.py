"""Recordings of an interview through the HTTP surface, in a folder and in a bucket."""

import errno
import hashlib
import io
import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.config import Settings
from app.database import WriteSession
from app.engines.storage import LocalStorage
from app.engines.storage.s3 import _store
from app.models import AuditEvent, Recording, User, now
from app.services.recordings import orphans
from tests.conftest import Candidate, register, settle, spoken_ahead
from tests.live.support import PATIENCE
from tests.recordings.conftest import kept, processed, until
from tests.recordings.media import can_seek, film, sound


def form(content: bytes, **fields: str) -> dict[str, Any]:
    return {"files": {"file": ("../../film.webm", content, "video/webm")}, "data": fields}


class TestUpload:
    async def test_several_of_a_session_with_and_without_a_question(self, candidate: Candidate) -> None:
        base, question = await candidate.asked()
        for content, fields in (
            (film("webm"), {}),
            (sound("mp3"), {}),
            (film("mp4"), {"question_id": question.rsplit("/", 1)[1]}),
            (film("mp4"), {"question_id": question.rsplit("/", 1)[1]}),
        ):
            added = await candidate.data("POST", f"{base}/recordings", **form(content, **fields))
            assert (added["size_bytes"], added["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        listed = (await candidate.data("GET", f"{base}/recordings"))["recordings"]
        assert [one["kind"] for one in listed] == ["video", "audio", "video", "video"]
        assert [one["question_id"] is None for one in listed] == [True, True, False, False]
        assert (await candidate.data("GET", base))["answered_count"] == 0, "none of them is an answer"

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            *((kind, sound(kind)) for kind in ("ogg", "webm", "m4a", "mp3", "wav", "flac")),
            *((kind, film(kind)) for kind in ("webm", "mp4", "mov", "mkv")),
        ],
    )
    async def test_every_kind_is_recognised_by_content(self, candidate: Candidate, kind: str, content: bytes) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(content))
        done = await processed(candidate, added["id"])
        assert (done["status"], done["format"]) == ("completed", kind)
        peaks = done["peaks"]
        assert isinstance(peaks, list)
        assert len(peaks) >= 40
        assert max(peaks[:4]) < 40 < 180 < max(peaks[-4:]), "the tone grows"

    async def test_what_is_no_recording_leaves_nothing(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        for content, status in ((b"", 422), (b"only text " * 500, 415), (film()[:40], 422), (b"RIFF0000WAVE", 422)):
            response = await candidate.call("POST", f"{base}/recordings", **form(content))
            assert response.status_code == status, response.text
            assert response.json()["error"]["message"]
        assert await kept(app) == []
        assert (await candidate.data("GET", f"{base}/recordings"))["recordings"] == []
        await until(partial(nothing_in, app.state.runtime.scratch.folder))  # the question may just be spoken ahead

    async def test_too_large_is_413(self, candidate: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
        base, _ = await candidate.asked()
        monkeypatch.setattr(app.state.runtime.settings.limits, "recording_mb", 1)
        response = await candidate.call("POST", f"{base}/recordings", **form(bytes(2**20 + 1)))
        assert response.status_code == 413
        assert await kept(app) == []

    @pytest.mark.parametrize(
        "broken",
        [
            {"json": {}},
            {"data": {"question_id": "x"}},
            {"files": {"other": ("a.wav", b"x")}},
            {"content": b"--x\r\nnonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            {"content": b"", "headers": {"content-type": "multipart/form-data"}},
        ],
    )
    async def test_a_form_that_is_none_is_422(self, candidate: Candidate, broken: dict[str, Any]) -> None:
        base, _ = await candidate.asked()
        headers = {**candidate.headers, **broken.pop("headers", {})}
        response = await candidate.http.post(f"{base}/recordings", headers=headers, **broken)
        assert response.status_code == 422, response.text

    async def test_a_wrong_field_is_named(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        response = await candidate.call("POST", f"{base}/recordings", **form(sound("wav"), question_id="seven"))
        assert response.status_code == 422
        assert response.json()["error"]["details"][0]["field"] == "question_id"

    async def test_a_file_without_a_login_is_not_even_read(self, candidate: Candidate, http: httpx.AsyncClient) -> None:
        base, question = await candidate.asked()
        for path in (f"{base}/recordings", f"{question}/audio"):
            read = 0

            async def endless() -> Any:
                nonlocal read
                while True:
                    read += 1
                    yield bytes(65_536)

            response = await http.post(
                path, content=endless(), headers={"content-type": "multipart/form-data; boundary=x"}
            )
            assert response.status_code == 401
            assert read <= 2

    async def test_a_film_can_be_the_answer(self, candidate: Candidate) -> None:
        base, question = await candidate.asked()
        fields = {"question_id": question.rsplit("/", 1)[1], "is_answer": "true"}
        await candidate.data("POST", f"{base}/recordings", **form(film("mp4"), **fields))
        first = (await candidate.data("GET", f"{base}/recordings"))["recordings"][0]
        assert first["is_answer"]
        assert (await candidate.data("GET", base))["answered_count"] == 1
        heard = await candidate.data("POST", f"{question}/transcribe")
        assert heard["duration"] > 3
        await candidate.data("POST", f"{base}/recordings", **form(film("webm"), **fields))
        listed = (await candidate.data("GET", f"{base}/recordings"))["recordings"]
        assert [one["id"] == first["id"] for one in listed] == [False], "the newer one took its place"


class TestProcessing:
    async def test_a_browsers_film_can_be_sought_in_afterwards(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        recorded = film("webm", as_recorded=True)
        assert not can_seek(recorded)
        added = await candidate.data("POST", f"{base}/recordings", **form(recorded))
        assert abs(added["duration"] - 4) < 0.2, "the length is known at once, though the file does not say it"
        done = await processed(candidate, added["id"])
        content = (await candidate.call("GET", str(done["url"]))).content
        assert can_seek(content)
        assert (done["size_bytes"], done["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())

        async def is_alone() -> bool:
            return len(await kept(app, "recordings")) == 1

        await until(is_alone)  # the film without an index goes

    async def test_a_film_gets_a_picture(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(film("mp4", size=(1280, 720))))
        done = await processed(candidate, added["id"])
        picture = await candidate.call("GET", str(done["thumbnail_url"]))
        assert picture.headers["content-type"] == "image/jpeg"
        shown: Any
        with av.open(io.BytesIO(picture.content)) as shown:
            frame = next(shown.decode(video=0))
        assert (frame.width, frame.height) == (480, 270)
        bright = frame.to_ndarray(format="gray")
        assert bright.min() < 70 < 180 < bright.max(), "the bar is seen"

    async def test_a_film_without_sound_has_no_peaks(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(film("webm", sound=False)))
        done = await processed(candidate, added["id"])
        assert (done["status"], done["peaks"]) == ("completed", [])

    async def test_what_cannot_be_decoded_fails_with_the_reason_and_stays(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        broken = bytearray(sound("mp3", seconds=4))
        for at in range(2_000, len(broken), 3):
            broken[at] ^= 0xA5
        response = await candidate.call("POST", f"{base}/recordings", **form(bytes(broken)))
        if response.status_code == 201:
            done = await processed(candidate, response.json()["data"]["id"])
            assert done["status"] in ("failed", "completed")
            assert (done["reason"] is None) == (done["status"] == "completed")
            assert (await candidate.call("GET", str(done["url"]))).content == bytes(broken)
        else:
            assert response.status_code == 422


class TestPlaying:
    async def test_in_part(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = (await candidate.data("POST", f"{base}/recordings", **form(content)))["url"]
        size = len(content)
        for asked, expected in (
            ("bytes=0-0", content[:1]),
            ("bytes=100-199", content[100:200]),
            (f"bytes={size - 5}-", content[-5:]),
            ("bytes=-7", content[-7:]),
            (f"bytes=10-{size * 2}", content[10:]),
        ):
            part = await candidate.http.get(url, headers={**candidate.headers, "Range": asked})
            assert (part.status_code, part.content) == (206, expected)
            assert part.headers["content-range"].endswith(f"/{size}")
        whole = await candidate.http.get(url, headers={**candidate.headers, "Range": "bytes=5-2"})
        assert (whole.status_code, len(whole.content)) == (200, size)
        tag = whole.headers["etag"]
        for seen, status in ((tag, 206), ('"other"', 200)):
            headers = {**candidate.headers, "Range": "bytes=0-9", "If-Range": seen}
            assert (await candidate.http.get(url, headers=headers)).status_code == status
        behind = await candidate.http.get(url, headers={**candidate.headers, "Range": f"bytes={size}-"})
        assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{size}")

    async def test_is_for_the_owner_and_administrators(
        self, candidate: Candidate, stranger: Candidate, app: FastAPI
    ) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        for path in (added["url"], f"/api/v1/recordings/{added['id']}", f"{base}/recordings"):
            assert (await stranger.call("GET", path)).status_code == 404
            assert (await candidate.http.get(path)).status_code == 401
        assert (await stranger.call("POST", f"/api/v1/recordings/{added['id']}/link")).status_code == 404
        assert (await stranger.call("DELETE", f"/api/v1/recordings/{added['id']}")).status_code == 404
        admin = await administrator(candidate.http, app)
        for path in (f"{base}/recordings", added["url"], added["url"]):
            assert (await admin.call("GET", path)).status_code == 200, "played in two pieces, it is noted once"
        events = (await admin.data("GET", "/api/v1/admin/audit-events"))["events"]
        assert [event["action"] for event in events] == ["recording_downloaded", "recordings_listed"]
        assert {event["actor_id"] for event in events} == {admin.account["id"]}
        assert events[0]["subject_id"] == added["id"]
        database = app.state.runtime.database
        for minutes, entries in ((15, 1), (21, 2)):
            async with database.writing() as session:
                await session.execute(update(Recording).values(duration=600))
                await session.execute(update(AuditEvent).values(created_at=now() - timedelta(minutes=minutes)))
            await admin.call("GET", added["url"])
            events = (await admin.data("GET", "/api/v1/admin/audit-events?action=recording_downloaded"))["events"]
            assert len(events) == entries, "ten minutes of sound are one playing of them for some twenty minutes"
        assert (await candidate.call("GET", "/api/v1/admin/audit-events")).status_code == 403

    async def test_a_link_works_without_a_login_for_a_while(
        self, candidate: Candidate, app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        added = await candidate.data("POST", f"{base}/recordings", **form(content))
        storage = app.state.runtime.storage
        if storage.kind == "cloud":
            presigned = (await candidate.data("POST", f"/api/v1/recordings/{added['id']}/link"))["url"]
            async with httpx.AsyncClient(timeout=PATIENCE) as browser:
                assert (await browser.get(presigned)).content == content
            monkeypatch.setattr(storage._settings, "presigned", False)
        link = (await candidate.data("POST", f"/api/v1/recordings/{added['id']}/link"))["url"]
        played = await candidate.http.get(link, headers={"Range": "bytes=0-99"})
        assert (played.status_code, played.content) == (206, content[:100])
        changed = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
        for wrong in (changed, f"{link}x", "/api/v1/media/x", "/api/v1/media/" + "A" * 54):
            assert (await candidate.http.get(wrong)).status_code == 401
        monkeypatch.setattr(app.state.runtime.services.recordings.privacy, "link_seconds", -5)
        late = (await candidate.data("POST", f"/api/v1/recordings/{added['id']}/link"))["url"]
        expired = await candidate.http.get(late)
        assert (expired.status_code, expired.json()["error"]["type"]) == (401, "link_expired")
        await candidate.data("DELETE", f"/api/v1/recordings/{added['id']}")
        assert (await candidate.http.get(link)).status_code == 404

    async def test_a_file_that_is_gone_is_404(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        await processed(candidate, added["id"])
        await app.state.runtime.storage.delete(await kept(app))
        response = await candidate.call("GET", added["url"])
        assert (response.status_code, response.json()["error"]["type"]) == (404, "recording_file_missing")


class TestConsent:
    async def test_is_recorded_and_can_be_required(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        assert (await candidate.data("GET", f"{base}/consent"))["purposes"] is None
        app.state.runtime.services.recordings.privacy.require_consent = True
        try:
            refused = await candidate.call("POST", f"{base}/recordings", **form(sound("wav")))
            assert (refused.status_code, refused.json()["error"]["type"]) == (403, "consent_required")
            body = {"purposes": ["sharing", "recording"], "wording": "2026-11"}
            given = await candidate.data("POST", f"{base}/consent", json=body)
            assert given["purposes"] == ["recording", "sharing"]
            await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        finally:
            app.state.runtime.services.recordings.privacy.require_consent = False
        await candidate.data("POST", f"{base}/consent", json={"purposes": [], "wording": "2026-11"})
        assert (await candidate.call("POST", f"{base}/recordings", **form(sound("wav")))).status_code == 403
        assert (await candidate.data("GET", f"{base}/consent"))["purposes"] == []


class TestFailures:
    async def test_a_full_disk_is_503_and_leaves_nothing(
        self, candidate: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base, question = await candidate.asked()

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr("app.services.recordings.keeper.created", full)
        for path in (f"{base}/recordings", f"{question}/audio"):
            response = await candidate.call("POST", path, **form(sound("wav")))
            assert (response.status_code, response.json()["error"]["type"]) == (503, "storage_full")
            assert response.headers["retry-after"]
        assert await kept(app) == []

    async def test_storage_that_refuses_is_503_and_leaves_nothing(
        self, candidate: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        added = await candidate.data("POST", f"{base}/recordings", **form(content))
        await processed(candidate, added["id"])
        storage = app.state.runtime.storage
        with monkeypatch.context() as patched:
            _break(storage, patched)
            refused = await candidate.call("POST", f"{base}/recordings", **form(content))
            assert (refused.status_code, refused.json()["error"]["type"]) == (503, "storage_unavailable")
            assert refused.headers["retry-after"]
            assert (await candidate.call("GET", added["url"])).status_code == 503
            ready = await candidate.http.get("/health/ready")
            assert (ready.status_code, ready.json()["storage"]) == (503, "failed: cannot be written")
        assert len((await candidate.data("GET", f"{base}/recordings"))["recordings"]) == 1
        assert len(await kept(app)) == 1
        assert (await candidate.call("GET", added["url"])).content == content

    async def test_a_file_stays_when_the_database_goes_away_while_it_commits(
        self, candidate: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base, _ = await candidate.asked()
        commit = WriteSession.commit

        async def cut(session: WriteSession) -> None:
            await commit(session)
            raise ConnectionError("the answer to COMMIT was lost")

        with monkeypatch.context() as patched:
            patched.setattr(WriteSession, "commit", cut)
            response = await candidate.call("POST", f"{base}/recordings", **form(sound("wav")))
            assert response.status_code == 503
        listed = (await candidate.data("GET", f"{base}/recordings"))["recordings"]
        assert [(await candidate.call("GET", row["url"])).content for row in listed] == [sound("wav")]

    async def test_what_a_crash_left_is_swept(self, candidate: Candidate, app: FastAPI) -> None:
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(film("mp4")))
        await processed(candidate, added["id"])
        await settle(app)
        await spoken_ahead(app)
        runtime = app.state.runtime
        wanted = sorted(await kept(app))
        for key in ("recordings/ab/orphan.wav", "thumbnails/ab/orphan.jpg", "parts/ab/orphan"):
            await runtime.storage.put(key, b"x")
        (runtime.scratch.folder / "left").write_bytes(b"x")
        stores = (runtime.database, runtime.storage, runtime.scratch)
        assert await orphans.sweep(*stores, older_than_seconds=3600) == 0, "they may be on their way"
        assert await orphans.sweep(*stores, older_than_seconds=-5) == 3
        assert sorted(await kept(app)) == wanted
        assert list(runtime.scratch.folder.iterdir()) == []


def _break(storage: Any, patched: pytest.MonkeyPatch) -> None:
    """Let storage refuse, each kind in its own way."""
    if isinstance(storage, LocalStorage):

        def refuse(*_: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        patched.setattr("app.engines.storage.local._write", refuse)
        patched.setattr("app.engines.storage.local._opened", refuse)
    else:
        patched.setattr(
            storage,
            "_store",
            _store(storage._settings.model_copy(update={"endpoint": "http://127.0.0.1:9", "timeout_seconds": 1.0})),
        )


async def administrator(http: httpx.AsyncClient, app: FastAPI) -> Candidate:
    """An account that was made an administrator."""
    admin = await register(http, "root@example.com")
    async with app.state.runtime.database.writing() as session:
        await session.execute(update(User).where(User.email == "root@example.com").values(role="admin"))
    await app.state.runtime.guard.forget([])
    return admin


async def nothing_in(folder: Path) -> bool:
    return list(folder.iterdir()) == []
