"""Words, stems, sentences, pieces and quotes: the one place where the judge reads text."""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from app.judge.types import Quote, Word

_LOCAL = threading.local()
_TOKEN = re.compile(r"[A-Za-z0-9_+#]+(?:['’][a-z]+)?")
_SENTENCE_END = re.compile(
    r"(?<=[.!?;])(?<!\b(?:Mr|Ms|Dr|St)\.)(?<!\bMrs\.)(?<!\bProf\.)(?<!\be\.g\.)(?<!\bi\.e\.)\s+|\n+"
)

Span = tuple[int, int]

PIECE_WORDS = 28
"""Sentences longer than this (recognised speech has no full stops) are looked at in clauses."""
PIECE_MINIMUM = 7
PIECE_OPENERS = frozenset("and but so because then while although when if after before also".split())

STOP_WORDS: frozenset[str] = frozenset(
    """
    a about above across after again against ain almost along already also although always am among an and another
    any anybody anyone anything are aren around as at away
    be became because been being beside besides between beyond both but by
    can cannot could couldn did didn do does doesn doing don done down during
    each either else enough especially etc even ever every everyone everything
    few for from further get gets getting give given gives go goes going gone got
    had hadn has hasn have haven having he her here hers herself him himself his how however
    i if im in indeed instead into is isn it its itself ive just keep let ll lot lots
    made make makes making many may maybe me might mine more most mostly much must my myself
    nor now of off often on once one ones onto or other others otherwise our ours ourselves out over own
    perhaps please put quite rather re really s said say says see seem seems several shall she should shouldn since
    so some somebody somehow someone something sometimes somewhere still such
    t take than that thats the their theirs them themselves then there therefore these they this those though through
    thus to together too toward towards under until up upon us ve very via
    was wasn we well were weren what whatever when whenever where wherever whether which while who whoever whole whom
    whose why will with within won would wouldn yes yet you your yours yourself yourselves
    uh um er erm uhm umm hmm hm mm like basically actually okay ok yeah thing things stuff use used uses using
    """.split()
)
"""Words that carry no content. Negations, order words and "same", "all", "each" are left out on purpose where they
change a technical meaning ("not", "no", "never", "without", "only", "first", "last", "before")."""

STOP_WORDS -= {"each", "every", "between", "both", "down", "up"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place: `text` is lower case, `begin`/`end` are offsets in the original string."""

    text: str
    begin: int
    end: int


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Snowball English stem of a lower-case word."""
    if not hasattr(_LOCAL, "stemmer"):
        _LOCAL.stemmer = snowballstemmer.stemmer("english")  # it keeps the word it works on, so each thread has its own
    return str(_LOCAL.stemmer.stemWord(word))


@lru_cache(maxsize=1000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Words in order; an apostrophe part stays with its word, curly apostrophes read as straight ones."""
    return tuple(
        Token(match.group().lower().replace("’", "'"), match.start(), match.end()) for match in _TOKEN.finditer(text)
    )


def words(text: str) -> list[str]:
    """The lower-case words of `text` in order."""
    return [token.text for token in tokens_of(text)]


def is_content(word: str) -> bool:
    """Whether a lower-case word carries content: no stop word, and longer than a letter unless it is a digit."""
    return word not in STOP_WORDS and word.split("'")[0] not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def content_stems(text: str) -> list[str]:
    """Stems of the content words of `text`, in order, with repeats."""
    return [stem(word) for word in words(text) if is_content(word)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences of `text`, split at . ! ? ; and line ends; never empty for a non-blank text."""
    spans, begin = [], 0
    for match in _SENTENCE_END.finditer(text):
        if text[begin : match.start()].strip():
            spans.append((begin, match.start()))
        begin = match.end()
    if text[begin:].strip():
        spans.append((begin, len(text)))
    return spans


def sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped."""
    return [text[begin:end].strip() for begin, end in sentence_spans(text)]


def piece_spans(text: str) -> list[Span]:
    """Sentences of `text`; those of more than 28 words are cut before "and", "but", "so" ... into clauses."""
    pieces = (piece for span in sentence_spans(text) for piece in _pieces(text, span))
    return [_trimmed(text, piece) for piece in pieces if _has_words(text, piece)]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    begin, end = span
    tokens = tokens_of(text[begin:end])
    if len(tokens) <= PIECE_WORDS:
        yield span
        return
    start, count = begin, 0
    for place, token in enumerate(tokens):
        opens = token.text in PIECE_OPENERS and len(tokens) - place >= PIECE_MINIMUM
        if (opens and count >= PIECE_MINIMUM) or count >= PIECE_WORDS:
            yield (start, begin + token.begin)
            start, count = begin + token.begin, 0
        count += 1
    yield (start, end)


def _has_words(text: str, span: Span) -> bool:
    return bool(tokens_of(text[span[0] : span[1]]))


def _trimmed(text: str, span: Span) -> Span:
    """The span without white space at its ends."""
    inside = text[span[0] : span[1]]
    return span[0] + len(inside) - len(inside.lstrip()), span[0] + len(inside.rstrip())


def zipf_frequency(word: str, language: str = "en", wordlist: str = "best") -> float:
    """The base-10 logarithm of how often `word` stands in a thousand million words of `language`; 0 when unknown.

    3 is a rare word of everyday language, 6 one of the most common ones (van Heuven et al. 2014, "SUBTLEX-UK").
    """
    frequency: float = _wordfreq().zipf_frequency(word, language, wordlist)
    return frequency


@cache
def _wordfreq() -> Any:
    import wordfreq

    return wordfreq


class Quoter:
    """Makes quotes of one answer, with times where the recogniser's words can be lined up with the text."""

    def __init__(self, text: str, timed: Sequence[Word] = ()) -> None:
        self.text = text
        self._timed = _line_up(text, timed)

    def quote(self, begin: int, end: int) -> Quote:
        """The words of the span, trimmed; raises ValueError when nothing is left."""
        while begin < end and self.text[begin].isspace():
            begin += 1
        while end > begin and self.text[end - 1].isspace():
            end -= 1
        if begin >= end:
            raise ValueError("a quote needs words")
        inside = [word for at, word in self._timed if begin <= at < end]
        times = (inside[0].start, inside[-1].end) if inside else (None, None)
        return Quote(self.text[begin:end], begin, end, *times)

    def between(self, start: float, end: float) -> Quote | None:
        """The words spoken from `start` to `end` seconds, or None where no timed word stands in the text."""
        inside = [(at, word) for at, word in self._timed if start <= word.start and word.end <= end]
        if not inside:
            return None
        last, word = inside[-1]
        return self.quote(inside[0][0], last + len(word.text.strip()))


def _line_up(text: str, timed: Sequence[Word]) -> list[tuple[int, Word]]:
    """Offsets of the timed words in `text`, in order; words that were corrected away are passed over."""
    placed: list[tuple[int, Word]] = []
    at = 0
    lower = text.lower()
    for word in timed:
        needle = word.text.strip().lower()
        found = lower.find(needle, at) if needle else -1
        if 0 <= found <= at + 80:
            placed.append((found, word))
            at = found + len(needle)
    return placed
