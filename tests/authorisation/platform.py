"""Who may call which route of the platform face."""

from tests.authorisation.rules import OWNER, Rule

RULES: dict[tuple[str, str], Rule] = {("WEBSOCKET", "/api/interview/stream/{session_id}"): OWNER}
