"""From the start of the process to its first answer, to `/health`, and to the first evaluated answer of a candidate.

Memory is that of the process and all that it started, as resident and, with what they share counted once, as
proportional set size (Linux).
"""

import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.server import Server, a_person, serving

RUNS = 3
SETTLE_SECONDS = 2.0
"""From the first answer to the measurement of memory: what a start puts off shows by then."""
TEXT = "A list can be changed after it was made, a tuple cannot, so only a tuple can be the key of a dictionary."
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """What one start took: seconds and MB."""

    healthy: float
    processor: float
    resident: float
    proportional: float
    evaluated: float
    again: float
    slowest_health: float
    resident_after: float


def rows(_data: Path) -> list[Row]:
    """(measure, figure, aim): median of the runs and, in brackets, from the least to the most."""
    fresh: list[Start] = []
    known: list[Start] = []
    with tempfile.TemporaryDirectory() as kept:
        _measure(Path(kept))
        for _ in range(RUNS):  # in turn, so that a busy machine disturbs both
            with tempfile.TemporaryDirectory() as folder:
                fresh.append(_measure(Path(folder)))
            known.append(_measure(Path(kept)))
    found = []
    for name, starts in {"new DATA_DIR": fresh, "old DATA_DIR": known}.items():
        found += [
            (f"{name}: start to /health", _spread([start.healthy for start in starts], "s", 2), "<= 3 s"),
            (f"{name}: the same, processor time", _spread([start.processor for start in starts], "s", 2), ""),
            (f"{name}: memory before first use", _spread([start.resident for start in starts], "MB", 0), "<= 250 MB"),
            (f"{name}: the same, shared pages once", _spread([start.proportional for start in starts], "MB", 0), ""),
            (f"{name}: start to first evaluated answer", _spread([start.evaluated for start in starts], "s", 2), ""),
            (f"{name}: the second one", _spread([start.again for start in starts], "s", 2), ""),
            (f"{name}: slowest /health meanwhile", _spread([start.slowest_health for start in starts], "s", 2), ""),
            (f"{name}: memory after it", _spread([start.resident_after for start in starts], "MB", 0), ""),
        ]
    return found


def _measure(folder: Path) -> Start:
    environment = {
        "DATA_DIR": str(folder / "var"),
        "UPLOAD_DIR": str(folder / "uploads"),
        "RATE_LIMIT_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
    }
    with serving("app.main:app", environment) as server:
        used = psutil.Process(server.process.pid).cpu_times()
        time.sleep(SETTLE_SECONDS)
        resident, proportional = _memory(server.process.pid)
        begun = time.perf_counter()
        with _Watch(server) as watch:
            _interview(server)
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        _interview(server)
        again = time.perf_counter() - begun
        while any(state in ("loading", "not loaded") for state in server.get("/health/ready")[1]["warm_up"].values()):
            time.sleep(0.1)
        after, _ = _memory(server.process.pid)
        return Start(
            healthy=server.seconds,
            processor=used.user + used.system,
            resident=resident,
            proportional=proportional,
            evaluated=server.seconds + first,
            again=again,
            slowest_health=watch.slowest,
            resident_after=after,
        )


def _interview(server: Server) -> None:
    """A new candidate answers one question in writing and has it evaluated."""
    token = server.post("/api/v1/users/register", a_person())["token"]
    session = server.post("/api/v1/interviews/sessions", {"title": "First"}, token)["id"]
    base = f"/api/v1/interviews/sessions/{session}/questions"
    question = server.post(f"{base}/generate", {"num_questions": 1, "seed": 1}, token)["questions"][0]["id"]
    server.post(f"{base}/{question}/answer", {"answer": TEXT}, token)
    server.post(f"{base}/{question}/evaluate", {}, token)


class _Watch:
    """Asks for `/health` again and again, and keeps the longest time that it took."""

    def __init__(self, server: Server) -> None:
        self.slowest = 0.0
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(0.02):
            begun = time.perf_counter()
            self._server.get("/health")
            self.slowest = max(self.slowest, time.perf_counter() - begun)


def _memory(pid: int) -> tuple[float, float]:
    """Resident and proportional MB of a process and its descendants."""
    process = psutil.Process(pid)
    infos = [member.memory_full_info() for member in (process, *process.children(recursive=True))]
    return sum(info.rss for info in infos) / 1e6, sum(getattr(info, "pss", info.rss) for info in infos) / 1e6


def _spread(values: list[float], unit: str, digits: int) -> str:
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} {unit} ({least:.{digits}f}-{most:.{digits}f})"
