"""The walk of the README does what it shows, and can be pasted twice."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tests.conftest import ROOT
from tests.support.server import running_server

BLOCK = re.compile(r"```(bash|text)\n(.*?)```", re.DOTALL)


def test_what_is_pasted_prints_what_is_shown(tmp_path: Path, real_whisper: Path) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text())
    commands = "".join(text for kind, text in blocks if kind == "bash")
    shown = "".join(text for kind, text in blocks if kind == "text")
    commands = commands.replace(".venv/bin/greenroom", f"{sys.executable} -m app.cli").replace("> skills.svg", "")
    with running_server(tmp_path, RATE_LIMIT_ENABLED="true", MODELS_DIR=str(real_whisper)) as address:
        for paste in ("first", "second"):
            done = subprocess.run(
                ["bash", "-c", commands.replace("${PORT:-8000}", str(urlsplit(address).port))],
                cwd=ROOT,
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "PYTHONPATH": str(ROOT / "backend"),
                    "HOME": str(tmp_path),
                },
                capture_output=True,
                text=True,
                timeout=300,
            )
            assert done.stderr == "", paste
            printed, _, drawing = done.stdout.partition("<svg")
            assert drawing.rstrip().endswith("</svg>")
            assert printed.split("\n") == shown.split("\n"), paste
