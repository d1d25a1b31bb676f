"""The text of a Word document, in the order a reader sees it. Runs in the sandbox."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.engines.documents.types import DocumentError, Limits

_WORDPROCESSING = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
"""The two writings of the format: transitional, as Word saves by default, and strict."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARTS = (r"word/header\d*\.xml", r"word/document\d*\.xml", r"word/footnotes\.xml", r"word/footer\d*\.xml")
"""Parts that hold what a reader sees, in reading order."""
_HIDDEN = frozenset({"delText", "instrText", "del", "moveFrom", "pPr", "rPr", "sectPr"})
_LIST_STYLE = re.compile(r"list ?bullet|aufz[aä]hl", re.IGNORECASE)
_TALL = 4
"""From so many lines on a cell is a column of its own, not part of a row."""
_OUT_OF_MEMORY = 1
"""Expat's XML_ERROR_NO_MEMORY."""


def read_docx(data: bytes, limits: Limits) -> str:
    """The text; raises DocumentError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, limits)
            names = _visible_parts([entry.filename for entry in entries])
            if not any("document" in name for name in names):
                raise DocumentError("unsupported", "This is no Word document. Save it as DOCX or PDF.")
            return "\n".join(line for name in names for line in _lines(fromstring(_unpack(archive, name, limits))))
    except zipfile.BadZipFile as error:
        raise DocumentError("damaged", "The DOCX cannot be opened. Save it again.") from error
    except (ParseError, RecursionError, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, ParseError) and error.code == _OUT_OF_MEMORY:
            raise MemoryError from error
        raise DocumentError("damaged", "The DOCX is damaged. Save it again.") from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise DocumentError("encrypted", "The document has a password. Save it without one.") from error
    except DefusedXmlException as error:
        raise DocumentError("unsafe", "The DOCX holds constructions that are not allowed. Save it again.") from error


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuses an archive that would unpack to far more than it is."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked or unpacked > limits.ratio * max(packed, 4096):
        raise DocumentError("unsafe", "The DOCX unpacks to far more than a document holds. Save it again.")


def _visible_parts(names: list[str]) -> list[str]:
    return [name for pattern in _PARTS for name in sorted(names) if re.fullmatch(pattern, name)]


def _unpack(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """The bytes of a part; the sizes in an archive's directory may lie, so reading stops at the limit."""
    with archive.open(name) as part:
        content = part.read(limits.unpacked + 1)
    if len(content) > limits.unpacked:
        raise DocumentError("unsafe", "The DOCX unpacks to far more than a document holds. Save it again.")
    return content


def _name(element: Element) -> str:
    """The name of a WordprocessingML element, the whole tag of any other."""
    for namespace in _WORDPROCESSING:
        if element.tag.startswith(namespace):
            return element.tag.removeprefix(namespace)
    return str(element.tag)


def _lines(element: Element) -> list[str]:
    """The lines of the paragraphs and tables under an element, in reading order.

    Text boxes stand twice in a file (a choice and a fallback for old programs): the fallback is passed over, as are
    deleted text and field codes.
    """
    lines: list[str] = []
    for child in element:
        match _name(child):
            case "p":
                lines += _paragraph(child)
            case "tbl":
                lines += ["", *_table(child), ""]
            case name if name in _HIDDEN or name == _FALLBACK:
                continue
            case _:
                lines += _lines(child)
    return lines


def _paragraph(paragraph: Element) -> list[str]:
    """Its lines, with a bullet where it belongs to a list; then those of the text boxes that are fixed to it."""
    boxes: list[Element] = []
    text = "".join(_runs(paragraph, boxes))
    marked = "• " if text.strip() and _is_list_item(paragraph) else ""
    return [*(marked + text).split("\n"), *(line for box in boxes for line in ("", *_lines(box), ""))]


def _runs(element: Element, boxes: list[Element]) -> Iterator[str]:
    for child in element:
        match _name(child):
            case "t":
                yield child.text or ""
            case "tab" | "ptab":
                yield "\t"
            case "br" | "cr":
                yield "\n"
            case "noBreakHyphen":
                yield "-"
            case "sym":
                yield _symbol(child)
            case "txbxContent":
                boxes.append(child)
            case name if name in _HIDDEN or name == _FALLBACK:
                continue
            case _:
                yield from _runs(child, boxes)


def _symbol(element: Element) -> str:
    """A character of a symbol font, by its number in hexadecimal digits."""
    code = next((value for key, value in element.attrib.items() if key.endswith("}char")), "")
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else ""


def _is_list_item(paragraph: Element) -> bool:
    properties = next((child for child in paragraph if _name(child) == "pPr"), None)
    for child in properties if properties is not None else ():
        if _name(child) == "numPr":
            numbers = {_name(item): item for item in child}
            return "numId" not in numbers or "0" not in numbers["numId"].attrib.values()
        if _name(child) == "pStyle" and any(_LIST_STYLE.search(value) for value in child.attrib.values()):
            return True
    return False


def _table(table: Element) -> Iterator[str]:
    for row in _under(table, "tr"):
        cells = [[line for line in _lines(cell) if line.strip()] for cell in _under(row, "tc")]
        yield from _row([cell for cell in cells if cell])


def _under(element: Element, name: str) -> Iterator[Element]:
    """The children of that name; those inside content controls and tracked changes count as children."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _under(child, name)


def _row(cells: list[list[str]]) -> Iterator[str]:
    """The lines of a row of a table.

    Tables hold data or lay out a page. Where two cells are tall they are columns of the page: each is read to its end.
    Otherwise the first lines of the cells belong together ("2019 - 2021", "Engineer, Acme"), and what is left of the
    shorter cells ("Berlin") is read before the longest ("• Built ...").
    """
    if sum(len(cell) >= _TALL for cell in cells) > 1:
        for cell in cells:
            yield from ("", *cell)
    elif cells:
        yield "\t".join(cell[0].strip() for cell in cells)
        for cell in sorted(cells, key=len):
            yield from cell[1:]
