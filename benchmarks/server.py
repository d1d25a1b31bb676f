"""Server processes on this machine, for benchmarks that measure from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and the seconds from its start to the first answer."""

    process: "subprocess.Popen[bytes]"
    port: int
    seconds: float

    def get(self, path: str) -> tuple[int, Any]:
        """Status and body."""
        return self.call("GET", path)

    def post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        """The `data` of a call that must succeed."""
        status, answer = self.call("POST", path, body, token)
        assert status < 300, answer
        return answer["data"]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> tuple[int, Any]:
        """Status and body of one request."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def serving(application: str, environment: Mapping[str, str], *, answers: str = "/health") -> Iterator[Server]:
    """A server that answers at the address `answers`, with whatever status."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "warning"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--no-access-log"], cwd=ROOT, env={**os.environ, **environment, "PYTHONPATH": "backend"}
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{answers}")
        yield Server(process, port, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("the server does not answer")


def a_person() -> dict[str, str]:
    """What registers a new account."""
    return {"email": f"bench{time.time_ns()}@example.com", "password": "a long password", "full_name": "Bench"}
