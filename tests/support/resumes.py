"""Résumés to measure with: what they say stands in YAML, in as many layouts as files; here they become PDF and DOCX.

`tests/data/resumes/*.yaml`: `file` pdf, docx or docx-strict; `page` one, side-left, side-right, columns or margin
(dates or headings in a column of their own); `order` in which a PDF is drawn: columns, rows or scrambled; `head` the
lines of a role, where a tab comes before what stands at the right and "<" before what stands in the margin; `side` the
sections in the side bar or first column. A section has `roles`, `lines` (those with "* " are points) or `text`; with
`table` its roles are rows of those cells. A role's own `head` goes before that of the file. `held_back` ones are only
measured.
"""

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).resolve().parents[1] / "data" / "resumes"
TODAY = date(2025, 6, 1)
"""The day that "present" means in them."""
WIDTH, HEIGHT = 595.0, 842.0
TOP, BOTTOM = 790.0, 50.0
SIZE, LEADING = 10.0, 14.0
_PAGES = {
    "one": ((50.0, 545.0),),
    "side-left": ((40.0, 190.0), (215.0, 555.0)),
    "side-right": ((400.0, 555.0), (40.0, 375.0)),
    "columns": ((40.0, 290.0), (312.0, 562.0)),
    "margin": ((40.0, 140.0), (155.0, 555.0)),
}
_NAMESPACES = {
    "docx": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "docx-strict": "http://purl.oclc.org/ooxml/wordprocessingml/main",
}


@dataclass(frozen=True, slots=True)
class TrueRole:
    """A role as it is: months are counted from year 0, the last included."""

    title: str
    employer: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Resume:
    """A résumé with the truth about it."""

    name: str
    held_back: bool
    source: dict[str, Any] = field(repr=False)

    @property
    def roles(self) -> list[TrueRole]:
        """Its roles from the top."""
        return [
            TrueRole(role["title"], role["employer"], _month(role["from"]), _month(role["to"]))
            for section in self.source["sections"]
            for role in section.get("roles", ())
        ]

    @property
    def years(self) -> float:
        """Years in which there was a role; overlaps count once."""
        return len({month for role in self.roles for month in range(role.first, role.last + 1)}) / 12

    @property
    def skills(self) -> set[str]:
        """The skills that a reader would say it names, by the names of `bank/skills.yaml` where they stand there."""
        return set(self.source["skills"])

    def file(self) -> bytes:
        """The document."""
        return _pdf(self.source) if self.source["file"] == "pdf" else _docx(self.source)


@cache
def resumes() -> tuple[Resume, ...]:
    """All of them by name."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(Resume(path.stem, bool(source.get("held_back")), source))
    return tuple(found)


def _month(text: str) -> int:
    if text == "now":
        return TODAY.year * 12 + TODAY.month - 1
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a flow: `right` stands at the right margin, `margin` in the column beside; `cells` make a row."""

    text: str = ""
    right: str = ""
    margin: str = ""
    kind: str = "text"
    cells: tuple[str, ...] = ()


def _section(section: dict[str, Any], source: dict[str, Any]) -> Iterator[_Line]:
    if section.get("title"):
        if source.get("page") == "margin" and source.get("headings") == "margin":
            yield _Line(margin=section["title"], kind="heading")
        else:
            yield _Line(section["title"], kind="heading")
    if "text" in section:
        yield _Line(section["text"])
    for line in section.get("lines", ()):
        text, _, right = line.removeprefix("* ").partition("\t")
        yield _Line(text, right, kind="point" if line.startswith("* ") else "text")
    for role in section.get("roles", ()):
        said = {"place": "", **role}
        if "table" in section:
            yield _Line(cells=tuple(cell.format(**said) for cell in section["table"]), kind="row")
        else:
            for line in role.get("head", source["head"]):
                text, _, right = line.format(**said).partition("\t")
                margin, _, rest = text[1:].partition("|") if text.startswith("<") else ("", "", text)
                yield _Line(rest, right, margin, kind="head")
        for point in role.get("points", ()):
            yield _Line(point, kind="point")
        yield _Line(kind="gap")


def _flows(source: dict[str, Any]) -> tuple[list[_Line], list[_Line], list[_Line]]:
    """Lines on top, in the side bar or first column, and in the main column."""
    top = [_Line(source["name"], kind="name"), *(_Line(line) for line in source.get("contact", ()))]
    side, main = list[_Line](), list[_Line]()
    for section in source["sections"]:
        flow = side if section.get("title") in source.get("side", ()) else main
        flow += [*_section(section, source), _Line(kind="gap")]
    return top, side, main


Drawn = tuple[int, float, float, str, str, float]
"""Page, x, y, text, font, size."""


