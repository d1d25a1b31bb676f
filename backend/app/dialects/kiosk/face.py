"""The kiosk's API as a face: codes and admins by REST, the live interview by Socket.IO."""

from pydantic import BaseModel

from app.config import Settings
from app.dialects.kiosk.socket import Kiosk
from app.web.faces import Face, Mounted, Problem, integer_key


class ErrorResponse(BaseModel):
    """The kiosk's shape of an error; `details` by the name of the field."""

    error: str
    code: str
    details: dict[str, str]


def error_body(problem: Problem) -> ErrorResponse:
    """The error as the kiosk's clients know it."""
    details = {detail.field: detail.message for detail in problem.details}
    return ErrorResponse(error=problem.message, code=problem.code.upper(), details=details)


def mount(settings: Settings) -> Mounted:
    """The Socket.IO server."""
    return Kiosk(settings)


KIOSK = Face(
    name="kiosk",
    title="Greenroom for kiosk clients",
    description="Interviews by access code, as clients of the kiosk's document speak it.",
    paths=("/api/admin", "/api/interview", "/socket.io"),
    routers=(),
    error_body=error_body,
    error_model=ErrorResponse,
    parse_id=integer_key,
    mount=mount,
)
