"""A document made to harm ends its own process; the server keeps its memory and its answers."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from app.engines.documents import DocumentError, read_document
from app.engines.sandbox import MB
from tests.support import hostile_documents
from tests.support.hostile_documents import HOSTILE, docx, paragraph

ORDINARY = docx(paragraph("Senior engineer at Northwind Labs"))
MOST_GROWTH = 300 * MB
MOST_SECONDS = 20.0
"""In which every document is answered, readable or not."""


def memory() -> int:
    """Resident bytes of this process and all its children."""
    total = 0
    for process in (me := psutil.Process(), *me.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


@contextmanager
def growth() -> Iterator[list[int]]:
    """Watches the memory; the list then holds how much it grew at most."""
    read_document(ORDINARY)  # the processes have started
    before, over, found = memory(), threading.Event(), [0]

    def watch() -> None:
        while not over.wait(0.02):
            found[0] = max(found[0], memory() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_what_takes_too_much_is_refused_and_others_are_served(attack: Callable[[], bytes]) -> None:
    data = attack()
    codes: list[str] = []

    def upload() -> None:
        with pytest.raises(DocumentError) as caught:
            read_document(data)
        codes.append(caught.value.code)

    with growth() as grown:
        attacker = threading.Thread(target=upload)
        started = time.monotonic()
        attacker.start()
        assert read_document(ORDINARY).text == "Senior engineer at Northwind Labs"
        attacker.join(MOST_SECONDS)
        assert time.monotonic() - started < MOST_SECONDS
    assert codes == ["too_heavy"]
    assert grown[0] < MOST_GROWTH
    assert read_document(ORDINARY).kind == "docx"


def test_marks_on_one_letter_are_read_without_being_put_in_order() -> None:
    text = read_document(hostile_documents.marks_on_one_letter()).text
    assert text.startswith("Senior Engineer at Northwind Labs")
    assert len(text) < 100


def test_many_at_once_are_refused_or_read_and_then_the_next_is_read() -> None:
    data = hostile_documents.nested_forms()
    codes: list[str] = []

    def upload() -> None:
        with pytest.raises(DocumentError) as caught:
            read_document(data)
        codes.append(caught.value.code)

    with growth() as grown:
        attackers = [threading.Thread(target=upload) for _ in range(20)]
        for attacker in attackers:
            attacker.start()
        for attacker in attackers:
            attacker.join(MOST_SECONDS)
    assert len(codes) == 20
    assert set(codes) == {"busy", "too_heavy"}
    assert grown[0] < MOST_GROWTH
    assert read_document(ORDINARY).kind == "docx"
