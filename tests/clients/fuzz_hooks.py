"""Findings of schemathesis that are no faults: what a JSON Schema cannot say. docs/fuzzing.md explains each."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

NOT_IN_A_SCHEMA = (
    "not_audio", "no_audio_stream", "broken", "empty", "empty_audio", "too_heavy", "unsupported_language",
    "nothing_to_say", "document_",
)  # fmt: skip
"""How the `error.type` of such a refusal begins: files of another kind, names of no language, texts without a word."""

STRICTER = {
    "password", "current_password", "new_password", "token", "email", "language", "job_description", "points",
    "Upload-Metadata", "code", "rounds", "body",
}  # fmt: skip
"""Fields with rules of their own: passwords that are guessed or not the account's, tokens of mails, domains, languages,
a length without blanks, points that are there and stand once, pairs in base64 with the id of an interview, codes,
at most fifty questions in all rounds together; bodies that need one of two fields."""
SPOKEN = "/uploads/tts/"
"""Addresses that clients of the hiring document know as well, so an error there has that face's shape."""

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Whether a finding counts."""
    match failure.__class__.__name__:
        case "AcceptedNegativeData":  # `null` for a body that may be left out is no body
            return case.body is not None
        case "ServerError" if response.status_code == 503:  # no server for mail is set up
            return bool(response.json()["error"]["type"] != "no_mail")
        case "EnsureResourceAvailability":  # results of an interview are made by calls of their own
            return not response.json()["error"]["type"].startswith("no_")
        case "AllowHeaderMismatch":  # could be an id, of which the methods are named as well
            return not case.path.endswith("/admin/codes/bulk")
        case "JsonSchemaError":
            return not case.path.startswith(SPOKEN)
        case "RejectedPositiveData" if response.status_code == 400:  # nobody has been given this code
            return bool(response.json()["error"]["type"] != "code_invalid")
        case "RejectedPositiveData" if response.status_code in (415, 422):
            error = response.json()["error"]
            fields = {detail["field"] for detail in error["details"]}
            return not (error["type"].startswith(NOT_IN_A_SCHEMA) or (fields and fields <= STRICTER))
    return True
