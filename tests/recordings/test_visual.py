"""What is seen in video answers: kept and shown as coaching, and no part of any judgement."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import update

from app.config import Settings
from app.engines.vision.base import VisionBusy, VisionEngine
from app.main import create_app
from app.models import Job, now
from app.models.values.visual import Expressions, Looking, VisualMeasures
from app.runtime.engines import Engines, open_vision
from tests.conftest import Candidate, register, settle
from tests.recordings.media import film, sound, spoken_film
from tests.recordings.test_recordings import form
from tests.support.databases import SqliteDatabases

FACE = Path(__file__).resolve().parents[1] / "data" / "faces" / "astronaut.jpg"
GOOD = VisualMeasures(
    pictures=30,
    with_face=30,
    face=1.0,
    seconds=14.5,
    looking=Looking(0.97, 0.9, 0.97, "high"),
    expression=Expressions("smiling", 0.9, 0.1, 0.0, "high"),
    reason=None,
    engine="scripted",
    engine_version="1",
)
BAD = replace(GOOD, with_face=0, face=0.0, looking=None, expression=None, reason="No face was seen in the film.")


class Scripted:
    """Sees what it is told to see, at the second look."""

    name, version = "scripted", "1"

    def __init__(self, found: VisualMeasures) -> None:
        self.found, self.looks = found, 0

    async def look(self, film: Path) -> VisualMeasures:
        self.looks += 1
        assert film.stat().st_size
        if self.looks == 1:
            raise VisionBusy("Other films are being looked at.")
        return self.found

    async def close(self) -> None: ...


@asynccontextmanager
async def served(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, vision: VisionEngine | None
) -> AsyncIterator[tuple[FastAPI, Candidate]]:
    """A server with these eyes, and somebody logged in."""
    async with sqlite.fresh() as url:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        job = settings.job.model_copy(update={"grace_seconds": 0.0})
        ready = settings.model_copy(update={"database": database, "job": job})
        app = create_app(ready, engines=replace(engines, vision=vision))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http,
        ):
            yield app, await register(http, "ada@example.com")


@pytest.fixture
def settings(base_settings: Settings, tmp_path: Path) -> Settings:
    """One kind of storage is enough here."""
    return base_settings.model_copy(update={"upload_dir": tmp_path / "uploads"})


async def seen(app: FastAPI, candidate: Candidate, recording: str) -> Any:
    """The visual measures of a recording once nothing is left to do (a busy engine asks for some seconds)."""
    runtime = app.state.runtime
    await settle(app)
    async with runtime.database.writing() as session:
        waits = update(Job).where(Job.state == "waiting", Job.kind == "look_at_film")
        await session.execute(waits.values(run_at=now()))
        session.wake_workers()
    await settle(app)
    return (await candidate.data("GET", f"/api/v1/recordings/{recording}"))["visual"]


async def test_a_film_is_looked_at_and_shown(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> None:
    async with served(settings, sqlite, engines, Scripted(GOOD)) as (app, candidate):
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(film(seconds=1)))
        assert added["visual"] is None, "not yet"
        found = await seen(app, candidate, added["id"])
        assert (found["face"], found["pictures"], found["reason"]) == (1.0, 30, None)
        assert found["looking_at_camera"] == {"share": 0.97, "at_least": 0.9, "at_most": 0.97, "certainty": "high"}
        assert found["expression"]["main"] == "smiling"
        exported = await candidate.call("GET", "/api/v1/users/me/export")
        with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
            name = next(name for name in archive.namelist() if name.endswith("interview.json"))
            assert json.loads(archive.read(name))["recordings"][0]["visual"]["looking"]["share"] == 0.97
        await candidate.data("DELETE", f"/api/v1/recordings/{added['id']}")
        assert (await candidate.data("GET", f"{base}/recordings"))["recordings"] == []


async def test_sound_is_not_looked_at(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> None:
    eyes = Scripted(GOOD)
    async with served(settings, sqlite, engines, eyes) as (app, candidate):
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        assert await seen(app, candidate, added["id"]) is None
        assert eyes.looks == 0


@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_nobody_looks_without_consent(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, when: str
) -> None:
    eyes = Scripted(GOOD)
    async with served(settings, sqlite, engines, eyes) as (app, candidate):
        base, _ = await candidate.asked()
        consent = {"purposes": ["recording"], "wording": "v1"}
        if when == "before":
            await candidate.data("POST", f"{base}/consent", json=consent)
        added = await candidate.data("POST", f"{base}/recordings", **form(film(seconds=1)))
        if when == "meanwhile":
            await settle(app)
            await candidate.data("POST", f"{base}/consent", json=consent)
        assert await seen(app, candidate, added["id"]) is None
        assert eyes.looks <= 1, "at most before the candidate declined"


async def test_it_can_be_switched_off(settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> None:
    assert open_vision(settings.model_copy(update={"video_analysis": "off"})) is None
    async with served(settings, sqlite, engines, None) as (app, candidate):
        base, _ = await candidate.asked()
        added = await candidate.data("POST", f"{base}/recordings", **form(film(seconds=1)))
        assert await seen(app, candidate, added["id"]) is None
        assert "look_at_film" not in json.dumps(await candidate.data("GET", "/api/v1/jobs"))
        health = (await candidate.http.get("/health/ready")).json()
        assert health["video_analysis"].startswith("off")


MOVING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
"""Ids and times, which differ between two interviews in any case."""


async def judged(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, eyes: Scripted | None, speech: Path
) -> tuple[Any, str]:
    """(what was seen, all that is concluded from an interview answered by a film), ids and times left out."""
    async with served(settings, sqlite, engines, eyes) as (app, candidate):
        base, question = await candidate.asked()
        content = form(spoken_film(speech, FACE), is_answer="true", question_id=question.rsplit("/", 1)[1])
        added = await candidate.data("POST", f"{base}/recordings", **content)
        visual = await seen(app, candidate, added["id"])
        await candidate.data("POST", f"{base}/complete")
        await settle(app)
        session = base.rsplit("/", 1)[1]
        results = [
            await candidate.data("GET", f"{base}/evaluation"),
            await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores"),
            await candidate.data("GET", f"/api/v1/feedback/sessions/{session}/feedback"),
            await candidate.data("GET", f"{base}/report"),
            await candidate.data("GET", "/api/v1/feedback/dashboard"),
        ]
        assert "a profiler" in json.dumps(results), "it was heard and judged"
        return visual, MOVING.sub("", json.dumps(results, sort_keys=True))


async def test_no_score_feedback_report_or_decision_changes_with_it(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, speech: Path
) -> None:
    good = await judged(settings, sqlite, engines, Scripted(GOOD), speech)
    bad = await judged(settings, sqlite, engines, Scripted(BAD), speech)
    off = await judged(settings, sqlite, engines, None, speech)
    assert [found and found["face"] for found, _ in (good, bad, off)] == [1.0, 0.0, None]
    assert good[1] == bad[1] == off[1]


async def test_a_real_video_answer_is_heard_and_seen(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, speech: Path
) -> None:
    if engines.vision is None:
        pytest.skip("the face model is not installed: greenroom models build face")
    async with served(settings, sqlite, engines, engines.vision) as (app, candidate):
        base, question = await candidate.asked()
        content = form(spoken_film(speech, FACE, "mp4"), is_answer="true", question_id=question.rsplit("/", 1)[1])
        added = await candidate.data("POST", f"{base}/recordings", **content)
        found = await seen(app, candidate, added["id"])
        assert found["face"] == 1.0
        assert found["engine"] == "mediapipe-face-landmarker"
        assert "profiler" in (await candidate.data("GET", f"{question}/transcript"))["transcript"]
