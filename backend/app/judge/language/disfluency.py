"""What a speaker says that is not part of the sentence: fillers, markers, repeats and broken-off words.

Closed word classes and word order find them; nothing is learned from a corpus and no punctuation is needed. Sentences
that are begun anew in other words are not noticed: of the disfluent words of conversation they are 3 %.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from app.judge.language.text import is_content

Kind = Literal["filler", "marker", "repeat", "fragment"]

_WORD = re.compile(r"[A-Za-z0-9_+#]+(?:['’-][A-Za-z0-9]+)*(?:-(?![A-Za-z0-9]))?")
_STOP = re.compile(r"[.?!;/\n]")
_GAP = re.compile(r"[, \t–—…-]*")
"""What stands between words and sets a disfluency off; dropped with it."""

LONGEST_REPEAT = 6
"""Words in a row that may be said twice."""
RECENT = 16
"""Answers of which a reading is kept, since several measures need it."""

FILLERS = frozenset("uh um er erm ah eh hm hmm mm uhm umm uhh ehm oh".split())
"""Sounds and interjections that hold the floor: {F} of the Switchboard disfluency manual (Meteer 1995)."""

_SUBJECTS = frozenset("i we he she they".split())

_EMPHATIC = frozenset(
    "very really so too no yes yeah uh-huh ok okay right sure bye long many much more far big old again please over up "
    "down one two three four five six seven eight nine zero".split()
)
"""Said twice for emphasis, in a set phrase or as digits: not a repeat."""
_LEGAL_DOUBLES = frozenset({"had", "that"})
""""what I had had", "I know that that works"."""

_KNOW_AFTER = frozenset(
    "do don't did didn't if as would wouldn't let what how will won't can can't should might may must".split()
)
_KNOW_BEFORE = frozenset("what how who where why when which whether about nothing enough".split())
_MEAN_AFTER = frozenset("what what's that if do did when don't didn't would not".split())
_MEAN_BEFORE = frozenset({"by", "business"})
_OPENERS = frozenset("and but so because then or yeah yes no okay oh".split())
"""After these, or at the start of a sentence, "well" and "like" may be markers."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word as spoken: `text` in lower case with straight apostrophes, `text[begin:end]` its place in the original."""

    text: str
    begin: int
    end: int
    kind: Kind | None = None
    closes: bool = False
    comma: bool = False

    @property
    def host(self) -> str:
        """The word without its clitic: "they're" > "they"."""
        return self.text.split("'")[0]


