"""The hiring API as a face."""

import re
from collections.abc import Mapping

from app.config import Settings
from app.dialects.hiring import routes
from app.dialects.hiring.ids import parse
from app.dialects.hiring.schemas import ErrorBody
from app.errors import ErrorType
from app.web.credentials import Bearer
from app.web.faces import MULTIPART_BYTES, Face, Problem
from app.web.shapes import in_one_line

DESCRIPTION = """
Interviews about a job with video answers: create (résumé and job description), set up, start, go through the questions,
report. What a face does is coaching and enters no score; a person decides.
"""
TEXTS: Mapping[ErrorType, str] = {
    "email_taken": "Email already registered",
    "invalid_credentials": "Invalid credentials",
    "not_authenticated": "Invalid or expired token",
    "session_not_found": "Interview not found",
    "question_not_found": "Question not found",
    "no_transcript": "Answer not ready for scoring",
    "no_answer": "Answer not ready for scoring",
}
"""What the document says."""


def error_body(problem: Problem) -> ErrorBody:
    """One text, which names the fields that are wrong."""
    return ErrorBody(detail=in_one_line(problem) or TEXTS.get(problem.code, problem.message))


def body_limits(settings: Settings) -> Mapping[re.Pattern[str], int]:
    """The paths that take files."""
    limits = settings.limits
    return {
        re.compile(r"^/interviews/create$"): limits.document_bytes + MULTIPART_BYTES,
        re.compile(r"^/interviews/[^/]+/questions/[^/]+/upload-video$"): limits.recording_bytes + MULTIPART_BYTES,
    }


HIRING = Face(
    name="hiring",
    title="Greenroom for hiring clients",
    description=DESCRIPTION,
    paths=("/auth", "/interviews", "/tts", "/uploads"),
    routers=(routes.router,),
    error_body=error_body,
    error_model=ErrorBody,
    body_limits=body_limits,
    parse_id=parse,
    credentials=(Bearer(description="The `access_token` of register or login"),),
    validation_status=400,
    statuses={"invalid_credentials": 400, "account_disabled": 400, 409: 400, 415: 400, 422: 400},
)
