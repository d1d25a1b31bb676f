"""The clauses of an answer, with who did what in each.

Fillers, repeats, names and gender are taken out before anything is read; every place leads back to the words as they
were said.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.judge.language import lexicon
from app.judge.language.deeds import Deed, Mood, Subject, deeds_of
from app.judge.language.disfluency import RECENT, FluentText, fluent_text
from app.judge.language.neutral import Neutral, neutralise
from app.judge.language.syntax import Word, words_of
from app.judge.language.text import piece_spans, stem

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, or a clause where there are no full stops. Places are those of `Telling.text`."""

    text: str
    begin: int
    end: int
    words: tuple[str, ...]
    deeds: tuple[Deed, ...]
    past: bool
    substance: float
    """Sum of the concreteness of its distinct words (`lexicon.concreteness`)."""

    def of(self, subject: Subject, mood: Mood | None = None) -> tuple[Deed, ...]:
        """The deeds of a subject, in any mood when none is given."""
        return tuple(deed for deed in self.deeds if deed.subject == subject and mood in (None, deed.mood))


@dataclass(frozen=True)
class Telling:
    """An answer read for who did what. `text` is fluent and neutral; `original` leads back to what was said."""

    text: str
    clauses: tuple[Clause, ...]
    _fluent: FluentText
    _neutral: Neutral

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words in order."""
        return tuple(word for clause in self.clauses for word in clause.words)

    @property
    def texts(self) -> list[str]:
        """The clauses as text."""
        return [clause.text for clause in self.clauses]

    def original(self, begin: int, end: int) -> Span:
        """The span of the answer as given that stands behind a span of `text`."""
        return self._fluent.span(*self._neutral.original(begin, end))


@lru_cache(maxsize=RECENT)
def read(text: str, known: frozenset[str] = frozenset()) -> Telling:
    """Reads `text`; stems in `known` (the question's) tell nothing new, and its words are never taken for names."""
    fluent = fluent_text(text)
    neutral = neutralise(fluent.text, keep=known)
    words = words_of(neutral.text)
    deeds = deeds_of(words, known)
    begins = [word.begin for word in words]
    clauses = tuple(
        _clause(neutral.text, words[bisect_left(begins, begin) : bisect_left(begins, end)], deeds, (begin, end), known)
        for begin, end in piece_spans(neutral.text)
    )
    return Telling(neutral.text, clauses, fluent, neutral)


def _clause(text: str, inside: Sequence[Word], deeds: Sequence[Deed], span: Span, known: Collection[str]) -> Clause:
    begin, end = span
    distinct = {stem(word.base): word.base for word in inside}
    told = sum(lexicon.concreteness(word) for key, word in distinct.items() if key not in known)
    return Clause(
        text=text[begin:end],
        begin=begin,
        end=end,
        words=tuple(word.text for word in inside),
        deeds=tuple(deed for deed in deeds if begin <= deed.begin < end),
        past=any(lexicon.past_base(word.base) or word.base in ("was", "were", "had") for word in inside),
        substance=told,
    )
