"""Text of a PDF, a DOCX or a plain text file, as a candidate uploads a résumé or a recruiter a job description.

Nothing in a file is trusted. It is parsed in a sandbox with limits on memory and time; within it size, pages, entries
and compression are limited before anything is unpacked, entities are refused, macros and links are never followed.
"""

import atexit
import json
import logging
from dataclasses import asdict
from functools import cache
from pathlib import Path

from app.engines.documents.types import DocumentError, DocumentText, Kind, Limits
from app.engines.sandbox import Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable

__all__ = ["DEFAULT_LIMITS", "SANDBOX", "DocumentError", "DocumentText", "Kind", "Limits", "read_document"]

DEFAULT_LIMITS = Limits()
SANDBOX = SandboxLimits()
"""A PDF of 9.6 MB takes less than 50 MB and a second; what takes more than these limits is no résumé."""
log = logging.getLogger(__name__)


def read_document(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """The text of a file, recognised by its first bytes, never by its name. Blocks while a process reads it: call it in
    a worker thread.

    Raises `DocumentError`; `OSError` when the file itself cannot be opened.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.size:
        allowed = limits.size // (1024 * 1024)
        raise DocumentError("too_large", f"The file is larger than {allowed} MB. Export it again without pictures.")
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data.strip():
        raise DocumentError("empty", "The file is empty. Choose another one.")
    try:
        answer = json.loads(_sandbox().run(json.dumps(asdict(limits)).encode() + b"\n" + data))
    except SandboxExceeded as error:
        message = "The document takes too much memory or time to read. Export it again in a simpler form."
        raise DocumentError("too_heavy", message) from error
    except (SandboxBusy, WorkerUnavailable) as error:
        log.warning("a document was not read: %s", error or "too many are waiting")
        raise DocumentError("busy", "Other documents are being read. Try again in a moment.") from error
    if "error" in answer:
        raise DocumentError(answer["error"], answer["message"])
    return DocumentText(answer["text"], answer["kind"], answer["pages"])


@cache
def _sandbox() -> Sandbox:
    """The processes that read documents; they start with the first one."""
    sandbox = Sandbox("app.engines.documents.worker", SANDBOX)
    atexit.register(sandbox.close)
    return sandbox
