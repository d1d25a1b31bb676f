"""Help while an answer is given: a hint, a clarification, an encouragement."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from app.database import Database
from app.engines.llm.templates import Fragment, digest
from app.errors import Unavailable
from app.judge.category import infer_category
from app.judge.types import QuestionSpec
from app.models import Message, PromptTemplate
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository, MessageRepository
from app.repositories.prompts import PromptRepository
from app.services.accounts.subject import Account
from app.services.answers.specs import question_spec
from app.services.interviews.question_service import QuestionService
from app.services.llm.assist import Assisted
from app.services.llm.assistants import Assistants, account
from app.services.llm.hints import Response, ResponseType, admin_task
from app.services.recruiting.prompt_service import PromptService, render

MAX_WAITING = 4
"""Requests for help with one question that may wait for each other, the one that is being answered among them."""
TOO_MUCH_HELP: Final = "too_much_help"


@dataclass(frozen=True, slots=True)
class Preview:
    """A template filled in, and the hint that was written with it."""

    rendered: str
    hint: Assisted[Response]


class HelpService:
    """Answers requests for help; what was said is part of the conversation, and decides which hint comes next."""

    def __init__(self, database: Database, assistants: Assistants) -> None:
        self.database = database
        self.assistants = assistants
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[int] = Counter()

    async def help(self, question_key: int, kind: ResponseType, answer: str = "") -> str:
        """Help of one kind with a question; `answer` is what was said so far. It never tells what is expected.

        Requests for the same question are answered one after the other, because each hint depends on those before.
        Unavailable when too many wait.
        """
        if self._waiting[question_key] >= MAX_WAITING:
            raise Unavailable("Help is on its way already.", code=TOO_MUCH_HELP)
        self._waiting[question_key] += 1
        lock = self._locks.setdefault(question_key, asyncio.Lock())
        try:
            async with lock:
                return await self._help(question_key, kind, answer)
        finally:
            self._waiting[question_key] -= 1
            if not self._waiting[question_key]:
                del self._waiting[question_key]

    async def preview(
        self,
        account: Account,
        ref: Ref,
        *,
        question: str,
        transcript: str,
        text: str | None = None,
        expected_points: Sequence[str] = (),
        hints: Sequence[str] = (),
    ) -> Preview:
        """What a template makes of a question and an answer, for those who conduct interviews; nothing is kept.

        `text` is tried in the place of the saved one, by whoever may change it.
        """
        if text is not None:
            account.require("configure")
        async with self.database.reading() as session:
            prompt = await PromptService(session).get(account, ref)
        spec = QuestionSpec(text=question, category=infer_category(question), expected_points=tuple(expected_points))
        hint = await self.assistants.hints.respond("hint", spec, transcript, hints=hints, admin=_task(prompt, text))
        return Preview(render(text or prompt.text, question=question, transcript=transcript), hint)

    async def _help(self, question_key: int, kind: ResponseType, answer: str) -> str:
        async with self.database.reading() as session:
            question = await QuestionService(session).by_key(question_key)
            messages = await InterviewRepository(session).messages(question.session_id)
            prompt = await PromptRepository(session).default()
        given = sum(message.kind == kind and message.question_id == question.id for message in messages)
        response = await self.assistants.hints.respond(
            kind, question_spec(question), answer, hints=tuple(question.hints), given=given, admin=_task(prompt)
        )
        async with self.database.writing() as session:
            await account(session, question.session_id, response.usage, "hints")
            await MessageRepository(session).add(
                Message(
                    session_id=question.session_id,
                    question_id=question.id,
                    role="assistant",
                    kind=kind,
                    content=response.value.message,
                )
            )
        return response.value.message


def _task(prompt: PromptTemplate | None, unsaved: str | None = None) -> Fragment | None:
    """A template, with its text or one that is not saved, as a task for the language model; its version changes with
    the text."""
    if prompt is None:
        return None
    text = unsaved or prompt.text
    return admin_task(f"prompt-{prompt.public_id}", digest(text), text)
