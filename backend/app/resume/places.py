"""Which words are a place: towns, regions and countries of `bank/places.txt`, and what is written like one."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ANYWHERE = frozenset("remote hybrid on-site onsite worldwide nationwide various home-based".split())
_SMALL = "de|la|le|am|an|der|upon|on|sur|del|di|do|da"
_TOWN = re.compile(rf"[A-ZÀ-Ý][\w'’.-]+(?: (?:[A-ZÀ-Ý][\w'’.-]+|{_SMALL})){{0,3}}")
_PARTS = re.compile(r"\s*(?:,|/|&|\band\b|\(|\)|–| - )\s*")
MOST_PARTS, LONGEST = 4, 60
_NOTES = re.compile(
    r"\b(?:area|region|metropolitan|greater|city|county|district|province|d\.?c\.?)\b\.?", re.IGNORECASE
)


def is_place(text: str) -> bool:
    """Whether all of `text` is a place that is known: "Lisbon", "Leeds, UK", "Remote"."""
    parts = _split(text)
    if not parts or len(parts) > MOST_PARTS or sum(map(len, parts)) > LONGEST:
        return False
    return all(_is_known(part) or (at > 0 and part in _places().codes) for at, part in enumerate(parts))


def may_be_place(text: str) -> bool:
    """Whether `text` is written like a town that nobody lists, with its region or country: "Widnes, UK"."""
    parts = _split(text)
    if not 1 < len(parts) <= MOST_PARTS or not _TOWN.fullmatch(parts[0]):
        return False
    return all(fold(part) in _places().regions or part in _places().codes for part in parts[1:])


def _split(text: str) -> list[str]:
    return [part.strip(" .") for part in _PARTS.split(text.strip(" .,")) if part.strip(" .")]


def _is_known(part: str) -> bool:
    folded, known = fold(part), _places()
    if folded in known.towns or folded in known.regions or folded in _ANYWHERE:
        return True
    bare = " ".join(_NOTES.sub(" ", part).split())
    return bool(bare) and bare != part and (fold(bare) in known.towns or fold(bare) in known.regions)


def fold(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFD", text[:80].casefold().replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class _Places:
    """Names without accents in lower case; codes of states and countries as they are written."""

    towns: frozenset[str]
    regions: frozenset[str]
    codes: frozenset[str]


@cache
def _places() -> _Places:
    text = files("app.bank").joinpath("places.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    heading = "[]"
    for line in text.splitlines():
        if line.startswith("["):
            heading = line
        else:
            found.setdefault(heading, []).append(line)
    towns, regions = (frozenset(map(fold, found[name])) for name in ("[towns]", "[countries and regions]"))
    return _Places(towns, regions, frozenset(" ".join(found["[codes]"]).split()))
