"""From characters with their places to lines in reading order.

The order in which a page is drawn says nothing: columns may be drawn line by line across the page. So characters become
fragments (words without a wide gap between them), fragments with one baseline a row, and where an empty strip runs down
between fragments for many rows, what stands left and right of it are columns, each read to its end.

A strip also runs between jobs and the dates at the margin, or between the cells of a table. What is told apart by it
belongs together row by row: one side then holds few fragments, each beside one of the other side.

Lengths are in points unless they are said to be in em, the height of a line's characters.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

WORD_GAP = 0.12
"""A gap this wide (in em) parts two words where no space was drawn."""
FRAGMENT_GAP = 0.9
"""A gap this wide (in em) parts two fragments: words of justified text stand closer."""
COLUMN_GAP = 1.3
"""Fragments of a row that stand this far apart (in em) have a tab between them."""
SAME_ROW = 0.35
"""Baselines this near (in em) belong to one row: superscripts stand so."""
PARAGRAPH_GAP = 1.45
"""Rows this much further apart than most have an empty line between them."""
MOST_IN_LIGATURE = 3
STRIP = 5.0
"""The least width of a strip between columns."""
MIN_LINES = 4
"""A column has at least so many lines."""
BESIDE = 0.8
"""Where this share of a side's lines stand beside one of the other side, the rows may belong together."""
SCATTERED = 0.55
"""A side that fills less than this share of the rows is a margin and no column."""
SPARSE = 0.17
"""Lines of a column fill at least this share of its height with their letters."""
SHORT_COLUMN = 6
"""Fewer lines that all stand beside others are rows ("E-mail: ...", "Phone: ...")."""
TABLE = 0.95
"""In a table this share of the rows has both sides."""
MARGIN_LINE, TABLE_CELL = 34, 42
"""Characters of the longest line of a margin and of a table's cells; columns have longer lines."""
DATES, DATES_AND_PLACES = 0.3, 0.45
"""A margin of dates, or of dates and towns, has these shares of them."""
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|['’]\d\d\b|\b\d\d?[/.]\d\d|\b(?:present|current|now|today|ongoing)\b", re.IGNORECASE
)
_PLACE = re.compile(r"^[A-ZÀ-Ý][\w.'’ -]+, [A-Z][\w ]+$")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character: from `left` to `right`, on `baseline` (upwards), `em` high. `order`: when it is drawn."""

    text: str
    left: float
    right: float
    baseline: float
    em: float
    order: int = 0


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words of one line that stand together."""

    text: str
    left: float
    right: float
    baseline: float
    em: float


Row = list[Fragment]


def page_text(glyphs: Sequence[Glyph]) -> str:
    """The text of a page: a line a row, tabs between what stands apart, empty lines between paragraphs and columns."""
    fragments = [fragment for line in _baselines(glyphs) for fragment in _fragments(line)]
    return "\n".join(_read(_rows(fragments))).strip("\n")


