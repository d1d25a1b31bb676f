"""Clients generated from the document of each face drive a whole interview, under their strictest type checks."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.main import faces_for
from tests.api.test_hiring_side import RESUME, docx
from tests.clients.conftest import PASSWORD
from tests.live.support import LiveServer
from tests.support import node

DRIVERS = Path(__file__).parent / "drivers"
FACES = sorted(path.stem for path in DRIVERS.glob("*.py"))
"""Faces with a driver in each language: `drivers/<face>.py` and `tests/js/<face>.ts`."""
CONFIG = """
post_hooks: []
content_type_overrides: {application/offset+octet-stream: application/octet-stream}
"""
"""What openapi-python-client is told: the bytes of uploads in pieces are bytes."""
PATIENCE = 1_200.0
"""Seconds that a generator, a type checker, an interview or a fuzzer may take; a login is good for 1,800."""
HEARD = "i used a profiler to find the leak"


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the type checker knows of libraries, so that it reads them once."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture
def resume(tmp_path: Path) -> Path:
    file = tmp_path / "resume.docx"
    file.write_bytes(docx(RESUME))
    return file


def test_every_face_has_its_drivers() -> None:
    served = {face.name for face in faces_for(Settings())}
    assert served == set(FACES) == {path.stem for path in node.FOLDER.glob("*.ts")}


@pytest.mark.parametrize("face", FACES)
async def test_python_client_from_openapi_python_client(
    server: LiveServer, tmp_path: Path, speech: Path, resume: Path, face: str, mypy_cache: Path
) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    generate = [python("openapi-python-client"), "generate", "--fail-on-warning", "--meta", "none"]
    described = await server.http.get(f"/openapi/{face}.json")  # read by address it has five seconds
    (tmp_path / "openapi.json").write_bytes(described.content)
    where = ["--path", "openapi.json", "--config", "config.yaml", "--output-path", "greenroom_client"]
    await run([*generate, *where], cwd=tmp_path)
    shutil.copy(DRIVERS / f"{face}.py", tmp_path / "drive.py")
    await run([python("mypy"), "--strict", "--cache-dir", str(mypy_cache), "drive.py"], cwd=tmp_path)
    check(
        face, await run([sys.executable, "drive.py", address(server), str(speech), PASSWORD, str(resume)], cwd=tmp_path)
    )


@pytest.mark.parametrize("face", FACES)
async def test_typescript_client_from_openapi_typescript(
    server: LiveServer, tmp_path: Path, speech: Path, resume: Path, face: str
) -> None:
    engine = await asyncio.to_thread(node.installed_node)
    for name in ("typed_client.mjs", f"{face}.ts", "tsconfig.json", "package.json"):
        shutil.copy(node.FOLDER / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(node.FOLDER / "node_modules")
    await run([engine, "typed_client.mjs", document(server, face), "api.d.ts"], cwd=tmp_path)
    await run([engine, "node_modules/typescript/bin/tsc", "--project", "."], cwd=tmp_path)
    check(face, await run([engine, f"{face}.js", address(server), str(speech), PASSWORD, str(resume)], cwd=tmp_path))


def check(face: str, printed: str) -> None:
    """What a driver found out about its interview."""
    CHECKS[face](json.loads(printed))


def check_v1(found: dict[str, Any]) -> None:
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


def check_platform(found: dict[str, Any]) -> None:
    assert (found["level"], found["remaining"], found["same"]) == ("senior", 2, True)
    assert (found["status"], found["listed"]) == ("completed", ["completed"])
    assert found["answers"] == [HEARD] * 2
    assert found["feedback_id"] is True
    assert 0 <= found["score"] <= 100
    assert len(found["qualities"]) == 2
    assert found["recording"] > 20_000
    assert found["error"] == "NOT_FOUND"


def check_kiosk(found: dict[str, Any]) -> None:
    assert (found["admin"], found["authenticated"]) == ("admin", [False, True])
    assert "Mine" in found["prompts"]
    assert found["questions"] == ["What is a queue?", "What is a deadlock?"]
    assert (found["status"], found["listed"]) == ("completed", ["Grace Guest"])
    assert (found["recordings"], found["played"]) == (["audio"], True)
    assert len(found["scores"]) == 2
    assert all(0 <= score <= 10 for score in found["scores"])
    assert found["used"] == [True]
    assert found["error"] == "INVALID_CODE"


def check_coach(found: dict[str, Any]) -> None:
    assert found["user"] is True
    assert found["questions"] == 5
    assert found["answered"] == found["questions"]
    assert found["follow_ups"] <= 2 * found["questions"]
    assert (found["status"], found["scored"]) == ("completed", True)
    assert found["summary"]
    assert found["next"] == [found["suggested"][1], None]
    assert found["error"] == "Interview not found or unauthorized"


def check_hiring(found: dict[str, Any]) -> None:
    assert (found["name"], found["asked"], found["voice"]) == ("A Person", True, "male")
    assert found["decision"] in ("STRONG_HIRE", "HIRE", "HOLD", "NO_HIRE")
    assert found["questions"] >= 3
    assert found["error"] == "Interview not found"


CHECKS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "v1": check_v1,
    "platform": check_platform,
    "kiosk": check_kiosk,
    "coach": check_coach,
    "hiring": check_hiring,
}


def document(server: LiveServer, face: str) -> str:
    return f"{address(server)}/openapi/{face}.json"


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
