"""`make bench`: speech, judging and HTTP, each beside its baseline. Prints a Markdown table."""

import argparse
import importlib
import os
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GREENROOM_SHARED_DATA", ROOT.parent / "shared" / "data"))
SUITES = {"http": "benchmarks.http", "speech": "benchmarks.speech", "content": "benchmarks.judge_content"}


def run(suites: dict[str, str]) -> None:
    """Run the suites that were named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(suites)}; none: all")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the measured data")
    arguments = parser.parse_args()
    for name in arguments.suites or suites:
        started = time.perf_counter()
        found = importlib.import_module(suites[name]).rows(arguments.data)
        print(f"\n### {name} ({time.perf_counter() - started:.0f} s)\n\n| measure | figure | aim |\n|---|---|---|")
        for measure, figure, aim in found:
            print(f"| {measure} | {figure} | {aim} |")


if __name__ == "__main__":
    run(SUITES)
