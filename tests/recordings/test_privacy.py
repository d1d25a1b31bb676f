"""An account is exported whole, and deleted with everything; retention deletes what is too old."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from app.engines.storage import FOLDERS
from app.errors import Unavailable
from app.models import (
    Answer,
    Base,
    Consent,
    Deletion,
    InterviewSession,
    Message,
    Question,
    Recording,
    Scorecard,
    Upload,
    User,
    now,
)
from app.models.values.scores import ScoreDetail
from app.services.privacy.retention import RetentionService
from tests.conftest import Candidate
from tests.recordings.conftest import kept, until
from tests.recordings.media import sound
from tests.recordings.test_recordings import administrator, form

SESSIONS = 200
SAID = "I said something secret about bolognese"


async def rows(app: FastAPI) -> dict[str, int]:
    """Tables that are not empty, but for the template that comes with the schema."""
    async with app.state.runtime.database.reading() as session:
        counts = {
            table.name: await session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name != "prompt_templates"
        }
    return {name: count for name, count in counts.items() if count}


async def files(app: FastAPI) -> list[str]:
    storage = app.state.runtime.storage
    return [found.key for folder in FOLDERS async for found in storage.list(folder)]


async def fill(app: FastAPI, owner: str, count: int = SESSIONS, *, seconds: int = 1) -> None:
    """Interviews with one of everything, as a busy account has them; each recording is so long."""
    runtime = app.state.runtime
    content = sound("wav", seconds=seconds)
    async with runtime.database.writing() as session:
        user = await session.scalar(select(User).where(User.email == owner))
        assert user is not None
        interviews = [
            InterviewSession(owner_id=user.id, title=f"Practice {n}: a/b", status="completed") for n in range(count)
        ]
        session.add_all(interviews)
        await session.flush()
        questions = [
            Question(
                session_id=interview.id,
                number=1,
                text=f"Why number {number} <b>?",
                category="technical",
                difficulty="easy",
                source="llm",
                model_answer="the reference",
            )
            for number, interview in enumerate(interviews)
        ]
        session.add_all(questions)
        await session.flush()
        for number, (interview, question) in enumerate(zip(interviews, questions, strict=True)):
            session.add_all(
                [
                    Answer(question_id=question.id, kind="audio", status="completed", text=SAID),
                    Message(session_id=interview.id, question_id=question.id, role="user", kind="answer", content=SAID),
                    Consent(session_id=interview.id, purposes=["recording"], wording="1"),
                    Scorecard(
                        session_id=interview.id,
                        total=71.0,
                        scored=1,
                        skipped=0,
                        unscored=0,
                        detail=ScoreDetail(summary="", uncertainty=None, questions=()),
                        engine_version="1",
                    ),
                    Recording(
                        session_id=interview.id,
                        question_id=question.id,
                        is_answer=True,
                        status="completed",
                        key=f"recordings/zz/{number}.wav",
                        thumbnail_key=f"thumbnails/zz/{number}.jpg",
                        format="wav",
                        duration=1.0,
                        size_bytes=len(content),
                        sha256="0" * 64,
                        peaks=[1, 2],
                    ),
                    Upload(
                        session_id=interview.id,
                        length=9,
                        position=1,
                        parts=[[f"parts/zz/{number}", 1]],
                        expires_at=now() + timedelta(days=1),
                    ),
                ]
            )
    for number, question in enumerate(questions):
        await runtime.storage.put(f"recordings/zz/{number}.wav", content)
        await runtime.storage.put(f"thumbnails/zz/{number}.jpg", b"x")
        await runtime.storage.put(f"parts/zz/{number}", b"x")
        if number % 20 == 0:
            await runtime.storage.put(runtime.tts.keys(question.text, "female")[0], b"x")


async def is_deleted(http: httpx.AsyncClient, receipt: str) -> bool:
    found = (await http.get(f"/api/v1/deletions/{receipt}")).json()["data"]
    return bool(found["status"] == "completed")


class TestAccount:
    async def test_with_200_sessions_is_exported_and_deleted_whole(
        self, candidate: Candidate, stranger: Candidate, app: FastAPI
    ) -> None:
        await fill(app, "ada@example.com")
        base, _ = await stranger.asked()
        theirs = await stranger.data("POST", f"{base}/recordings", **form(sound("wav")))
        before = datetime.now(UTC)
        exported = await candidate.call("GET", "/api/v1/users/me/export")
        assert exported.headers["content-type"] == "application/zip"
        saved_as = re.search(r'filename="Data of (.+), (.+)\.zip"', exported.headers["content-disposition"])
        assert saved_as is not None
        assert saved_as[1] == candidate.account["full_name"]
        assert saved_as[2] in (f"{before:%Y-%m-%d}", f"{datetime.now(UTC):%Y-%m-%d}"), "it may have become midnight"
        with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            account = json.loads(archive.read("account.json"))
            first = json.loads(archive.read(next(name for name in names if name.endswith("interview.json"))))
            index = archive.read("index.html").decode()
            media = [name for name in names if name.endswith(".wav")]
            assert archive.read(media[-1]) == sound("wav", seconds=1)
        assert account["account"]["email"] == "ada@example.com"
        assert "hash" not in json.dumps(account)
        assert len(media) == SESSIONS
        question = first["questions"][0]
        assert (question["answer"]["text"], first["scorecard"]["total"]) == (SAID, 71.0)
        assert first["messages"][0]["content"] == SAID
        assert first["consents"][0]["purposes"] == ["recording"]
        assert "the reference" not in json.dumps(first), "it would spoil interviews that go on"
        assert index.count(SAID) == SESSIONS
        assert "&lt;b&gt;" in index
        assert all(f'src="{name}"' in index for name in media)
        assert all(not name.startswith("/") and ".." not in name for name in names)

        receipt = await candidate.data("DELETE", f"/api/v1/users/{candidate.account['id']}")
        assert receipt["counts"]["sessions"] == receipt["counts"]["recordings"] == SESSIONS
        await until(lambda: is_deleted(candidate.http, receipt["receipt_id"]))
        assert (await candidate.call("GET", "/api/v1/users/me")).status_code == 401
        assert [key for key in await files(app) if "/zz/" in key] == []
        storage = app.state.runtime.storage
        assert [found.key async for found in storage.list("tts") if found.size == 1] == [], "spoken questions, too"
        await stranger.data("DELETE", f"/api/v1/recordings/{theirs['id']}")
        await stranger.data("DELETE", f"/api/v1/users/{stranger.account['id']}")

        async def only_receipts() -> bool:
            return set(await rows(app)) <= {"deletions", "jobs"}

        await until(only_receipts)
        async with app.state.runtime.database.reading() as session:
            assert (await session.scalars(select(Deletion.keys))).all() == [[], [], []]
        assert await kept(app) == []

    async def test_is_exported_without_a_file_that_is_gone(self, candidate: Candidate, app: FastAPI) -> None:
        await fill(app, "ada@example.com", 2)
        await app.state.runtime.storage.delete(["recordings/zz/0.wav"])
        exported = await candidate.call("GET", "/api/v1/users/me/export")
        with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
            assert archive.testzip() is None
            assert sum(name.endswith(".wav") for name in archive.namelist()) == 1
            assert "Not available" in archive.read("index.html").decode()

    async def test_deleted_by_an_administrator_is_noted(self, candidate: Candidate, app: FastAPI) -> None:
        admin = await administrator(candidate.http, app)
        await admin.data("DELETE", f"/api/v1/users/{candidate.account['id']}")
        events = (await admin.data("GET", "/api/v1/admin/audit-events"))["events"]
        assert [(event["action"], event["subject_id"]) for event in events] == [
            ("account_deleted", candidate.account["id"])
        ]


class TestDeletion:
    async def test_of_files_goes_on_when_storage_is_back(
        self, candidate: Candidate, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base, _ = await candidate.asked()
        await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        remover = app.state.runtime.services.remover
        with monkeypatch.context() as patched:

            async def refuse(_: object) -> None:
                raise Unavailable("storage is away")

            patched.setattr(app.state.runtime.storage, "delete", refuse)
            receipt = await candidate.data("DELETE", base)
            assert not await is_deleted(candidate.http, receipt["receipt_id"])
        assert (await candidate.call("GET", base)).status_code == 404
        async with app.state.runtime.database.reading() as session:
            key = await session.scalar(select(Deletion.public_id))
        await remover.finish(key)
        assert await is_deleted(candidate.http, receipt["receipt_id"])
        assert await kept(app, "recordings") == []

    async def test_of_an_answer_leaves_the_question(self, candidate: Candidate, app: FastAPI) -> None:
        base, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **form(sound("wav")))
        receipt = await candidate.data("DELETE", f"{question}/answer")
        assert (receipt["deleted"], receipt["counts"]) == ("answer", {"answers": 1, "files": 1})
        await until(lambda: is_deleted(candidate.http, receipt["receipt_id"]))
        assert await kept(app, "recordings") == []
        assert (await candidate.data("GET", base))["answered_count"] == 0
        assert (await candidate.call("GET", f"{question}/audio")).status_code == 404
        assert (await candidate.call("DELETE", f"{question}/answer")).status_code == 404


class TestRetention:
    async def test_deletes_what_is_too_old(self, candidate: Candidate, app: FastAPI) -> None:
        await fill(app, "ada@example.com", 3)
        runtime = app.state.runtime
        long_ago = now() - timedelta(days=40)
        async with runtime.database.writing() as session:
            old = await session.scalar(select(func.min(InterviewSession.id)))
            await session.execute(update(Recording).where(Recording.session_id == old).values(created_at=long_ago))
            changes = {"completed_at": long_ago, "updated_at": long_ago}
            await session.execute(update(InterviewSession).where(InterviewSession.id == old).values(changes))
        settings = runtime.settings.privacy.model_copy(update={"recordings_days": 30, "transcripts_days": 30})
        removed = await RetentionService(runtime.database, runtime.storage, settings).enforce()
        assert removed == {"recordings": 1, "transcripts": 1}
        left = await rows(app)
        assert (left["recordings"], left["answers"], left["messages"], left["scorecards"]) == (2, 2, 2, 3)
        assert len(await kept(app, "recordings", "thumbnails")) == 4
        assert await RetentionService(runtime.database, runtime.storage, settings).enforce() == {
            "recordings": 0,
            "transcripts": 0,
        }
        kept_for_ever = settings.model_copy(update={"recordings_days": 0, "transcripts_days": 0})
        await RetentionService(runtime.database, runtime.storage, kept_for_ever).enforce()
        assert (await rows(app))["recordings"] == 2
