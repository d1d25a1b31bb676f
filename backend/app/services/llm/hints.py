"""Help while an interview runs: a hint, a clarification, an encouragement. None of them answers the question.

The model is not told what is expected, so it has nothing to pass on but its own knowledge, and what it says is
compared with the expected answer all the same (`LeakCheck`). What tells too much, judges, or comes too late is
replaced by the bank's hint or a plain sentence.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from app.engines.embedding.base import OpenEmbedding, no_embedding
from app.engines.llm.base import LlmEngine
from app.engines.llm.templates import Fragment, defused, fence, fragment, template
from app.judge.language.text import words
from app.judge.llm.addressing import speaks_to_grader
from app.judge.types import POINT_CATEGORIES, AnswerSpec, QuestionSpec
from app.services.llm.assist import BUILTIN, LLM, Assisted, as_shown, ask
from app.services.llm.clarifying import clarified
from app.services.llm.leaks import LeakCheck

ResponseType = Literal["hint", "clarify", "encourage"]

MAX_TOKENS = 250
MOST_WORDS = 60
BUDGET = 6.0
"""Seconds: somebody is waiting in the middle of an answer."""
TEMPLATE_LENGTH = 4_000
"""Characters of an administrator's template that are used."""
_JUDGES = re.compile(
    r"\b(?:correct|incorrect|wrong|right answer|good answer|great answer|perfect|excellent|well done|your score"
    r"|\d+ ?(?:/|out of|points|percent|%))",
    re.IGNORECASE,
)
_GENERIC_HINT = "Start with what you are sure of, then say how it connects to the question."
_ENCOURAGEMENT = (
    "Take your time. A first thought is enough to begin with; you can build on it.",
    "You have begun; go on from your last point. You can add and correct as you speak.",
)
"""Said when nothing was said yet, and when something was."""


class WrittenResponse(BaseModel):
    """What the model writes."""

    message: str = Field(description="what the candidate reads")


@dataclass(frozen=True, slots=True)
class Response:
    """Help for the candidate."""

    response_type: ResponseType
    message: str


NO_MODEL = "No language model is set up. Whoever runs this server can set LLM_PROVIDER and LLM_MODEL in .env."
UNCHECKED = "The language model was not asked: the question has no expected points to check its hint against."


class LlmHints:
    """Answers a candidate's request for help."""

    def __init__(self, engine: LlmEngine | None, embedding: OpenEmbedding = no_embedding) -> None:
        self._engine = engine
        self._embedding = embedding
        self._template = template("respond")
        self._tasks: Mapping[ResponseType, Fragment] = {
            "hint": fragment("task-hint"),
            "clarify": fragment("task-clarify"),
            "encourage": fragment("task-encourage"),
        }

    async def respond(
        self,
        response_type: ResponseType,
        question: QuestionSpec,
        said: str = "",
        *,
        hints: Sequence[str] = (),
        given: int = 0,
        admin: Fragment | None = None,
    ) -> Assisted[Response]:
        """Help of one type. `said` is the answer so far, `hints` are the question's own, `given` how many were shown.

        `admin` is an administrator's template for hints, see `admin_task`; it takes the place of the built-in task.
        """
        fallback = Response(response_type, builtin_response(response_type, question, said, hints=hints, given=given))
        if self._engine is None:
            return Assisted(value=fallback, engine=BUILTIN, problems=(NO_MODEL,))
        if response_type == "hint" and not _can_be_checked(question):
            return Assisted(value=fallback, engine=BUILTIN, problems=(UNCHECKED,))
        task = admin if admin is not None and response_type == "hint" else self._tasks[response_type]
        shown = await as_shown(question, AnswerSpec(text=said), self._embedding)
        prompt = self._template.fill(
            task=task.text,
            question=fence("question", question.text),
            answer=fence("answer", shown.text),
            hints=fence("hints", "\n".join(hints)),
        )
        reply = await ask(self._engine, prompt, WrittenResponse, max_tokens=MAX_TOKENS, budget=BUDGET)
        if reply.value is None:
            return Assisted(value=fallback, engine=BUILTIN, usage=reply.usage, problems=(reply.problem,))
        message = " ".join(defused(reply.value.message).split())
        told = await asyncio.to_thread(self._tells, question, shown.text, message)
        if reason := _against(message, told, question.text):
            return Assisted(value=fallback, engine=BUILTIN, usage=reply.usage, problems=(reason,))
        version = f"{self._engine.model} {self._template.tag} {task.tag}"
        return Assisted(value=Response(response_type, message), engine=LLM, version=version, usage=reply.usage)

    def _tells(self, question: QuestionSpec, said: str, message: str) -> str:
        """What the message gives away, see `LeakCheck.tells`."""
        return LeakCheck(question, said=said, embedding=self._embedding()).tells(message)


def admin_task(name: str, version: str, text: str) -> Fragment:
    """An administrator's template as a task. `{question}` and `{transcript}` in it name the fenced texts.

    The words of the question and the candidate are never put into the administrator's sentences: they stand beside
    them, fenced, so that no answer can be read as an instruction.
    """
    named = text[:TEMPLATE_LENGTH].replace("{question}", 'the text marked "question"')
    named = named.replace("{transcript}", 'the text marked "answer"')
    return Fragment(name, version, name, named)


def builtin_response(
    response_type: ResponseType, question: QuestionSpec, said: str, *, hints: Sequence[str], given: int
) -> str:
    """Help without a model: the question's own hint, what it asks for, or a plain encouragement."""
    if response_type == "clarify":
        return clarified(question)
    if response_type == "encourage" or not hints:
        return _GENERIC_HINT if response_type == "hint" else _ENCOURAGEMENT[bool(words(said))]
    return hints[min(given, len(hints) - 1)]


def _can_be_checked(question: QuestionSpec) -> bool:
    """Whether a hint can be held against an expected answer; a story of one's own cannot be told by a hint."""
    return question.category not in POINT_CATEGORIES or bool(question.expected_points or question.reference)


def _against(message: str, told: str, asked: str) -> str:
    """Why a response does not hold up, or ""."""
    judges = any(match.group().lower() not in asked.lower() for match in _JUDGES.finditer(message))
    checks = (
        ("The response is empty or too long.", not 3 <= len(words(message)) <= MOST_WORDS),
        (f"The response tells {told}.", bool(told)),
        ("The response judges the answer.", judges),
        ("The response speaks to the grader.", speaks_to_grader(message)),
    )
    return next((reason for reason, wrong in checks if wrong), "")
