"""Reading text is the same whoever else reads at that moment: answers are judged in several threads."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.bank import loader
from app.judge.language.text import stem, words


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_stem_at_once_get_the_stems_of_one_that_does_it_alone(impatient_threads: None) -> None:
    vocabulary = sorted({word for question in loader.questions() for word in words(question.model_answer)})
    stem.cache_clear()
    alone = [stem(word) for word in vocabulary]
    stem.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda _: [stem.__wrapped__(word) for word in vocabulary], range(4)))
    assert at_once == [alone] * 4
