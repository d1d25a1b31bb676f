"""What kinds and states of interviews are called in files that people read, as on the page."""

from collections.abc import Mapping

from app.models.values.kinds import InterviewKind, Review, SessionStatus

KINDS: Mapping[InterviewKind, str] = {"screening": "Screening", "practice": "Practice"}
STATUSES: Mapping[SessionStatus, str] = {
    "created": "Not prepared",
    "questions_generated": "Not started",
    "in_progress": "In progress",
    "completed": "Finished",
    "cancelled": "Cancelled",
}
REVIEWS: Mapping[Review, str] = {"to_review": "To review", "shortlisted": "Shortlisted", "rejected": "Rejected"}
"""What a person has decided."""
