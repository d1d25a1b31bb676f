"""From the SDK's answers and errors to ours."""

import logging
import math
import time
from email.utils import parsedate_to_datetime

import openai
from openai.types.chat import ChatCompletion

from app.engines.llm.base import (
    LlmBadOutput,
    LlmError,
    LlmRateLimited,
    LlmRefused,
    LlmTimeout,
    LlmUnavailable,
    Usage,
)

log = logging.getLogger(__name__)

PASSING_STATUSES = frozenset({408, 409, 425})
"""Refusals that the same request may not meet a moment later; every 5xx is one too."""
LOGGED_CHARACTERS = 200


def text_of(answer: ChatCompletion) -> str:
    """The words of the model. Raises LlmRefused and LlmBadOutput; the SDK checks no shape, so this does."""
    choice = answer.choices[0] if isinstance(answer, ChatCompletion) and answer.choices else None
    if choice is None or choice.message is None:
        raise LlmBadOutput("The server's answer is no chat completion.")
    if choice.message.refusal:
        raise LlmRefused("The language model declined to answer.")
    if choice.finish_reason == "content_filter":
        raise LlmRefused("The server's content filter stopped the answer.")
    if choice.finish_reason == "length":
        raise CutOff("The model's answer was cut off at the length limit.")
    if not choice.message.content:
        raise LlmBadOutput("The model's answer is empty.")
    return choice.message.content


class CutOff(LlmBadOutput):
    """The answer needs more room."""


def usage_of(answer: ChatCompletion, *, input_price: float, output_price: float) -> Usage:
    """What the answer cost; prices are per million tokens."""
    reported = getattr(answer, "usage", None)
    if reported is None:
        return Usage(calls=1, unreported=1)
    sent, received = reported.prompt_tokens or 0, reported.completion_tokens or 0
    cost = (sent * input_price + received * output_price) / 1_000_000
    return Usage(prompt_tokens=sent, completion_tokens=received, cost=cost, calls=1)


def is_about_request(error: Exception) -> bool:
    """Whether the server says that it does not understand the request, rather than refusing what it is about."""
    return isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError) and not _filtered(error)


def translate(error: Exception) -> LlmError:
    """Our error for one of the SDK's. Its message names no address and no key."""
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return LlmTimeout("The language model did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return LlmUnavailable("The language model's server cannot be reached.", retryable=True)
    if isinstance(error, openai.RateLimitError):
        if error.code == "insufficient_quota":
            return LlmUnavailable("The language model's quota is used up: see the provider's billing page.")
        return LlmRateLimited("The language model's server asks to wait.", retry_after=_retry_after(error))
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return LlmUnavailable("The language model's server refused the key: check LLM_API_KEY.")
    if isinstance(error, openai.NotFoundError):
        return LlmUnavailable("The server does not know the model: check LLM_MODEL and LLM_BASE_URL.")
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    return LlmBadOutput("The server's answer cannot be read.")


def _of_status(error: openai.APIStatusError) -> LlmError:
    if error.status_code >= 500 or error.status_code in PASSING_STATUSES:
        return LlmUnavailable(
            f"The language model's server failed ({error.status_code}).",
            retryable=True,
            retry_after=_retry_after(error),
        )
    if _filtered(error):
        return LlmRefused("The server's content filter refused the request.")
    log.warning("the language model's server refused a request (%s): %s", error.status_code, _said(error))
    return LlmRefused(f"The language model's server refused the request ({error.status_code}).")


def _filtered(error: openai.APIStatusError) -> bool:
    return error.code == "content_filter" or "ResponsibleAIPolicyViolation" in str(error.body)


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    message = body.get("message") if isinstance(body, dict) else body
    return " ".join(str(message or "no reason given").split())[:LOGGED_CHARACTERS]


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, from `retry-after-ms` or `Retry-After` (seconds or an HTTP date, RFC 9110 10.2.3)."""
    headers = error.response.headers
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except ValueError:
        return None
