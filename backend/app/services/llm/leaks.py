"""Whether a hint or a follow-up tells what it should only lead to.

A helper that says an expected point has answered for the candidate. A text is compared with the points, the model
answer and the keywords; what stands in the question, or what the candidate said, is known and gives nothing away.

Calibrated on the bank, whose hints and follow-ups were written not to tell and whose model answers tell everything:
see `tests/llm/test_leaks.py`.
"""

from collections.abc import Iterable, Sequence

from app.engines.embedding.base import EmbeddingEngine
from app.judge.language.text import content_stems, is_content, sentences, stem, words
from app.judge.types import QuestionSpec

RUN = 4
"""Words in a row that are told word for word."""
RUN_CONTENT = 2
"""Content words that such a run must bring; "in the case of" tells nothing."""
POINT_SHARE, POINT_STEMS = 0.5, 2
"""Share and number of a point's own content words that tell it."""
KEYWORDS = 2
"""Keywords that may not be named together."""
POINT_MEANING = 0.62
"""Cosine of two sentences from which one says the other in other words."""


class LeakCheck:
    """What may not be told about one question. With `embedding` paraphrases are seen too (about 1 ms a sentence)."""

    def __init__(self, question: QuestionSpec, said: str = "", embedding: EmbeddingEngine | None = None) -> None:
        known_words = f"{question.text} {said}"
        self._known = frozenset(content_stems(known_words))
        self._known_runs = frozenset(_runs(known_words))
        self._runs = frozenset(
            run
            for text in (*question.expected_points, *sentences(question.reference))
            for run in _runs(text)
            if len(self._new(run)) >= RUN_CONTENT
        )
        self._points = [own for point in question.expected_points if (own := self._new(words(point)))]
        self._keywords = [own for keyword in question.keywords if (own := self._new(words(keyword)))]
        self._embedding = embedding
        self._vectors = (
            embedding.sentences(question.expected_points) if embedding and question.expected_points else None
        )

    def tells(self, text: str) -> str:
        """What `text` gives away, as a reason to log, or "" where it gives nothing away."""
        stems = frozenset(content_stems(text))
        if (self._runs - self._known_runs).intersection(_runs(text)):
            return "words of the expected answer"
        if any(_is_told(own, stems) for own in self._points):
            return "an expected point"
        if sum(own <= stems for own in self._keywords) >= KEYWORDS:
            return "keywords of the expected answer"
        if self._means_a_point(text):
            return "an expected point in other words"
        return ""

    def _new(self, found: Iterable[str]) -> frozenset[str]:
        return frozenset(stem(word) for word in found if is_content(word)) - self._known

    def _means_a_point(self, text: str) -> bool:
        pieces = sentences(text)
        if self._embedding is None or self._vectors is None or not pieces:
            return False
        return bool((self._embedding.sentences(pieces) @ self._vectors.T).max() >= POINT_MEANING)


def _is_told(own: frozenset[str], stems: frozenset[str]) -> bool:
    found = len(own & stems)
    return found >= min(POINT_STEMS, len(own)) and found >= POINT_SHARE * len(own)


def _runs(text: str) -> Sequence[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)]
