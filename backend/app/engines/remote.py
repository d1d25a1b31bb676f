"""What speech engines on other machines share: a client for OpenAI's protocol, and what its errors mean.

The SDK takes half a second to import, so it is imported with the first client.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
"""Given outright, so that no variable meant for another program sends voices elsewhere."""
NO_KEY = "not-needed"
"""What servers without keys are sent; the SDK would else take OPENAI_API_KEY and hand it to them."""
RETRY_AFTER_SECONDS = 5.0
"""When a server that is busy does not say how long."""


@dataclass(frozen=True, slots=True)
class RemoteFailure:
    """What went wrong at the other end: `unavailable` until somebody acts, `busy` for a while, or a `failed` call."""

    kind: Literal["unavailable", "busy", "failed"]
    message: str
    retryable: bool = True
    retry_after: float = RETRY_AFTER_SECONDS


def open_client(
    base_url: str | None, api_key: str | None, timeout_seconds: float, retries: int
) -> "openai.AsyncOpenAI":
    """A client of that server, or of OpenAI itself. Slow (certificates, imports): not for the event loop."""
    import openai

    client = openai.AsyncOpenAI(
        base_url=base_url or OPENAI_URL, api_key=api_key or NO_KEY, timeout=timeout_seconds, max_retries=retries
    )
    client.audio.transcriptions, client.audio.speech  # noqa: B018  # imported at first use, which would be on the loop
    return client


def explain(error: Exception, what: str, client: "openai.AsyncOpenAI", model: str, prefix: str) -> RemoteFailure:
    """What a person can do about `error`; `prefix` is that of the settings (STT). Never quotes the server's text."""
    import openai

    where = f"The {what} {client.base_url.host}"
    match error:
        case openai.APITimeoutError():
            return RemoteFailure("failed", f"{where} did not answer in {client.timeout:g} s: try again")
        case openai.APIConnectionError():
            return RemoteFailure("unavailable", f"{where} cannot be reached: check {prefix}_BASE_URL")
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return RemoteFailure("unavailable", f"{where} refuses the key: check {prefix}_API_KEY")
        case openai.NotFoundError():
            return RemoteFailure(
                "unavailable", f"{where} has no model '{model}': check {prefix}_MODEL and {prefix}_BASE_URL"
            )
        case openai.RateLimitError():
            after = _seconds(error.response.headers.get("retry-after"))
            return RemoteFailure("busy", f"{where} is busy: try again", retry_after=after)
        case openai.APIStatusError():
            final = error.status_code < 500
            return RemoteFailure("failed", f"{where} failed with status {error.status_code}", retryable=not final)
    return RemoteFailure("failed", f"{where} sent an answer that cannot be read: is it a {what}?")


def _seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or ""))
    except ValueError:
        return RETRY_AFTER_SECONDS
