"""Processes of our own that do what must not happen in this one: libraries that hold Python's lock or are global.

A worker module is run by itself and calls `serve`. What it loads, it loads once, in a process that then only forks:
each worker is a copy of it that shares its memory, starts in milliseconds and remembers nothing of another's work.

    this process ── socket ── first process (loads) ── fork ── worker
         └────────────────── a socket of its own ─────────────────┘

Over its socket a worker exchanges bodies of bytes, each after its length (4 bytes, little-endian, unsigned): a request
and its answer. The first answer of the first process is `READY`, or a message that says why it cannot work; that of a
worker is its process id. All end when their socket does, and so do not outlive this process.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Where `app` is found, also when it is not installed."""
LENGTH = struct.Struct("<I")
READY = b"ready"
START_SECONDS = 60.0
"""A process that is not ready by then never will be (the largest model takes 0.7 s on an idle machine)."""
STDIN = 0


class WorkerUnavailable(Exception):
    """The process cannot be started; the message is its own."""


class WorkerFailed(Exception):
    """The process died or hung twice on the same request."""


class WorkersClosed(Exception):
    """The processes were ended."""


class Workers:
    """Processes of one module. A worker lives as long as its task; there are as many as there are tasks at once."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        """`environment` is all that the processes see of ours; by default everything."""
        self._module = module
        self._environment = environment
        self._first: _First | None = None
        self._all: set[Worker] = set()
        self._starting = threading.Lock()
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Loads what workers are copied from, so that the first need not wait; raises WorkerUnavailable."""
        self.open().end()

    def open(self) -> "Worker":
        """A new worker, for the caller to `end`; blocks. Raises WorkerUnavailable, WorkersClosed."""
        error: Exception | None = None
        for _ in range(2):
            first = self._loaded()
            try:
                worker = first.fork(self._forget)
            except (OSError, EOFError) as problem:
                error = problem
                self._lose(first)
                continue
            with self._lock:
                self._all.add(worker)
                closed = self._closed
            if closed:
                worker.end()
                raise WorkersClosed
            return worker
        raise WorkerUnavailable(f"{self._module} ended at once: see the log") from error

    def call(self, request: bytes, patience: float) -> bytes:
        """The answer of a worker of its own; blocks. One that dies or takes longer than `patience` seconds is replaced
        once. Raises WorkerUnavailable, WorkerFailed, WorkersClosed.
        """
        error: Exception | None = None
        for _ in range(2):
            with self._one() as worker:
                try:
                    return worker.ask(request, patience)
                except (OSError, EOFError) as problem:
                    error = problem
            if self._closed:
                raise WorkersClosed from error
        raise WorkerFailed(f"{self._module} failed twice on the same request") from error

    def close(self) -> None:
        """Ends all processes; calls that wait raise WorkersClosed."""
        with self._lock:
            self._closed = True
            workers, first, self._first = list(self._all), self._first, None
        for worker in workers:
            worker.end()
        if first is not None:
            first.end()

    @contextmanager
    def _one(self) -> Iterator["Worker"]:
        worker = self.open()
        try:
            yield worker
        finally:
            worker.end()

    def _loaded(self) -> "_First":
        with self._starting:
            if self._closed:
                raise WorkersClosed
            if self._first is None:
                first = _First(self._module, self._environment)
                with self._lock:
                    closed = self._closed
                    self._first = None if closed else first
                if closed:
                    first.end()
                    raise WorkersClosed
            assert self._first is not None  # noqa: S101 - set above, and taken away only under the lock
            return self._first

    def _lose(self, first: "_First") -> None:
        """It cannot fork any more: the next worker needs a new one."""
        first.end()
        with self._starting:
            if self._first is first:
                self._first = None

    def _forget(self, worker: "Worker") -> None:
        with self._lock:
            self._all.discard(worker)


