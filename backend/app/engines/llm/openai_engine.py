"""OpenAI, Azure OpenAI and every server that speaks their protocol (Ollama, vLLM, LM Studio, Gemini's endpoint).

The SDK carries the request; waiting, retrying and giving up are decided here, where the breaker and the caller's
budget are known.
"""

import asyncio
import itertools
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import openai
from openai.types.chat import ChatCompletion

from app.config import LlmSettings, SettingsError
from app.engines.llm.base import (
    NO_USAGE,
    Completion,
    LlmBadOutput,
    LlmEngine,
    LlmError,
    LlmRateLimited,
    LlmTimeout,
    LlmUnavailable,
    Prompt,
    T,
    Usage,
)
from app.engines.llm.breaker import CircuitBreaker
from app.engines.llm.protocol import CutOff, is_about_request, text_of, translate, usage_of
from app.engines.llm.server_profile import ServerProfile
from app.engines.llm.structured import read

log = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
"""Given outright, so that no variable meant for another program sends candidates' words elsewhere."""
NO_KEY = "not-needed"
"""What servers without keys are sent; the SDK would else take OPENAI_API_KEY and hand it to them."""
BACKOFF, LONGEST_BACKOFF = 0.5, 8.0
"""Seconds before the first retry; doubled by each further one, and cut by up to half at random."""
LONGEST_RETRY_AFTER = 20.0
"""Seconds that a call waits because the server said so; when it is to be longer, the call fails at once."""
MOST_BAD_ANSWERS = 1
"""Answers without use after which a model is asked again: one that does not understand twice will not."""
SERVER_FAULTS = (LlmUnavailable, LlmTimeout, LlmRateLimited)
"""What the breaker counts; an answer that is no use comes from a server that works."""


async def open_llm(settings: LlmSettings) -> LlmEngine | None:
    """The engine of these settings, or None when it is off. SettingsError says what is missing."""
    if settings.provider == "off":
        return None
    return OpenAiEngine(settings, await asyncio.to_thread(make_client, settings))


def make_client(settings: LlmSettings) -> openai.AsyncOpenAI:
    """The SDK's client. Slow (certificates, lazy imports): not for the event loop."""
    if not settings.model:
        raise SettingsError("LLM_PROVIDER is set but LLM_MODEL is not: name the model (for Azure the deployment)")
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    if not key and settings.provider != "compatible":
        raise SettingsError(f"LLM_PROVIDER={settings.provider} needs LLM_API_KEY")
    if not settings.base_url and settings.provider != "openai":
        raise SettingsError(f"LLM_PROVIDER={settings.provider} needs LLM_BASE_URL")
    client: openai.AsyncOpenAI
    if settings.provider == "azure":
        endpoint = (settings.base_url or "").rstrip("/").removesuffix("/openai")
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=endpoint, api_key=key, api_version=settings.api_version, max_retries=0
        )
    else:
        client = openai.AsyncOpenAI(api_key=key or NO_KEY, base_url=settings.base_url or OPENAI_URL, max_retries=0)
    client.chat.completions  # noqa: B018  imported at first use, which would be on the loop
    return client


@dataclass(slots=True)
class _Call(Generic[T]):
    """One call: what is asked, and what its attempts have cost and taught."""

    prompt: Prompt
    schema: type[T]
    max_tokens: int
    temperature: float
    seed: int | None
    deadline: float | None
    check: Callable[[T], str] | None = None
    bad_answers: int = 0
    usage: Usage = NO_USAGE
    model: str = ""
    complaint: str = ""

    def seconds_left(self, at_most: float) -> float:
        """How long an attempt may take."""
        return at_most if self.deadline is None else max(0.0, min(at_most, self.deadline - time.monotonic()))

    def learn(self, error: LlmError) -> None:
        """Ask differently after an answer that was no use."""
        self.bad_answers += isinstance(error, LlmBadOutput)
        if isinstance(error, CutOff):
            self.max_tokens *= 2
        elif isinstance(error, LlmBadOutput):
            self.complaint = error.message


