"""No request makes the server do what its document does not say: a short form of what docs/fuzzing.md describes."""

import shutil
from pathlib import Path
from typing import Any

from tests.clients.test_generated import address, python, run
from tests.conftest import Candidate
from tests.live.support import LiveServer

FOLDER = Path(__file__).parent
LEAVING = ("delete_user", "logout_user", "logout_page")
"""They end the login that all other calls are made with."""
SLOW = "speak_text"
"""Speaks for minutes."""


async def test_the_deterministic_phases(server: LiveServer, tmp_path: Path) -> None:
    """Every example, and every boundary and violation of every parameter and body."""
    candidate = await server.candidate()
    await fuzz(server, candidate, tmp_path, *without(*LEAVING, SLOW), "--phases", "examples,coverage")
    await candidate.data("GET", "/api/v1/users/me")  # had it been logged out, nothing would have been tried


async def test_random_requests_about_an_interview(server: LiveServer, tmp_path: Path) -> None:
    """Ids that are there, so that calls get to where the work is done."""
    candidate = await server.candidate()
    session = await candidate.session(job_description="We need a person who knows Python and SQL well.")
    question = (await candidate.questions(session, 3))[0]["id"]
    ids = {"session_id": session, "question_id": question, "user_id": candidate.account["id"]}
    await candidate.data(
        "POST",
        f"/api/v1/interviews/sessions/{session}/questions/{question}/answer",
        json={"answer": "I used a profiler to find the leak and fixed it within a week."},
    )
    await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores")
    options = ("--phases", "fuzzing", "--mode", "positive", "--max-examples", "3")
    left_out = without(*LEAVING, SLOW, "delete_session", "complete_session")
    await fuzz(server, candidate, tmp_path, *left_out, *options, parameters=ids)
    await candidate.data("GET", "/api/v1/users/me")


async def test_leaving(server: LiveServer, tmp_path: Path) -> None:
    for number, operation in enumerate(LEAVING):
        candidate = await server.candidate(f"leaving-{number}@example.com")
        await fuzz(server, candidate, tmp_path, "--include-operation-id", operation, "--phases", "coverage")


def without(*operations: str) -> list[str]:
    return [part for operation in operations for part in ("--exclude-operation-id", operation)]


async def fuzz(
    server: LiveServer, candidate: Candidate, folder: Path, *options: str, parameters: dict[str, Any] | None = None
) -> None:
    """Fails with what was found. `parameters` are values for parameters of these names."""
    # The long form tries all methods, which takes a third more time.
    config = 'phases.coverage.unexpected-methods = ["OPTIONS", "PATCH"]\n'
    config += "".join(f'parameters.{name} = "{value}"\n' for name, value in (parameters or {}).items())
    (folder / "schemathesis.toml").write_text(config + (FOLDER / "schemathesis.toml").read_text())
    shutil.copy(FOLDER / "fuzz_hooks.py", folder)
    document = await server.http.get("/openapi.json")  # read by address it has ten seconds
    (folder / "openapi.json").write_bytes(document.content)
    token = f"Authorization: {candidate.headers['Authorization']}"
    command = [python("schemathesis"), "run", "openapi.json", "--url", address(server), "--header", token, "--no-color"]
    await run([*command, *options], cwd=folder)
