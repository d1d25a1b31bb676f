"""The errors of the application.

AppError
├── InvalidRequest        400  invalid_request
├── NotAuthenticated      401  not_authenticated
├── Forbidden             403  forbidden
├── NotFound              404  not_found
├── Conflict              409  conflict
├── TooLarge              413  too_large
├── UnsupportedMedia      415  unsupported_media
├── Unprocessable         422  validation_error
├── TooManyRequests       429  too_many_requests
└── Unavailable           503  unavailable
    └── StorageFull            storage_full

Services raise them; each face renders them in its own shape in one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast

from typing_extensions import TypeAliasType

ErrorType = TypeAliasType("ErrorType", Literal[
    # of every route
    "invalid_request", "not_authenticated", "forbidden", "not_found", "method_not_allowed", "conflict", "too_large",
    "unsupported_media", "range_not_satisfiable", "validation_error", "too_many_requests", "internal_error",
    "unavailable", "request_timeout", "invalid_parameter",
    # accounts
    "invalid_credentials", "invalid_refresh_token", "refresh_token_reused", "email_taken", "user_not_found",
    "login_not_found", "account_disabled", "last_admin", "own_account", "note_not_found",
    "guest_limit", "not_a_guest",
    "no_mail",
    "too_many_interviews", "insufficient_credits", "idempotency_key_reused", "credits_out_of_range",
    "job_not_found",
    "job_not_failed",
    "job_replaced",
    "answer_replaced",
    "worker_died",
    # interviews
    "session_not_found", "question_not_found", "round_not_found", "round_closed", "round_not_started",
    "round_in_progress", "session_closed", "answered", "answer_changed",
    "no_answer", "no_answers", "no_evaluation", "no_questions", "no_job_description", "no_transcript",
    "no_resume", "no_match",
    "no_scores", "no_feedback", "no_report", "interview_not_completed", "question_not_current", "not_joined",
    "invalid_response_type", "too_much_help", "judge_busy", "screening",
    # recruiting
    "code_not_found", "code_invalid", "code_used", "code_expired", "question_set_not_found", "question_set_in_use",
    "question_set_name_taken",
    "prompt_not_found", "last_prompt", "default_prompt",
    # sound
    "recording_not_found", "recording_file_missing", "uploads_busy", "empty_audio", "not_audio", "no_audio_stream",
    "broken", "too_long", "empty", "too_heavy", "busy", "unsupported_language", "transcription_unavailable",
    "speech_not_found", "speech_unavailable", "no_voice", "nothing_to_say",
    # recordings and privacy
    "storage_full", "storage_unavailable", "quota_exceeded", "upload_not_found", "upload_offset",
    "unsupported_version",
    "recordings_not_public", "thumbnail_not_found", "link_invalid", "link_expired", "answer_not_found",
    "deletion_not_found", "consent_required",
    # documents
    "document_too_large", "document_too_many_pages", "document_too_heavy", "document_encrypted", "document_scanned",
    "document_empty", "document_damaged", "document_unsafe", "document_unsupported", "documents_busy",
])  # fmt: skip
"""The stable names of errors. A face that shows them names them in its document."""


Resource = Literal[
    "User", "Login", "Session", "Question", "Round", "Job", "Recording", "Upload", "Deletion", "Note", "Code",
    "Question set", "Prompt",
]  # fmt: skip
"""What is looked for by an id."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its dotted path and a sentence."""

    field: str
    message: str


MISSING, NO_JSON = "This field is required", "This is not JSON"
_SENTENCES: Mapping[str, str] = {
    "missing": MISSING,
    "union_tag_not_found": MISSING,
    "union_tag_invalid": "Use one of {expected_tags}",
    "json_invalid": NO_JSON,
    "literal_error": "Use one of {expected}",
    "enum": "Use one of {expected}",
    "string_type": "Send text",
    "string_too_short": "Use at least {min_length} characters",
    "string_too_long": "Use at most {max_length} characters",
    "string_pattern_mismatch": "This is not in the form that is expected here",
    "too_short": "Send at least {min_length}",
    "too_long": "Send at most {max_length}",
    "greater_than": "This must be more than {gt}",
    "greater_than_equal": "This must be {ge} or more",
    "less_than": "This must be less than {lt}",
    "less_than_equal": "This must be {le} or less",
    "finite_number": "Send a number that is not infinite",
    "int_parsing_size": "This number is too large",
    "extra_forbidden": "There is no such field",
    "model_type": "Send an object with named fields",
    "model_attributes_type": "Send an object with named fields",
    "dict_type": "Send an object with named fields",
    "list_type": "Send a list",
}
"""What to do, by pydantic's name of what is wrong."""
_SENTENCES_OF_TYPES: Mapping[str, str] = {
    "int": "Send a whole number",
    "float": "Send a number",
    "bool": "Send true or false",
    "uuid": "This is not an id",
    "datetime": "Send a date and time such as 2026-01-31T09:30:00Z",
}
"""The same for `int_type`, `int_parsing`, `int_from_float` and their like."""
NO_BODY = "Send the fields as a JSON object, with Content-Type: application/json"


