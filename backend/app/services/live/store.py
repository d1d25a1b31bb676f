"""The transactions of a live interview: one short one for each thing that happens, and none held between.

The rules belong to what a transaction delegates to, above all `AnswerService` and `lifecycle`; here is what only a live
interview has: which process conducts it, and the conversation. Every write can be made twice, so a process that starts
again repeats the last one without harm.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from app.database import Database, WriteSession
from app.engines.storage import Storage
from app.errors import Conflict
from app.models import Answer, InterviewSession, JobKind, Message, Priority, Question, now
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository, MessageRepository, QuestionRepository
from app.repositories.live import LiveRepository, Unfinished
from app.repositories.rounds import RoundRepository
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import (
    AnswerService,
    HeardAnswer,
    HeardSegment,
    is_open,
    is_settled,
)
from app.services.answers.evaluation_service import ask_to_judge
from app.services.interviews import lifecycle
from app.services.interviews.completion import complete
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import places
from app.services.interviews.rounds.round_service import RoundService
from app.services.live.events import RecordId
from app.services.recordings.keeper import StoredFile


class StaleState(Exception):
    """What this process wanted to write to has changed: the interview was deleted or ended, or the answer replaced."""


class TakenOver(Exception):
    """The conversation goes on in another process."""


@dataclass(frozen=True, slots=True)
class Current:
    """The question that is to be asked, with an unfinished answer to it where there is one.

    `place` is its place in the interview, and `root_place` that of the question that it follows up, or its own (see
    `question_service.Place`). `planned`: how many main questions the interview has. `followed_up`: how many follow-ups
    were added so far to each that is not done, that of this question first.
    """

    question: Question
    follow_up_of: RecordId | None
    answer: Answer | None
    finals: tuple[HeardSegment, ...]
    place: int = 0
    root_place: int = 0
    planned: int = 0
    followed_up: tuple[int, ...] = (0,)


class LiveStore:
    """Rows of live interviews. Methods raise StaleState when there is nothing left to write to."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self.database = database
        self.storage = storage

    # the interview

    async def find(self, subject: Subject, ref: Ref) -> int:
        """The key of the subject's interview. NotFound for anybody else's."""
        async with self.database.reading() as session:
            return (await InterviewService(session).get(subject, ref)).id

    async def begin(self, interview_key: int) -> InterviewSession:
        """The interview, now in progress. Conflict when it is over or has no questions."""
        async with self.database.writing() as session:
            interview = await _interview(session, interview_key)
            lifecycle.require_open(interview)
            if not await QuestionRepository(session).of_session(interview.id):
                raise Conflict("The session has no questions yet. Generate them first.", code="no_questions")
            lifecycle.begin(interview)
            return interview

    async def hold(self, interview_key: int, holder: str) -> bool:
        """Take the interview over; returns whether another process may still conduct it."""
        async with self.database.writing() as session:
            interview = await _interview(session, interview_key)
            before, interview.live_holder = interview.live_holder, holder
            return before is not None

    async def require_hold(self, interview_key: int, holder: str, question: Question) -> None:
        """TakenOver when another process has taken the interview over; StaleState when the question was answered in
        another way meanwhile."""
        async with self.database.reading() as session:
            if (await _interview(session, interview_key)).live_holder != holder:
                raise TakenOver
            answer = await AnswerRepository(session).of_question(question.id)
            if answer is not None and not is_open(answer):
                raise StaleState

    async def release(self, interview_key: int, holder: str) -> None:
        """Give the interview up, unless another process has taken it over."""
        async with self.database.writing() as session:
            interview = await _interview(session, interview_key)
            if interview.live_holder == holder:
                interview.live_holder = None

    async def complete(self, interview_key: int, farewell: str) -> None:
        """The interview is over, with the interviewer's last words; nothing happens when it is over already. While
        rounds are still to be held, only the one in progress is over."""
        async with self.database.writing() as session:
            interview = await _interview(session, interview_key)
            interview.current_question_id = None
            if interview.status == "in_progress":
                message = Message(session_id=interview.id, role="assistant", kind="closing", content=farewell)
                await MessageRepository(session).add(message)
                if not await RoundService(session).end_current(interview):
                    await complete(session, interview)

    # questions and what the interviewer says

    async def current(self, interview_key: int) -> Current | None:
        """The first question that was neither answered nor skipped, or None when there is none."""
        async with self.database.reading() as session:
            interview = await _interview(session, interview_key)
            if not lifecycle.is_open(interview):
                raise StaleState
            answers = AnswerRepository(session)
            every = await answers.of_session(interview.id)
            rows = await _held_rows(session, every)
            row = next((row for row in rows if not is_settled(row)), None)
            if row is None:
                return None
            ids = {other.question.id: RecordId.of(other.question) for other in rows}
            parent = ids.get(row.question.follow_up_of_id) if row.question.follow_up_of_id else None
            segments = await answers.segments(row.answer.id) if row.answer else []
        root = row.question.follow_up_of_id or row.question.id
        added = Counter(other.question.follow_up_of_id for other in rows)
        roots = [other for other in rows if other.question.follow_up_of_id is None]
        later = [other.question.id for other in roots if other.question.id != root and not is_settled(other)]
        numbers = places(other.question for other in every)
        return Current(
            row.question,
            parent,
            row.answer,
            tuple(HeardSegment.of(segment) for segment in segments),
            place=numbers[row.question.id],
            root_place=numbers[root],
            planned=len(roots),
            followed_up=tuple(added[key] for key in (root, *later)),
        )

    async def following(self, question: Question) -> Question | None:
        """The open question that is planned after this one, or None when this is the last."""
        async with self.database.reading() as session:
            for row in await _held_rows(session, await AnswerRepository(session).of_session(question.session_id)):
                unanswered = row.question.skipped_at is None and (row.answer is None or is_open(row.answer))
                if unanswered and row.question.id != question.id:
                    return row.question
        return None

    async def asked(self, question: Question) -> None:
        """The question is put to the candidate; the first time it becomes part of the conversation."""
        async with self.database.writing() as session:
            interview = await _interview(session, question.session_id)
            if not lifecycle.is_open(interview):
                raise StaleState
            row = await _question(session, question.id)
            interview.current_question_id = row.id
            if row.asked_at is None:
                row.asked_at = question.asked_at = now()
                kind = "question" if row.follow_up_of_id is None else "follow_up"
                await _add_message(session, row, "assistant", kind, row.text)

    async def add_message(self, question: Question, kind: str, text: str) -> None:
        """The interviewer said something besides the question."""
        async with self.database.writing() as session:
            await _add_message(session, await _question(session, question.id), "assistant", kind, text)

    async def acknowledgements(self, interview_key: int) -> int:
        """How many answers were acknowledged so far."""
        async with self.database.reading() as session:
            return await LiveRepository(session).count_messages(interview_key, "acknowledgement")

    # answers

    async def open_answer(self, question: Question) -> Answer:
        """The live answer that begins or goes on."""
        async with self._answering(question.id) as (answers, row):
            return await answers.open_live(row)

    async def add_final(self, answer: Answer, final: HeardSegment) -> None:
        """Keep a segment as soon as it was recognised."""
        async with self._answering(answer.question_id) as (answers, _):
            await answers.add_segments(await _answer(answers, answer), [final])

    async def processing(self, answer: Answer) -> None:
        """The candidate is done; a process that finds the answer so closes it without waiting for more."""
        async with self._answering(answer.question_id) as (answers, _):
            answers.end_live(await _answer(answers, answer))

    async def close_answer(self, answer: Answer, heard: HeardAnswer, sound: StoredFile | None) -> Answer:
        """Everything that is known of the answer becomes final, its recording included."""
        async with self._answering(answer.question_id, sound) as (answers, question):
            row = await _answer(answers, answer)
            if await answers.close_live(question, row, heard, sound):
                await _add_message(answers.session, question, "user", "answer", row.text)
                await _ask_to_judge(answers.session, question, row)
            return row

    async def type_answer(self, question: Question, text: str) -> Answer:
        """An answer that was typed and has no recording."""
        async with self._answering(question.id) as (answers, row):
            interview = await _interview(answers.session, row.session_id)
            answer = await answers.type(interview, row, text, live=True)
            await _add_message(answers.session, row, "user", "answer", text)
            await _ask_to_judge(answers.session, row, answer)
            return answer

    async def skip(self, question: Question) -> None:
        """The question is left out, and what was answered to it so far is dropped."""
        async with self._answering(question.id) as (answers, row):
            await answers.skip(await _interview(answers.session, row.session_id), row)
            await _add_message(answers.session, row, "user", "skip", "")

    async def withdraw(self, answer: Answer) -> None:
        """Drop an answer in which nothing was said; its question is open again."""
        async with self._answering(answer.question_id) as (answers, question):
            await _answer(answers, answer)
            await answers.withdraw(question)

    async def left_behind(self, answer_id: UUID) -> Current:
        """An unfinished answer with its question, whether or not the interview is still open."""
        async with self.database.reading() as session:
            answers = AnswerRepository(session)
            answer = await answers.by_ref(answer_id)
            if answer is None or not is_open(answer):
                raise StaleState
            segments = await answers.segments(answer.id)
            question = await _question(session, answer.question_id)
            return Current(question, None, answer, tuple(HeardSegment.of(segment) for segment in segments))

    async def unfinished(self) -> list[Unfinished]:
        """Live answers that nobody closed."""
        async with self.database.reading() as session:
            return await LiveRepository(session).unfinished()

    @asynccontextmanager
    async def _answering(
        self, question_key: int, sound: StoredFile | None = None
    ) -> AsyncIterator[tuple[AnswerService, Question]]:
        """A transaction about the answer to a question. What the rules do not allow any more is StaleState; the file of
        `sound` is deleted when the transaction fails."""
        try:
            async with self.database.writing() as session:
                if sound is not None:
                    session.after_rollback(lambda: self.storage.delete([sound.key]))
                yield AnswerService(session, self.storage), await _question(session, question_key)
        except Conflict as error:
            raise StaleState(error.message) from error


