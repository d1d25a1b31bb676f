"""What a live interview writes: one short transaction for each thing that happens, and nothing held between.

Every write can be made twice: a process that starts again repeats the last one without harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, after_commit, after_rollback
from app.engines.storage import Storage
from app.engines.stt.base import SttEngine, TimedWord, Transcription, mean_probability
from app.errors import Conflict
from app.models import Answer, Evaluation, InterviewSession, Message, Question, Recording, TranscriptSegment, now
from app.repositories.answers import AnswerRepository, EvaluationRepository, RecordingRepository
from app.repositories.interviews import InterviewRepository, MessageRepository, QuestionRepository
from app.repositories.live import UNFINISHED, LiveRepository, Unfinished
from app.schemas.live import FinalText
from app.services.answers.evaluation_service import EvaluationService, JudgeRunner
from app.services.interviews.follow_up_service import FollowUpService
from app.services.interviews.interview_service import InterviewService
from app.services.live.recorder import Kept

NO_SPEECH = "No speech was found in the recording."


class Gone(Exception):
    """The interview was deleted or ended, or the answer replaced, by somebody else."""


class TakenOver(Exception):
    """The conversation goes on in another process."""


@dataclass(frozen=True, slots=True)
class Current:
    """The question that is to be asked, with an unfinished answer to it where there is one."""

    question: Question
    follow_up_of: UUID | None
    answer: Answer | None
    finals: tuple[FinalText, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of listening. `typed` takes the place of the words; `failure` says why some are missing.

    `whole` is a second transcription of the whole recording, made where the live one failed.
    """

    finals: Sequence[FinalText]
    typed: str | None = None
    failure: str | None = None
    language: str | None = None
    whole: Transcription | None = None

    @property
    def text(self) -> str:
        """Everything that was heard, in order."""
        return self.whole.text if self.whole else " ".join(final.text for final in self.finals)

    @property
    def words(self) -> list[TimedWord]:
        """The words of `text` with their times in the answer."""
        if self.whole is not None:
            return list(self.whole.words)
        return [TimedWord(*word) for final in self.finals for word in final.words]


