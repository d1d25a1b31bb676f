"""Reading what strangers send, in processes with limits: a hostile file ends its own process and nobody else notices.

Parsers of documents and sound are large, old and written in C; a small file can cost them gigabytes or hours. Each
file is read by a process of its own, a copy of one that has loaded the parser (see `workers`), so nothing of one file
is left when the next is read. The kernel limits its memory and processor time; this process limits its time on the
clock and how many there are. It sees none of our settings and writes no file, unless its limits let it.
"""

import asyncio
import os
import resource
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.engines.workers import Worker, Workers, WorkersClosed
from app.engines.workers import serve as serve_workers

MB = 1024 * 1024
SEEN = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "PYTHONHOME", "OPENBLAS_NUM_THREADS")
"""All that a process sees of our environment: no passwords, no keys."""
_FILES = 64
_MEMORY_MAP = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What one file may cost. `memory` in bytes, beyond what the parser takes when it is loaded.

    `seconds` on the clock for one request, `cpu_seconds` of a processor for all requests of one process; `processes` at
    once; `queue` more may wait for `patience` seconds. Whoever asks has an answer or an error within
    `patience + seconds`. `niceness`: what strangers send waits for the work of the server, unless somebody is speaking.
    """

    memory: int = 96 * MB
    seconds: float = 12.0
    cpu_seconds: int = 8
    processes: int = 2
    queue: int = 8
    patience: float = 6.0
    answer: int = 16 * MB
    writes: int = 0
    """Bytes that it may write to one file."""
    niceness: int = 10


Ask = Callable[[bytes], bytes]
"""Asks one process; raises SandboxExceeded."""


class SandboxExceeded(Exception):
    """The request took more memory or time than it may, or brought the parser down."""


class SandboxBusy(Exception):
    """Too many requests wait, or a place did not become free in time: the same request may succeed later."""


class Sandbox:
    """Processes of one module, which calls `serve`. Any thread may use it; nothing runs before the first request."""

    def __init__(self, module: str, limits: SandboxLimits) -> None:
        self.limits = limits
        self._workers = Workers(module, {name: os.environ[name] for name in SEEN if name in os.environ})
        self._free = threading.BoundedSemaphore(limits.processes)
        self._asked = threading.BoundedSemaphore(limits.processes + limits.queue)
        self._threads = ThreadPoolExecutor(limits.processes + limits.queue, thread_name_prefix=module)

    async def ask(self, request: bytes) -> bytes:
        """The answer of a process of its own; waits in a thread of the sandbox, so that a flood of files takes no
        thread that others need. Raises what `open` raises.
        """
        self._admit()
        try:
            future = self._threads.submit(self._ask, request)
        except RuntimeError as error:  # it was closed
            raise SandboxBusy from error
        future.add_done_callback(lambda _: self._asked.release())
        return await asyncio.wrap_future(future)

    @contextmanager
    def open(self) -> Iterator[Ask]:
        """A process of its own for requests that belong together, such as the blocks of one file; blocks, so call it in
        a thread.

        Raises SandboxExceeded, SandboxBusy, and `workers.WorkerUnavailable` when no process can be started.
        """
        self._admit()
        try:
            with self._placed() as ask:
                yield ask
        finally:
            self._asked.release()

    def close(self) -> None:
        """Ends all processes; requests that wait for an answer raise SandboxBusy."""
        self._workers.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _admit(self) -> None:
        if not self._asked.acquire(blocking=False):
            raise SandboxBusy

    def _ask(self, request: bytes) -> bytes:
        with self._placed() as ask:
            return ask(request)

    @contextmanager
    def _placed(self) -> Iterator[Ask]:
        """A process, once there is a place for it."""
        if not self._free.acquire(timeout=self.limits.patience):
            raise SandboxBusy
        try:
            worker = self._workers.open()
            try:
                yield partial(self._exchange, worker)
            finally:
                worker.end()
        except WorkersClosed as error:
            raise SandboxBusy from error
        finally:
            self._free.release()

    def _exchange(self, worker: Worker, request: bytes) -> bytes:
        try:
            return worker.ask(request, self.limits.seconds, self.limits.answer)
        except (OSError, EOFError) as error:
            raise SandboxExceeded from error


def serve(prepare: Callable[[], Callable[[bytes], bytes]], limits: SandboxLimits) -> None:
    """What a module does that is run in a sandbox: see `workers.serve`. An answer that raises ends its process."""
    serve_workers(prepare, lambda: _confine(limits))


def _confine(limits: SandboxLimits) -> None:
    """Binds this process to its limits; they cannot be raised again. Where the system has no /proc (macOS), memory is
    not limited: there the time is.
    """
    with suppress(OSError):
        os.nice(limits.niceness)
    bounds = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.writes,
        resource.RLIMIT_NOFILE: _FILES,
    }
    if _MEMORY_MAP.exists():
        pages = int(_MEMORY_MAP.read_text().split()[0])
        bounds[resource.RLIMIT_AS] = pages * resource.getpagesize() + limits.memory
    for kind, bound in bounds.items():
        hard = resource.getrlimit(kind)[1]
        lowest = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (lowest, lowest))
