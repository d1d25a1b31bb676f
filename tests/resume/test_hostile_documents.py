"""A document made to harm ends its own process; the server keeps its memory and its answers."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from app.engines.documents import DEFAULT_LIMITS, DocumentError
from app.engines.sandbox import MB
from app.resume import reading
from app.resume.reading import ReadResume
from tests.support import hostile_documents
from tests.support.hostile_documents import HOSTILE, OTHERS, docx, paragraph

ORDINARY = docx(paragraph("Senior engineer at Northwind Labs"))
MOST_GROWTH = 300 * MB
MOST_SECONDS = 20.0
"""In which every document is answered, readable or not."""


async def read(data: bytes) -> ReadResume:
    return await reading.read_file(data, DEFAULT_LIMITS)


async def outcome(data: bytes) -> str:
    """ "read", or the code of the error."""
    try:
        await read(data)
    except DocumentError as error:
        return error.code
    return "read"


def memory() -> int:
    """Bytes that this process and all its children take from the machine. What they share counts once: the resident
    memory of forked processes does not say that."""
    total = 0
    for process in (me := psutil.Process(), *me.children(recursive=True)):
        try:
            taken = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        total += getattr(taken, "pss", taken.uss)
    return total


@contextmanager
def watched() -> Iterator[None]:
    """Fails when the memory grows or an answer takes beyond what is allowed."""
    before, over, grown = memory(), threading.Event(), [0]

    def watch() -> None:
        while not over.wait(0.02):
            grown[0] = max(grown[0], memory() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.monotonic()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    assert time.monotonic() - started < MOST_SECONDS
    assert grown[0] < MOST_GROWTH


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
async def test_what_takes_too_much_is_refused_and_others_are_served(attack: Callable[[], bytes]) -> None:
    data = await asyncio.to_thread(attack)
    await read(ORDINARY)  # the processes have started
    with watched():
        attacker = asyncio.create_task(outcome(data))
        await asyncio.sleep(0)
        assert (await read(ORDINARY)).text == "Senior engineer at Northwind Labs"
        assert await attacker == "too_heavy"
    assert await outcome(ORDINARY) == "read"


@pytest.mark.parametrize("attack", OTHERS.values(), ids=OTHERS)
async def test_whatever_is_sent_is_answered_in_time(attack: Callable[[], bytes]) -> None:
    data = await asyncio.to_thread(attack)
    await read(ORDINARY)
    with watched():
        assert await outcome(data) in ("read", "too_heavy", "unsafe", "damaged", "empty", "scanned", "too_many_pages")
    assert await outcome(ORDINARY) == "read"


async def test_nothing_of_the_machine_is_read() -> None:
    assert await outcome(hostile_documents.outside_entity()) == "unsafe"


async def test_a_program_in_a_document_is_not_run() -> None:
    assert (await read(hostile_documents.with_javascript())).text == "Senior Engineer at Northwind Labs"


async def test_marks_on_one_letter_are_read_without_being_put_in_order() -> None:
    text = (await read(hostile_documents.marks_on_one_letter())).text
    assert text.startswith("Senior Engineer at Northwind Labs")
    assert len(text) < 100


async def test_many_at_once_are_refused_or_read_and_then_the_next_is_read() -> None:
    data = hostile_documents.nested_forms()
    await read(ORDINARY)
    with watched():
        codes = await asyncio.gather(*(outcome(data) for _ in range(20)))
    assert set(codes) == {"busy", "too_heavy"}
    assert await outcome(ORDINARY) == "read"


async def test_a_text_that_is_slow_to_read_is_matched_in_time_as_well() -> None:
    text = "Experience\n2019 - 2020 Engineer\n" + "Python, Java, Go, C, R, " * 2_000
    await read(ORDINARY)
    with watched():
        found = await reading.match_job(text, "Engineer\n" + "Python, Rust, Java. " * 200)
        assert {item.skill for item in found.met} >= {"Python", "Java"}
        assert await reading.write_questions(text, "Python engineer", 4, seed=1)
