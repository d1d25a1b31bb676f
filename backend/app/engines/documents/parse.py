"""From the bytes of a file to clean text. Runs in the sandbox."""

import re
import unicodedata
from collections.abc import Iterator

from app.engines.documents.docx import read_docx
from app.engines.documents.pdf import read_pdf
from app.engines.documents.types import DEFAULT_LIMITS, MIN_CHARACTERS, DocumentError, DocumentText, Limits

_BULLETS = "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf06e\uf02d\uf071\uf0e0\uf0a1\uf097\uf020"
"""Where the fonts Symbol and Wingdings keep bullets, arrows and ticks."""
_SYMBOL_BULLET = re.compile(rf"[{_BULLETS}]|(?m:^[ \t]*[\ue000-\uf8ff](?=[ \t]))")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
"""Other characters of such fonts are icons, of a telephone or an envelope."""
MOST_MARKS = 8
"""More marks on one letter no language has; the time to put them in order grows with the square of their number."""
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]", re.ASCII
)


def read_document(data: bytes, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """The text of a file, recognised by its first bytes, never by its name; raises DocumentError."""
    if len(data) > limits.size:
        allowed = limits.size // (1024 * 1024)
        raise DocumentError("too_large", f"The file is larger than {allowed} MB. Export it again without pictures.")
    if not data.strip():
        raise DocumentError("empty", "The file is empty. Choose another one.")
    document = _read(data, limits)
    text = clean(document.text, limits)
    if sum(letter.isalnum() for letter in text) < MIN_CHARACTERS:
        raise DocumentError("empty", "The document holds hardly any text. Choose another file.")
    return DocumentText(text, document.kind, document.pages)


def _read(data: bytes, limits: Limits) -> DocumentText:
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, limits)
    if data.startswith(b"PK\x03\x04"):
        return DocumentText(read_docx(data, limits), "docx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError("encrypted", "The document has a password. Save it without one and upload it again.")
        raise DocumentError("unsupported", "This is an old Word file (.doc). Save it as DOCX or PDF.")
    return DocumentText(_decode(data), "text")


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
    raise DocumentError("unsupported", "The file is no document that can be read. Save it as PDF or DOCX.")


def clean(text: str, limits: Limits) -> str:
    """Line ends as \\n, no control or zero-width characters, ligatures resolved, no hyphen at a line's end, bullets of
    symbol fonts as "•", at most eight marks on a letter.

    Lone surrogates go as well: a database refuses them.
    """
    text = text[: 2 * limits.characters].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = re.sub(r"[\ufffe\x02\u00ad]\n?(?=\w)", "", text)
    text = _PRIVATE.sub(" ", _SYMBOL_BULLET.sub("• ", text))
    text = re.sub(r"[\ufb00-\ufb06]", lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = "".join(_with_few_marks(_HIDDEN.sub("", text)))
    text = re.sub(r"[^\S\n\t]+", " ", unicodedata.normalize("NFC", text))
    text = re.sub(r" ?\t[ \t]*", "\t", text)
    text = re.sub(r"[ \t]?\n[ \t]?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()[: limits.characters]


def _with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            yield letter