class Worker:
    """A process that answers one request after the other. Spoken to by one thread at a time; any thread may end it."""

    def __init__(self, line: socket.socket, on_end: Callable[["Worker"], None]) -> None:
        """Waits for its first answer; raises OSError or EOFError."""
        self._line = line
        self._on_end = on_end
        self._talking = threading.Lock()
        self._ended = False
        try:
            self._pid = int(_answer(line, START_SECONDS))
        except BaseException:
            line.close()
            raise

    def ask(self, request: bytes, patience: float, longest: int | None = None) -> bytes:
        """Raises OSError or EOFError when the process died, was ended, took longer than `patience` seconds, or answers
        with more than `longest` bytes.
        """
        try:
            with self._talking:
                if self._ended:
                    raise EOFError("the worker was ended")
                self._line.settimeout(patience)
                send(self._line, request)
                return _answer(self._line, patience, longest)
        finally:
            if self._ended:
                self._line.close()

    def end(self) -> None:
        """Kills the process at once; may be called twice. Does not block."""
        if self._ended:
            return
        self._ended = True
        with suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for an answer, which then closes it
        if self._talking.acquire(blocking=False):
            self._line.close()
            self._talking.release()
        self._on_end(self)


class _First:
    """The process that has loaded everything and forks."""

    def __init__(self, module: str, environment: Mapping[str, str] | None) -> None:
        """Starts it and waits until it is ready; raises WorkerUnavailable."""
        seen = os.environ if environment is None else environment
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._line, theirs = socket.socketpair()
        # -P: the folder it is started in must not be searched for modules. A session of its own: Ctrl-C is for the
        # server, which then closes the socket.
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [sys.executable, "-P", "-m", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={**seen, "PYTHONPATH": path},
                start_new_session=True,
            )
        try:
            said = _answer(self._line, START_SECONDS)
        except (OSError, EOFError) as error:
            self.end()
            raise WorkerUnavailable(f"{module} ended at once: see the log") from error
        if said != READY:
            self.end()
            raise WorkerUnavailable(said.decode(errors="replace"))

    def fork(self, on_end: Callable[[Worker], None]) -> Worker:
        """A copy of it; raises OSError or EOFError when it is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._line, [b"f"], [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        return Worker(ours, on_end)

    def end(self) -> None:
        """Kills it; may be called twice."""
        self._process.kill()
        self._process.wait()
        self._line.close()


def _answer(line: socket.socket, patience: float, longest: int | None = None) -> bytes:
    body = receive(line, time.monotonic() + patience, longest)
    if body is None:
        raise EOFError("the process ended")
    return body


def receive(line: socket.socket, deadline: float | None = None, longest: int | None = None) -> bytes | None:
    """The next body, or None at the end; TimeoutError when it is not there by `deadline` (monotonic), OSError when it
    would be longer than `longest` bytes.
    """
    head = _read(line, LENGTH.size, deadline)
    if head is None:
        return None
    size = LENGTH.unpack(head)[0]
    if longest is not None and size > longest:
        raise OSError(f"a body of {size} bytes, at most {longest} are taken")
    return _read(line, size, deadline)


def _read(line: socket.socket, size: int, deadline: float | None) -> bytes | None:
    body = bytearray(size)
    rest = memoryview(body)
    while rest:
        if deadline is not None:
            line.settimeout(max(0.001, deadline - time.monotonic()))
        got = line.recv_into(rest)
        if not got:
            return None
        rest = rest[got:]
    return bytes(body)


def send(line: socket.socket, body: bytes) -> None:
    """Writes a body after its length."""
    line.sendall(LENGTH.pack(len(body)) + body)


def serve(prepare: Callable[[], Callable[[bytes], bytes]], confine: Callable[[], None] = lambda: None) -> None:
    """The life of the first process: prepares, says that it is ready or why it is not, then forks until its socket
    ends. Each worker calls `confine`, then answers with its own copy of what `prepare` returned."""
    with socket.socket(fileno=os.dup(STDIN)) as line:
        os.close(STDIN)  # the workers must not hold it open
        try:
            answer = prepare()
        except Exception as error:
            send(line, f"{type(error).__name__}: {error}".encode())
            return
        send(line, READY)
        signal.signal(signal.SIGCHLD, lambda *_: _reap())
        while True:
            message, handles, _, _ = socket.recv_fds(line, 1, 1)
            if not message:
                return
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                line.close()
                _work(handles[0], answer, confine)
            os.close(handles[0])


def _reap() -> None:
    """Lets go of the workers that have ended; how, nobody asks."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _work(handle: int, answer: Callable[[bytes], bytes], confine: Callable[[], None]) -> None:
    """The life of a worker; never returns."""
    try:
        confine()
        with socket.socket(fileno=handle) as line:
            send(line, str(os.getpid()).encode())
            while (request := receive(line)) is not None:
                send(line, answer(request))
    finally:
        os._exit(0)
