"""Who may call which route of the platform face."""

from dataclasses import replace

from tests.authorisation.rules import LOGGED_IN, OPEN, OWNER, Rule

RULES: dict[tuple[str, str], Rule] = {
    ("POST", "/api/auth/signup"): OPEN,
    ("POST", "/api/auth/login"): OPEN,
    ("POST", "/api/auth/logout"): LOGGED_IN,
    ("GET", "/api/user/profile"): LOGGED_IN,
    ("PATCH", "/api/user/profile"): LOGGED_IN,
    ("POST", "/api/interviews/create"): replace(LOGGED_IN, may_be_absent=True),
    ("GET", "/api/interviews/history"): LOGGED_IN,
    ("GET", "/api/interviews/{session_id}"): OWNER,
    ("POST", "/api/interviews/{session_id}/complete"): OWNER,
    ("GET", "/api/feedback/{session_id}"): replace(OWNER, may_be_absent=True),
    ("WEBSOCKET", "/api/interview/stream/{session_id}"): OWNER,
}
