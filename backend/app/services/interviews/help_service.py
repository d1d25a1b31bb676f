"""Help while an answer is given: a hint, a clarification, an encouragement."""

from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import commit
from app.judge.types import Category, QuestionSpec
from app.models import Message, Question
from app.repositories.interviews import InterviewRepository, MessageRepository
from app.services.llm.assistants import Assistants, account
from app.services.llm.hints import ResponseType


class HelpService:
    """Answers requests for help; what was said is part of the conversation, and decides which hint comes next."""

    def __init__(self, session: AsyncSession, assistants: Assistants) -> None:
        self.session = session
        self.assistants = assistants

    async def help(self, question: Question, kind: ResponseType, said: str = "") -> str:
        """Help of one kind with a question; `said` is the answer so far. It never tells what is expected."""
        messages = await InterviewRepository(self.session).messages(question.session_id)
        given = sum(message.kind == kind and message.question_id == question.id for message in messages)
        await commit(self.session)  # a language model takes time, and nothing may be locked meanwhile
        spec = QuestionSpec(
            text=question.text,
            category=cast("Category", question.category),
            expected_points=tuple(question.expected_points),
            keywords=tuple(question.keywords),
            reference=question.model_answer,
            theme=question.theme,
        )
        response = await self.assistants.hints.respond(kind, spec, said, hints=tuple(question.hints), given=given)
        await account(self.session, question.session_id, response.usage, "hints")
        await MessageRepository(self.session).add(
            Message(
                session_id=question.session_id,
                question_id=question.id,
                role="assistant",
                kind=kind,
                content=response.value.message,
            )
        )
        return response.value.message
