"""The coach's API as a face."""

import re
from collections.abc import Mapping

from app.config import Settings
from app.errors import ErrorType
from app.web.credentials import Bearer
from app.web.faces import MULTIPART_BYTES, Face, Problem, integer_key

from . import routes
from .schemas import ErrorReply

DESCRIPTION = """
Practise for a job: interviews from a résumé or a role, scored answers with follow-ups, several rounds, and what to do
next. Scores are 0-100. Without a language model nobody checks whether what is said is true; the feedback says so.
"""
PATHS = (
    *("/api/register", "/api/login", "/api/refresh", "/api/upload-resume", "/api/start-role-interview"),
    *(
        "/api/submit-answer-enhanced",
        "/api/complete-interview",
        "/api/suggest-rounds",
        "/api/start-multi-round-interview",
    ),
    *("/api/start-round", "/api/complete-round", "/api/personalized-feedback", "/api/interview-results"),
)
TEXTS: Mapping[ErrorType, str] = {
    "not_authenticated": "Invalid or expired token",
    "session_not_found": "Interview not found or unauthorized",
    "internal_error": "An unexpected error occurred",
}
"""What the document says where our own message says no more."""
REQUIRED, NO_JSON = "Field required", "This is not JSON"


def error_body(problem: Problem) -> ErrorReply:
    """One text that names every field."""
    if any(detail.message == NO_JSON for detail in problem.details):
        return ErrorReply(error="The body is not JSON")
    missing = [detail.field for detail in problem.details if detail.message == REQUIRED]
    wrong = [f"{detail.field}: {detail.message}" for detail in problem.details if detail.message != REQUIRED]
    parts = [f"Missing required fields: {', '.join(missing)}"] if missing else []
    return ErrorReply(error=". ".join(parts + wrong) or TEXTS.get(problem.code, problem.message))


def body_limits(settings: Settings) -> Mapping[re.Pattern[str], int]:
    """The path that takes a file."""
    return {re.compile(r"^/api/upload-resume$"): settings.limits.document_bytes + MULTIPART_BYTES}


COACH = Face(
    name="coach",
    title="Greenroom for coach clients",
    description=DESCRIPTION,
    paths=PATHS,
    routers=(routes.router,),
    error_body=error_body,
    error_model=ErrorReply,
    body_limits=body_limits,
    parse_id=integer_key,
    credentials=(Bearer(description="The `access_token` of login"),),
    validation_status=400,
    statuses={409: 400, 415: 400, 422: 400},
)
