"""The threads of a pool are shared by who asks: nobody takes all of them, or the whole queue."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from app.engines.pool import PoolClosed, PoolFull, Stop, WorkPool, on_behalf_of


class Bench:
    """A pool whose calls end when they are let go, and the order in which they began."""

    def __init__(self, workers: int, queue: int = 100) -> None:
        self.pool = WorkPool("bench", workers=workers, queue=queue)
        self.begun: list[str | None] = []
        self.go_on = threading.Event()
        self.asked: list[asyncio.Task[str | None]] = []

    def ask(self, share: str | None, count: int = 1) -> list["asyncio.Task[str | None]"]:
        token = on_behalf_of.set(share)
        try:
            tasks = [asyncio.create_task(self.pool.run(self._work(share))) for _ in range(count)]
        finally:
            on_behalf_of.reset(token)
        self.asked += tasks
        return tasks

    def _work(self, share: str | None) -> Callable[[Stop], str | None]:
        def work(_: Stop) -> str | None:
            self.begun.append(share)
            self.go_on.wait(30)
            return share

        return work

    async def until(self, count: int) -> list[str | None]:
        """Who has begun, once so many have."""
        async with asyncio.timeout(30):
            while len(self.begun) < count:  # noqa: ASYNC110  threads set no event of ours
                await asyncio.sleep(0.005)
        return list(self.begun)


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(workers: int, queue: int = 100) -> Bench:
        made.append(Bench(workers, queue))
        return made[-1]

    yield make
    for one in made:
        one.go_on.set()
        await one.pool.close()
        await asyncio.gather(*one.asked, return_exceptions=True)


async def test_who_comes_second_need_not_wait_for_all_of_the_first(bench: Callable[..., Bench]) -> None:
    one = bench(1)
    tasks = one.ask("greedy", 20)
    await one.until(1)
    tasks += one.ask("modest", 2) + one.ask("third")
    await asyncio.sleep(0)
    one.go_on.set()
    assert list(await asyncio.gather(*tasks)).count("greedy") == 20
    assert one.begun[:6] == ["greedy", "greedy", "modest", "third", "greedy", "modest"]


async def test_nobody_holds_the_last_of_several_threads(bench: Callable[..., Bench]) -> None:
    one = bench(3)
    one.ask("greedy", 10)
    await one.until(2)
    one.ask("modest")
    assert await one.until(3) == ["greedy", "greedy", "modest"]
    assert one.pool.pending == 11


async def test_the_server_itself_may_take_what_is_free(bench: Callable[..., Bench]) -> None:
    one = bench(3)
    one.ask(None, 3)
    assert await one.until(3) == [None] * 3


async def test_nobody_fills_the_queue_alone(bench: Callable[..., Bench]) -> None:
    one = bench(2, queue=4)
    greedy = one.ask("greedy", 10)
    await one.until(1)
    modest = one.ask("modest", 2)
    done, _ = await asyncio.wait(greedy, timeout=0.05)
    assert len(done) == 7
    assert all(isinstance(task.exception(), PoolFull) for task in done)
    one.go_on.set()
    assert await asyncio.gather(*modest) == ["modest", "modest"]


async def test_who_gives_up_leaves_the_queue(bench: Callable[..., Bench]) -> None:
    one = bench(1)
    first, second, third = one.ask("a")[0], one.ask("a")[0], one.ask("b")[0]
    await one.until(1)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert one.pool.pending == 2
    one.go_on.set()
    assert (await first, await third) == ("a", "b")
    assert one.begun == ["a", "b"]


async def test_an_error_goes_to_who_asked_and_frees_the_thread(bench: Callable[..., Bench]) -> None:
    one = bench(1)

    def broken(_: Stop) -> None:
        raise ValueError("broken")

    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            await one.pool.run(broken)
    assert one.pool.pending == 0


async def test_closing_ends_what_waits(bench: Callable[..., Bench]) -> None:
    one = bench(1)
    running, waiting = one.ask("a")[0], one.ask("b")[0]
    await one.until(1)
    closing = asyncio.create_task(one.pool.close())
    with pytest.raises(PoolClosed):
        await waiting
    one.go_on.set()
    await closing
    assert await running == "a"
    with pytest.raises(PoolClosed):
        await one.pool.run(lambda _: None)
