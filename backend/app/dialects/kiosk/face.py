"""The kiosk's API as a face: codes and administrators by REST, the live interview by Socket.IO."""

from app.config import Settings
from app.dialects.kiosk import admin, interview
from app.dialects.kiosk.access import COOKIE
from app.dialects.kiosk.schemas import ErrorResponse
from app.dialects.kiosk.socket import Kiosk
from app.errors import ErrorType
from app.web.faces import MULTIPART_BYTES, Face, Mounted, Problem, integer_key

CODES: dict[ErrorType, str] = {
    **dict.fromkeys(("code_invalid", "code_used", "code_expired"), "INVALID_CODE"),
    **dict.fromkeys(
        ("not_audio", "no_audio_stream", "broken", "empty", "empty_audio", "too_long", "too_heavy", "busy"),
        "UPLOAD_FAILED",
    ),
    **dict.fromkeys(("uploads_busy", "storage_full", "storage_unavailable", "consent_required"), "UPLOAD_FAILED"),
    **dict.fromkeys(("judge_busy", "too_much_help"), "AI_SERVICE_ERROR"),
    "not_authenticated": "AUTHENTICATION_REQUIRED",
}
"""Codes of the document; any other is our own in capitals."""
MESSAGES = {
    "INVALID_CODE": "Invalid or expired code",
    "INVALID_CREDENTIALS": "Invalid credentials",
    "AUTHENTICATION_REQUIRED": "Authentication required: log in with POST /api/admin/login",
}
"""Messages of the document. Ours, where it says more, stands in the details."""
DESCRIPTION = """
Interviews by access code, as clients of the kiosk's document use them. Administrators have a session cookie, candidates
the id of their interview. The live interview comes over Socket.IO (see /asyncapi.yaml).
"""


def error_body(problem: Problem) -> ErrorResponse:
    """The error as the kiosk's clients know it."""
    code = CODES.get(problem.code, problem.code.upper())
    details = {detail.field: detail.message for detail in problem.details}
    return ErrorResponse(error=MESSAGES.get(code, problem.message), code=code, details=details)


def mount(settings: Settings) -> Mounted:
    """The Socket.IO server."""
    return Kiosk(settings)


KIOSK = Face(
    name="kiosk",
    title="Greenroom for kiosk clients",
    description=DESCRIPTION,
    paths=("/api/admin", "/api/interview", "/socket.io"),
    routers=(admin.router, interview.router),
    error_body=error_body,
    error_model=ErrorResponse,
    body_limits=lambda settings: {interview.UPLOAD_PATH: settings.limits.recording_bytes + MULTIPART_BYTES},
    parse_id=integer_key,
    credentials=(COOKIE,),
    validation_status=400,
    statuses={409: 400, 415: 400, 422: 400},
    mount=mount,
)
