"""CSV files that people open with a spreadsheet. Every CSV of ours is written, and may be read again, through here.

A cell that begins like a formula is one there: it could send other cells to somebody, or run a program.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from app.texts import clean

_FORMULA = re.compile(r"'*[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|'*[\t\r\n]")
"""What spreadsheets take for the beginning of a formula, also in full width and after what they skip (OWASP, "CSV
injection"); apostrophes before it are ours or look like ours."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would calculate, which makes it text there."""
    is_formula = _FORMULA.match(cell) is not None and _NUMBER.fullmatch(cell) is None
    return f"'{cell}" if is_formula else cell


def plain(cell: str) -> str:
    """What `harmless` was given; other cells stay as they are."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class Writer:
    """Writes rows by column name; cells that could be formulas are made harmless."""

    def __init__(self, file: TextIO, columns: Iterable[str]) -> None:
        """Writes the header. `file` must be open with `newline=""`."""
        self._columns = list(columns)
        self._writer = csv.writer(file)
        self._writer.writerow(map(harmless, self._columns))

    def write(self, row: Mapping[str, str | None]) -> None:
        """Write one row; columns that it does not have stay empty."""
        self._writer.writerow(harmless(row.get(name) or "") for name in self._columns)


class Reader:
    """Reads rows by column name, as they were before they were made harmless and without control characters.

    `columns` are those of the header. A row with more cells has the rest under None, one with fewer has None in them.
    Raises csv.Error and UnicodeDecodeError.
    """

    def __init__(self, file: TextIO) -> None:
        """Reads the header. `file` must be open with `newline=""`."""
        self._rows = csv.DictReader(file)
        self.columns = [_read(name) for name in self._rows.fieldnames or ()]
        self._rows.fieldnames = self.columns

    @property
    def line(self) -> int:
        """The line, as an editor counts them, on which the last row ended."""
        return self._rows.line_num

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        for row in self._rows:
            yield {name: _read(cell) if isinstance(cell, str) else cell for name, cell in row.items()}


def _read(cell: str) -> str:
    return clean(plain(cell))
