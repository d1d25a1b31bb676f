"""Finds the skills that a text names, by the curated list in `bank/skills.yaml`.

Every writing of every skill is looked for at once (Aho-Corasick); whole words only, the longest wins. Names that are
ordinary words or letters ("Go", "R", "Spring") count only where the text shows that the skill is meant: beside another
skill in a list, with a telling word near, or written with its capitals inside a sentence.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from app.models.values.kinds import SkillCategory
from app.yaml_files import read_yaml

NEAR, BESIDE = 8, 2
"""Words on either side in which a skill's own telling words are looked for, and `TELLING` ones."""
LIST_PROVES = 3
"""So many ambiguous names of one category in a list prove each other: "go, rust and c"."""
TELLING = frozenset(
    """
    programming language languages framework frameworks library libraries developer developers engineer coding code
    stack technologies technology tools tool proficient proficiency fluent skills expertise database databases written
    """.split()
)
"""Words near which a language or a tool is spoken of, for any ambiguous name."""
_SEPARATOR = re.compile(r"\s*(?:[,/|•·;&+–]|\band\b|\bor\b|,\s*and\b|,\s*or\b|\()\s*")
_WORD = re.compile(r"[A-Za-z0-9+#]+(?:\.[A-Za-z0-9+#]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n•*–-]\s*)$")
_PLURAL_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill by its canonical name. `bank` is the id of the question bank's skill it belongs to."""

    name: str
    category: SkillCategory
    aliases: tuple[str, ...] = ()
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class SkillMention:
    """`text[begin:end]` names the skill."""

    skill: Skill
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _Writing:
    """One way to write a skill. `unsure`: it needs proof; `cased`: capitals are proof; `words`: so are these near."""

    text: str
    skill: Skill
    unsure: bool = False
    cased: bool = False
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Hit:
    writing: _Writing
    begin: int
    end: int


class SkillFinder:
    """Thread-safe; built once (about 30 ms), then about 1 ms for a page of text."""

    def __init__(self) -> None:
        self._writings = _writings()
        self._automaton = AhoCorasick([w.text for w in self._writings], matchkind=MatchKind.Standard)

    @property
    def skills(self) -> tuple[Skill, ...]:
        """All skills known, in the order of the list."""
        return skills()

    def find(self, text: str) -> list[SkillMention]:
        """Where skills stand in `text`, in order, without overlap."""
        plain, origin = _plain(text)
        hits = _longest(list(self._whole_words(plain)))
        proven = _proven(text, plain, origin, hits)
        return [SkillMention(hit.writing.skill, origin[hit.begin], origin[hit.end - 1] + 1) for hit in proven]

    def _whole_words(self, plain: str) -> Iterator[_Hit]:
        for index, begin, end in self._automaton.find_matches_as_indexes(plain, overlapping=True):
            end = _with_plural(plain, begin, end)
            if _bounded(plain, begin, end):
                yield _Hit(self._writings[index], begin, end)


@cache
def skills() -> tuple[Skill, ...]:
    """The skills of the list, in its order."""
    return tuple(dict.fromkeys(writing.skill for writing in _writings()))


@cache
def _families() -> dict[str, frozenset[str]]:
    """Name > the names of the skills that do the same job (`bank/skill_families.yaml`)."""
    listed = read_yaml(files("app.bank").joinpath("skill_families.yaml"))
    found: dict[str, frozenset[str]] = {}
    for family in listed:
        for name in family:
            found[name] = found.get(name, frozenset()) | frozenset(family) - {name}
    return found


def are_related(one: Skill, other: Skill) -> bool:
    """Whether two different skills do the same job, as PostgreSQL and MySQL."""
    return other.name in _families().get(one.name, ())


@cache
def _writings() -> tuple[_Writing, ...]:
    listed = read_yaml(files("app.bank").joinpath("skills.yaml"))
    found: dict[str, _Writing] = {}
    for category, entries in listed.items():
        for name, entry in entries.items():
            for writing in _of_skill(str(name), category, entry):
                found.setdefault(writing.text, writing)
    return tuple(found.values())


def _of_skill(name: str, category: SkillCategory, entry: dict[str, Any]) -> Iterator[_Writing]:
    """All writings of one skill; hyphen, space and nothing are the same between its words."""
    also = [str(alias) for alias in entry.get("also", ())]
    loosely = [str(alias) for alias in entry.get("loosely", ())]
    skill = Skill(name, category, (*also, *loosely), entry.get("bank"))
    cased = bool(entry.get("cased"))
    unsure = cased or "unsure" in entry
    words = frozenset(entry.get("unsure", ()))
    for text in _variants(name):
        yield _Writing(text, skill, unsure, cased, words)
    for alias in also:
        yield from (_Writing(text, skill) for text in _variants(alias))
    for alias in loosely:
        yield from (_Writing(text, skill, True, False, words) for text in _variants(alias))


