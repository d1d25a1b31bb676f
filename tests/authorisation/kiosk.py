"""Who may call which route of the kiosk face. `tests/live/test_kiosk_identity.py` is about its Socket.IO events."""

from collections.abc import Mapping

from tests.authorisation.rules import (
    ADMINISTRATION,
    CODES_CONDUCTOR,
    CODES_PLAYER,
    KEYED,
    OPEN,
    RECRUITERS_OWN,
    RECRUITING,
    Rule,
)

ADMIN, INTERVIEW = "/api/admin", "/api/interview"

RULES: dict[tuple[str, str], Rule] = {
    ("POST", f"{ADMIN}/login"): OPEN,
    ("POST", f"{ADMIN}/logout"): OPEN,
    ("GET", f"{ADMIN}/check-auth"): OPEN,
    ("POST", f"{ADMIN}/codes"): RECRUITING,
    ("GET", f"{ADMIN}/codes"): RECRUITING,
    ("DELETE", f"{ADMIN}/codes/{{code_id}}"): RECRUITERS_OWN,
    ("POST", f"{ADMIN}/question-sets"): RECRUITING,
    ("GET", f"{ADMIN}/question-sets"): RECRUITING,
    ("PUT", f"{ADMIN}/question-sets/{{set_id}}/activate"): ADMINISTRATION,
    ("DELETE", f"{ADMIN}/question-sets/{{set_id}}"): RECRUITERS_OWN,
    ("GET", f"{ADMIN}/sessions"): RECRUITING,
    ("GET", f"{ADMIN}/sessions/{{session_id}}/details"): CODES_CONDUCTOR,
    ("GET", f"{ADMIN}/ai-prompts"): RECRUITING,
    ("POST", f"{ADMIN}/ai-prompts"): ADMINISTRATION,
    ("PUT", f"{ADMIN}/ai-prompts/{{prompt_id}}"): ADMINISTRATION,
    ("DELETE", f"{ADMIN}/ai-prompts/{{prompt_id}}"): ADMINISTRATION,
    ("POST", f"{INTERVIEW}/validate-code"): OPEN,
    ("POST", f"{INTERVIEW}/submit-response"): KEYED,
    ("GET", f"{INTERVIEW}/session/{{session_id}}/status"): KEYED,
    ("POST", f"{INTERVIEW}/upload-recording"): KEYED,
    ("GET", f"{INTERVIEW}/session/{{session_id}}/recordings"): KEYED,
    ("GET", f"{INTERVIEW}/recording/{{recording_id}}/download"): CODES_PLAYER,
}


def fields(ids: Mapping[str, str], keys: Mapping[str, int]) -> dict[str, object]:
    """Fields of bodies that name an interview and its question."""
    return {"session_id": ids["session_id"], "question_id": keys["open_question_id"]}
