"""Speech to test with: our own synthetic clips always, recordings of people where the shared data is at hand."""

import os
from pathlib import Path

import pytest

from app.engines.audio import Pcm, decode
from app.engines.stt.live import transcriber
from tests.engines.live_fakes import LoudVad

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def loud_vad(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live transcription takes what is loud for speech."""
    monkeypatch.setattr(transcriber, "StreamVad", LoudVad)


@pytest.fixture(scope="session")
def data() -> Path:
    """The data of the tests that is in the repository."""
    return ROOT / "tests" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder with recordings of people, which may not be copied into the repository."""
    shared = Path(os.environ.get("GREENROOM_SHARED_DATA", ROOT.parent / "shared" / "data"))
    folder = shared / "audio"
    if not (folder / "manifest.json").is_file():
        reason = f"no recordings of people at {folder}: set GREENROOM_SHARED_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def jfk(recordings: Path) -> Pcm:
    """Eleven seconds of a human voice at 16 kHz."""
    return decode(recordings / "jfk.wav")


@pytest.fixture(scope="session")
def voice(profiler_clip: Path) -> Pcm:
    """The sound of `profiler_clip`."""
    return decode(profiler_clip)


@pytest.fixture(scope="session")
def profiler_clip(data: Path) -> Path:
    """A synthetic voice that says "i used a profiler to find the leak"."""
    return data / "speech" / "en_us_m1_i_used_a_profiler_to_find_the_leak.wav"
