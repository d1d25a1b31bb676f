"""The scheduler shares the engine: finals first, everybody in turn, one request of a session at a time."""

import asyncio

import pytest

from app.engines.stt.base import SttUnavailable
from app.engines.stt.live import LiveScheduler
from tests.engines.live_fakes import run_at_once

SECONDS = 1.0
"""What a turn takes."""


class Who:
    """A session that asks for turns and writes down what it got."""

    def __init__(self, name: str, scheduler: LiveScheduler, log: list[str]) -> None:
        self.name, self._scheduler, self._log = name, scheduler, log

    async def ask(self, *, urgent: bool = False, seconds: float = SECONDS) -> None:
        async with self._scheduler.turn(self, urgent=urgent):
            self._log.append(self.name.upper() if urgent else self.name)
            await asyncio.sleep(seconds)


def test_finals_go_before_partials() -> None:
    async def work() -> list[str]:
        scheduler, log = LiveScheduler(slots=1), list[str]()
        a, b, c, d = (Who(name, scheduler, log) for name in "abcd")
        await asyncio.gather(a.ask(), b.ask(), c.ask(), d.ask(urgent=True))
        return log

    assert run_at_once(work()) == ["a", "D", "b", "c"]


def test_who_was_served_least_recently_is_next() -> None:
    async def work() -> list[str]:
        scheduler, log = LiveScheduler(slots=1), list[str]()
        greedy, modest = Who("g", scheduler, log), Who("m", scheduler, log)

        async def repeat(who: Who, times: int) -> None:
            for _ in range(times):
                await who.ask(urgent=True)

        await asyncio.gather(*(repeat(greedy, 6) for _ in range(3)), repeat(modest, 4))
        return log

    assert run_at_once(work())[:8] == ["G", "M"] * 4


def test_a_session_has_one_request_at_the_engine() -> None:
    async def work() -> float:
        scheduler = LiveScheduler(slots=4)
        one = Who("a", scheduler, [])
        begin = asyncio.get_running_loop().time()
        await asyncio.gather(*(one.ask(urgent=True) for _ in range(3)))
        return asyncio.get_running_loop().time() - begin

    assert run_at_once(work()) == pytest.approx(3 * SECONDS)


def test_partials_leave_a_slot_to_finals() -> None:
    async def work() -> float:
        scheduler, log = LiveScheduler(slots=2), list[str]()
        slow = [asyncio.create_task(Who("p", scheduler, log).ask(seconds=10)) for _ in range(5)]
        await asyncio.sleep(1)
        begin = asyncio.get_running_loop().time()
        await Who("f", scheduler, log).ask(urgent=True)
        took = asyncio.get_running_loop().time() - begin
        await asyncio.gather(*slow)
        return took

    assert run_at_once(work()) == pytest.approx(SECONDS)


def test_who_leaves_the_queue_gives_up_the_place() -> None:
    async def work() -> tuple[list[str], int]:
        scheduler, log = LiveScheduler(slots=1), list[str]()
        tasks = [asyncio.create_task(Who(name, scheduler, log).ask()) for name in "abc"]
        await asyncio.sleep(0.5)
        tasks[1].cancel()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return log, scheduler.pending

    assert run_at_once(work()) == (["a", "c"], 0)


def test_after_close_nobody_waits_in_vain() -> None:
    async def work() -> None:
        scheduler, log = LiveScheduler(slots=1), list[str]()
        running = asyncio.create_task(Who("a", scheduler, log).ask())
        waiting = asyncio.create_task(Who("b", scheduler, log).ask())
        await asyncio.sleep(0.1)
        await scheduler.close()
        with pytest.raises(SttUnavailable):
            await waiting
        with pytest.raises(SttUnavailable):
            await Who("c", scheduler, log).ask()
        await running
        assert (log, scheduler.pending) == (["a"], 0)

    run_at_once(work())


def test_many_sessions_get_the_same_share() -> None:
    async def work() -> dict[str, int]:
        scheduler, log = LiveScheduler(slots=2), list[str]()

        async def talk(who: Who) -> None:
            while True:
                await who.ask(urgent=len(log) % 3 == 0)

        tasks = [asyncio.create_task(talk(Who(name, scheduler, log))) for name in "abcdefgh"]
        await asyncio.sleep(200)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return {name: "".join(log).lower().count(name) for name in "abcdefgh"}

    shares = run_at_once(work()).values()
    assert min(shares) >= 0.7 * max(shares)
