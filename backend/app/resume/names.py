"""The names in the heading of a role: which is the title and which the employer.

A heading is cut into names at line ends, tabs, dashes, bars and commas; dates are gone already, places are taken out.
Of all ways to take a title and an employer from the names, the one that looks most like a title and an employer is
best. Where names do not tell, the order in the other headings does: a résumé keeps to one. The weights are our own, set
on résumés made up at random from titles, employers, places and orders.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.resume.places import is_place, may_be_place
from app.resume.text import BULLET
from app.resume.words import (
    EMPLOYMENT_TYPES,
    LEGAL_FORMS,
    ORGANISATIONS,
    employer_score,
    has_legal_form,
    is_occupation,
    title_score,
    words_of,
)

NO_EMPLOYER, NO_TITLE = -1.0, -1.5
LEFT_OVER, TOWN_LEFT_OVER = -0.6, -0.25
"""What it costs to leave out a name, and one that may be a town after its employer."""
COMMA_INSIDE = -0.4
MAYBE_PLACE = -0.7
ASIDE = -0.4
"""Towns stand at the right margin more often than employers."""
LABEL = 3.0
ORDER = 0.8
"""What the order of the other headings weighs."""
CLEAR = 1.0
"""By so much one order must look better than the other to count as an example of it."""
COMPLETE = 3.0
"""What title and employer score together at least where neither is missing."""
MOST_NAMES, LONGEST = 8, 3
"""Names of a heading that are looked at, and those between commas that make one title or employer."""
_STRONG = re.compile(
    r"\t|\s*[|•·]\s*|\s+[–—-]\s+|\s*[–—]\s+|\s+[–—]\s*|;\s|:\s|(?<!\w)@(?!\w)|\s+(?:at|bei|chez)\s+(?=[A-ZÀ-Ý\d“\"])"
)
_WEAK = re.compile(r"(,\s+|\s+/\s+|\s*\((?=[^()]{0,60}\)?\s{0,9}$))")
_AT = re.compile(r"(?<!\w)@(?!\w)|\s+(?:at|bei|chez)\s+")
_LABEL = re.compile(
    r"^(?P<label>occupation or position held|job title|position|title|role|name of employer|employer|company"
    r"|organi[sz]ation|location|place|city|dates?|period|duration|from)\s*:\s*",
    re.IGNORECASE,
)
_TITLE_LABELS = ("occupation or position held", "job title", "position", "title", "role")
_EMPLOYER_LABELS = ("name of employer", "employer", "company", "organisation", "organization")
_AROUND = " \t,;:–—-•|"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a heading.

    `segment` numbers what commas do not part; `joint` parts it from the name before it there; `label` is set where the
    résumé says what it is. `maybe_place`: it is also a town's name, or stands before a country as towns and firms do;
    `aside`: it stands behind a tab.
    """

    text: str
    segment: int
    joint: str = ""
    label: str = ""
    maybe_place: bool = False
    aside: bool = False
    begins_line: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a heading; `title_first` is None where one of the two is missing."""

    title: str
    employer: str
    score: float
    title_first: bool | None


def names_in(lines: Sequence[str]) -> list[Name]:
    """The names in the lines of a heading, without places and kinds of employment."""
    names: list[Name] = []
    segment = 0
    for line in lines:
        bare = BULLET.sub("", line).strip()
        label = _LABEL.match(bare)
        if label:
            names += _labelled(label, bare, segment)
            segment += 1
            continue
        marks = _STRONG.findall(bare)
        at = bool(_AT.search(bare)) and len(marks) == 1
        for rank, part in enumerate(_STRONG.split(bare)):
            said = ("title", "employer")[rank] if at else ""
            aside = rank > 0 and marks[rank - 1] == "\t"
            kept = _without_places(_between_commas(part))
            for joint, text, maybe in kept:
                names.append(Name(text, segment, joint, said, maybe, aside, rank == 0 and not joint))
            segment += 1
    return names


def has_label(line: str) -> bool:
    """Whether a line says what it holds ("Employer: ...")."""
    return bool(_LABEL.match(line))


def is_complete(lines: Sequence[str]) -> bool:
    """Whether lines hold a good title and employer."""
    best = best_reading(names_in(lines), None)
    return best is not None and best.score >= COMPLETE and title_score(best.title) > 0


def usual_order(headings: Sequence[Sequence[Name]]) -> bool | None:
    """Whether titles stand before employers in the headings that are clear; None where none is."""
    votes = 0
    for names in headings:
        readings = [reading for reading in _readings(names) if reading.title_first is not None]
        first = max((one.score for one in readings if one.title_first), default=-9.0)
        second = max((one.score for one in readings if not one.title_first), default=-9.0)
        if abs(first - second) >= CLEAR:
            votes += 1 if first > second else -1
    return votes > 0 if votes else None


def best_reading(names: Sequence[Name], title_first: bool | None) -> Reading | None:
    """The likeliest title and employer; `title_first` is the usual order. None where there is no name."""

    def weight(reading: Reading) -> float:
        return reading.score + (ORDER if title_first is not None and reading.title_first is title_first else 0.0)

    return max(_readings(names), key=weight, default=None)


def _labelled(label: re.Match[str], line: str, segment: int) -> list[Name]:
    text, said = line[label.end() :].strip(_AROUND), label.group("label").lower()
    if said in _TITLE_LABELS:
        return [Name(text, segment, label="title")]
    if said in _EMPLOYER_LABELS:
        kept = _without_places(_between_commas(text))
        return [Name(name, segment, joint, "employer", maybe) for joint, name, maybe in kept]
    return []


def _between_commas(part: str) -> list[tuple[str, str]]:
    """(what stands before it, part) between commas, slashes and brackets at the end; "Acme, Inc." stays whole."""
    found: list[tuple[str, str]] = []
    pieces = _WEAK.split(part)
    for joint, piece in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        text = piece.strip(_AROUND + "()" if piece.count("(") != piece.count(")") else _AROUND)
        words = words_of(text)
        if found and len(words) == 1 and words[0] in LEGAL_FORMS:
            found[-1] = found[-1][0], f"{found[-1][1]}, {text}"
        elif words:
            found.append((" / " if "/" in joint else ", " if joint else "", text))
    return found


def _without_places(parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, bool]]:
    """(what stands before it, name, whether it may still be a place) of the parts that are no place, kind of employment
    or number.
    """
    texts = [text for _, text in parts]
    at = 0
    while at < len(parts):
        sizes = [size for size in (4, 3, 2, 1) if at + size <= len(parts)]
        place = next((size for size in sizes if is_place(", ".join(texts[at : at + size]))), 0)
        if place and (at > 0 or place == len(parts)):  # towns stand after names: "Barnes, Hart & Partners"
            at += place
            continue
        written = next((size for size in sizes if may_be_place(", ".join(texts[at : at + size]))), 0)
        if not EMPLOYMENT_TYPES.fullmatch(texts[at]) and len(texts[at]) > 1 and re.search(r"[^\W\d_]", texts[at]):
            yield *parts[at], bool(place or written)
        at += max(1, written)


def _readings(names: Sequence[Name]) -> Iterator[Reading]:
    """All ways to take a title and an employer from the names of a heading."""
    names = names[:MOST_NAMES]
    spans = [
        (first, last)
        for first in range(len(names))
        for last in range(first + 1, min(first + LONGEST, len(names)) + 1)
        if names[first].segment == names[last - 1].segment
    ]
    titles = [(span, *_as_title(names[slice(*span)])) for span in (*spans, *_wrapped(names))]
    employers = [(span, *_as_employer(names[slice(*span)])) for span in spans]
    for title, told, telling in (*titles, (None, "", NO_TITLE)):
        for employer, worked, working in (*employers, (None, "", NO_EMPLOYER)):
            apart = title is None or employer is None or title[1] <= employer[0] or employer[1] <= title[0]
            if apart and (title or employer):
                used = {at for span in (title, employer) if span for at in range(*span)}
                rest = sum(_left_out(names, at, employer) for at in range(len(names)) if at not in used)
                order = title[0] < employer[0] if title and employer else None
                yield Reading(told, worked, telling + working + rest, order)


def _wrapped(names: Sequence[Name]) -> Iterator[tuple[int, int]]:
    """Titles that go on in the next line ("Procurement", "Specialist, Acme")."""
    for at in range(1, len(names)):
        before, name = names[at - 1], names[at]
        if name.begins_line and title_score(before.text) <= 0 < title_score(name.text):
            yield at - 1, at + 1


def _as_title(names: Sequence[Name]) -> tuple[str, float]:
    text = _joined(names)
    return text, title_score(text) + COMMA_INSIDE * (len(names) - 1) + _fits(names[0], "title")


def _as_employer(names: Sequence[Name]) -> tuple[str, float]:
    text = _joined(names)
    score = employer_score(text) + COMMA_INSIDE * (len(names) - 1) + _fits(names[0], "employer")
    score += ASIDE if names[0].aside else 0.0
    return text, score + (MAYBE_PLACE if all(name.maybe_place for name in names) else 0.0)


def _joined(names: Sequence[Name]) -> str:
    return "".join((name.joint or " " if at else "") + name.text for at, name in enumerate(names))


def _fits(name: Name, wanted: str) -> float:
    return 0.0 if not name.label else LABEL if name.label == wanted else -LABEL


def _left_out(names: Sequence[Name], at: int, employer: tuple[int, int] | None) -> float:
    """What it costs to leave a name out: little for what may be a town, after the employer or at the margin."""
    name = names[at]
    last = not any(other.segment == name.segment for other in names[at + 1 : at + 2])
    if name.maybe_place and last:
        return 0.0
    town = len(name.text.split()) <= 3 and name.text[:1].isupper() and "&" not in name.text
    town = town and not has_legal_form(name.text)
    town = town and not any(word in ORGANISATIONS or is_occupation(word) for word in words_of(name.text))
    follows = employer is not None and at == employer[1] and names[employer[0]].segment == name.segment
    return TOWN_LEFT_OVER if town and (follows or name.aside) else LEFT_OVER
