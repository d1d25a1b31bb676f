"""What runs in a sandbox has limits, and its end is nobody else's."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engines.sandbox import Sandbox, SandboxBusy, SandboxExceeded
from tests.engines.sandboxed import LIMITS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JWT_SECRET", "a secret of the server")
        sandbox = Sandbox("tests.engines.sandboxed", LIMITS)
        sandbox.run(b"sum 1")
        yield sandbox
        sandbox.close()


def test_it_answers(sandbox: Sandbox) -> None:
    assert sandbox.run(b"sum 1 2 3") == b"6"
    assert sandbox.run(b"take 40") == b"%d" % (40 * 1024 * 1024)


@pytest.mark.parametrize("request_", [b"take 100", b"sleep 60", b"compute", b"abort", b"talk 2000"])
def test_what_exceeds_a_limit_is_ended_and_the_next_is_answered(sandbox: Sandbox, request_: bytes) -> None:
    with pytest.raises(SandboxExceeded):
        sandbox.run(request_)
    assert sandbox.run(b"sum 1 2 3") == b"6"


def test_it_sees_no_secret_writes_no_file_and_remembers_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.run(b"see JWT_SECRET") == b"nothing"
    with pytest.raises(SandboxExceeded):
        sandbox.run(b"write %s" % bytes(tmp_path / "file"))
    assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()
    sandbox.run(b"remember")
    assert sandbox.run(b"see REMEMBERED") == b"nothing"


def test_who_finds_no_place_is_told_so(sandbox: Sandbox) -> None:
    outcomes: list[str] = []

    def ask() -> None:
        try:
            outcomes.append(sandbox.run(b"sleep 1.5").decode())
        except SandboxBusy:
            outcomes.append("busy")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", "busy", "busy", "done"]
    assert sandbox.run(b"sum 1 2 3") == b"6"


def test_a_closed_one_is_busy_for_ever() -> None:
    sandbox = Sandbox("tests.engines.sandboxed", LIMITS)
    sandbox.close()
    with pytest.raises(SandboxBusy):
        sandbox.run(b"sum 1")
