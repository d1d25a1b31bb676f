"""The clients of `examples/` do what they say."""

import os
import sys
from pathlib import Path

from tests.clients.test_generated import address, run
from tests.conftest import ROOT
from tests.live.support import LiveServer


async def test_the_live_interview_is_held_with_a_file(server: LiveServer, speech: Path) -> None:
    """It answers two questions and what they are followed up with, shows captions and scores."""
    environment = {**os.environ, "GREENROOM": address(server), "PYTHONIOENCODING": "utf-8"}
    said = await run([sys.executable, "examples/live_interview.py", str(speech)], cwd=ROOT, environment=environment)
    lines = said.replace("\r", "\n").splitlines()
    asked = [line for line in lines if line.startswith("Question ")]
    assert [line.partition(":")[0] for line in asked if "follow-up" not in line] == ["Question 1", "Question 2"]
    assert any("follow-up" in line for line in asked)
    assert lines.count("You: i used a profiler to find the leak") == len(asked)
    assert sum(line.startswith("Score: ") for line in lines) == len(asked)
    assert any(line.startswith("... ") for line in lines), "captions while somebody speaks"
    assert " of 100 (" in lines[-1]
