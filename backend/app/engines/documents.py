"""Text of a PDF, a DOCX or a plain text file, as a candidate uploads a résumé or a recruiter a job description.

Nothing in a file is trusted: size, pages, entries and compression are limited before anything is unpacked, entities
are refused, macros and links are never followed.
"""

import io
import re
import threading
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element, ParseError

import pypdfium2
import pypdfium2.raw as pdfium
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

Kind = Literal["pdf", "docx", "text"]

_PDFIUM = threading.Lock()
"""PDFium is not thread-safe: one document at a time in a process."""

_WORDPROCESSING = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARTS = (r"word/header\d*\.xml", r"word/document\d*\.xml", r"word/footnotes\.xml", r"word/footer\d*\.xml")
"""Parts that hold what a reader sees, in reading order."""

MIN_CHARACTERS = 20
"""A document with fewer letters and digits holds no text to speak of."""
WORD_GAP = 0.12
"""A gap this wide (in em, between glyph advances) parts two words where PDFium sees none."""
COLUMN_GAP = 1.5
"""A space this wide (in em) parts two columns or a name from what stands at the right margin."""
SPACED_LINE = 0.3
"""Where this share of a line's letters stand apart, the line is letter-spaced and its gaps mean nothing."""


class DocumentError(ValueError):
    """A document that cannot be read. `code` is stable; `message` says what to do.

    Codes: too_large, too_many_pages, encrypted, scanned, empty, damaged, unsafe, unsupported.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most. Sizes in bytes; `ratio`: unpacked to packed."""

    size: int = 10 * 1024 * 1024
    pages: int = 40
    characters: int = 400_000
    entries: int = 2_000
    unpacked: int = 60 * 1024 * 1024
    ratio: int = 200


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text, line by line in reading order. `pages` is known for PDF only."""

    text: str
    kind: Kind
    pages: int | None = None


def read_document(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """The text of a file, recognised by its first bytes, never by its name. CPU-bound: call it in a worker thread.

    Raises `DocumentError`; `OSError` when the file itself cannot be opened.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.size:
        allowed = limits.size // (1024 * 1024)
        raise DocumentError("too_large", f"The file is larger than {allowed} MB. Export it again without pictures.")
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data.strip():
        raise DocumentError("empty", "The file is empty. Choose another one.")
    document = _read(data, limits)
    if sum(letter.isalnum() for letter in document.text) < MIN_CHARACTERS:
        raise DocumentError("empty", "The document holds no text. Choose another file or paste the text.")
    return document


