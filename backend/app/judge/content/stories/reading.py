"""An answer as the story, plan and personal judges read it: clauses, their meaning, and quotes of what was said."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.engines.embedding.base import EmbeddingEngine, Vectors
from app.judge.language.clauses import Clause, Telling, read
from app.judge.language.text import Quoter, content_stems
from app.judge.types import Measure, QuestionSpec, Quote

WINDOW = 2
"""Clauses read together where meaning is compared: one clause alone often lacks what it is about."""
QUOTES = 3
"""Quotes shown with a part at most."""


@dataclass(frozen=True)
class Reading:
    """One answer to one question. `screened` is the answer with what was removed blanked out, as long as it was."""

    screened: str
    telling: Telling
    known: frozenset[str]
    engine: EmbeddingEngine
    quoter: Quoter

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses in order."""
        return self.telling.clauses

    @cached_property
    def words(self) -> int:
        """How many words the answer has without fillers and repeats."""
        return len(self.telling.words)

    @cached_property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """First and last clause of each run of clauses that is compared by meaning."""
        count = len(self.clauses)
        if count <= WINDOW:
            return ((0, count - 1),) if count else ()
        return tuple((at, at + WINDOW - 1) for at in range(count - WINDOW + 1))

    @cached_property
    def clause_vectors(self) -> Vectors:
        """Meaning of each clause."""
        return self.engine.sentences(self.telling.texts)

    @cached_property
    def window_vectors(self) -> Vectors:
        """Meaning of each window, from that of its clauses."""
        return np.array([self.meaning(first, last) for first, last in self.windows])

    @cached_property
    def whole_vector(self) -> Vectors:
        """Meaning of the whole answer."""
        return self.meaning(0, len(self.clauses) - 1)

    def meaning(self, first: int, last: int) -> Vectors:
        """The clauses' meaning together, each by its length: nearly what the model makes of them as one text."""
        lengths = [len(clause.words) for clause in self.clauses[first : last + 1]]
        total: Vectors = np.array(lengths, np.float32) @ self.clause_vectors[first : last + 1]
        return total / max(1e-6, float(np.linalg.norm(total)))

    def quote(self, first: int, last: int | None = None) -> Quote:
        """What was said from clause `first` to clause `last`, in the words of the answer, without what was removed."""
        final = self.clauses[first if last is None else last]
        begin, end = self.telling.original(self.clauses[first].begin, final.end)
        return self.quoter.quote(*max(self._kept(begin, end), key=lambda span: span[1] - span[0]))

    def _kept(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The pieces of a span of the answer between the words that the screening blanked out."""
        pieces = [(begin, begin)]
        for at in range(begin, end):
            if self.screened[at].isspace() and not self.quoter.text[at].isspace():
                pieces.append((at + 1, at + 1))
            else:
                pieces[-1] = (pieces[-1][0], at + 1)
        return [(left, right) for left, right in pieces if self.quoter.text[left:right].strip()]

    def text(self, first: int, last: int) -> str:
        """The fluent, neutral words of clauses `first` to `last`."""
        return self.telling.text[self.clauses[first].begin : self.clauses[last].end]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer: how well it is shown, 0-1, and the clauses that show it, best first."""

    value: float
    clauses: tuple[int, ...] = ()

    def measure(self, reading: Reading, found: str, missing: str) -> Measure:
        """The part on the 0-100 scale with its quotes, in the order of the answer."""
        chosen = sorted(dict.fromkeys(self.clauses[:QUOTES]))
        quotes = tuple(reading.quote(at) for at in chosen) if self.value > 0 else ()
        note = found if quotes else missing
        return Measure(value=round(100 * self.value, 1), note=note, evidence=quotes, heuristic=True)


def open_reading(question: QuestionSpec, text: str, quoter: Quoter, engine: EmbeddingEngine) -> Reading:
    """Reads the screened `text`; the words of the question tell nothing new."""
    known = frozenset(content_stems(question.text))
    return Reading(text, read(text, known), known, engine, quoter)


def clip(value: float) -> float:
    """`value` within 0 and 1."""
    return float(min(1.0, max(0.0, value)))


def concave(amount: float, full: float) -> float:
    """0 for nothing, 1 from `full` on; the first pieces count more, so that brevity is not punished."""
    return float(clip(amount / full) ** 0.7)


def ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high` on, a straight line between."""
    return clip((value - low) / (high - low))
