"""Who may call which route of the hiring face."""

from dataclasses import replace

from tests.authorisation.rules import LOGGED_IN, OPEN, OWNER, Rule

INTERVIEW = "/interviews/{interview_id}"
QUESTION = f"{INTERVIEW}/questions/{{question_id}}"
RULES: dict[tuple[str, str], Rule] = {
    ("POST", "/auth/register"): OPEN,
    ("POST", "/auth/login"): OPEN,
    ("GET", "/auth/me"): LOGGED_IN,
    ("POST", "/interviews/create"): LOGGED_IN,
    ("POST", f"{INTERVIEW}/setup-ai"): OWNER,
    ("POST", f"{INTERVIEW}/start"): OWNER,
    ("GET", f"{INTERVIEW}/next-question"): OWNER,
    ("POST", f"{INTERVIEW}/answer-complete"): OWNER,
    ("POST", f"{INTERVIEW}/end"): OWNER,
    ("POST", f"{QUESTION}/upload-video"): OWNER,
    ("POST", f"{QUESTION}/analyze"): replace(OWNER, may_be_absent=True),
    ("POST", f"{QUESTION}/score"): replace(OWNER, may_be_absent=True),
    ("POST", "/tts/generate"): LOGGED_IN,
    ("GET", f"{INTERVIEW}/report"): OWNER,
}
