"""Where the roles of a résumé begin: their headings, of one to four lines, one of them with dates.

Headings come in any order: employer or title first, dates beside, above or below, on one line or on several.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.resume.dates import Span, find_span, joined_dates
from app.resume.deeds import is_past
from app.resume.names import has_label, is_complete
from app.resume.places import is_place, may_be_place
from app.resume.text import BULLET

HEADING_WORDS = 16
"""A line of a heading has at most so many words besides its dates."""
LONGEST_LINE, MOST_LINES = 240, 1500
"""Longer lines are no headings (characters); no section is longer (lines)."""
UNDATED_WORDS = 11
LINES_BESIDE = 3
"""So many lines above or below the dates may belong to a heading."""
UNFINISHED = 60
"""A line this long without an end may go on in the next one."""
_SMALL = frozenset("and & of the for in at to de du des von der la le".split())
_SENTENCE_END = re.compile(r"[.!?:;,]\s*$")
_ABBREVIATED = re.compile(
    r"\b(?:inc|ltd|co|corp|s\.p\.a|s\.r\.o|s\.a|e\.v|b\.v|jr|sr|st|dept|u\.s|u\.k|d\.c)\.$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The lines of a heading without its dates, the dates, and the lines below it."""

    lines: tuple[str, ...]
    span: Span | None
    body: tuple[str, ...]


def find_headings(lines: Sequence[str], today: date) -> list[Heading]:
    """The headings in some lines, from the top; those without dates only where none has dates."""
    unwrapped = _unwrapped(lines[:MOST_LINES], today)
    return list(_headings(unwrapped, today)) or list(_undated(unwrapped))


def _unwrapped(lines: Sequence[str], today: date) -> list[str]:
    """The lines, with dates that a narrow column has wrapped on one line."""
    result: list[str] = []
    for line in lines:
        parts = line.split("\t")
        above = result[-1].split("\t") if result else []
        for place in (0, -1) if above else ():
            dates = joined_dates(above[place], parts[place], today)
            if dates:
                above[place] = dates
                del parts[place]
                result[-1] = "\t".join(above)
                break
        if any(part.strip() for part in parts):
            result.append("\t".join(parts))
    return result


def _headings(lines: Sequence[str], today: date) -> Iterator[Heading]:
    """The headings with the lines below each."""
    spans = [_role_span(line, today) for line in lines]
    may_head = [span is not None or _is_short_name(lines, at, spans) for at, span in enumerate(spans)]
    blocks = _blocks(may_head, spans)
    found: list[tuple[int, int, int]] = [group for block in blocks for group in _groups(block, lines, spans)]
    for rank, (first, dated, last) in enumerate(found):
        end = found[rank + 1][0] if rank + 1 < len(found) else len(lines)
        span = spans[dated]
        heading = (_without(lines[at], span if at == dated else None) for at in range(first, last))
        yield Heading(tuple(heading), span, tuple(lines[last:end]))


def _undated(lines: Sequence[str]) -> Iterator[Heading]:
    """The headings where there are no dates at all: a line, or two, that hold a title and an employer."""
    found: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if _is_short_name(lines, at, [None] * len(lines)) and (not found or at >= found[-1][1]):
            pair = lines[at : at + 2]
            if is_complete([line]):
                found.append((at, at + 1))
            elif len(pair) == 2 and not BULLET.match(pair[1]) and is_complete(pair):
                found.append((at, at + 2))
    for rank, (first, last) in enumerate(found):
        end = found[rank + 1][0] if rank + 1 < len(found) else len(lines)
        yield Heading(tuple(lines[first:last]), None, tuple(lines[last:end]))


def _role_span(line: str, today: date) -> Span | None:
    """The dates of a role: a range in a short line, or a lone date at its beginning or end."""
    if len(line) > LONGEST_LINE:
        return None
    bare = BULLET.sub("", line)
    span = find_span(bare, today)
    if span is None and len(bare.split()) <= 12:
        lone = find_span(bare, today, single=True)
        beside = lone and re.search(r"(?:^|[\t|,(–-]\s*)" + re.escape(lone.text) + r"\)?\s*(?:$|[\t|,:–-])", bare)
        span = lone if beside else None
    if span is None:
        return None
    rest = bare.replace(span.text, "").strip()
    sentence = re.search(r"[.!?]$", rest) and not _ABBREVIATED.search(rest)
    deed = BULLET.match(line) and "\t" not in line and rest and is_past(rest.split()[0])
    return None if len(rest.split()) > HEADING_WORDS or sentence or deed else span


def _is_short_name(lines: Sequence[str], at: int, spans: Sequence[Span | None]) -> bool:
    """Whether an undated line may belong to a heading."""
    line = lines[at]
    bullet = BULLET.match(line)
    bare = line[bullet.end() : LONGEST_LINE] if bullet else line[:LONGEST_LINE]
    words = bare.split()
    if not words or len(words) > UNDATED_WORDS or (bullet and "\t" not in bare):
        return False
    if (_SENTENCE_END.search(bare) and not _ABBREVIATED.search(bare)) or words[0].islower():
        return False
    if len(words) > 1 and is_past(words[0]) and (words[1][0].islower() or words[1][0].isdigit()):
        return False
    return not _continues(lines, at, spans)


def _continues(lines: Sequence[str], at: int, spans: Sequence[Span | None]) -> bool:
    """Whether a line is the wrapped end of what stands above it, and no name: names have capitals."""
    if not at or spans[at - 1] is not None:
        return False
    above = lines[at - 1]
    unfinished = len(above) > UNFINISHED and not re.search(r"[.!?]\s*$", above) and "\t" not in lines[at] + above
    return unfinished and not all(
        word[0].isupper() or word in _SMALL or not word.isalpha() for word in lines[at].split()
    )


def _blocks(may_head: Sequence[bool], spans: Sequence[Span | None]) -> Iterator[tuple[int, int]]:
    """Runs of lines that may be headings and hold dates."""
    first = 0
    for at, may in enumerate([*may_head, False]):
        if not may:
            if any(spans[first:at]):
                yield first, at
            first = at + 1


def _groups(
    block: tuple[int, int], lines: Sequence[str], spans: Sequence[Span | None]
) -> Iterator[tuple[int, int, int]]:
    """(first line, line with the dates, last line + 1) of each heading in a block."""
    first, last = block
    dated = [at for at in range(first, last) if spans[at]]
    most = min(dated[0] - first, LINES_BESIDE)
    begins = [max(first, dated[0] - most)]
    for before, after in pairwise(dated):
        between = after - before - 1
        begins.append(after - min(most, between))
    for at, begin in zip(dated, begins, strict=True):
        end = next((other for other in begins if other > at), last)
        above = [_without(lines[place], spans[place]) for place in range(begin, at + 1)]
        yield begin, at, _end(lines, at + 1, end, complete=is_complete(above))


def _without(line: str, span: Span | None) -> str:
    return line.replace(span.text, "\t") if span else line


def _end(lines: Sequence[str], first: int, last: int, *, complete: bool) -> int:
    """Where the heading ends below its dates: what is below belongs to it while it lacks a name, or is a place."""
    end = first
    while end < min(last, first + LINES_BESIDE):
        bare = BULLET.sub("", lines[end]).strip()
        if not (is_place(bare) or may_be_place(bare)) and complete and not has_label(bare):
            break
        end += 1
    return end
