"""The platform's API as a face."""

from app.dialects.platform import routes, stream
from app.dialects.platform.routes import COOKIE
from app.dialects.platform.schemas import ErrorBody, ErrorCode, ErrorResponse
from app.web.credentials import Bearer
from app.web.faces import Face, Problem
from app.web.shapes import in_one_line

CODES: dict[int, ErrorCode] = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "RATE_LIMITED"}
DESCRIPTION = """
Interviews that are paid with credits, as clients of the platform's document use them: REST here, the conversation over
the WebSocket `/api/interview/stream/{session_id}` (see /asyncapi.yaml).
"""


def error_body(problem: Problem) -> ErrorResponse:
    """The platform's shape of an error."""
    code = CODES.get(problem.status, "INTERNAL_ERROR" if problem.status >= 500 else "INVALID_REQUEST")
    if problem.code == "insufficient_credits":
        code = "INSUFFICIENT_CREDITS"
    details = {detail.field: detail.message for detail in problem.details}
    message = in_one_line(problem) or problem.message
    body = ErrorBody(code=code, message=message, details={"reason": problem.code, **details})
    return ErrorResponse(error=body)


PLATFORM = Face(
    name="platform",
    title="Greenroom for platform clients",
    description=DESCRIPTION,
    paths=("/api/auth", "/api/user", "/api/interviews", "/api/feedback", "/api/interview/stream"),
    routers=(routes.router, stream.router),
    error_body=error_body,
    error_model=ErrorResponse,
    credentials=(Bearer(description="The `access_token` of signup or login"), COOKIE),
    validation_status=400,
    statuses={409: 400, 422: 400},
)
