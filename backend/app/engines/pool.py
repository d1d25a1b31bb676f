"""Threads for work that must not block the event loop, with a bound on what may wait, shared fairly by who asks."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
on_behalf_of: ContextVar[Hashable] = ContextVar("on_behalf_of", default=None)
"""For whom the present task works: an account, a code holder's interview, or None for the server itself. Set where
somebody is recognised; pools share themselves by it."""
QUEUE_SHARE = 0.5
"""Of a queue, what one share may fill."""


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


@dataclass(eq=False, slots=True)
class _Call:
    share: Hashable
    function: Callable[[Stop], Any]
    stop: Stop = field(default_factory=Stop)
    result: "Future[Any]" = field(default_factory=Future)


class WorkPool:
    """Runs functions in `workers` threads; beyond `queue` waiting calls it refuses with PoolFull.

    Calls are shared by `on_behalf_of`: those of different shares take turns, one share never holds the last of several
    threads, and never fills the queue alone. The server's own calls (None) may take what is free.

    Calls that `close` ends raise PoolClosed. A cancelled call keeps its place until its function has ended, so that
    the bound counts real work.
    """

    def __init__(self, name: str, *, workers: int, queue: int, seconds_a_call: float = 2.0) -> None:
        self.name = name
        self._workers = workers
        self._limit = workers + queue
        self._most_running = max(1, workers - 1)
        self._most_of_share = self._most_running + max(1, round(queue * QUEUE_SHARE)) if queue else self._limit
        self._seconds_a_call = seconds_a_call
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, deque[_Call]] = {}
        """Calls that wait, by share; the share whose turn is next comes first."""
        self._running: set[_Call] = set()
        self._closed = False

    @property
    def pending(self) -> int:
        """Calls that run or wait."""
        with self._lock:
            return self._pending

    async def run(self, function: Callable[[Stop], T]) -> T:
        """The result of `function(stop)`, computed in a thread; cancelling sets `stop`."""
        call = _Call(on_behalf_of.get(), function)
        self._admit(call)
        try:
            found: T = await asyncio.wrap_future(call.result)
            return found
        except Stopped:
            raise PoolClosed from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if call.result.cancelled() and task is not None and not task.cancelling():
                raise PoolClosed from None
            call.stop.set()
            self._withdraw(call)
            raise

    async def close(self) -> None:
        """Stops what runs and waits for the threads to end."""
        with self._lock:
            self._closed = True
            waiting = [call for calls in self._waiting.values() for call in calls]
            self._waiting.clear()
            for call in self._running:
                call.stop.set()
        for call in waiting:
            call.result.cancel()
        self._threads.shutdown(wait=False)
        ended: Future[None] = Future()
        threading.Thread(target=self._join, args=(ended,), daemon=True).start()
        await asyncio.wrap_future(ended)

    def _join(self, ended: "Future[None]") -> None:
        self._threads.shutdown(wait=True)
        ended.set_result(None)

    @property
    def _pending(self) -> int:
        return len(self._running) + sum(map(len, self._waiting.values()))

    def _admit(self, call: _Call) -> None:
        with self._lock:
            if self._closed:
                raise PoolClosed
            own = sum(other.share == call.share for other in self._running) + len(self._waiting.get(call.share, ()))
            if self._pending >= self._limit or (call.share is not None and own >= self._most_of_share):
                raise PoolFull(self._seconds_a_call * self._pending / self._workers)
            self._waiting.setdefault(call.share, deque()).append(call)
            self._start()

    def _start(self) -> None:
        """Give free threads to the shares whose turn it is. The lock is held."""
        while (call := self._take()) is not None:
            self._threads.submit(self._work, call)

    def _take(self) -> _Call | None:
        """The call whose turn it is, which counts as running from now on; None when none may start. Holds the lock."""
        running = Counter(call.share for call in self._running)
        if self._closed or len(self._running) >= self._workers or (share := self._next(running)) is ...:
            return None
        calls = self._waiting.pop(share)
        call = calls.popleft()
        if calls:
            self._waiting[share] = calls  # at the end: others come first
        self._running.add(call)
        return call

    def _next(self, running: Counter[Hashable]) -> Hashable:
        """The share whose turn it is; `...` when none may start a call."""
        may = (share for share in self._waiting if share is None or running[share] < self._most_running)
        return next(may, ...)

    def _work(self, call: _Call | None) -> None:
        """The life of a thread while there is work: its place goes to the next call before the result is known, because
        whoever has that may come again at once."""
        while call is not None:
            call = self._do(call)

    def _do(self, call: _Call) -> _Call | None:
        """Do a call; returns the one that takes its place."""
        if self._closed:
            call.result.cancel()
        if not call.result.set_running_or_notify_cancel():
            return self._ended(call)
        try:
            found = call.function(call.stop)
        except BaseException as error:
            following = self._ended(call)
            call.result.set_exception(error)
        else:
            following = self._ended(call)
            call.result.set_result(found)
        return following

    def _ended(self, call: _Call) -> _Call | None:
        with self._lock:
            self._running.discard(call)
            return self._take()

    def _withdraw(self, call: _Call) -> None:
        with self._lock:
            calls = self._waiting.get(call.share)
            if calls is not None and call in calls:
                calls.remove(call)
                if not calls:
                    del self._waiting[call.share]
