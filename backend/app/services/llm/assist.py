"""What every use of the language model has in common: one call, its cost, and the built-in way when it fails."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from app.engines.embedding.base import OpenEmbedding
from app.engines.llm.base import NO_USAGE, LlmEngine, LlmError, Prompt, Usage
from app.judge.llm.quotes import ShownAnswer
from app.judge.types import AnswerSpec, QuestionSpec
from app.services.answers.judge_runner import beginning

V = TypeVar("V")
T = TypeVar("T", bound=BaseModel)

BUILTIN, LLM, BOTH = "builtin", "llm", "llm+builtin"
"""Who made a result: the values of `engine` that people see."""
COST_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Assisted(Generic[V]):
    """A result and who made it. `problems` says why the model's part was not used, in sentences to show.

    `version` names model and prompts; it is empty where the model had no part.
    """

    value: V
    engine: str
    version: str = ""
    usage: Usage = NO_USAGE
    problems: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What came of one call: a value, or the problem."""

    value: T | None
    usage: Usage
    problem: str = ""


async def ask(
    engine: LlmEngine | None,
    prompt: Prompt,
    schema: type[T],
    *,
    max_tokens: int,
    temperature: float = 0.0,
    seed: int | None = None,
    budget: float | None = None,
    check: Callable[[T], str] | None = None,
) -> Reply[T]:
    """One call that does not raise: a failure is a reply without a value. For `check` see `LlmEngine.complete`."""
    if engine is None:
        return Reply(None, NO_USAGE, "No language model is set up.")
    try:
        completion = await engine.complete(
            prompt, schema, max_tokens=max_tokens, temperature=temperature, seed=seed, budget=budget, check=check
        )
    except LlmError as error:
        return Reply(None, error.usage, error.message)
    return Reply(completion.value, completion.usage)


def total(*usages: Usage) -> Usage:
    """The sum."""
    return sum(usages, NO_USAGE)


def recorded(before: Mapping[str, Any] | None, usage: Usage, purpose: str) -> dict[str, Any]:
    """The account of an interview with one more use in it, as it is stored: totals, and totals by purpose.

    `purpose` is judge, questions, follow_up, feedback or hint.
    """
    account = dict(before or {})
    purposes = dict(account.get("by_purpose", {}))
    purposes[purpose] = _added(purposes.get(purpose), usage)
    return {**_added(account, usage), "by_purpose": purposes}


def _added(before: Mapping[str, Any] | None, usage: Usage) -> dict[str, Any]:
    old = before or {}
    return {
        "calls": old.get("calls", 0) + usage.calls,
        "prompt_tokens": old.get("prompt_tokens", 0) + usage.prompt_tokens,
        "completion_tokens": old.get("completion_tokens", 0) + usage.completion_tokens,
        "unreported": old.get("unreported", 0) + usage.unreported,
        "cost": round(old.get("cost", 0.0) + usage.cost, COST_DIGITS),
    }


async def as_shown(question: QuestionSpec, answer: AnswerSpec, embedding: OpenEmbedding) -> ShownAnswer:
    """As much of an answer as is judged, as a model sees it; it is screened in a worker thread."""
    return await asyncio.to_thread(lambda: ShownAnswer.of(question, beginning(answer), embedding()))