def _baselines(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The characters of each line, from the top and from the left; what is drawn twice in one place counts once."""
    line: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.baseline):
        if line and line[0].baseline - glyph.baseline > SAME_ROW * max(line[0].em, glyph.em):
            yield sorted(line, key=lambda glyph: glyph.left)
            line = []
        line.append(glyph)
    if line:
        yield sorted(line, key=lambda glyph: glyph.left)


def _fragments(line: Sequence[Glyph]) -> Iterator[Fragment]:
    run: list[Glyph] = []
    for glyph in (glyph for glyph in line if not glyph.text.isspace()):
        last = run[-1] if run else None
        if last and _is_same(last, glyph):
            continue
        if last and glyph.left - last.right > FRAGMENT_GAP * max(last.em, glyph.em) + _spacing(run):
            yield _fragment(run, line)
            run = []
        run.append(glyph)
    if run:
        yield _fragment(run, line)


def _is_same(one: Glyph, other: Glyph) -> bool:
    """Whether a character is drawn twice, to look bold; letters of a ligature share a place, but follow each other."""
    near = abs(one.left - other.left) < 0.1 * other.em
    return one.text == other.text and near and abs(one.order - other.order) > MOST_IN_LIGATURE


def _spacing(run: Sequence[Glyph]) -> float:
    """How far the letters of a run stand apart: letter-spaced headings have wide gaps between words."""
    gaps = [after.left - before.right for before, after in pairwise(run[-12:])]
    return max(0.0, median(gaps)) * 2 if len(gaps) > 2 else 0.0


def _fragment(run: Sequence[Glyph], line: Sequence[Glyph]) -> Fragment:
    spaces = sorted(glyph.left for glyph in line if glyph.text.isspace())
    gaps = [after.left - before.right for before, after in pairwise(run)]
    wide = WORD_GAP * run[0].em
    spaced = sum(gap > wide for gap in gaps) > 0.3 * len(run)
    least = (median(gaps) if spaced else 0.0) + wide
    letters = [run[0].text]
    for before, after, gap in zip(run, run[1:], gaps, strict=False):
        drawn = bisect_left(spaces, before.left + 0.01)
        space = drawn < len(spaces) and spaces[drawn] < after.left
        if (space and not spaced) or gap > least:
            letters.append(" ")
        letters.append(after.text)
    return Fragment("".join(letters), run[0].left, run[-1].right, run[0].baseline, max(glyph.em for glyph in run))


def _rows(fragments: Sequence[Fragment]) -> list[Row]:
    """The fragments by rows from the top, those of a row from the left."""
    rows: list[Row] = []
    for fragment in sorted(fragments, key=lambda fragment: -fragment.baseline):
        if rows and rows[-1][0].baseline - fragment.baseline <= SAME_ROW * max(rows[-1][0].em, fragment.em):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda fragment: fragment.left) for row in rows]


def _read(rows: Sequence[Row]) -> list[str]:
    """The lines of some rows: above the columns, the columns from the left, below them."""
    found = _columns(rows)
    if found is None:
        return _lines(rows)
    first, last, strip = found
    left = [row for row in ([one for one in row if one.right <= strip] for row in rows[first:last]) if row]
    right = [row for row in ([one for one in row if one.right > strip] for row in rows[first:last]) if row]
    blocks = (_read(rows[:first]) if first else [], _read(left), _read(right), _read(rows[last:]))
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block] if lines and block else block
    return lines


def _lines(rows: Sequence[Row]) -> list[str]:
    steps = [above[0].baseline - below[0].baseline for above, below in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    lines: list[str] = []
    for at, row in enumerate(rows):
        if at and steps[at - 1] > PARAGRAPH_GAP * usual:
            lines.append("")
        lines.append(_line(row))
    return lines


def _line(row: Row) -> str:
    pieces = [row[0].text]
    for before, after in pairwise(row):
        bullet = len(before.text) == 1 and not before.text.isalnum()
        wide = after.left - before.right > COLUMN_GAP * max(before.em, after.em)
        pieces += ["\t" if wide and not bullet else " ", after.text]
    return "".join(pieces)


def _columns(rows: Sequence[Row]) -> tuple[int, int, float] | None:
    """(first row, last row + 1, x of the strip) of the largest two columns, or None."""
    best: tuple[int, int, float] | None = None
    largest = (0, 0)
    for strip in _strips(rows):
        for first, last in _uncrossed(rows, strip):
            size = (_as_columns(rows[first:last], strip), last - first)
            if size[0] and size > largest:
                largest, best = size, (first, last, strip)
    return best


def _strips(rows: Sequence[Row]) -> list[float]:
    """Where a strip may run: left of where fragments begin, and right of where they end."""
    edges = {round(fragment.left - STRIP / 2) for row in rows for fragment in row}
    edges |= {round(fragment.right + STRIP / 2) for row in rows for fragment in row}
    return [float(edge) for edge in sorted(edges)][:: max(1, len(edges) // 200)]


def _uncrossed(rows: Sequence[Row], strip: float) -> Iterator[tuple[int, int]]:
    """Runs of rows through which the strip runs empty."""
    first = 0
    for at, row in enumerate(rows):
        if any(one.left < strip + STRIP / 2 - 0.6 and one.right > strip - STRIP / 2 + 0.6 for one in row):
            if at > first:
                yield first, at
            first = at + 1
    if len(rows) > first:
        yield first, len(rows)


def _as_columns(rows: Sequence[Row], strip: float) -> int:
    """How many lines the lesser column holds, or 0 where the rows are no columns."""
    left = [" ".join(one.text for one in row if one.right <= strip) for row in rows]
    right = [" ".join(one.text for one in row if one.right > strip) for row in rows]
    sides = [[text for text in side if text] for side in (left, right)]
    few, many = sorted(map(len, sides))
    if few < MIN_LINES or _is_margin(left, right) or _is_margin(right, left):
        return 0
    if any(_is_sparse(rows, strip, of_left=of_left) for of_left in (True, False)):
        return 0
    beside = sum(bool(one and other) for one, other in zip(left, right, strict=True)) / few
    if beside >= BESIDE:
        lesser = min((left, right), key=lambda side: sum(map(bool, side)))
        filled = [at for at, text in enumerate(lesser) if text]
        density = few / (filled[-1] - filled[0] + 1)
        longest = max(map(len, (*left, *right)))
        table = beside >= TABLE and few >= TABLE * many and longest <= TABLE_CELL
        if density < SCATTERED or few < SHORT_COLUMN or table:
            return 0
    return few


def _is_sparse(rows: Sequence[Row], strip: float, *, of_left: bool) -> bool:
    """Whether the lines of a side stand far apart from one another."""
    lines = [one for row in rows for one in row if (one.right <= strip) is of_left]
    height = lines[0].baseline - lines[-1].baseline
    return len(lines) * min(one.em for one in lines) < SPARSE * height


def _is_margin(side: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a side holds what stands beside jobs: their dates, perhaps with the town. It is the narrower one."""
    texts = [text for text in side if text]
    short = [text for text in texts if len(text) <= MARGIN_LINE]
    dates = sum(bool(_DATE.search(text)) for text in short)
    places = sum(bool(_PLACE.search(text)) and not _DATE.search(text) for text in short)
    narrow = max(map(len, side)) <= max(map(len, other))
    return narrow and dates >= DATES * len(texts) and dates + places >= DATES_AND_PLACES * len(texts)
