"""Threads for work that must not block the event loop, with a bound on what may wait."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class PoolFull(Exception):
    """As many calls run and wait as may; a place is expected after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("too many calls wait")
        self.retry_after = retry_after


class PoolClosed(Exception):
    """The pool was closed before the call was done."""


class Stopped(Exception):
    """The caller is gone: the work ends at the next convenient place. Seen only by functions in the pool."""


class Stop:
    """Tells work in a thread that nobody waits for it any more."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Asks the work to end."""
        self._event.set()

    def check(self) -> None:
        """Raises Stopped when the work was asked to end."""
        if self._event.is_set():
            raise Stopped


class WorkPool:
    """Runs functions in `workers` threads; beyond `queue` waiting calls it refuses with PoolFull.

    Calls that `close` ends raise PoolClosed. A cancelled call keeps its place until its function has ended, so that
    the bound counts real work.
    """

    def __init__(self, name: str, *, workers: int, queue: int, seconds_a_call: float = 2.0) -> None:
        self.name = name
        self._workers = workers
        self._limit = workers + queue
        self._seconds_a_call = seconds_a_call
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._stops: set[Stop] = set()

    @property
    def pending(self) -> int:
        """Calls that run or wait."""
        with self._lock:
            return len(self._stops)

    async def run(self, function: Callable[[Stop], T]) -> T:
        """The result of `function(stop)`, computed in a thread; cancelling sets `stop`."""
        stop = self._admit()
        try:
            future = self._threads.submit(function, stop)
        except RuntimeError:
            self._leave(stop)
            raise PoolClosed from None
        future.add_done_callback(lambda _: self._leave(stop))
        try:
            return await asyncio.wrap_future(future)
        except Stopped:
            raise PoolClosed from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if future.cancelled() and task is not None and not task.cancelling():
                raise PoolClosed from None
            stop.set()
            future.cancel()
            raise

    async def close(self) -> None:
        """Stops what runs and waits for the threads to end."""
        with self._lock:
            for stop in self._stops:
                stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        ended: Future[None] = Future()
        threading.Thread(target=self._join, args=(ended,), daemon=True).start()
        await asyncio.wrap_future(ended)

    def _join(self, ended: "Future[None]") -> None:
        self._threads.shutdown(wait=True)
        ended.set_result(None)

    def _admit(self) -> Stop:
        stop = Stop()
        with self._lock:
            if len(self._stops) >= self._limit:
                waits = self._seconds_a_call * len(self._stops) / self._workers
                raise PoolFull(waits)
            self._stops.add(stop)
        return stop

    def _leave(self, stop: Stop) -> None:
        with self._lock:
            self._stops.discard(stop)
