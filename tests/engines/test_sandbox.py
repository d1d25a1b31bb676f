"""What runs in a sandbox has limits, and its end is nobody else's."""

import asyncio
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
        with sandbox.open() as ask:
            ask(b"sum 1")
        yield sandbox
        sandbox.close()


async def test_it_answers(sandbox: Sandbox) -> None:
    assert await sandbox.ask(b"sum 1 2 3") == b"6"
    assert await sandbox.ask(b"take 40") == b"%d" % (40 * 1024 * 1024)


@pytest.mark.parametrize("request_", [b"take 100", b"sleep 60", b"compute", b"abort", b"talk 2000"])
async def test_what_exceeds_a_limit_is_ended_and_the_next_is_answered(sandbox: Sandbox, request_: bytes) -> None:
    with pytest.raises(SandboxExceeded):
        await sandbox.ask(request_)
    assert await sandbox.ask(b"sum 1 2 3") == b"6"


async def test_it_sees_no_secret_writes_no_file_and_remembers_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    assert await sandbox.ask(b"see JWT_SECRET") == b"nothing"
    with pytest.raises(SandboxExceeded):
        await sandbox.ask(b"write %s" % bytes(tmp_path / "file"))
    assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()
    await sandbox.ask(b"remember")
    assert await sandbox.ask(b"see REMEMBERED") == b"nothing"


async def test_who_finds_no_place_is_told_so(sandbox: Sandbox) -> None:
    async def ask() -> str:
        try:
            return (await sandbox.ask(b"sleep 1.5")).decode()
        except SandboxBusy:
            return "busy"

    outcomes = await asyncio.gather(*(ask() for _ in range(4)))
    assert sorted(outcomes) == ["busy", "busy", "busy", "done"]
    assert await sandbox.ask(b"sum 1 2 3") == b"6"


async def test_a_closed_one_is_busy_for_ever() -> None:
    sandbox = Sandbox("tests.engines.sandboxed", LIMITS)
    sandbox.close()
    with pytest.raises(SandboxBusy):
        await sandbox.ask(b"sum 1")


def test_requests_that_belong_together_go_to_one_process(sandbox: Sandbox) -> None:
    with sandbox.open() as ask:
        ask(b"remember")
        assert ask(b"see REMEMBERED") == b"all"
        with pytest.raises(SandboxBusy), sandbox.open():
            pytest.fail("there is one place")
    with sandbox.open() as ask:
        assert ask(b"see REMEMBERED") == b"nothing"
