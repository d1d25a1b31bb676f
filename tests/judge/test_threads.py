"""Several threads judge at the same time; none may see the work of another."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.bank import loader
from app.judge.text import stem, words

THREADS = 8


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_stems_are_the_same_in_every_thread() -> None:
    texts = [word for question in loader.questions() for word in words(question.model_answer)]
    vocabulary = sorted(set(texts))[:6_000]
    stem.cache_clear()
    alone = [stem(word) for word in vocabulary]
    stem.cache_clear()
    with ThreadPoolExecutor(THREADS) as threads:
        shares = [vocabulary[start::THREADS] for start in range(THREADS)]
        found = list(threads.map(lambda share: [stem(word) for word in share], shares))
    assert found == [alone[start::THREADS] for start in range(THREADS)]
