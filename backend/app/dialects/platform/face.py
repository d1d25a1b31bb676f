"""The platform's API as a face."""

from app.dialects.platform import stream
from app.dialects.platform.stream import ErrorBody, ErrorCode, ErrorResponse
from app.web.credentials import Bearer
from app.web.faces import Face, Problem
from app.web.live import COOKIE

CODES: dict[int, ErrorCode] = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "RATE_LIMITED"}


def error_body(problem: Problem) -> ErrorResponse:
    """The platform's shape of an error."""
    code = CODES.get(problem.status, "INTERNAL_ERROR" if problem.status >= 500 else "INVALID_REQUEST")
    details = {detail.field: detail.message for detail in problem.details}
    body = ErrorBody(code=code, message=problem.message, details={"reason": problem.code, **details})
    return ErrorResponse(error=body)


PLATFORM = Face(
    name="platform",
    title="Greenroom for platform clients",
    description="The conversation over a WebSocket, as clients of the platform's document speak it.",
    paths=("/api/auth", "/api/user", "/api/interviews", "/api/feedback", "/api/interview/stream"),
    routers=(stream.router,),
    error_body=error_body,
    error_model=ErrorResponse,
    credentials=(Bearer(), COOKIE),
)
