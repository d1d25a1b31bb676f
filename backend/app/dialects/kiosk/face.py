"""The kiosk's API as a face: codes and admins by REST, the live interview by Socket.IO."""

from typing import Any

from app.config import Settings
from app.dialects.kiosk.socket import Kiosk
from app.web.faces import Face, Mounted, Problem, integer_key


def error_body(problem: Problem) -> dict[str, Any]:
    """The kiosk's shape of an error."""
    details = {detail.field: detail.message for detail in problem.details}
    return {"error": problem.message, "code": problem.code.upper(), "details": details}


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
    parse_id=integer_key,
    mount=mount,
)