class LiveStore:
    """Rows of live interviews. Methods raise Gone when there is nothing left to write to."""

    def __init__(self, database: Database, storage: Storage, judge: JudgeRunner, stt: SttEngine) -> None:
        self.database = database
        self.storage = storage
        self.judge = judge
        self.stt = stt

    async def begin(self, interview_key: int) -> InterviewSession:
        """The interview, now in progress. Conflict when it is over or has no questions."""
        async with self.database.writing() as session:
            interview = await self._interview(session, interview_key)
            InterviewService.require_open(interview)
            if not await QuestionRepository(session).of_session(interview.id):
                raise Conflict("The session has no questions yet. Generate them first.", code="no_questions")
            await InterviewService(session, self.storage).begin(interview)
            return interview

    async def hold(self, interview_key: int, holder: str) -> bool:
        """Take the interview over; returns whether somebody else may still believe to hold it."""
        async with self.database.writing() as session:
            interview = await self._interview(session, interview_key)
            before, interview.live_holder = interview.live_holder, holder
            return before is not None

    async def require_hold(self, interview_key: int, holder: str) -> None:
        """TakenOver when somebody else holds the interview now."""
        async with self.database.reading() as session:
            if (await self._interview(session, interview_key)).live_holder != holder:
                raise TakenOver

    async def release(self, interview_key: int, holder: str) -> None:
        """Hold it no more, if nobody else does."""
        async with self.database.writing() as session:
            interview = await self._interview(session, interview_key)
            if interview.live_holder == holder:
                interview.live_holder = None

    async def current(self, interview_key: int) -> Current | None:
        """The first question that was neither answered nor skipped, or None when all were."""
        async with self.database.reading() as session:
            interview = await self._interview(session, interview_key)
            _require_open(interview)
            answers = AnswerRepository(session)
            rows = await answers.of_session(interview.id)
            ids = {row.question.id: row.question.public_id for row in rows}
            for row in rows:
                question, answer = row.question, row.answer
                if question.skipped_at is not None or (answer is not None and not _is_open(answer)):
                    continue
                segments = await answers.segments(answer.id) if answer else []
                parent = ids.get(question.follow_up_of_id) if question.follow_up_of_id else None
                return Current(question, parent, answer, tuple(_final(segment) for segment in segments))
        return None

    async def following(self, question: Question) -> Question | None:
        """The open question that is planned after this one, or None when this is the last."""
        async with self.database.reading() as session:
            for row in await AnswerRepository(session).of_session(question.session_id):
                is_open = row.question.skipped_at is None and (row.answer is None or _is_open(row.answer))
                if is_open and row.question.id != question.id:
                    return row.question
        return None

    async def asked(self, question: Question) -> None:
        """The question is put to the candidate; the first time it becomes part of the conversation."""
        async with self.database.writing() as session:
            interview = await self._interview(session, question.session_id)
            _require_open(interview)
            row = await self._question(session, question.id)
            interview.current_question_id = row.id
            if row.asked_at is None:
                row.asked_at = question.asked_at = now()
                kind = "question" if row.follow_up_of_id is None else "follow_up"
                await MessageRepository(session).add(_message(row, "assistant", kind, row.text))

    async def said(self, question: Question, kind: str, text: str) -> None:
        """The interviewer said something else."""
        async with self.database.writing() as session:
            row = await self._question(session, question.id)
            await MessageRepository(session).add(_message(row, "assistant", kind, text))

    async def acknowledgements(self, interview_key: int) -> int:
        """How many answers were acknowledged so far."""
        async with self.database.reading() as session:
            return await LiveRepository(session).count_messages(interview_key, "acknowledgement")

    async def open_answer(self, question: Question) -> Answer:
        """The live answer that begins or goes on. Gone when the question was answered in another way meanwhile."""
        async with self.database.writing() as session:
            row = await self._question(session, question.id)
            answers = AnswerRepository(session)
            found = await answers.of_question(row.id)
            if found is not None and not _is_open(found):
                raise Gone
            return found or await answers.add(Answer(question_id=row.id, kind="live"))

    async def add_final(self, answer: Answer, final: FinalText) -> None:
        """A segment was heard."""
        async with self.database.writing() as session:
            await self._answer(session, answer)
            await _add_missing(session, answer, [final])

    async def processing(self, answer: Answer) -> None:
        """The candidate is done; a process that finds this closes the answer without waiting for more."""
        async with self.database.writing() as session:
            row = await self._answer(session, answer)
            if _is_open(row):
                row.status = "processing"

    async def close_answer(self, answer: Answer, heard: Heard, kept: Kept | None) -> Answer:
        """Everything that is known of the answer becomes final, its sound included."""
        async with self.database.writing() as session:
            if kept is not None:
                after_rollback(session, lambda: self.storage.delete_all([kept.name]))
            row = await self._answer(session, answer)
            question = await self._question(session, row.question_id)
            await _add_missing(session, row, heard.finals)
            if kept is not None:
                await self._attach(session, question, kept)
                row.duration = round(kept.seconds, 3)
            if row.status != "completed":
                self._fill(row, heard)
                await MessageRepository(session).add(_message(question, "user", "answer", row.text))
            question.skipped_at = None
            await EvaluationRepository(session).retire(row.id)
            await AnswerRepository(session).withdraw_results(question.session_id)
            return row

    async def type_answer(self, question: Question, text: str) -> Answer:
        """An answer that was typed and has no sound."""
        async with self.database.writing() as session:
            row = await self._question(session, question.id)
            answers = AnswerRepository(session)
            await answers.withdraw(row)
            row.skipped_at = None
            await MessageRepository(session).add(_message(row, "user", "answer", text))
            # kind live: so that its evaluation, too, is taken up again after a crash
            return await answers.add(Answer(question_id=row.id, kind="live", status="completed", text=text))

    async def skip(self, question: Question) -> None:
        """The question is left out, and what was said to it so far is dropped."""
        async with self.database.writing() as session:
            row = await self._question(session, question.id)
            await AnswerRepository(session).withdraw(row)
            row.skipped_at = now()
            await MessageRepository(session).add(_message(row, "user", "skip", ""))

    async def withdraw(self, answer: Answer) -> None:
        """Drop an answer in which nothing was said; its question is open again."""
        async with self.database.writing() as session:
            row = await self._answer(session, answer)
            await AnswerRepository(session).withdraw(await self._question(session, row.question_id))

    async def judge_answer(self, question_key: int) -> Evaluation:
        """Judge the answer to a question and store the evaluation."""
        async with self.database.writing() as session:
            question = await self._question(session, question_key)
            return await EvaluationService(session, self.judge).evaluate(question)

    async def follow_up(self, question: Question, evaluation: Evaluation) -> Question | None:
        """A further question about what the answer left out, where there is one to ask."""
        async with self.database.writing() as session:
            row = await self._question(session, question.id)
            return await FollowUpService(session).next_for(row, evaluation)

    async def complete(self, interview_key: int, farewell: str) -> None:
        """The interview is over, with the interviewer's last words; fine when it is already."""
        async with self.database.writing() as session:
            interview = await self._interview(session, interview_key)
            interview.current_question_id = None
            if interview.status == "in_progress":
                message = Message(session_id=interview.id, role="assistant", kind="closing", content=farewell)
                await MessageRepository(session).add(message)
                await InterviewService(session, self.storage).complete(interview)

    async def left_behind(self, answer_id: UUID) -> Current:
        """The unfinished answer with its question, whether or not the interview is still open."""
        async with self.database.reading() as session:
            answers = AnswerRepository(session)
            answer = await answers.by_public_id(answer_id)
            if answer is None or not _is_open(answer):
                raise Gone
            segments = await answers.segments(answer.id)
            question = await self._question(session, answer.question_id)
            return Current(question, None, answer, tuple(_final(segment) for segment in segments))

    async def unfinished(self) -> list[Unfinished]:
        """Live answers that nobody closed."""
        async with self.database.reading() as session:
            return await LiveRepository(session).unfinished()

    async def unjudged(self) -> list[int]:
        """Questions whose live answer waits for its evaluation."""
        async with self.database.reading() as session:
            return await LiveRepository(session).unjudged()

    async def _attach(self, session: AsyncSession, question: Question, kept: Kept) -> None:
        recordings = RecordingRepository(session)
        old = await recordings.of_question(question.id)
        if old is not None:
            await recordings.delete(old)
            after_commit(session, lambda: self.storage.delete_all([old.name]))
        await recordings.add(
            Recording(
                question_id=question.id,
                name=kept.name,
                format="wav",
                duration=round(kept.seconds, 3),
                size_bytes=kept.size,
                sha256=kept.sha256,
            )
        )

    def _fill(self, row: Answer, heard: Heard) -> None:
        row.text = heard.typed or heard.text
        row.original_text = heard.text if heard.typed else None
        row.words = [[word.text, word.start, word.end, word.probability] for word in heard.words]
        row.confidence = mean_probability(heard.words)
        row.language = heard.language
        row.engine = heard.finals[-1].engine if heard.finals else self.stt.name
        row.engine_version = self.stt.version
        row.keeps_fillers, row.basic_accuracy = self.stt.keeps_fillers, self.stt.basic_accuracy
        failed = heard.failure is not None and not row.text
        row.status = "failed" if failed else "completed"
        row.reason = heard.failure or (None if row.text else NO_SPEECH)

    async def _interview(self, session: AsyncSession, key: int) -> InterviewSession:
        interview = await InterviewRepository(session).by_id(key)
        if interview is None:
            raise Gone
        return interview

    async def _question(self, session: AsyncSession, key: int) -> Question:
        question = await QuestionRepository(session).by_id(key)
        if question is None:
            raise Gone
        return question

    async def _answer(self, session: AsyncSession, answer: Answer) -> Answer:
        row = await AnswerRepository(session).by_id(answer.id)
        if row is None or row.public_id != answer.public_id:
            raise Gone
        return row


