"""A machine without any speech model (`GREENROOM_MODELS=none`): all that needs no recogniser works."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.config import Settings, SttSettings
from app.main import create_app
from app.runtime.engines import open_engines
from tests.live.conftest import with_database
from tests.live.support import PROFILER, LiveServer, clip, serving, silence
from tests.support.databases import SqliteDatabases

HELP = "greenroom models build"


@pytest_asyncio.fixture
async def bare_server(settings: Settings, sqlite: SqliteDatabases, tmp_path: Path) -> AsyncIterator[LiveServer]:
    stt = SttSettings(engine="auto", model="no-such-model")
    bare = settings.model_copy(update={"stt": stt, "models_dir": tmp_path / "no-models"})
    async with (
        sqlite.fresh() as url,
        open_engines(bare) as engines,
        serving(create_app(with_database(bare, url), engines=engines)) as running,
    ):
        yield running


async def test_an_upload_is_kept_and_its_transcription_says_what_to_do(bare_server: LiveServer, speech: Path) -> None:
    candidate = await bare_server.candidate()
    _, question = await candidate.asked()
    files = {"file": ("answer.wav", speech.read_bytes(), "audio/wav")}
    uploaded = await candidate.call("POST", f"{question}/audio", files=files)
    assert uploaded.is_success, uploaded.text
    refused = await candidate.call("POST", f"{question}/transcribe", json={})
    assert refused.status_code == 503
    assert HELP in refused.json()["error"]["message"]
    assert (await candidate.call("GET", f"{question}/audio")).content


async def test_a_live_answer_is_recorded_and_the_candidate_is_told_and_may_type(bare_server: LiveServer) -> None:
    candidate = await bare_server.candidate()
    session = await bare_server.interview(candidate, 2)
    async with bare_server.client(session, candidate) as client:
        ready = await client.start()
        assert ready["engine"] == "none"
        await client.speak(clip(PROFILER))
        warning = await client.until("warning", where=lambda event: event["code"] == "no_transcription")
        assert HELP in warning["message"]
        await client.say("speech_end")
        assert (await client.until("answer"))["transcript"] == ""
        await client.until("question", where=lambda event: event["number"] == 2)
        await client.say("text", text="I asked everybody what they needed, and then I wrote it down.")
        typed = await client.until("answer", where=lambda event: event["transcript"])
        assert typed["transcript"].startswith("I asked everybody")
        await client.speak(silence(0.1))
    recordings = list((bare_server.app.state.runtime.settings.upload_dir).rglob("*.wav"))
    assert recordings


async def test_readiness_and_health_stay_good(bare_server: LiveServer) -> None:
    ready = await bare_server.http.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["speech_to_text"]["engine"] == "none"
    assert HELP in str(ready.json()["speech_to_text"])
