"""Documents are read whole, in order, and nothing in them can do harm."""

import io
import zipfile

import pytest

from app.engines.documents import DocumentError, Limits
from app.engines.documents.parse import read_document

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_part(body: str, root: str = "document") -> str:
    return f"<w:{root} {NAMESPACES}><w:body>{body}</w:body></w:{root}>"


def docx(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf(pages: list[str], *, image: bool = False, trailer: str = "") -> bytes:
    """A small PDF: one content stream a page; `image` puts a picture on each."""
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        picture + b"\nstream\n\x00\nendstream",
    ]
    for at, content in enumerate(pages):
        stream = (content + ("\nq 200 0 0 200 0 0 cm /Im1 Do Q" if image else "")).encode("latin-1")
        resources = b"<< /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources %s /Contents %d 0 R >>"
            % (resources, 6 + 2 * at)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content_bytes in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content_bytes)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        trailer.encode(),
        start,
    )


def show(text: str, x: float = 50, y: int = 700) -> str:
    return f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n"


def code(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(data, limits or Limits())
    assert caught.value.message.endswith(".")
    assert len(caught.value.message.split()) > 4
    return caught.value.code


class TestPdf:
    def test_pages_and_lines_in_order(self) -> None:
        first = show("Senior engineer at Acme") + show("Cut costs by 40 %", y=680)
        found = read_document(pdf([first, show("Second page of text")]))
        assert found.text == "Senior engineer at Acme\nCut costs by 40 %\n\nSecond page of text"
        assert (found.kind, found.pages) == ("pdf", 2)

    def test_a_gap_without_a_space_parts_words(self) -> None:
        assert (
            "interface for the platform"
            in read_document(pdf([show("The admin interface for") + show("the platform we run", x=175.5)])).text
        )

    def test_columns_are_parted_by_a_tab(self) -> None:
        assert (
            "Google\tMountain View"
            in read_document(pdf([show("Google") + show("Mountain View, CA in the USA", x=300)])).text
        )

    def test_letter_spaced_headings_stay_words(self) -> None:
        spaced = "BT /F1 12 Tf 3 Tc 50 700 Td (EXPERIENCE AND EDUCATION) Tj ET"
        assert "\t" not in read_document(pdf([spaced])).text

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (pdf([""], image=True), "scanned"),
            (pdf([""]), "empty"),
            (pdf([show("hi")]), "empty"),
            (b"%PDF-1.4\nrubbish", "damaged"),
            (pdf([show("Some text on a page here")])[:200], "damaged"),
            (
                pdf(
                    [show("Secret text of a page")],
                    trailer=f"/ID [<{'00' * 16}> <{'00' * 16}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
                    f"/O <{'11' * 32}> /U <{'22' * 32}> >>",
                ),
                "encrypted",
            ),
        ],
        ids=["scanned", "blank", "too little", "rubbish", "cut off", "encrypted"],
    )
    def test_what_cannot_be_read_says_why(self, data: bytes, expected: str) -> None:
        assert code(data) == expected

    def test_too_many_pages(self) -> None:
        assert code(pdf([show("Page of text")] * 5), Limits(pages=4)) == "too_many_pages"


class TestDocx:
    def test_paragraphs_tables_headers_and_text_boxes(self) -> None:
        box = (
            "<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>"
            + paragraph("In a text box")
            + "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:txbxContent>"
            + paragraph("In a text box")
            + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
        row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("Acme", "2015 - 2019"))
        body = paragraph("Senior engineer") + f"<w:tbl><w:tr>{row}</w:tr></w:tbl>" + box
        data = docx({"word/document.xml": word_part(body), "word/header1.xml": word_part(paragraph("Jane Doe"), "hdr")})
        text = read_document(data).text
        assert [line for line in text.split("\n") if line][:3] == ["Jane Doe", "Senior engineer", "Acme\t2015 - 2019"]
        assert text.count("In a text box") == 1

    def test_breaks_tabs_and_deleted_text(self) -> None:
        body = (
            "<w:p><w:r><w:t>Software engineer</w:t><w:tab/><w:t>2019</w:t><w:br/><w:t>Berlin</w:t></w:r>"
            "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        )
        assert read_document(docx({"word/document.xml": word_part(body)})).text == "Software engineer\t2019\nBerlin"

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (docx({"xl/workbook.xml": "<a/>"}), "unsupported"),
            (docx({"word/document.xml": "<w:document"}), "damaged"),
            (docx({"word/document.xml": word_part(paragraph("x"))}), "empty"),
            (docx({"word/document.xml": word_part(paragraph("text of it " * 9))})[:120], "damaged"),
            (
                docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "boom">]><a>&b;&b; and some more text here</a>'}),
                "unsafe",
            ),
            (docx({"word/document.xml": word_part(paragraph("A" * 30_000_000))}), "unsafe"),
            (docx({"word/document.xml": "<a>" * 5000 + "</a>" * 5000}), "damaged"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported"),
            (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ],
        ids=["a workbook", "broken xml", "too little", "cut off", "entities", "bomb", "deep", "old word", "encrypted"],
    )
    def test_what_cannot_be_read_says_why(self, data: bytes, expected: str) -> None:
        assert code(data) == expected

    def test_too_many_entries(self) -> None:
        parts = {f"word/media/{at}.xml": "x" for at in range(20)}
        assert code(docx({"word/document.xml": word_part(paragraph("text")), **parts}), Limits(entries=10)) == "unsafe"


class TestPlainText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_encodings(self, encoding: str) -> None:
        text = "Résumé of a senior engineer\nfrom Köln"
        assert read_document(text.encode(encoding)).text == text

    def test_it_is_cleaned(self) -> None:
        dirty = "Senior\u00a0 engineer\u200b with o\ufb03ce work\r\n\r\n\r\n\r\nand devel\u00adopment \ufeff skills"
        assert read_document(dirty.encode()).text == "Senior engineer with office work\n\nand development skills"

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", "empty"),
            (b" \n\n ", "empty"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unsupported"),
            (b"{\\rtf1 text of a document}", "unsupported"),
            (b"<!DOCTYPE html><html>text of a page</html>", "unsupported"),
        ],
    )
    def test_other_things_are_refused(self, data: bytes, expected: str) -> None:
        assert code(data) == expected

    def test_size_and_length_are_limited(self) -> None:
        assert code(b"text " * 100, Limits(size=100)) == "too_large"
        assert len(read_document(b"text " * 100, Limits(characters=50)).text) == 50
