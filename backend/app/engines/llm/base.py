"""Language models: what every engine takes and gives back.

LlmError
├── LlmUnavailable   no answer to be had: refused connection, server error, wrong key, or the breaker is open
├── LlmTimeout       no answer in time
├── LlmRateLimited   the server asks to wait
├── LlmBadOutput     an answer that is not what was asked for: no JSON, another shape, cut off
└── LlmRefused       the model or its content filter declined

An engine gives a checked value or raises; it never fills in what a model left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told. `version` names the template and its number, so that an old result can be explained."""

    system: str
    user: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What calls cost. `cost` is in the currency of the configured prices.

    `calls` counts answers of the server, failed attempts included where they were answered. `unreported` counts those
    whose server did not say how many tokens they took: the totals are then a lower bound, not an estimate.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    calls: int = 0
    unreported: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=self.cost + other.cost,
            calls=self.calls + other.calls,
            unreported=self.unreported + other.unreported,
        )


NO_USAGE = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Generic[T]):
    """A checked answer. `usage` includes attempts that failed before it; `seconds` is the time of all of them."""

    value: T
    usage: Usage
    seconds: float
    model: str


class LlmEngine(Protocol):
    """A language model. Safe to call from many tasks at once; nothing it does blocks the event loop."""

    @property
    def name(self) -> str:
        """Short and stable, as in settings: openai, azure, compatible."""
        ...

    @property
    def model(self) -> str:
        """The model as the settings name it."""
        ...

    @property
    def available(self) -> bool:
        """Whether a call would be tried now; false while the breaker is open."""
        ...

    async def complete(
        self,
        prompt: Prompt,
        schema: type[T],
        *,
        max_tokens: int = 1024,
        temperature: float = 0.0,
        seed: int | None = None,
        budget: float | None = None,
        check: Callable[[T], str] | None = None,
    ) -> Completion[T]:
        """An instance of `schema`, filled in by the model and validated. Raises LlmError.

        `check` says what else is wrong with it, or "". A model whose answer is no use is told so and asked once more.

        `budget` bounds the whole call in seconds, waiting for a free place and retries included; without it each
        attempt has the configured time. `seed` is passed on where the server knows it.
        """
        ...

    async def close(self) -> None:
        """Close connections; may be called twice."""
        ...


class LlmError(Exception):
    """The model gave nothing that can be used.

    `message` is safe to show. `usage` is what the failed attempts cost all the same. `retryable` says whether the same
    call may succeed a moment later, `retry_after` in how many seconds, where the server said so.
    """

    retryable = False

    def __init__(self, message: str, *, retryable: bool | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.usage = NO_USAGE
        if retryable is not None:
            self.retryable = retryable


class LlmUnavailable(LlmError):
    """No answer can be had."""


class LlmTimeout(LlmError):
    """No answer in time."""

    retryable = True


class LlmRateLimited(LlmError):
    """Too many requests, or too many tokens."""

    retryable = True


class LlmBadOutput(LlmError):
    """The answer is not what was asked for."""

    retryable = True


class LlmRefused(LlmError):
    """The model or its filter declined."""
