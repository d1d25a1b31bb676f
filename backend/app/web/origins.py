"""Who may come in, in the words that both live dialects share."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from app.errors import field_errors
from app.services.live.link import Options

OPTIONS = Options(echo_cancellation=True)
"""Neither document says when a client may send sound, so it may always: browsers cancel the echo of what they play
unless told otherwise, and only speech, not the mere coming of sound, interrupts the interviewer."""


def is_own_origin(origin: str | None, host: str | None, allowed: list[str]) -> bool:
    """Whether a page of this origin may connect: our own and the allowed ones. Programs name none and may, too.

    Schemes are not compared: behind a proxy that ends TLS the server does not know its own.
    """
    if origin is None or origin.rstrip("/") in allowed:
        return True
    return bool(host) and urlsplit(origin).netloc.lower() == str(host).lower()


def flaws(error: ValidationError) -> dict[str, Any]:
    """What is wrong with a message, by field; what the client sent is not repeated."""
    found = field_errors(error.errors(include_url=False, include_input=False), whole="message")
    return {flaw.field: flaw.message for flaw in found}
