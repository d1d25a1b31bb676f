"""The questions of an interview: which there are and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.errors import NotFound
from app.models import Answer, InterviewSession, Question
from app.repositories.answers import AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.rounds import RoundRepository
from app.services.answers.answer_service import is_settled
from app.services.interviews import lifecycle


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with what became of it."""

    question: Question
    answered: bool
    follow_up_of: UUID | None
    round_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A question by its place among those of the interview, from 1, in the order in which they came to it.

    For faces that number the questions of each interview: other than its key, a place says nothing of other interviews.
    """

    number: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an interview is: the place of the question that comes next, None at the end."""

    interview: InterviewSession
    current_place: int | None


def places(questions: Iterable[Question]) -> dict[int, int]:
    """The place of each question by its key; `questions` are all of one interview."""
    return {key: place for place, key in enumerate(sorted(question.id for question in questions), start=1)}


class QuestionService:
    """Finds questions within one transaction."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.questions = QuestionRepository(session)
        self.answers = AnswerRepository(session)

    async def get(self, interview: InterviewSession, ref: Ref | Place) -> Question:
        """One question of the interview."""
        if isinstance(ref, Place):
            question = await self.questions.nth(interview.id, ref.number)
        else:
            question = await self.questions.in_session(interview.id, ref)
        if question is None:
            raise NotFound.of("Question")
        return question

    async def places(self, interview: InterviewSession) -> dict[int, int]:
        """The place of each question of the interview by its key."""
        return places(await self.questions.shown_of_session(interview.id))

    async def current(self, interview: InterviewSession) -> Question | None:
        """The first question that was neither answered nor skipped; None at the end of the interview."""
        rows = await self.answers.of_session(interview.id) if lifecycle.is_open(interview) else []
        return next((row.question for row in rows if not is_settled(row)), None)

    async def progress(self, interview: InterviewSession) -> Progress:
        """How far the interview is."""
        current = await self.current(interview)
        return Progress(interview, (await self.places(interview))[current.id] if current else None)

    async def by_key(self, key: int) -> Question:
        """The question with this integer key: for work that has checked before whose it is."""
        question = await self.questions.by_id(key)
        if question is None:
            raise NotFound.of("Question")
        return question

    async def transcript(self, question: Question) -> Answer:
        """The answer to a question, if it has a text."""
        answer = await self.answers.of_question(question.id)
        if answer is None or (answer.status != "completed" and not answer.text):
            raise NotFound("There is no transcript yet. Upload a recording and transcribe it.", code="no_transcript")
        return answer

    async def views(self, interview: InterviewSession) -> list[QuestionView]:
        """Every question in order."""
        rows = await self.answers.of_session(interview.id)
        ids = {row.question.id: row.question.public_id for row in rows}
        rounds = await self._rounds(interview.id) if any(row.question.round_id for row in rows) else {}
        return [_view(row.question, row.answer, ids, rounds) for row in rows]

    async def view(self, question: Question) -> QuestionView:
        """One question with what became of it."""
        answer = await self.answers.of_question(question.id)
        parent = await self.questions.by_id(question.follow_up_of_id) if question.follow_up_of_id else None
        rounds = await self._rounds(question.session_id) if question.round_id else {}
        return _view(question, answer, {parent.id: parent.public_id} if parent else {}, rounds)

    async def _rounds(self, interview_id: int) -> dict[int, UUID]:
        return {row.id: row.public_id for row in await RoundRepository(self.session).of_session(interview_id)}


def _view(question: Question, answer: Answer | None, ids: dict[int, UUID], rounds: dict[int, UUID]) -> QuestionView:
    parent = ids.get(question.follow_up_of_id) if question.follow_up_of_id else None
    of_round = rounds.get(question.round_id) if question.round_id else None
    return QuestionView(question, answer is not None and answer.status != "failed", parent, of_round)
