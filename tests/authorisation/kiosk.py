"""Who may call which route of the kiosk face. `tests/live/test_kiosk_identity.py` is about its Socket.IO events."""

from tests.authorisation.rules import (
    ADMINISTRATION,
    CONDUCTOR,
    EVERYBODY,
    NOBODY,
    OPEN,
    PLAYER,
    RECRUITERS_OWN,
    RECRUITING,
    Rule,
)

KEY = Rule(account=NOBODY, code=EVERYBODY, needs_login=False)
"""Whoever has the id of an interview that was begun with a code; the id of an account's is worth nothing."""

RULES: dict[tuple[str, str], Rule] = {
    ("POST", "/api/admin/login"): OPEN,
    ("POST", "/api/admin/logout"): OPEN,
    ("GET", "/api/admin/check-auth"): OPEN,
    ("POST", "/api/admin/codes"): RECRUITING,
    ("GET", "/api/admin/codes"): RECRUITING,
    ("DELETE", "/api/admin/codes/{code_id}"): RECRUITERS_OWN,
    ("POST", "/api/admin/question-sets"): RECRUITING,
    ("GET", "/api/admin/question-sets"): RECRUITING,
    ("PUT", "/api/admin/question-sets/{set_id}/activate"): ADMINISTRATION,
    ("DELETE", "/api/admin/question-sets/{set_id}"): RECRUITERS_OWN,
    ("POST", "/api/interview/validate-code"): OPEN,
    ("POST", "/api/interview/submit-response"): KEY,
    ("GET", "/api/interview/session/{session_id}/status"): KEY,
    ("POST", "/api/interview/upload-recording"): KEY,
    ("GET", "/api/interview/session/{session_id}/recordings"): KEY,
    ("GET", "/api/interview/recording/{recording_id}/download"): PLAYER,
    ("GET", "/api/admin/sessions"): RECRUITING,
    ("GET", "/api/admin/sessions/{session_id}/details"): CONDUCTOR,
    ("GET", "/api/admin/ai-prompts"): RECRUITING,
    ("POST", "/api/admin/ai-prompts"): ADMINISTRATION,
    ("PUT", "/api/admin/ai-prompts/{prompt_id}"): ADMINISTRATION,
    ("DELETE", "/api/admin/ai-prompts/{prompt_id}"): ADMINISTRATION,
}
