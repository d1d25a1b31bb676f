"""What a package carries: all of the program, its data and the page, also when it is built from a source package."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


def build(kind: str, source: Path, target: Path) -> Path:
    """The package of this kind, `sdist` or `wheel`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.tar.gz" if kind == "sdist" else "*.whl"))


def test_a_wheel_has_everything_that_is_needed_to_serve(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("what belongs to the program is asked of git")
    with tarfile.open(build("sdist", ROOT, tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    source = next(path for path in tmp_path.iterdir() if path.is_dir())
    page = source / "frontend" / "dist" / "index.html"
    if not page.exists():  # the page is not built here; then it would be, for a minute
        page.parent.mkdir(parents=True)
        page.write_text("<!doctype html>")
    with zipfile.ZipFile(build("wheel", source, tmp_path)) as archive:
        found = set(archive.namelist())
    listed = subprocess.run(["git", "ls-files", "backend/app", "alembic"], cwd=ROOT, capture_output=True, text=True)
    kept = [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]
    wanted = {str(path.relative_to("backend") if path.parts[0] == "backend" else "app" / path) for path in kept}
    assert len(wanted) > 400
    assert wanted - found == set()
    assert {"app/page/index.html", "app/asyncapi.yaml"} <= found
    assert any(name.endswith("entry_points.txt") for name in found)
