"""What the files of an interview are called when they are saved."""

from app.models import InterviewSession

LONGEST = 80
"""Bytes of each part of a name: whole names stay under the 255 bytes of common file systems, and the date is kept."""


def file_name(interview: InterviewSession, candidate: str) -> str:
    """Whose interview it is, which one, and of which day; `candidate` may be empty."""
    parts = (shortened(candidate) or "Interview", shortened(interview.title))
    return f"{', '.join(filter(None, parts))}, {interview.completed_at or interview.created_at:%Y-%m-%d}"


def shortened(text: str) -> str:
    """The beginning of a part of a name, of `LONGEST` bytes at most."""
    return text.encode()[:LONGEST].decode(errors="ignore").strip()
