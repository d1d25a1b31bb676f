"""Who may call which route of the kiosk face. `tests/live/test_kiosk_identity.py` is about its Socket.IO events."""

from tests.authorisation.rules import Rule

RULES: dict[tuple[str, str], Rule] = {}
