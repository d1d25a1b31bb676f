"""The conversation of an interview: what both sides said, in order, however the answers came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.models import InterviewSession, Message
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import AnySession
from app.repositories.interviews import InterviewRepository

Speaker = Literal["assistant", "user"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that was said. `id` stays the same as long as its text may be corrected."""

    id: UUID
    role: Speaker
    content: str
    at: datetime


class ConversationService:
    """Reads conversations."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of(self, interview: InterviewSession) -> list[Utterance]:
        """What was said in a live interview is kept as it happens; questions that were answered in another way, by an
        upload or by typing, are put in with their answers. An answer has the text that it has now."""
        messages = await InterviewRepository(self.session).messages(interview.id)
        rows = await AnswerRepository(self.session).of_session(interview.id)
        spoken = list(_live(messages, rows))
        written = [pair for row in rows if (pair := _written(row, messages))]
        # A pair is said when it was answered; the sort is stable, so what belongs together stays together.
        placed = [(said.at, [said]) for said in spoken] + [(pair[-1].at, pair) for pair in written]
        return [said for _, group in sorted(placed, key=lambda item: item[0]) for said in group]


def _live(messages: Sequence[Message], rows: Sequence[AnsweredQuestion]) -> Iterator[Utterance]:
    answers = {row.question.id: row.answer for row in rows if row.answer is not None}
    for message in messages:
        content = message.content
        if message.role == "user":
            answer = answers.get(message.question_id) if message.question_id is not None else None
            content = answer.text if answer is not None else ""
        if content:
            yield Utterance(
                message.public_id, "user" if message.role == "user" else "assistant", content, message.created_at
            )


def _written(row: AnsweredQuestion, messages: Sequence[Message]) -> list[Utterance]:
    """A question and its answer, or what of the two is not among the messages of a live interview."""
    answer, question = row.answer, row.question
    known = {message.role for message in messages if message.question_id == question.id and message.kind != "skip"}
    if answer is None or not answer.text or "user" in known:
        return []
    said = [Utterance(answer.public_id, "user", answer.text, answer.created_at)]
    if "assistant" not in known:
        at = min(question.asked_at or answer.created_at, answer.created_at)
        said.insert(0, Utterance(question.public_id, "assistant", question.text, at))
    return said
