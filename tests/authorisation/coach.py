"""Who may call which route of the coach face."""

from collections.abc import Mapping
from dataclasses import replace

from tests.authorisation.rules import LOGGED_IN, OPEN, OWNER, Rule

MADE = replace(OWNER, may_be_absent=True)
STARTED = replace(LOGGED_IN, may_be_absent=True)
RULES: dict[tuple[str, str], Rule] = {
    ("POST", "/api/register"): OPEN,
    ("POST", "/api/login"): OPEN,
    ("POST", "/api/refresh"): OPEN,
    ("POST", "/api/upload-resume"): STARTED,
    ("POST", "/api/start-role-interview"): STARTED,
    ("POST", "/api/submit-answer-enhanced"): OWNER,
    ("POST", "/api/complete-interview"): MADE,
    ("POST", "/api/suggest-rounds"): LOGGED_IN,
    ("POST", "/api/start-multi-round-interview"): LOGGED_IN,
    ("POST", "/api/start-round/{round_id}"): OWNER,
    ("POST", "/api/complete-round/{round_id}"): OWNER,
    ("GET", "/api/personalized-feedback/{interview_id}"): MADE,
    ("GET", "/api/interview-results/{interview_id}"): MADE,
}


def fields(_ids: Mapping[str, str], keys: Mapping[str, int]) -> dict[str, object]:
    """Fields of bodies that name an interview and its second question."""
    return {"interviewId": keys["session_id"], "questionId": 2}
