"""The text of a PDF, in the order a reader sees it. Runs in the sandbox."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from app.engines.documents.layout import Glyph, page_text
from app.engines.documents.types import MIN_CHARACTERS, DocumentError, DocumentText, Limits

_QUARTERS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Cosine and sine of a number of quarter turns to the left."""


def read_pdf(data: bytes, limits: Limits) -> DocumentText:
    """The text; raises DocumentError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            message = "The PDF has a password. Save it without one and upload it again."
            raise DocumentError("encrypted", message) from error
        raise DocumentError("damaged", "The PDF cannot be opened. Export it again.") from error
    try:
        return _text(document, limits)
    except pypdfium2.PdfiumError as error:
        raise DocumentError("damaged", "A page of the PDF cannot be read. Export it again.") from error
    finally:
        document.close()


def _text(document: Any, limits: Limits) -> DocumentText:
    count = len(document)
    if count > limits.pages:
        raise DocumentError(
            "too_many_pages", f"The PDF has {count} pages; at most {limits.pages} are read. Shorten it."
        )
    texts: list[str] = []
    pictures = False
    for index in range(count):
        page = document[index]
        text = page_text(_glyphs(page, limits))
        pictures = pictures or (not text.strip() and _has_pictures(page))
        texts.append(text)
        page.close()
        if sum(map(len, texts)) > limits.characters:
            break
    text = "\n\n".join(texts)
    if pictures and sum(letter.isalnum() for letter in text) < MIN_CHARACTERS:
        message = "The PDF is a scan: it shows pictures of text. Export it from the program it was written in."
        raise DocumentError("scanned", message)
    return DocumentText(text, "pdf", count)


def _has_pictures(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _glyphs(page: Any, limits: Limits) -> list[Glyph]:
    """The characters of a page that are drawn in the direction in which most are; a watermark across it is not."""
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > limits.glyphs:
            raise DocumentError("too_heavy", f"A page holds {count} characters. Export it again without hidden text.")
        found = list(_drawn(textpage.raw, count))
    finally:
        textpage.close()
    most = Counter(turn for turn, _ in found).most_common(1)
    return [glyph for turn, glyph in found if turn == most[0][0]]


def _drawn(textpage: Any, count: int) -> Iterator[tuple[int, Glyph]]:
    """(direction in quarter turns, character) for what is really drawn; spaces that PDFium guesses are left out."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, at)
        if not 0 < code < 0x110000 or chr(code) in "\r\n" or pdfium.FPDFText_IsGenerated(textpage, at) == 1:
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, at, box)
        pdfium.FPDFText_GetCharOrigin(textpage, at, x, y)
        turn = -round(pdfium.FPDFText_GetCharAngle(textpage, at) / (math.pi / 2)) % 4  # it is told clockwise
        cosine, sine = _QUARTERS[turn]
        ends = [
            (u * cosine + v * sine, v * cosine - u * sine) for u in (box.left, box.right) for v in (box.bottom, box.top)
        ]
        left, right = min(u for u, _ in ends), max(u for u, _ in ends)
        height = max(v for _, v in ends) - min(v for _, v in ends)
        yield turn, Glyph(chr(code), left, right, y.value * cosine - x.value * sine, max(height, 1.0), at)