@dataclass(frozen=True, slots=True)
class FluentText:
    """The sentence without its disfluencies; `original(i)` is where its character i stands in what was said."""

    text: str
    _starts: tuple[int, ...]
    _origins: tuple[int, ...]

    def original(self, at: int) -> int:
        """Offset in the original text of offset `at` here (0 <= at <= len(text))."""
        piece = max(0, bisect_right(self._starts, at) - 1)
        return self._origins[piece] + at - self._starts[piece] if self._origins else at

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The original span of a non-empty span here, from its first to its last character."""
        return self.original(begin), self.original(end - 1) + 1


@lru_cache(maxsize=RECENT)
def mark(text: str) -> tuple[SpokenWord, ...]:
    """All words of `text` in order; those that are not part of the sentence carry their kind."""
    words = _read(text)
    kinds = _interruptions(words)
    visible = [at for at in range(len(words)) if kinds[at] is None]
    at = 0
    while at < len(visible):
        length = _repeated(words, visible, at)
        for taken in visible[at : at + length]:
            kinds[taken] = "repeat"
        at += max(1, length)
    return tuple(replace(word, kind=kind) if kind else word for word, kind in zip(words, kinds, strict=True))


def fluent_text(text: str, marked: Sequence[SpokenWord] | None = None) -> FluentText:
    """`text` without its disfluencies and the commas that set them off, with the way back to the original."""
    pieces: list[tuple[int, int]] = []
    begin = 0
    for left, right in runs(marked if marked is not None else mark(text)):
        gap = _GAP.match(text, right)
        after = gap.end() if gap else right
        ends = after == len(text) or text[after] in ".?!;\n"
        fenced = ends or "," in text[right:after]
        kept = text[begin:left]
        pieces.append((begin, begin + len(kept.rstrip(", \t–—…-") if fenced else kept)))
        started = any(first < last for first, last in pieces)
        begin = after - 1 if fenced and started and not ends and text[after - 1] == " " else after
    pieces.append((begin, len(text)))
    starts, origins, built = [], [], ""
    for left, right in pieces:
        if left < right:
            starts.append(len(built))
            origins.append(left)
            built += text[left:right]
    return FluentText(built, tuple(starts), tuple(origins))


def runs(words: Sequence[SpokenWord]) -> list[tuple[int, int]]:
    """Spans of neighbouring disfluent words."""
    runs: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if word.kind and at and words[at - 1].kind:
            runs[-1] = (runs[-1][0], word.end)
        elif word.kind:
            runs.append((word.begin, word.end))
    return runs


def counts(words: Sequence[SpokenWord]) -> Counter[Kind]:
    """How many disfluencies of each kind: a marker or a repeat of several words counts once."""
    found: Counter[Kind] = Counter()
    for at, word in enumerate(words):
        before = words[at - 1].kind if at else None
        if word.kind and (word.kind != before or word.kind in ("filler", "fragment") or _starts_marker(words, at)):
            found[word.kind] += 1
    return found


def _starts_marker(words: Sequence[SpokenWord], at: int) -> bool:
    return words[at].kind == "marker" and words[at].text not in ("know", "mean")


def _read(text: str) -> list[SpokenWord]:
    words = []
    matches = [match.span() for match in _WORD.finditer(text)]
    for at, (begin, end) in enumerate(matches):
        between = text[end : matches[at + 1][0] if at + 1 < len(matches) else len(text)]
        closes, comma = bool(_STOP.search(between)), "," in between or "--" in between
        words.append(SpokenWord(text[begin:end].lower().replace("’", "'"), begin, end, None, closes, comma))
    return words


def _interruptions(words: Sequence[SpokenWord]) -> list[Kind | None]:
    """Fillers, discourse markers and fragments: what stands between the words of a sentence."""
    kinds: list[Kind | None] = [None] * len(words)
    for at, word in enumerate(words):
        if word.text in FILLERS:
            kinds[at] = "filler"
        elif word.text.endswith("-"):
            kinds[at] = "fragment"
    for at in range(len(words)):
        length = _marker_length(words, kinds, at)
        kinds[at : at + length] = ["marker"] * length
    return kinds


def _marker_length(words: Sequence[SpokenWord], kinds: Sequence[Kind | None], at: int) -> int:
    """Words of the discourse marker that starts at `at`, 0 for none."""
    word = words[at].text
    before = words[at - 1] if at else None
    opens = before is None or before.closes or kinds[at - 1] is not None or before.text in _OPENERS
    bare_before = before.text if before and not before.closes and not before.comma else ""
    following = words[at + 1] if at + 1 < len(words) and not words[at].closes else None
    third = words[at + 2].text if following and at + 2 < len(words) and not following.closes else ""
    if word == "you" and following and following.text == "know":
        literal = bare_before in _KNOW_AFTER or (third in _KNOW_BEFORE and not following.comma)
        return 0 if literal else 2
    if word == "i" and following and following.text == "mean":
        return 0 if bare_before in _MEAN_AFTER or (third in _MEAN_BEFORE and not following.comma) else 2
    if word == "well":
        return int(opens and bare_before != "as" and following is not None)
    if word == "like" and following:
        fenced = words[at].comma and (opens or bool(before and before.comma))
        unsure = kinds[at + 1] == "filler" or (before is not None and kinds[at - 1] in ("filler", "marker"))
        return int(fenced or unsure or (opens and following.host in _SUBJECTS))
    return 0


def _repeated(words: Sequence[SpokenWord], visible: Sequence[int], at: int) -> int:
    """How many visible words from `at` are said again at once."""
    window = [words[index] for index in visible[at : at + 2 * LONGEST_REPEAT]]
    sizes = range(min(LONGEST_REPEAT, len(window) // 2), 0, -1)
    return next((size for size in sizes if _is_repeat(window, size)), 0)


def _is_repeat(window: Sequence[SpokenWord], size: int) -> bool:
    """The same words twice in one sentence, other than for emphasis."""
    first, second = window[:size], window[size : 2 * size]
    if [word.text for word in first] != [word.text for word in second] or any(word.closes for word in first):
        return False
    if all(word.text in _EMPHATIC or (len(word.text) == 1 and word.text not in "ai") for word in first):
        return False
    if size == 2 and any(word.text == "and" for word in first) and any(is_content(word.text) for word in first):
        return False  # "months and months and months"
    return size > 1 or first[0].text not in _LEGAL_DOUBLES or first[0].comma
