"""What a document is to the rest of the program."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["pdf", "docx", "text"]
DocumentProblem = Literal[
    "too_large", "too_many_pages", "too_heavy", "encrypted", "scanned", "empty", "damaged", "unsafe",
    "unsupported", "busy",
]  # fmt: skip

MIN_CHARACTERS = 20
"""A document with fewer letters and digits holds no text to speak of."""


class DocumentError(ValueError):
    """A document that cannot be read, when `busy` only now. `code` is stable; `message` says what to do."""

    def __init__(self, code: DocumentProblem, message: str) -> None:
        super().__init__(message)
        self.code: DocumentProblem = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most. Sizes in bytes; `ratio`: unpacked to packed; `glyphs`: characters drawn on one page."""

    size: int = 10 * 1024 * 1024
    pages: int = 40
    characters: int = 100_000
    glyphs: int = 50_000
    entries: int = 2_000
    unpacked: int = 60 * 1024 * 1024
    ratio: int = 200


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text, line by line in reading order; parts of a line that stand apart have a tab between them.

    `pages` is known for PDF only.
    """

    text: str
    kind: Kind
    pages: int | None = None
