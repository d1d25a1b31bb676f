"""Reading what candidates upload, in a sandbox: from the bytes of a file, or from its text, to what is kept or asked.

Documents are hostile in two ways: their parsers can be made to take gigabytes, and a text can be made that is slow to
read. Both run in processes with limits on memory and time (`worker`), and only values as small as these come back.
"""

import atexit
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from app.engines.documents import DocumentError, Kind, Limits
from app.engines.sandbox import Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable
from app.models.values.resume import Resume, ResumeMatch
from app.resume.questions import PersonalQuestion

LIMITS = SandboxLimits()
"""A PDF of 9.6 MB takes less than 50 MB and a second; what takes more than these limits is no résumé."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadResume:
    """A résumé from a file: its text and what it says."""

    text: str
    resume: Resume


_READ = TypeAdapter(ReadResume)
_MATCH = TypeAdapter(ResumeMatch)
_QUESTIONS = TypeAdapter(list[PersonalQuestion])


async def read_file(data: bytes, limits: Limits, kinds: Sequence[Kind] = ("pdf", "docx")) -> ReadResume:
    """The résumé that a file of one of these kinds holds. Raises DocumentError."""
    asked = {"do": "read", "limits": asdict(limits), "kinds": kinds}
    return _READ.validate_json(await _ask(asked, data))


async def match_job(text: str, job_description: str) -> ResumeMatch:
    """How far the résumé of that text meets a job. Raises DocumentError: `too_heavy` or `busy`."""
    return _MATCH.validate_json(await _ask({"do": "match", "text": text, "job": job_description}))


async def write_questions(text: str, job_description: str, count: int, seed: int) -> Sequence[PersonalQuestion]:
    """See `personal_questions`. Raises DocumentError: `too_heavy` or `busy`."""
    asked = {"do": "questions", "text": text, "job": job_description, "count": count, "seed": seed}
    return _QUESTIONS.validate_json(await _ask(asked))


async def _ask(wanted: dict[str, Any], data: bytes = b"") -> bytes:
    """The answer as JSON; an error of the document is raised."""
    try:
        answer = await _sandbox().ask(json.dumps(wanted).encode() + b"\n" + data)
    except SandboxExceeded as error:
        message = "The document takes too much memory or time to read. Export it again in a simpler form."
        raise DocumentError("too_heavy", message) from error
    except (SandboxBusy, WorkerUnavailable) as error:
        log.warning("a document was not read: %s", error or "too many are waiting")
        raise DocumentError("busy", "Other documents are being read. Try again in a moment.") from error
    if answer.startswith(b'{"error"'):
        raise DocumentError(**json.loads(answer)["error"])
    return answer


@cache
def _sandbox() -> Sandbox:
    """The processes that read; they start with the first file."""
    sandbox = Sandbox("app.resume.worker", LIMITS)
    atexit.register(sandbox.close)
    return sandbox
