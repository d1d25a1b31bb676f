"""Why the server ends a live connection: docs/design.md, "The live protocol of v1".

Codes from 4000 on are the protocol's own, the others those of RFC 6455.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CloseReason:
    """A WebSocket close code, and the text that goes with it."""

    code: int
    text: str


POLICY_VIOLATION = 1008
ENDED = CloseReason(1000, "the interview is over")
LEFT = CloseReason(1000, "the client left")
WRONG_ORIGIN = CloseReason(POLICY_VIOLATION, "this origin may not connect")
TOO_MANY_CONNECTIONS = CloseReason(POLICY_VIOLATION, "too many connections from this address")
TOO_MANY_MESSAGES = CloseReason(POLICY_VIOLATION, "too many messages")
TOO_BIG = CloseReason(1009, "the message is too big")
FULL = CloseReason(1013, "too many interviews at once: try again in a minute")
TOO_SLOW = CloseReason(1013, "too slow: connect again to resume")
SHUTTING_DOWN = CloseReason(1013, "the server restarts: connect again to resume")
FAILED = CloseReason(1013, "something went wrong here: connect again to resume")
NOT_AUTHENTICATED = CloseReason(4401, "not authenticated")
NO_SESSION = CloseReason(4404, "no such session")
START_TIMEOUT = CloseReason(4408, "no start in time")
OPENED_ELSEWHERE = CloseReason(4409, "opened elsewhere")
