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


def many_glyphs(count: int = 1_000_000) -> bytes:
    """A million letters, each shown by an operator of its own."""
    page = _PAGE % b"/Font << /F1 4 0 R >>"
    return _pdf(
        [_CATALOG, _PAGES, page, _FONT, _stream(b"BT /F1 9 Tf " + b"(x)Tj 1 0 Td " * count + b"ET", packed=True)]
    )


def deep_elements(depth: int = 300_000) -> bytes:
    return docx("<w:sdt>" * depth + paragraph("Senior Engineer") + "</w:sdt>" * depth, os.urandom(300_000))


def laughs(levels: int = 12) -> bytes:
    """A thousand million laughs in a kilobyte."""
    entities = '<!ENTITY l0 "laugh at Northwind Labs">' + "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, levels)
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        body = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph(f"&l{levels - 1};")}</w:body></w:document>'
        archive.writestr("word/document.xml", f"<!DOCTYPE d [{entities}]>{body}")
    return target.getvalue()


def outside_entity() -> bytes:
    """A document that asks for a file of the machine."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        body = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("&x; Senior Engineer at Acme")}</w:body></w:document>'
        archive.writestr("word/document.xml", f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{body}')
    return target.getvalue()


def zip_bomb(megabytes: int = 500) -> bytes:
    """Hundreds of megabytes of one letter."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(b"a" * 1_000_000)
    return target.getvalue()


def lying_zip() -> bytes:
    """A bomb whose directory says that it is small."""
    data = bytearray(docx(paragraph("Senior Engineer ") * 2_000_000))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def _one_page(content: bytes, page: bytes = _PAGE % b"/Font << /F1 4 0 R >>", *more: bytes) -> bytes:
    return _pdf([_CATALOG, _PAGES, page, _FONT, _stream(content), *more])


_TEXT = b"BT /F1 9 Tf 9 99 Td (Senior Engineer at Northwind Labs) Tj ET"


def huge_page() -> bytes:
    page = (_PAGE % b"/Font << /F1 4 0 R >>").replace(b"600 800", b"2000000000 2000000000")
    return _one_page(_TEXT, page)


def looping_pages() -> bytes:
    """A tree of pages that holds itself."""
    pages = b"<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 1000000000 >>"
    return _pdf([_CATALOG, pages, _PAGE % b"/Font << /F1 4 0 R >>", _FONT, _stream(_TEXT)])


def looping_xref() -> bytes:
    """A table that names itself as the one before."""
    data = _one_page(_TEXT)
    start = data.rindex(b"startxref\n") + len(b"startxref\n")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev " + data[start:].split(b"\n")[0])


def looping_form() -> bytes:
    """A form that draws itself."""
    form = _stream(
        b"/F Do /F Do " + _TEXT,
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 6 0 R >> >>",
    )
    return _one_page(b"/F Do", _PAGE % b"/Font << /F1 4 0 R >> /XObject << /F 6 0 R >>", form)


def huge_picture() -> bytes:
    """A picture that claims ten gigabytes."""
    picture = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return _one_page(b"/I Do", _PAGE % b"/XObject << /I 6 0 R >>", _stream(bytes(5_000_000), picture, packed=True))


def with_javascript() -> bytes:
    """A document that wants to run a program when it is opened."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(1){app.alert(1)}) >> >>"
    return _pdf([catalog, _PAGES, _PAGE % b"/Font << /F1 4 0 R >>", _FONT, _stream(_TEXT)])


def packed_many_times() -> bytes:
    """300 MB, packed twice, in a kilobyte."""
    inner = zlib.compress(zlib.compress(_TEXT + b" " * 300_000_000, 1), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(inner), inner)
    return _pdf([_CATALOG, _PAGES, _PAGE % b"/Font << /F1 4 0 R >>", _FONT, stream])


def slow_text() -> bytes:
    """Words that the reader of résumés has most to do with."""
    return docx(
        paragraph("Experience") + paragraph("2019 - 2020 Engineer") + paragraph("Python, Java, Go, C, R, " * 4_000)
    )


HOSTILE = {
    "nested forms": nested_forms,
    "crowded page": crowded_page,
    "many glyphs": many_glyphs,
    "empty elements": empty_elements,
}
"""What is too much to read."""
OTHERS = {
    "deep elements": deep_elements,
    "laughs": laughs,
    "outside entity": outside_entity,
    "zip bomb": zip_bomb,
    "lying zip": lying_zip,
    "huge page": huge_page,
    "looping pages": looping_pages,
    "looping xref": looping_xref,
    "looping form": looping_form,
    "huge picture": huge_picture,
    "JavaScript": with_javascript,
    "packed many times": packed_many_times,
    "slow text": slow_text,
}
"""What is read or refused, for whatever reason, in time."""