def field_errors(errors: Sequence[Any], *, whole: str = "body") -> list[FieldError]:
    """The errors of pydantic in words for people. What the client sent is not repeated; `whole` names all of it."""
    found = [_field_error(error["type"], error["loc"], str(error["msg"]), error.get("ctx", {})) for error in errors]
    return [FieldError(field or whole, message) for field, message in found]


def _field_error(kind: str, place: Sequence[Any], message: str, context: dict[str, Any]) -> tuple[str, str]:
    parts = [str(part) for part in place if part not in ("body", "query", "path", "header")]
    sentence = _SENTENCES.get(kind) or _SENTENCES_OF_TYPES.get(kind.partition("_")[0])
    if kind == "json_invalid":
        parts = []
    elif kind.startswith("union_tag"):
        parts.append(context["discriminator"].strip("'"))
    elif kind == "string_too_short" and context["min_length"] == 1:
        sentence = "This must not be empty"
    elif tuple(place) == ("body",) and kind in ("missing", "model_type", "model_attributes_type", "dict_type"):
        sentence = NO_BODY
    elif "Expected UploadFile" in message:
        sentence = "Send a file"
    if sentence is None:
        message = message.removeprefix("Value error, ").replace("Input should be", "This should be")
        return ".".join(parts), message[:1].upper() + message[1:]
    return ".".join(parts), sentence.format_map({name: _shown(value) for name, value in context.items()})


def _shown(value: Any) -> Any:
    """A limit as people write it: 10,000 and 0.5."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else value


class AppError(Exception):
    """An error that a client caused or can act on. `code` is stable; `message` says what to do."""

    status_code: ClassVar[int] = 500
    default_code: ClassVar[ErrorType] = "internal_error"

    def __init__(
        self,
        message: str,
        *,
        code: ErrorType | None = None,
        details: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code: ErrorType = code or self.default_code
        self.details = tuple(details)
        self.headers = headers or {}


class InvalidRequest(AppError):
    status_code = 400
    default_code = "invalid_request"


class NotAuthenticated(AppError):
    status_code = 401
    default_code = "not_authenticated"

    def __init__(self, message: str = "Token expired or invalid", *, code: ErrorType | None = None) -> None:
        super().__init__(message, code=code, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(AppError):
    status_code = 403
    default_code = "forbidden"


class NotFound(AppError):
    status_code = 404
    default_code = "not_found"

    @classmethod
    def of(cls, resource: Resource) -> "NotFound":
        """The same answer whether it does not exist or belongs to somebody else."""
        name = resource.lower().replace(" ", "_")
        return cls(f"{resource} not found", code=cast("ErrorType", f"{name}_not_found"))


class Conflict(AppError):
    status_code = 409
    default_code = "conflict"


class TooLarge(AppError):
    status_code = 413
    default_code = "too_large"


class UnsupportedMedia(AppError):
    status_code = 415
    default_code = "unsupported_media"


class Unprocessable(AppError):
    status_code = 422
    default_code = "validation_error"


class TooManyRequests(AppError):
    status_code = 429
    default_code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, headers={"Retry-After": str(max(1, retry_after))})


class Unavailable(AppError):
    status_code = 503
    default_code: ClassVar[ErrorType] = "unavailable"


class StorageFull(Unavailable):
    default_code = "storage_full"

    def __init__(self) -> None:
        message = "The server has no room for this file. Nothing was kept; tell whoever runs it."
        super().__init__(message, headers={"Retry-After": "60"})
