"""Follow-up questions that pick up what the candidate said and lead to what is missing, without telling it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field
from rapidfuzz import fuzz

from app.engines.embedding.base import OpenEmbedding, no_embedding
from app.engines.llm.base import LlmEngine
from app.engines.llm.templates import defused, fence, template
from app.judge.language.text import words
from app.judge.llm.addressing import speaks_to_grader
from app.judge.types import AnswerSpec, QuestionSpec, Quote
from app.services.llm.assist import BUILTIN, LLM, Assisted, as_shown, ask
from app.services.llm.leaks import LeakCheck
from app.services.llm.questions import SAME_QUESTION

MAX_TOKENS = 250
MOST_WORDS = 40
BUDGET = 8.0
"""Seconds: the candidate waits for the next question."""
PURPOSES = {
    "point": "What is missing is a part of the knowledge.",
    "case": "What is missing: one case that really happened; the answer is general, or tells what one would do.",
    "answer": "What is missing: an answer to this question; what was said is about something else.",
    "situation": "What is missing: when, where and with whom it was, and what was at stake.",
    "action": "What is missing: what the candidate did themselves.",
    "result": "What is missing: how it ended, and how one could tell.",
    "reflection": "What is missing: what the candidate learned.",
    "steps": "What is missing: the steps the candidate would take.",
    "reasons": "What is missing: why the candidate would do it that way.",
    "facts": "What is missing: a concrete example from the candidate's own life.",
    "substance": "What is missing: a concrete example from the candidate's own life.",
}
"""What the model is told of what is missing; for a part of a story this is all, for a point the point is shown."""


class WrittenFollowUp(BaseModel):
    """What the model writes."""

    quote: str = Field(description="3 to 15 words of the answer, word for word")
    text: str = Field(description="the follow-up question")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, and the words that it picks up (None for the built-in one)."""

    text: str
    quote: Quote | None = None


class LlmFollowUps:
    """Words follow-ups; what they are to lead to is chosen by the built-in rules."""

    def __init__(self, engine: LlmEngine | None, embedding: OpenEmbedding = no_embedding) -> None:
        self._engine = engine
        self._embedding = embedding
        self._template = template("follow-up")

    async def word(
        self,
        question: QuestionSpec,
        answer: AnswerSpec,
        *,
        builtin: str,
        missing_point: str = "",
        missing_part: str = "point",
        asked: Sequence[str] = (),
    ) -> Assisted[FollowUp]:
        """A follow-up for what is missing: `missing_point` of the expected ones, or a part of a story or plan.

        `builtin` is the follow-up that the rules chose: it is asked where the model's does not hold up. `asked` are
        the questions of this interview so far.
        """
        fallback = FollowUp(builtin)
        if self._engine is None:
            return Assisted(value=fallback, engine=BUILTIN)
        shown = await as_shown(question, answer, self._embedding)
        if not shown.text:
            return Assisted(value=fallback, engine=BUILTIN)
        prompt = self._template.fill(
            purpose=PURPOSES.get(missing_part, PURPOSES["point"]),
            question=fence("question", question.text),
            answer=fence("answer", shown.text),
            missing=fence("missing", missing_point),
            asked=fence("asked before", "\n".join(asked)),
        )
        reply = await ask(self._engine, prompt, WrittenFollowUp, max_tokens=MAX_TOKENS, budget=BUDGET)
        if reply.value is None:
            return Assisted(value=fallback, engine=BUILTIN, usage=reply.usage, problems=(reply.problem,))
        text = " ".join(defused(reply.value.text).split())
        quote = shown.find(reply.value.quote)
        told = await asyncio.to_thread(self._tells, question, shown.text, text)
        if reason := _against(text, quote, told, (question.text, *asked)):
            return Assisted(value=fallback, engine=BUILTIN, usage=reply.usage, problems=(reason,))
        version = f"{self._engine.model} {self._template.tag}"
        return Assisted(value=FollowUp(text, quote), engine=LLM, version=version, usage=reply.usage)

    def _tells(self, question: QuestionSpec, said: str, text: str) -> str:
        """What the follow-up gives away, see `LeakCheck.tells`."""
        return LeakCheck(question, said=said, embedding=self._embedding()).tells(text)


def _against(text: str, quote: Quote | None, told: str, asked: Sequence[str]) -> str:
    """Why a follow-up does not hold up, or ""."""
    checks = (
        ("The follow-up is no single short question.", text.count("?") != 1 or not text.endswith("?")),
        ("The follow-up is too long.", len(words(text)) > MOST_WORDS),
        ("The follow-up picks up words that were not said.", quote is None),
        (f"The follow-up tells {told}.", bool(told)),
        ("The follow-up was asked before.", any(fuzz.token_sort_ratio(text, old) >= SAME_QUESTION for old in asked)),
        ("The follow-up speaks to the grader.", speaks_to_grader(text)),
    )
    return next((reason for reason, wrong in checks if wrong), "")
