"""Requests a second and p99 of reading one interview, beside the least that FastAPI and SQLAlchemy need for it."""

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from jose import jwt
from pydantic import SecretStr

from app.config import DatabaseSettings, Settings
from benchmarks.server import a_person, serving

BASELINE_KEY = "0123456789abcdef0123456789abcdef"
CONNECTIONS, SECONDS, ROUNDS = 16, 3.0, 3


@dataclass(frozen=True, slots=True)
class Load:
    """What one server did: requests a second and latencies in ms (best of the rounds)."""

    per_second: float
    p50: float
    p99: float


def rows(_data: Path) -> list[tuple[str, str, str]]:
    """(measure, figure, aim) for SQLite, and for PostgreSQL where BENCH_DATABASE_URL names one."""
    found = []
    for name, url in {"SQLite": "", "PostgreSQL": os.environ.get("BENCH_DATABASE_URL", "")}.items():
        if name == "PostgreSQL" and not url:
            continue
        with tempfile.TemporaryDirectory() as folder:
            ours, base = _measure(Path(folder), url)
        found.append(
            (f"GET session, {name}: requests/s", f"{ours.per_second:.0f} ({base.per_second:.0f} baseline)", "")
        )
        found.append((f"GET session, {name}: of the baseline", f"{ours.per_second / base.per_second:.2f}", ">= .95"))
        found.append((f"GET session, {name}: p50 / p99 ms", f"{ours.p50:.1f} / {ours.p99:.1f}", ""))
        found.append((f"baseline, {name}: p50 / p99 ms", f"{base.p50:.1f} / {base.p99:.1f}", ""))
    return found


def _measure(folder: Path, url: str) -> tuple[Load, Load]:
    baseline = Settings(data_dir=folder / "baseline", database=DatabaseSettings(url=SecretStr(url) if url else None))
    baseline.data_dir.mkdir()
    environment = {
        "DATA_DIR": str(folder / "var"),
        "UPLOAD_DIR": str(folder / "uploads"),
        "RATE_LIMIT_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
        "BASELINE_KEY": BASELINE_KEY,
        "BASELINE_DATABASE_URL": baseline.database_url,
        **({"DATABASE_URL": url} if url else {}),
    }
    with (
        serving("benchmarks.baseline_app:app", environment) as base,
        serving("app.main:app", environment) as ours,
    ):
        account = ours.post("/api/v1/users/register", a_person())
        created = ours.post("/api/v1/interviews/sessions", {"title": "Load"}, account["token"])
        while "loading" in ours.get("/health/ready")[1]["warm_up"].values():
            time.sleep(0.2)
        targets = {
            "base": (base.port, "/interviews/1", _baseline_token()),
            "ours": (ours.port, f"/api/v1/interviews/sessions/{created['id']}", account["token"]),
        }
        loads: dict[str, list[Load]] = {"base": [], "ours": []}
        for _ in range(ROUNDS):  # in turn, so that a busy machine disturbs both
            for name, (port, path, bearer) in targets.items():
                loads[name].append(asyncio.run(_load(port, path, bearer)))
    return tuple(max(loads[name], key=lambda load: load.per_second) for name in ("ours", "base"))  # type: ignore[return-value]


def _baseline_token() -> str:
    claims = {"sub": "1", "aud": "b", "iss": "b", "exp": int(time.time()) + 3600}
    return str(jwt.encode(claims, BASELINE_KEY, algorithm="HS256"))


async def _load(port: int, path: str, token: str) -> Load:
    """`CONNECTIONS` keep-alive connections that ask again as soon as they are answered."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    latencies: list[float] = []
    end = time.perf_counter() + SECONDS

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (started := time.perf_counter()) < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    latencies.sort()
    return Load(
        len(latencies) / SECONDS, statistics.median(latencies) * 1000, latencies[int(len(latencies) * 0.99)] * 1000
    )
