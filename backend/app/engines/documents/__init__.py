"""Text of a PDF, a DOCX or a plain text file, as a candidate uploads a résumé or a recruiter a job description.

Nothing in a file is trusted: size, pages, entries and compression are limited before anything is unpacked, entities are
refused, macros and links are never followed. What limits cannot foresee, a sandbox does: the server itself does not
load the parsers (`parse.read_document`), see `app.resume.reading`.
"""

from app.engines.documents.types import DEFAULT_LIMITS, DocumentError, DocumentText, Kind, Limits

__all__ = ["DEFAULT_LIMITS", "DocumentError", "DocumentText", "Kind", "Limits"]