def _pdf(source: dict[str, Any]) -> bytes:
    top, side, main = _flows(source)
    page = source.get("page", "one")
    columns = _PAGES[page]
    drawn, end = _place(top, (columns[0][0], 555.0), columns[0], TOP, source)
    start = end - LEADING
    if page in ("one", "margin"):
        drawn += _place([*side, *main], columns[-1], columns[0], start, source)[0]
    else:
        drawn += _place(side, columns[0], columns[0], start, source)[0]
        drawn += _place(main, columns[1], columns[1], start - source.get("shift", 0.0), source)[0]
    if source.get("order") == "rows":
        drawn.sort(key=lambda one: (one[0], -one[2], one[1]))
    elif source.get("order") == "scrambled":
        random.Random(7).shuffle(drawn)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=True)
    for number in range(max(one[0] for one in drawn) + 1):
        for _, x, y, text, font, size in (one for one in drawn if one[0] == number):
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _place(
    lines: Sequence[_Line],
    column: tuple[float, float],
    margin: tuple[float, float],
    start: float,
    source: dict[str, Any],
) -> tuple[list[Drawn], float]:
    """What is drawn where, wrapped to the column; and where it ends."""
    left, right = column
    drawn: list[Drawn] = []
    number, y = 0, start
    family = source.get("font", "Helvetica")
    bold = "Times-Bold" if family == "Times-Roman" else f"{family}-Bold"

    def draw(x: float, text: str, font: str, size: float) -> None:
        if text:
            drawn.append((number, x, y, text, font, size))

    for line in lines:
        if line.kind == "gap":
            y -= LEADING / 2 if source.get("order") != "rows" else LEADING
            continue
        font = bold if line.kind in ("heading", "head", "name") else family
        size = {"name": 18.0, "heading": source.get("heading_size", 11.0)}.get(line.kind, SIZE)
        indent = 12.0 if line.kind == "point" else 0.0
        wrapped = simpleSplit(line.text, font, size, right - left - indent) or [""]
        beside = simpleSplit(line.margin, font, size, margin[1] - margin[0]) if line.margin else []
        if line.kind == "row":
            step = (right - left) / len(line.cells)
            for at, cell in enumerate(line.cells):
                draw(left + at * step, cell, family, size)
            y -= LEADING
            continue
        for at in range(max(len(wrapped), len(beside))):
            if y < BOTTOM:
                number, y = number + 1, TOP
            if at < len(beside):
                draw(margin[0], beside[at], font, size)
            if at < len(wrapped):
                if line.kind == "point" and at == 0:
                    draw(left, source.get("bullet", "•"), family, size)
                draw(left + indent, wrapped[at], font, size)
            if at == 0 and line.right:
                draw(right - stringWidth(line.right, font, size), line.right, font, size)
            y -= LEADING if line.kind != "name" else 1.5 * LEADING
        if line.kind == "heading" and source.get("order") != "rows" and source.get("headings") != "margin":
            y -= 3
        elif source.get("headings") == "margin" and line.kind == "heading":
            y += LEADING * max(len(wrapped), len(beside))
    return drawn, y


def _docx(source: dict[str, Any]) -> bytes:
    top, side, main = _flows(source)
    page = source.get("page", "one")
    body = "".join(_paragraph(line, source) for line in top)
    if page in ("one", "columns"):
        body += _paragraphs([*side, *main], source)
    elif page == "margin":
        body += _margin_table([*side, *main], source)
    else:
        cells = [_paragraphs(side, source), _paragraphs(main, source)]
        body += _table([cells if page == "side-left" else cells[::-1]])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_NAMESPACES[source["file"]]}"><w:body>{body}</w:body></w:document>',
        )
    return target.getvalue()


def _paragraphs(lines: Sequence[_Line], source: dict[str, Any]) -> str:
    pieces: list[str] = []
    rows: list[list[str]] = []
    for line in (*lines, _Line(kind="gap")):
        if line.kind == "row":
            rows.append([_run(cell) for cell in line.cells])
        elif rows and line.kind == "gap":
            continue
        else:
            if rows:
                pieces.append(_table([[f"<w:p>{cell}</w:p>" for cell in row] for row in rows]))
                rows = []
            pieces.append(_paragraph(line, source))
    if rows:
        pieces.append(_table([[f"<w:p>{cell}</w:p>" for cell in row] for row in rows]))
    return "".join(pieces)


def _margin_table(lines: Sequence[_Line], source: dict[str, Any]) -> str:
    """A row for each role: what is in the margin left, the rest right."""
    rows: list[list[str]] = []
    for line in lines:
        if line.kind == "heading" or not rows:
            rows.append([_paragraph(line, source), ""] if line.kind == "heading" else ["", ""])
            if line.kind == "heading":
                rows.append(["", ""])
                continue
        if line.kind == "gap":
            rows.append(["", ""])
            continue
        if line.margin:
            rows[-1][0] += f"<w:p>{_run(line.margin)}</w:p>"
        if line.text or line.right:
            rows[-1][1] += _paragraph(line, source)
    return _table([[cell or "<w:p/>" for cell in row] for row in rows if any(row)])


def _table(rows: Sequence[Sequence[str]]) -> str:
    made = "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{made}</w:tbl>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(line: _Line, source: dict[str, Any]) -> str:
    if line.kind == "gap":
        return "<w:p/>"
    right = f"<w:r><w:tab/></w:r>{_run(line.right)}" if line.right else ""
    if line.kind != "point":
        return f"<w:p>{_run(line.text)}{right}</w:p>"
    bullet = source.get("bullet", "list")
    match bullet:
        case "list":
            properties = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
            return f"<w:p>{properties}{_run(line.text)}{right}</w:p>"
        case "symbol":
            mark = '<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r><w:r><w:tab/></w:r>'
        case "private":
            mark = _run("\uf0b7 ")
        case _:
            mark = _run(f"{bullet} ")
    return f"<w:p>{mark}{_run(line.text)}{right}</w:p>"
