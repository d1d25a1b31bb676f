"""Small files that cost a parser gigabytes or hours."""

import io
import os
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, padding: bytes = b"") -> bytes:
    """A Word document with that XML as its body; `padding` makes it look less compressed than it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if padding:
            archive.writestr("word/media/image1.png", padding)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def marks_on_one_letter() -> bytes:
    """504 bytes: 50,000 marks above and 50,000 below one letter, which have to be put in order."""
    return docx(paragraph("Senior Engineer at Northwind Labs a" + "\u0301" * 50_000 + "\u0323" * 50_000))


def empty_elements(count: int = 9_500_000) -> bytes:
    """400 KB: millions of empty elements, each an object when they are parsed."""
    return docx(paragraph("Senior Engineer at Northwind Labs") + "<w:p/>" * count, os.urandom(300_000))


def _pdf(objects: list[bytes]) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def _stream(content: bytes, extra: bytes = b"", *, packed: bool = False) -> bytes:
    body = zlib.compress(content, 9) if packed else content
    filters = b" /Filter /FlateDecode" if packed else b""
    return b"<< /Length %d%s %s >>\nstream\n%s\nendstream" % (len(body), filters, extra, body)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << %s >> >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def nested_forms(depth: int = 9, times: int = 10) -> bytes:
    """2.4 KB: each form draws the next one ten times, so that the page holds a thousand million letters."""
    page = _PAGE % b"/XObject << /F 6 0 R >>"
    objects = [_CATALOG, _PAGES, page, _FONT, _stream(b"/F Do")]
    for level in range(depth):
        last = level == depth - 1
        resources = b"<< /Font << /F1 4 0 R >> >>" if last else b"<< /XObject << /F %d 0 R >> >>" % (7 + level)
        content = b"BT /F1 9 Tf 9 9 Td (Engineer) Tj ET " if last else b"/F Do "
        extra = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources " + resources
        objects.append(_stream(content * times, extra))
    return _pdf(objects)


def crowded_page(characters: int = 5_000_000) -> bytes:
    """A page with five million characters, packed into a few kilobytes."""
    page = _PAGE % b"/Font << /F1 4 0 R >>"
    text = b"Senior Engineer at Northwind Labs " * 30
    places = (at * 97 % 800 for at in range(characters // len(text)))
    lines = b"".join(b"BT /F1 9 Tf 9 %d Td (%s) Tj ET\n" % (place, text) for place in places)
    return _pdf([_CATALOG, _PAGES, page, _FONT, _stream(lines, packed=True)])


HOSTILE = {
    "nested forms": nested_forms,
    "crowded page": crowded_page,
    "empty elements": empty_elements,
}
"""What is too much to read."""