async def _held_rows(session: AnySession, rows: list[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """Those of an interview's questions that are not of rounds that are over."""
    if all(row.question.round_id is None for row in rows):
        return rows
    interview_key = rows[0].question.session_id
    over = {row.id for row in await RoundRepository(session).of_session(interview_key) if row.completed_at is not None}
    return [row for row in rows if row.question.round_id not in over]


async def _interview(session: AnySession, key: int) -> InterviewSession:
    interview = await InterviewRepository(session).by_id(key)
    if interview is None:
        raise StaleState
    return interview


async def _question(session: AnySession, key: int) -> Question:
    question = await QuestionRepository(session).by_id(key)
    if question is None:
        raise StaleState
    return question


async def _answer(answers: AnswerService, answer: Answer) -> Answer:
    """The row of this answer, unless another one took its place."""
    row = await answers.answers.by_id(answer.id)
    if row is None or row.public_id != answer.public_id:
        raise StaleState
    return row


async def _ask_to_judge(session: WriteSession, question: Question, answer: Answer) -> None:
    """The answer is judged behind the scenes, before what nobody waits for; without words it is not."""
    if answer.status == "completed":
        interview = await _interview(session, question.session_id)
        await ask_to_judge(session, interview, answer, kind=JobKind.EVALUATE_LIVE, priority=Priority.LIVE)


async def _add_message(session: WriteSession, question: Question, role: str, kind: str, content: str) -> None:
    await MessageRepository(session).add(
        Message(session_id=question.session_id, question_id=question.id, role=role, kind=kind, content=content)
    )
