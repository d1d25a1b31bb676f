"""Fetches the packages that carry models, each with the version and the hashes that the lock file names.

They are unpacked beside the models and not installed: what the environment can import stays as it was, and the files
can be moved to where they belong, so that no disk is used twice.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.engines.models.catalogue import ModelFailed

LOCK = Path(__file__).resolve().parents[4] / "requirements-models.txt"
"""At the root of the checkout; `make lock` writes it."""


def fetch(packages: Sequence[str], folder: Path) -> None:
    """Unpacks these packages, without their dependencies, into `folder`. Raises ModelFailed when one cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    pins = folder / "pins.txt"
    pins.write_text("".join(_pin(package) for package in packages), encoding="utf-8")
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(folder), "-r", str(pins)]
    command = [*_installer(), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise ModelFailed(f"{' and '.join(packages)} could not be fetched ({_last_line(done.stderr)})")


def _pin(package: str) -> str:
    """The lines of the lock file for one package, hashes included."""
    try:
        lock = LOCK.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelFailed(f"{LOCK} cannot be read: run this from a checkout of Greenroom") from error
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*\n?", lock, re.MULTILINE)
    if found is None:
        raise ModelFailed(f"{LOCK.name} has no {package}: make lock")
    return found.group()


def _installer() -> list[str]:
    """uv where it is (quicker), else the pip of this environment or of the Python that made it."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        return [uv, "pip", "install", "--quiet", "--no-cache", "--python", sys.executable]
    python = sys.executable
    if not list(Path(sys.prefix).glob("lib/python*/site-packages/pip")):
        python = str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
    return [python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else f"{os.path.basename(_installer()[0])} gave no reason"