class OpenAiEngine:
    """An `LlmEngine` over the chat completions protocol."""

    def __init__(
        self,
        settings: LlmSettings,
        client: openai.AsyncOpenAI,
        *,
        breaker: CircuitBreaker | None = None,
        backoff: float = BACKOFF,
    ) -> None:
        self.name: str = settings.provider
        self.model = settings.model
        self._settings = settings
        self._client = client
        self._breaker = breaker or CircuitBreaker()
        self._backoff = backoff
        self._places = asyncio.Semaphore(settings.max_concurrent)
        newest = settings.provider == "openai"
        self._profile = ServerProfile(length_limit="max_completion_tokens" if newest else "max_tokens")

    @property
    def available(self) -> bool:
        """Whether a call would be tried now."""
        return not self._breaker.open

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
        """See `LlmEngine`."""
        begun = time.monotonic()
        deadline = None if budget is None else begun + budget
        call = _Call(prompt, schema, max_tokens, temperature, seed, deadline, check)
        try:
            await self._take_place(budget)
            try:
                value = await self._attempts(call)
            finally:
                self._places.release()
        except LlmError as error:
            error.usage = call.usage
            log.warning("language model %s (%s): %s", self.model, prompt.version, error)
            raise
        return Completion(value=value, usage=call.usage, seconds=time.monotonic() - begun, model=call.model)

    async def close(self) -> None:
        """See `LlmEngine`."""
        await self._client.close()

    async def _take_place(self, budget: float | None) -> None:
        try:
            async with asyncio.timeout(budget):
                await self._places.acquire()
        except TimeoutError:
            raise LlmTimeout("The language model was busy with other calls for too long.") from None

    async def _attempts(self, call: _Call[T]) -> T:
        for tried in itertools.count():
            try:
                return await self._attempt(call)
            except LlmError as error:
                wait = self._wait(call, error, tried)
                if wait is None:
                    raise
                call.learn(error)
            await asyncio.sleep(wait)
        raise AssertionError  # count() has no end

    def _wait(self, call: _Call[T], error: LlmError, tried: int) -> float | None:
        """Seconds until the next attempt, or None when there is none."""
        if error.retry_after is not None and error.retry_after > LONGEST_RETRY_AFTER:
            self._breaker.rest(error.retry_after)
            return None
        if not error.retryable or tried >= self._settings.retries:
            return None
        if isinstance(error, LlmBadOutput) and call.bad_answers >= MOST_BAD_ANSWERS:
            return None
        if error.retry_after is not None:
            wait = error.retry_after * random.uniform(1.0, 1.1)
        else:
            wait = min(self._backoff * 2**tried, LONGEST_BACKOFF) * random.uniform(0.5, 1.0)
        return wait if call.seconds_left(wait + 1) > wait else None

    async def _attempt(self, call: _Call[T]) -> T:
        if not self._breaker.admit():
            raise LlmUnavailable("The language model failed several times and is left alone for a while.")
        try:
            answer = await self._send(call)
        except LlmError as error:
            if isinstance(error, SERVER_FAULTS):
                self._breaker.failed()
            else:
                self._breaker.succeeded()
            raise
        except BaseException:
            self._breaker.gave_up()
            raise
        self._breaker.succeeded()
        settings = self._settings
        call.usage += usage_of(
            answer, input_price=settings.price_per_million_input, output_price=settings.price_per_million_output
        )
        call.model = getattr(answer, "model", None) or self.model
        value = read(text_of(answer), call.schema)
        if call.check is not None and (complaint := call.check(value)):
            raise LlmBadOutput(f"The model's answer is no use: {complaint}")
        return value

    async def _send(self, call: _Call[T]) -> ChatCompletion:
        """One answer of the server; a request that it does not understand is said again in its own way."""
        profile = self._profile
        while True:
            arguments = profile.request(
                call.prompt,
                call.schema,
                max_tokens=call.max_tokens,
                temperature=call.temperature,
                seed=call.seed,
                complaint=call.complaint,
            )
            try:
                async with asyncio.timeout(call.seconds_left(self._settings.timeout_seconds)):
                    answer: ChatCompletion = await self._client.chat.completions.create(model=self.model, **arguments)
            except (openai.OpenAIError, TimeoutError, ValueError) as error:
                other = _said_otherwise(profile, error)
                if other is None:
                    raise translate(error) from error
                profile = other
                continue
            if profile != self._profile:
                log.info("language model %s takes %s, without %s", self.model, profile.format, set(profile.left_out))
                self._profile = profile
            return answer


def _said_otherwise(profile: ServerProfile, error: Exception) -> ServerProfile | None:
    if not isinstance(error, openai.APIStatusError) or not is_about_request(error):
        return None
    return profile.after_refusal(error.message, error.param)
