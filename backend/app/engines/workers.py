"""Processes of our own that do what must not happen in this one: libraries that hold Python's lock or are global.

A worker is a module that is run by itself and calls `serve`. Over stdin and stdout it exchanges bodies of bytes, each
after its length (4 bytes, little-endian, unsigned): one answer for each request. Its first answer, before any request,
is `READY`, or a message that says why it cannot work. It ends when stdin does.
"""

import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

ROOT = Path(__file__).resolve().parents[2]
"""Where `app` is found, also when it is not installed."""
LENGTH = struct.Struct("<I")
READY = b"ready"
START_SECONDS = 60.0
"""A process that is not ready by then never will be (the largest model takes 0.5 s on an idle machine)."""

T = TypeVar("T")


class WorkerUnavailable(Exception):
    """The process cannot be started; the message is its own."""


class WorkerFailed(Exception):
    """The process died or hung twice on the same request."""


class WorkersClosed(Exception):
    """The processes were ended."""


class Workers:
    """Processes of one module. There are as many as there are calls at once; one that died or hung is replaced."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Makes sure that there is a process, so that the first call need not wait; raises WorkerUnavailable."""
        self._borrow(lambda worker: None)

    def call(self, request: bytes, patience: float) -> bytes:
        """The answer; blocks. A process that takes longer than `patience` seconds is killed and the call tried again.

        Raises WorkerUnavailable, WorkerFailed, WorkersClosed.
        """
        return self._borrow(lambda worker: worker.ask(request, patience))

    def close(self) -> None:
        """Ends all processes; calls that wait raise WorkersClosed."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            worker.end()

    def _borrow(self, use: Callable[["_Worker"], T]) -> T:
        error: Exception | None = None
        for _ in range(2):
            worker = self._idle_or_new()
            try:
                result = use(worker)
            except (OSError, EOFError) as problem:
                self._bury(worker)
                error = problem
            else:
                self._idle.put(worker)
                return result
            if self._closed:
                raise WorkersClosed from error
        raise WorkerFailed(f"{self._module} failed twice on the same request") from error

    def _idle_or_new(self) -> "_Worker":
        if self._closed:
            raise WorkersClosed
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        worker = _Worker(self._module)
        with self._lock:
            self._all.add(worker)
            closed = self._closed
        if closed:
            self._bury(worker)
            raise WorkersClosed
        return worker

    def _bury(self, worker: "_Worker") -> None:
        worker.end()
        with self._lock:
            self._all.discard(worker)


class _Worker:
    """One process, spoken to by one thread at a time."""

    def __init__(self, module: str) -> None:
        """Starts it and waits until it is ready; raises WorkerUnavailable."""
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        # -P: the folder it is started in must not be searched for modules. A session of its own: Ctrl-C is for the
        # server, which then closes the pipe.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
        try:
            first = self._answer(START_SECONDS)
        except (OSError, EOFError) as error:
            self.end()
            raise WorkerUnavailable(f"{module} ended at once: see the log") from error
        if first != READY:
            self.end()
            raise WorkerUnavailable(first.decode(errors="replace"))

    def ask(self, request: bytes, patience: float) -> bytes:
        """Raises OSError or EOFError when the process died or was too slow."""
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - asked for above
        try:
            send(pipe, request)
        except ValueError as error:
            raise EOFError("the pipe was closed") from error
        return self._answer(patience)

    def end(self) -> None:
        """Kills the process and frees its pipes; may be called twice and from another thread."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # bytes that were never read
                if pipe is not None:
                    pipe.close()

    def _answer(self, patience: float) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - asked for above
        watch = threading.Timer(patience, self._process.kill)
        watch.start()
        try:
            body = receive(pipe)
        except ValueError as error:
            raise EOFError("the pipe was closed") from error
        finally:
            watch.cancel()
        if body is None:
            raise EOFError("the process ended")
        return body


def receive(stream: IO[bytes]) -> bytes | None:
    """The next body, or None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def send(stream: IO[bytes], body: bytes) -> None:
    """Writes a body after its length."""
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def serve(prepare: Callable[[], Callable[[bytes], bytes]]) -> None:
    """The life of a worker: prepares, says that it is ready or why it is not, then answers until stdin ends."""
    try:
        answer = prepare()
    except Exception as error:
        send(sys.stdout.buffer, f"{type(error).__name__}: {error}".encode())
        return
    send(sys.stdout.buffer, READY)
    while (request := receive(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, answer(request))
