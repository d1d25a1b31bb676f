"""Clients generated from the server's own document drive a whole interview, under their strictest type checks."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.live.support import LiveServer
from tests.support import node

DRIVER = Path(__file__).parent / "drivers" / "interview.py"
CONFIG = """
post_hooks: []
content_type_overrides: {application/offset+octet-stream: application/octet-stream}
"""
"""What openapi-python-client is told: the bytes of uploads in pieces are bytes."""
PATIENCE = 240.0
"""Seconds that a generator, a type checker or an interview may take."""


async def test_python_client_from_openapi_python_client(server: LiveServer, tmp_path: Path, speech: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    generate = [python("openapi-python-client"), "generate", "--fail-on-warning", "--meta", "none"]
    where = ["--url", f"{address(server)}/openapi.json", "--config", "config.yaml", "--output-path", "greenroom_client"]
    await run([*generate, *where], cwd=tmp_path)
    shutil.copy(DRIVER, tmp_path)
    await run([python("mypy"), "--strict", "--cache-dir", str(tmp_path / "mypy"), DRIVER.name], cwd=tmp_path)
    check(await run([sys.executable, DRIVER.name, address(server), str(speech)], cwd=tmp_path))


async def test_typescript_client_from_openapi_typescript(server: LiveServer, tmp_path: Path, speech: Path) -> None:
    engine = await asyncio.to_thread(node.installed_node)
    for name in ("typed_client.mjs", "interview.ts", "tsconfig.json", "package.json"):
        shutil.copy(node.FOLDER / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(node.FOLDER / "node_modules")
    await run([engine, "typed_client.mjs", f"{address(server)}/openapi.json", "api.d.ts"], cwd=tmp_path)
    await run([engine, "node_modules/typescript/bin/tsc", "--project", "."], cwd=tmp_path)
    check(await run([engine, "interview.js", address(server), str(speech)], cwd=tmp_path))


def check(printed: str) -> None:
    """What a driver found out about its interview."""
    found: dict[str, Any] = json.loads(printed)
    assert found["status"] == "completed"
    assert found["listed"] == 1
    assert found["categories"] == ["technical"] * 3
    assert all("profiler" in transcript for transcript in found["transcripts"])
    assert found["states"] == ["scored"] * 3
    assert found["decision"] in ("STRONG_HIRE", "HIRE", "HOLD", "NO_HIRE")
    assert found["grade"] in ("A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D", "F")
    assert found["drawing"].startswith("<svg")
    assert found["engine"] == "whisper"
    assert found["error"] == "session_not_found"


def address(server: LiveServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def python(program: str) -> str:
    """A program of the environment that runs the tests."""
    return str(Path(sys.executable).with_name(program))


async def run(command: list[str], cwd: Path, environment: dict[str, str] | None = None) -> str:
    """What a program prints; fails with all it said when it fails."""
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