def _variants(name: str) -> set[str]:
    lower = name.lower()
    return {lower, lower.replace("-", " "), lower.replace(" ", "-")}


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Lower case with single spaces, and where each character stands in `text`."""
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        if letter.isspace():
            if letters and letters[-1] == " ":
                continue
            letter = " "
        lower = letter.lower()
        letters.append({"’": "'", "‑": "-", "–": "-"}.get(lower, lower if len(lower) == 1 else letter))
        origin.append(at)
    return "".join(letters), origin


def _bounded(plain: str, begin: int, end: int) -> bool:
    """Whether the match is made of whole words: "c" is not in "c++", "java" not in "javascript"."""
    before = plain[begin - 1] if begin else " "
    after = plain[end] if end < len(plain) else " "
    if (
        before.isalnum()
        or before in "_@"
        or (before in "+#." and plain[begin].isalnum() and begin > 1 and plain[begin - 2].isalnum())
    ):
        return False
    if after.isalnum() or after in "_@#" or (after == "+" and plain[end : end + 2] == "++"):
        return False
    if after == "'":
        return plain[end + 1 : end + 2] == "s" and not plain[end + 2 : end + 3].isalnum()
    return not (after == "." and plain[end + 1 : end + 2].isalnum())


def _with_plural(plain: str, begin: int, end: int) -> int:
    """The end with a plural "s" taken in: "REST APIs", "relational databases"."""
    follows = plain[end : end + 1] == "s" and not plain[end + 1 : end + 2].isalnum()
    return end + 1 if follows and end - begin >= _PLURAL_LETTERS and plain[end - 1].isalpha() else end


def _longest(hits: Sequence[_Hit]) -> list[_Hit]:
    """The longest of overlapping matches, from the left."""
    chosen: list[_Hit] = []
    reached = 0
    for hit in sorted(hits, key=lambda hit: (hit.begin, -hit.end)):
        if hit.begin >= reached:
            chosen.append(hit)
            reached = hit.end
    return chosen


def _proven(text: str, plain: str, origin: Sequence[int], hits: Sequence[_Hit]) -> list[_Hit]:
    """The hits that are certain, and the unsure ones that something proves."""
    words = [match.span() for match in _WORD.finditer(plain)]
    starts = [begin for begin, _ in words]
    whole = len(plain.strip())
    sure = [not hit.writing.unsure or hit.end - hit.begin == whole for hit in hits]  # a bare name is meant as one
    for at, hit in enumerate(hits):
        if not sure[at]:
            told = _near(plain, words, starts, hit, NEAR) & hit.writing.words
            sure[at] = bool(told or _near(plain, words, starts, hit, BESIDE) & TELLING)
            sure[at] = sure[at] or _has_capitals(text, origin, hit)
    for run in _lists(plain, hits):
        for at in run if len(run) >= LIST_PROVES else ():
            sure[at] = True
    for places in (range(len(hits)), reversed(range(len(hits)))):  # a list proves its members from both ends
        for at in places:
            sure[at] = sure[at] or _beside_proven(plain, hits, sure, at)
    return [hit for hit, certain in zip(hits, sure, strict=True) if certain]


def _near(plain: str, words: Sequence[tuple[int, int]], starts: Sequence[int], hit: _Hit, reach: int) -> set[str]:
    first, last = bisect_left(starts, hit.begin), bisect_right(starts, hit.end - 1)
    spans = [*words[max(0, first - reach) : first], *words[last : last + reach]]
    return {plain[begin:end] for begin, end in spans}


def _has_capitals(text: str, origin: Sequence[int], hit: _Hit) -> bool:
    """Written as its name is, with capitals, where no sentence or heading begins."""
    if not hit.writing.cased:
        return False
    begin, end = origin[hit.begin], origin[hit.end - 1] + 1
    exact = text[begin:end] == hit.writing.skill.name
    around = text[max(0, begin - 40) : end + 40]
    shouting = around.upper() == around
    hyphened = text[begin - 1 : begin] in ("-", "&") or text[end : end + 1] in ("-", "&", ".")
    letter = end - begin == 1 and bool(hyphened)
    return exact and not shouting and not letter and not _SENTENCE_START.search(text[max(0, begin - 6) : begin])


def _lists(plain: str, hits: Sequence[_Hit]) -> list[list[int]]:
    """Runs of neighbouring hits of one category with nothing but commas, slashes or "and" between them."""
    runs: list[list[int]] = []
    for at, hit in enumerate(hits):
        previous = hits[at - 1] if at else None
        same = previous is not None and previous.writing.skill.category == hit.writing.skill.category
        if previous is not None and same and _SEPARATOR.fullmatch(plain[previous.end : hit.begin]):
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _beside_proven(plain: str, hits: Sequence[_Hit], sure: Sequence[bool], at: int) -> bool:
    """Whether only a comma, slash or "and" parts it from a skill that is certain."""
    hit = hits[at]
    before = at > 0 and sure[at - 1] and _SEPARATOR.fullmatch(plain[hits[at - 1].end : hit.begin])
    after = at + 1 < len(hits) and sure[at + 1] and _SEPARATOR.fullmatch(plain[hit.end : hits[at + 1].begin])
    return bool(before or after)
