"""API_DOCUMENTATION.md names every route, and the README's walk works when it is pasted."""

import re
import subprocess
from pathlib import Path

import httpx

from tests.conftest import ROOT
from tests.support.server import running_server


async def test_every_route_is_documented(http: httpx.AsyncClient) -> None:
    text = (ROOT / "API_DOCUMENTATION.md").read_text()
    text = text.replace("`POST Q/", "`POST {Q}/").replace("`GET Q/", "`GET {Q}/").replace("`PUT Q/", "`PUT {Q}/")
    text = text.replace("{Q}", "/api/v1/interviews/sessions/{session_id}/questions/{question_id}")
    paths = (await http.get("/openapi.json")).json()["paths"]
    missing = [
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if f"`{method.upper()} {path}`" not in text
    ]
    assert missing == []


def test_the_walk_of_the_readme_works_as_pasted(tmp_path: Path, real_whisper: Path) -> None:
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 5
    with running_server(tmp_path) as address:
        script = "set -euo pipefail\n" + "\n".join(blocks).replace("http://127.0.0.1:8000", address)
        script = script.replace("> skills.svg", f"> {tmp_path / 'skills.svg'}")
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "completed" in done.stdout
    assert re.search(r"^A[+-]?$", done.stdout, re.MULTILINE), done.stdout
    assert (tmp_path / "skills.svg").read_text().startswith("<svg")
