"""Sound from outside is measured in a process of its own, with the same outcome."""

from pathlib import Path

import pytest

from app.engines.audio import AudioError, encode, untrusted
from app.engines.audio import probe as probe_here
from app.engines.audio.untrusted import probe
from app.engines.sandbox import Sandbox, SandboxBusy, SandboxExceeded
from tests.engines.sounds import film, tone, wav_bytes


def test_it_says_what_the_decoder_says(tmp_path: Path) -> None:
    path = tmp_path / "sound"
    for content in (encode(tone(2.0), 16_000, "mp3"), encode(tone(2.0), 16_000, "webm"), film(sound=True)):
        path.write_bytes(content)
        assert probe(path) == probe_here(path)


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"hello there, no sound", "not_audio")])
def test_what_is_wrong_has_the_same_name(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "sound").write_bytes(content)
    with pytest.raises(AudioError) as caught:
        probe(tmp_path / "sound")
    assert caught.value.code == code


def test_too_long_is_found_there(tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(encode(tone(2.0), 16_000, "mp3"))
    with pytest.raises(AudioError) as caught:
        probe(tmp_path / "sound", max_seconds=1.0)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize(("problem", "code"), [(SandboxExceeded(), "too_heavy"), (SandboxBusy(), "busy")])
def test_limits_have_clear_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str
) -> None:
    def run(self: Sandbox, request: bytes) -> bytes:
        raise problem

    monkeypatch.setattr(Sandbox, "run", run)
    with pytest.raises(AudioError) as caught:
        probe(tmp_path / "sound")
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    """An hour of WAV is more than the memory that a process may take."""
    path = tmp_path / "hour"
    with path.open("wb") as file:
        pcm = tone(60.0, 48_000)
        file.write(wav_bytes(pcm[:0], 48_000, claimed_bytes=60 * pcm.nbytes))
        for _ in range(60):
            file.write(pcm.tobytes())
    assert path.stat().st_size > untrusted.SANDBOX.memory
    assert probe(path).duration == pytest.approx(3600, abs=1)
