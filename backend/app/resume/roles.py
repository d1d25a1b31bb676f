"""The roles of a résumé: titles, employers and dates told apart by what they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.resume.dates import Span
from app.resume.headings import Heading, find_headings
from app.resume.names import best_reading, names_in, usual_order
from app.resume.places import is_place
from app.resume.text import entries
from app.resume.words import title_score

_TOWN_BEHIND = re.compile(r", [A-ZÀ-Ý][\w'’-]+$")


@dataclass(frozen=True, slots=True)
class Role:
    """A position held. `lines` are what the résumé says about it; `span` its dates where they stand there."""

    title: str
    employer: str
    span: Span | None
    lines: tuple[str, ...] = ()


def read_roles(lines: Sequence[str], today: date) -> list[Role]:
    """The roles that some lines tell of, from the top."""
    headings = find_headings(lines, today)
    names = [names_in(heading.lines) for heading in headings]
    order = usual_order(names)
    readings = [best_reading(found, order) for found in names]
    titles = _without_towns([reading.title if reading else "" for reading in readings], headings)
    roles: list[Role] = []
    for heading, reading, told in zip(headings, readings, titles, strict=True):
        title, employer = _named(told), _named(reading.employer if reading else "")
        roles.append(Role(title, employer, heading.span, tuple(entries(heading.body))))
    return _completed(roles)


def _without_towns(titles: Sequence[str], headings: Sequence[Heading]) -> list[str]:
    """Titles without the town behind a comma, known or not, where most titles of the résumé have a known one there."""
    with_town = sum(_has_town(title, heading.lines) for title, heading in zip(titles, headings, strict=True))
    if 2 * with_town <= len(titles):
        return list(titles)
    bare = [_TOWN_BEHIND.sub("", title) for title in titles]
    return [short if title_score(short) > 0 else title for short, title in zip(bare, titles, strict=True)]


def _has_town(title: str, lines: Sequence[str]) -> bool:
    """Whether a line is a title and a known place."""
    behind = [line[len(title) + 2 :] for line in lines if title and line.startswith(f"{title}, ")]
    return any(is_place(text) for text in behind)


def _completed(roles: Sequence[Role]) -> list[Role]:
    """Titles that stand under one employer get its name; a line of an employer and its whole time is no role then."""
    result: list[Role] = []
    employer, above = "", None
    for role in roles:
        if role.title and not role.employer and employer:
            if above is not None and result and result[-1] is above:
                result.pop()
                above = None
            result.append(Role(role.title, employer, role.span, role.lines))
            continue
        employer = role.employer or employer
        above = role if role.employer and not role.title and not role.lines else None
        if role.title or role.employer:
            result.append(role)
    return result


def _named(text: str) -> str:
    """Names set in capitals read like a shout inside a question: "FACEBOOK" > "Facebook"; short ones stay (IBM)."""
    text = text.strip(" \t,;:()–—-•") if text.count("(") != text.count(")") else text.strip(" \t,;:–—-•")
    shouted = text.isupper()
    words = [_softened(word) if shouted else word for word in text.split()]
    return " ".join(words)[:80]


def _softened(word: str) -> str:
    """A capitalised word, unless it is short or has no vowel and so is an acronym."""
    if word in ("OF", "AND", "FOR", "THE", "IN", "AT"):
        return word.lower()
    return word.capitalize() if len(word) > 3 and re.search(r"[AEIOU]", word) else word
