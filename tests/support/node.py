"""What tests run with node: packages of `tests/js`, installed from its lock at first use."""

import os
import shutil
import subprocess

import pytest
from filelock import FileLock

from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "js"
NPM_SECONDS = 180.0
"""How long the one installation may take."""


def installed_node() -> str:
    """The path of node, with the packages installed. Skips where that cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return _missing("node and npm are needed for the clients in JavaScript and TypeScript")
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    with FileLock(FOLDER / "installing.lock"):  # tests run in several processes
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            command = [npm, "ci", "--ignore-scripts"]
            try:
                subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=NPM_SECONDS)
            except (subprocess.SubprocessError, OSError) as error:
                return _missing(f"the packages of tests/js could not be installed: {error}")
    return node


def _missing(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