def _read(data: bytes, limits: Limits) -> DocumentText:
    if b"%PDF-" in data[:1024]:
        return _read_pdf(data, limits)
    if data.startswith(b"PK\x03\x04"):
        return DocumentText(_clean(_read_docx(data, limits), limits), "docx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError("encrypted", "The document has a password. Save it without one and upload it again.")
        raise DocumentError("unsupported", "This is an old Word file (.doc). Save it as DOCX or PDF.")
    return DocumentText(_clean(_decode(data), limits), "text")


def _decode(data: bytes) -> str:
    """A plain text file; anything with control characters is something else."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) and not re.match(
            r"\s*(?:\{\\rtf|<!doctype|<html)", text, re.I
        ):
            return text
        break
    raise DocumentError(
        "unsupported", "Only PDF, DOCX and plain text files can be read. Save the document as one of them."
    )


def _clean(text: str, limits: Limits) -> str:
    """Line ends as \\n, no control or zero-width characters, ligatures resolved, no hyphen at a line's end.

    Lone surrogates go as well: a database refuses them.
    """
    text = text[: 2 * limits.characters].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = re.sub(r"[\ufffe\x02\u00ad]\n?(?=\w)", "", text)
    text = re.sub(r"[\ufb00-\ufb06]", lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]", "", text)
    text = re.sub(r"[^\S\n\t]+", " ", unicodedata.normalize("NFC", text))
    text = re.sub(r" ?\t[ \t]*", "\t", text)
    text = re.sub(r"[ \t]?\n[ \t]?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()[: limits.characters]


def _read_pdf(data: bytes, limits: Limits) -> DocumentText:
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                message = "The PDF has a password. Save it without one and upload it again."
                raise DocumentError("encrypted", message) from error
            raise DocumentError("damaged", "The PDF cannot be opened. Export it again.") from error
        try:
            return _pdf_text(document, limits)
        except pypdfium2.PdfiumError as error:
            raise DocumentError("damaged", "A page of the PDF cannot be read. Export it again.") from error
        finally:
            document.close()


def _pdf_text(document: Any, limits: Limits) -> DocumentText:
    count = len(document)
    if count > limits.pages:
        raise DocumentError(
            "too_many_pages", f"The PDF has {count} pages; at most {limits.pages} are read. Shorten it."
        )
    texts: list[str] = []
    pictures = False
    for index in range(count):
        page = document[index]
        text = _page_text(page)
        pictures = pictures or (not text.strip() and _has_pictures(page))
        texts.append(text)
        page.close()
        if sum(map(len, texts)) > limits.characters:
            break
    text = _clean("\n\n".join(texts), limits)
    if pictures and sum(letter.isalnum() for letter in text) < MIN_CHARACTERS:
        message = "The PDF is a scan: it shows pictures of text. Export it from the program it was written in."
        raise DocumentError("scanned", message)
    return DocumentText(text, "pdf", count)


def _has_pictures(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _page_text(page: Any) -> str:
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        text = str(textpage.get_text_range()) if count else ""
        # Characters outside the basic plane shift the two counts: then the text stands as it is.
        return _with_gaps(textpage, text) if len(text) == count else text
    finally:
        textpage.close()


def _with_gaps(textpage: Any, text: str) -> str:
    """Puts the spaces back that some templates leave to the distance between glyphs ("forthe"), and shows columns.

    A wide space ("Google        Mountain View") becomes a tab.
    """
    pieces: list[str] = []
    begin = 0
    for line in re.finditer(r"[^\r\n]+", text):
        gaps = [(at, em) for at, em in _gaps(textpage, text, line.start(), line.end()) if em > WORD_GAP]
        if len(gaps) >= SPACED_LINE * (line.end() - line.start()):
            continue
        for at, em in gaps:
            spaced = text[at] == " "
            if not spaced or em > COLUMN_GAP:
                pieces += [text[begin:at], "\t" if em > COLUMN_GAP else " "]
                begin = at + spaced
    return "".join([*pieces, text[begin:]])


def _gaps(textpage: Any, text: str, begin: int, end: int) -> list[tuple[int, float]]:
    """Distances in em before letters that follow another character directly, and over single spaces."""
    found = []
    for at in range(begin + 1, end - 1):
        spaced = text[at] == " "
        if not spaced and not (text[at - 1].isalnum() and text[at].isalpha()):
            continue
        _, bottom, right, top = textpage.get_charbox(at - 1, loose=True)
        left = textpage.get_charbox(at + spaced, loose=True)[0]
        found.append((at, (left - right) / max(top - bottom, 1.0)))
    return [(at, em) for at, em in found if text[at] != " " or em > COLUMN_GAP]


def _read_docx(data: bytes, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, limits)
            names = _visible_parts([entry.filename for entry in entries])
            if not any("document" in name for name in names):
                raise DocumentError("unsupported", "This is no Word document. Save it as DOCX or PDF.")
            return "\n".join(_part_text(_unpack(archive, name, limits)) for name in names)
    except zipfile.BadZipFile as error:
        raise DocumentError("damaged", "The DOCX cannot be opened. Save it again.") from error
    except (ParseError, RecursionError, NotImplementedError, EOFError, OSError) as error:
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


def _part_text(content: bytes) -> str:
    return "".join(_walk(fromstring(content)))


def _walk(element: Element) -> Iterator[str]:
    """The text under an element in reading order: paragraphs and rows end a line, cells are set apart.

    Text boxes stand twice in a file (a choice and a fallback for old programs): the fallback is passed over, as are
    deleted text and field codes.
    """
    if element.tag == _COMPATIBILITY + "Fallback":
        return
    match element.tag.removeprefix(_WORDPROCESSING):
        case "t":
            yield element.text or ""
        case "tab":
            yield "\t"
        case "br" | "cr":
            yield "\n"
        case "noBreakHyphen":
            yield "-"
        case "delText" | "instrText" | "del" | "moveFrom" | "pPr" | "rPr" | "sectPr":
            return
        case "tc":
            yield " ".join("".join(_children(element)).split("\n")).strip() + " | "
        case "p" | "tr":
            yield "".join(_children(element)).removesuffix(" | ") + "\n"
        case "txbxContent":
            yield "\n" + "".join(_children(element)) + "\n"
        case _:
            yield from _children(element)


def _children(element: Element) -> Iterator[str]:
    for child in element:
        yield from _walk(child)
