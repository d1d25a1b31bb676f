"""The clauses of an answer, with who did what in each.

Fillers, repeats, names and gender are taken out before anything is read; every place leads back to the words as they
were said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.judge.language import lexicon
from app.judge.language.deeds import Deed, Mood, Subject, deeds_of
from app.judge.language.disfluency import FluentText, fluent_text
from app.judge.language.neutral import PLACEHOLDER, Neutral, neutralise
from app.judge.language.syntax import (
    ADVERBS,
    BE_FORMS,
    DETERMINERS,
    DO_FORMS,
    HAVE_FORMS,
    MODALS,
    OPENERS,
    OTHERS,
    PREPOSITIONS,
    RELATIVES,
    Word,
    words_of,
)
from app.judge.language.text import stem

Span = tuple[int, int]

CLAUSE_MINIMUM = 6
"""Words a clause has before it is cut at a cue: shorter pieces carry too little meaning to compare."""
CLAUSE_MAXIMUM = 24


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the answer that says one thing. Places are those of `Telling.text`."""

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
    names: int
    _fluent: FluentText
    _neutral: Neutral

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """All deeds in order."""
        return tuple(deed for clause in self.clauses for deed in clause.deeds)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words in order."""
        return tuple(word for clause in self.clauses for word in clause.words)

    @property
    def texts(self) -> list[str]:
        """The clauses as text."""
        return [clause.text for clause in self.clauses]

    def of(self, subject: Subject, mood: Mood) -> list[Deed]:
        """The deeds of a subject in a mood, one for each verb."""
        found = {deed.verb: deed for deed in reversed(self.deeds) if (deed.subject, deed.mood) == (subject, mood)}
        return sorted(found.values(), key=lambda deed: deed.begin)

    def original(self, begin: int, end: int) -> Span:
        """The span of the answer as given that stands behind a span of `text`."""
        return self._fluent.span(*self._neutral.original(begin, end))


def read(text: str, known: Collection[str] = ()) -> Telling:
    """Reads `text`; stems in `known` (the question's) tell nothing new, and its words are never taken for names."""
    fluent = fluent_text(text)
    neutral = neutralise(fluent.text, keep=known)
    words = words_of(neutral.text)
    deeds = deeds_of(words, frozenset(known))
    clauses = tuple(_clause(neutral.text, words, deeds, span, known) for span in _cut(words))
    return Telling(neutral.text, clauses, neutral.names, fluent, neutral)


def _cut(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Ranges of words that make a clause: sentences, long ones cut where a new subject or connective begins."""
    ranges = []
    start = 0
    for at in range(len(words)):
        length = at + 1 - start
        last = at + 1 == len(words)
        if (
            words[at].closes
            or last
            or length >= CLAUSE_MAXIMUM
            or (length >= CLAUSE_MINIMUM and _opens_clause(words, at + 1))
        ):
            ranges.append((start, at + 1))
            start = at + 1
    return ranges


def _opens_clause(words: Sequence[Word], at: int) -> bool:
    """Whether a new clause begins with the word at `at`: a connective or a subject, with enough left to say."""
    remaining = next((ahead for ahead in range(at, len(words)) if words[ahead].closes), len(words) - 1) - at + 1
    if remaining < CLAUSE_MINIMUM - 2:
        return False
    word = words[at]
    following = words[at + 1].base if at + 1 < len(words) else ""
    subjects = DETERMINERS | OTHERS | {"i", "we", PLACEHOLDER}
    if word.base in OPENERS - {"as", "or"}:
        return (
            following in subjects | ADVERBS | PREPOSITIONS or following in OPENERS or bool(lexicon.past_base(following))
        )
    if words[at - 1].base in OPENERS | RELATIVES | ADVERBS | {"and", "or"}:
        return False
    return (
        word.base in ("i", "we", "they", "it")
        and bool(word.clitic or lexicon.past_base(following) or following in MODALS | BE_FORMS | HAVE_FORMS | DO_FORMS)
        and words[at - 1].base not in PREPOSITIONS
    )


def _clause(
    text: str, words: Sequence[Word], deeds: Sequence[Deed], span: tuple[int, int], known: Collection[str]
) -> Clause:
    inside = words[span[0] : span[1]]
    begin, end = inside[0].begin, inside[-1].end
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
