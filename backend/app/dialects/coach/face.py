"""The coach's API as a face."""

import re
from collections.abc import Mapping

from fastapi.routing import APIRoute

from app.config import Settings
from app.errors import ErrorType
from app.web.credentials import Bearer
from app.web.faces import MULTIPART_BYTES, Face, Problem, integer_key
from app.web.shapes import in_one_line

from . import routes
from .schemas import ErrorReply

DESCRIPTION = """
Practise for a job: interviews from a résumé or a role, scored answers with follow-ups, several rounds, and what to do
next. Scores are 0-100. Without a language model nobody checks whether what is said is true; the feedback says so.
"""
CALLS = (route for route in routes.router.routes if isinstance(route, APIRoute))
PATHS = tuple(sorted({"/".join(call.path.split("/")[:3]) for call in CALLS}))
"""Every call has a name of its own under `/api`."""
TEXTS: Mapping[ErrorType, str] = {
    "not_authenticated": "Invalid or expired token",
    "session_not_found": "Interview not found or unauthorized",
    "internal_error": "An unexpected error occurred",
}
"""What the document says where our own message says no more."""


def error_body(problem: Problem) -> ErrorReply:
    """One text that names every field."""
    return ErrorReply(error=in_one_line(problem) or TEXTS.get(problem.code, problem.message))


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
