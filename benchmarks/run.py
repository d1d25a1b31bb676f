"""`make bench`: start, HTTP, speech, judging and résumés, each beside its baseline or aim. Prints Markdown tables."""

import argparse
import importlib
import os
import time
from pathlib import Path

from tests.support import postgres

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GREENROOM_SHARED_DATA", ROOT.parent / "shared" / "data"))
PAGE = ROOT / "docs" / "benchmarks.md"
SUITES = {
    "start": "benchmarks.start",
    "http": "benchmarks.http",
    "speech": "benchmarks.speech",
    "voices": "benchmarks.voices",
    "content": "benchmarks.judge_content",
    "resumes": "benchmarks.resumes",
    "uploads": "benchmarks.uploads",
    "page": "benchmarks.page",
}


def run(suites: dict[str, str], *, section: str = "") -> None:
    """Run the suites that were named on the command line, or all.

    With `section` the tables also take the place of that section of docs/benchmarks.md, between its two marks.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(suites)}; none: all")
    parser.add_argument("--postgresql", action="store_true", help="start a local server for what uses a database")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the measured data")
    arguments = parser.parse_args()
    if arguments.postgresql:
        os.environ["BENCH_DATABASE_URL"] = postgres.start()
    tables = []
    for name in arguments.suites or suites:
        started = time.perf_counter()
        found = importlib.import_module(suites[name]).rows(arguments.data)
        lines = [f"| {measure} | {figure} | {aim} |" for measure, figure, aim in found]
        head = f"### {name} ({time.perf_counter() - started:.0f} s)\n\n| measure | figure | aim |\n|---|---|---|"
        tables.append("\n".join([head, *lines]))
        print(f"\n{tables[-1]}", flush=True)
    if section and not arguments.suites:
        _write(section, "\n\n".join(tables))


def _write(section: str, tables: str) -> None:
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    text = PAGE.read_text()
    before, _, rest = text.partition(begin)
    PAGE.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{rest.partition(end)[2]}")


if __name__ == "__main__":
    run(SUITES)