def _require_open(interview: InterviewSession) -> None:
    try:
        InterviewService.require_open(interview)
    except Conflict as error:
        raise Gone from error


def _is_open(answer: Answer) -> bool:
    """Whether the answer is a live one that was not closed."""
    return answer.kind == "live" and answer.status in UNFINISHED


async def _add_missing(session: AsyncSession, answer: Answer, finals: Sequence[FinalText]) -> None:
    known = {segment.number for segment in await AnswerRepository(session).segments(answer.id)}
    session.add_all(
        TranscriptSegment(
            answer_id=answer.id,
            number=final.segment,
            text=final.text,
            start=final.start,
            end=final.end,
            words=[list(word) for word in final.words],
            confidence=final.confidence,
            engine=final.engine,
        )
        for final in finals
        if final.segment not in known
    )


def _final(segment: TranscriptSegment) -> FinalText:
    return FinalText(
        segment=segment.number,
        text=segment.text,
        start=segment.start,
        end=segment.end,
        words=[(str(word[0]), word[1], word[2], word[3]) for word in segment.words],
        confidence=segment.confidence,
        engine=segment.engine,
    )


def _message(question: Question, role: str, kind: str, content: str) -> Message:
    return Message(session_id=question.session_id, question_id=question.id, role=role, kind=kind, content=content)
