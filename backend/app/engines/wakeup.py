"""Wakes those who do background work: in this process, or in all processes through a Redis stream.

A wake-up only says that there is something to look for; what it is stands in the database. One that is lost costs time,
no work, because workers also look by themselves.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from taskiq import AsyncTaskiqDecoratedTask

STREAM = "greenroom:jobs"
LONGEST = 1000
"""Wake-ups that the stream keeps; more mean the same."""
BLOCK_MS = 5000
"""How long a read waits for the next wake-up."""
TIMEOUT_SECONDS = 10.0
"""For connecting to Redis and for its answers; longer than `BLOCK_MS`."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds between attempts to reach a Redis that is gone; they double."""
log = logging.getLogger(__name__)


class Wakeup(Protocol):
    """Carries wake-ups from those who add work to those who do it."""

    async def send(self) -> None:
        """Wake a worker that has room. Never raises: a worker that was not woken looks by itself."""
        ...

    def here(self) -> None:
        """Wake the worker of this process alone: it has room again."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return at the next wake-up, or after so many seconds."""
        ...

    def has_room(self, room: bool) -> None:
        """Whether this process can take more work; without room, wake-ups are left to other processes."""
        ...

    async def close(self) -> None: ...


class LocalWakeup:
    """Within one process."""

    def __init__(self) -> None:
        self._called = asyncio.Event()

    async def send(self) -> None:
        self.here()

    def here(self) -> None:
        self._called.set()

    async def wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for of Python 3.11 forgets a cancellation that meets a wake-up
                await self._called.wait()
        self._called.clear()

    @property
    def is_called(self) -> bool:
        """Whether nobody has answered the last wake-up yet."""
        return self._called.is_set()

    def has_room(self, room: bool) -> None:
        """Nothing to do: there is no other process."""

    async def close(self) -> None:
        """Nothing is open."""


class RedisWakeup(LocalWakeup):
    """Across processes. A wake-up goes to one process that has room; the process that sends it looks in any case."""

    def __init__(self, url: str) -> None:
        super().__init__()
        from taskiq_redis import RedisStreamBroker  # takes a tenth of a second to import

        self._broker = RedisStreamBroker(
            url,
            queue_name=STREAM,
            consumer_group_name=STREAM,
            consumer_id="0",  # also what was sent before the first worker came
            maxlen=LONGEST,
            xread_block=BLOCK_MS,
            xread_count=1,
            unacknowledged_lock_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS / 4,
        )
        self._look: AsyncTaskiqDecoratedTask[[], None] = self._broker.register_task(_look, task_name="look")
        self._room = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._is_down = False

    async def send(self) -> None:
        self.here()
        task = asyncio.create_task(self._send())  # a request does not wait for Redis
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def wait(self, seconds: float) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(self._keep_listening())
        await super().wait(seconds)

    def has_room(self, room: bool) -> None:
        if room:
            self._room.set()
        else:
            self._room.clear()

    async def close(self) -> None:
        tasks = [*self._sending, *([self._listening] if self._listening else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(Exception):  # what a lost connection raises is of no interest any more
            await self._broker.shutdown()

    async def _send(self) -> None:
        try:
            await self._look.kiq()
        except Exception as error:  # the client has a dozen; all mean that nobody was woken
            self._report(error)
        else:
            self._recovered()

    async def _keep_listening(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._broker.startup()  # makes the stream, also in a Redis that has forgotten it
                self._recovered()
                async with contextlib.aclosing(self._broker.listen()) as messages:
                    while True:
                        await self._room.wait()
                        message = await anext(messages)
                        pause = FIRST_PAUSE
                        await message.ack()  # type: ignore[misc]
                        self.here()
            except Exception as error:  # see _send
                self._report(error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _report(self, error: Exception) -> None:
        if not self._is_down:
            self._is_down = True
            log.warning("Redis does not answer, so background work is found by looking for it: %s", error)

    def _recovered(self) -> None:
        if self._is_down:
            self._is_down = False
            log.warning("Redis answers again")


def _look() -> None:
    """What a wake-up asks for; workers read the stream themselves, so nothing runs under this name."""


@asynccontextmanager
async def open_wakeup(redis_url: str | None) -> AsyncIterator[Wakeup]:
    """The way that goes with these settings: through Redis where there is one."""
    wakeup: Wakeup = RedisWakeup(redis_url) if redis_url else LocalWakeup()
    try:
        yield wakeup
    finally:
        await wakeup.close()
