"""Answers: one set of rules for uploaded, typed, live and recorded ones, about replacing, skipping and withdrawing.

A question has at most one answer. A new one takes the place of the old with its recording and evaluation, and what was
computed for the whole interview is withdrawn. A live answer is open until it is closed; whoever answers the question in
another way meanwhile takes it over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.database import WriteSession
from app.engines.storage import Storage
from app.engines.stt.base import TimedWord, Transcription, mean_probability
from app.errors import Conflict, FieldError, Unprocessable
from app.models import Answer, InterviewSession, Question, Recording, TranscriptSegment, now
from app.models.values.evaluation import OwnView
from app.models.values.kinds import PointView
from app.repositories.answers import AnsweredQuestion, AnswerRepository, EvaluationRepository
from app.repositories.jobs import JobRepository
from app.repositories.live import UNFINISHED
from app.repositories.recordings import RecordingRepository
from app.repositories.results import ReportRepository
from app.repositories.rounds import RoundRepository
from app.services.interviews import lifecycle
from app.services.recordings.keeper import StoredFile
from app.services.recordings.rows import add_recording
from app.services.results import screening

_WORDS = re.compile(r"\w+")
NO_SPEECH = "No speech was found in the recording."


@dataclass(frozen=True, slots=True)
class HeardSegment:
    """A final piece of a live transcript; times are seconds in the answer."""

    number: int
    text: str
    start: float
    end: float
    words: tuple[TimedWord, ...]
    confidence: float | None
    engine: str

    @classmethod
    def of(cls, row: TranscriptSegment) -> "HeardSegment":
        """A segment as it was stored."""
        return cls(
            number=row.number,
            text=row.text,
            start=row.start,
            end=row.end,
            words=tuple(TimedWord(*word) for word in row.words),
            confidence=row.confidence,
            engine=row.engine,
        )


@dataclass(frozen=True, slots=True)
class HeardAnswer:
    """What came of listening to a live answer. `failure` says why words are missing, if some are.

    `typed` was written by the candidate and takes the place of what was heard. `whole` is a second transcription of the
    whole recording, made where the live one failed. `engine` describes the recogniser that listened.
    """

    segments: Sequence[HeardSegment]
    engine: "Recogniser"
    typed: str | None = None
    failure: str | None = None
    language: str | None = None
    whole: Transcription | None = None

    @property
    def text(self) -> str:
        """Everything that was heard, in order."""
        return self.whole.text if self.whole else " ".join(segment.text for segment in self.segments)

    @property
    def words(self) -> list[TimedWord]:
        """The words of `text` with their times in the answer."""
        if self.whole is not None:
            return list(self.whole.words)
        return [word for segment in self.segments for word in segment.words]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What a stored transcript says of the engine that made it."""

    name: str
    version: str
    keeps_fillers: bool
    basic_accuracy: bool


def _answered_once() -> Conflict:
    return Conflict("In a screening, each question can be answered only once.", code="answered")


def is_open(answer: Answer) -> bool:
    """Whether the answer is a live one that was not closed."""
    return answer.kind == "live" and answer.status in UNFINISHED


def is_settled(row: AnsweredQuestion) -> bool:
    """Whether a question was answered or skipped. A live answer that is open does not count."""
    return row.question.skipped_at is not None or (row.answer is not None and not is_open(row.answer))


class AnswerService:
    """The rules of answers within one transaction. Interview and question are rows of the same transaction."""

    def __init__(self, session: WriteSession, storage: Storage) -> None:
        self.session = session
        self.storage = storage
        self.answers = AnswerRepository(session)
        self.recordings = RecordingRepository(session)

    # answers that come as a whole

    async def record(
        self,
        interview: InterviewSession,
        question: Question,
        sound: StoredFile,
        *,
        received_at: datetime | None = None,
    ) -> Recording:
        """A recording becomes the answer to a question; its transcript is still to be made. `received_at` is when it
        came, of a file in one piece when it began to: that it takes long is no fault of the candidate."""
        await self._require_open_round(question, received_at=received_at)
        lifecycle.begin(interview, received_at=received_at)
        await self._replace(interview, question)
        await self.answers.add(Answer(question_id=question.id, kind=sound.kind, duration=round(sound.seconds, 3)))
        return await self._attach(question, sound)

    async def type(
        self,
        interview: InterviewSession,
        question: Question,
        text: str,
        *,
        time_spent: float | None = None,
        live: bool = False,
    ) -> Answer:
        """A typed answer. Conflict when there is a recording: its transcript is to be corrected instead."""
        if await self.recordings.of_question(question.id) is not None:
            raise Conflict("This question has a recording. Correct its transcript instead of typing an answer.")
        await self._require_open_round(question)
        lifecycle.begin(interview)
        await self._replace(interview, question)
        kind = "live" if live else "text"
        return await self.answers.add(
            Answer(question_id=question.id, kind=kind, status="completed", text=text, time_spent=time_spent)
        )

    async def skip(self, interview: InterviewSession, question: Question) -> None:
        """Leave a question out; it counts as 0 until it is answered after all. An open live answer is dropped; Conflict
        when the question has an answer."""
        lifecycle.require_open(interview)
        await self._require_open_round(question)
        answer = await self.answers.of_question(question.id)
        if answer is not None and not is_open(answer):
            raise Conflict(
                "This question already has an answer. Upload or type another one to replace it.", code="answered"
            )
        await self.withdraw(question)
        question.skipped_at = question.skipped_at or now()
        await self.session.flush()

    async def withdraw(self, question: Question) -> None:
        """Remove the answer to a question with its recording, and what was concluded from it."""
        recording = await self.recordings.of_question(question.id)
        if recording is not None:
            await self._drop(recording)
        await self.answers.withdraw(question)

    # transcripts

    async def start_transcription(self, question: Question) -> None:
        """The recording of a question is being transcribed."""
        answer = await self._of_recording(question)
        answer.status, answer.reason = "processing", None

    async def transcribed(self, question: Question, recording: Recording, heard: Transcription) -> Answer:
        """Keep what an engine heard. Conflict when the recording was replaced meanwhile; the new one counts."""
        current = await self.recordings.of_question(question.id)
        if current is None or current.id != recording.id:
            raise Conflict("The recording was replaced while it was transcribed. Transcribe the new one.")
        answer = await self._of_recording(question)
        answer.text, answer.original_text, answer.corrected_at = heard.text, None, None
        answer.words = _stored(heard.words)
        answer.hesitations = [[begin, end] for begin, end in heard.hesitations]
        answer.language, answer.language_probability = heard.language, heard.language_probability
        answer.confidence, answer.duration = heard.confidence, heard.duration
        answer.engine, answer.engine_version = heard.engine, heard.engine_version
        answer.keeps_fillers, answer.basic_accuracy = heard.keeps_fillers, heard.basic_accuracy
        answer.status, answer.reason = "completed", None if heard.text else NO_SPEECH
        await self._changed(question, answer)
        return answer

    async def transcription_failed(self, question: Question, reason: str) -> None:
        """The recording could not be transcribed."""
        answer = await self._of_recording(question)
        answer.status, answer.reason = "failed", reason

    async def correct(self, interview: InterviewSession, question: Question, text: str) -> Answer:
        """Take the candidate's own wording while the interview is open; what was heard stays beside it. Without an
        answer it becomes a typed one. Conflict for what was typed in a screening: that is another answer."""
        lifecycle.require_open(interview)
        await self._require_open_round(question)
        answer = await self.answers.of_question(question.id)
        if answer is None:
            return await self.type(interview, question, text)
        if answer.engine is None and interview.kind == "screening":
            raise _answered_once()
        if answer.original_text is None and answer.engine is not None:
            answer.original_text = answer.text
        answer.corrected_at = now()
        answer.text, answer.status, answer.reason = text, "completed", None
        await self._changed(question, answer)
        return answer

    async def mark_points(
        self, interview: InterviewSession, question: Question, views: Mapping[int, PointView]
    ) -> tuple[OwnView, ...]:
        """Keep the candidate's own view of expected points, by their place in the evaluation; it moves no score.

        It takes the place of an earlier view, and a report that was written before shows it too. Conflict without an
        evaluation, Unprocessable when there is no such point; Forbidden in a screening, which names no points.
        """
        screening.refuse(interview, "Marking points")
        answer = await self.answers.of_question(question.id)
        evaluation = await EvaluationRepository(self.session).current(answer.id) if answer is not None else None
        if answer is None or evaluation is None:
            raise Conflict(
                "This answer has not been evaluated yet, so there are no points to mark.", code="no_evaluation"
            )
        points = evaluation.detail.points
        if unknown := [place for place in views if place >= len(points)]:
            message = f"There is no point {min(unknown)}: this question has {len(points)}, counted from 0."
            raise Unprocessable(message, details=[FieldError("points", message)])
        answer.own_view = tuple(OwnView(points[place].text, view) for place, view in sorted(views.items()))
        report = await ReportRepository(self.session).of_session(interview.id)
        if report is not None:
            report.content = replace(
                report.content,
                questions=tuple(
                    replace(entry, own_view=answer.own_view) if entry.question_key == question.id else entry
                    for entry in report.content.questions
                ),
            )
        await self.session.flush()
        return answer.own_view

    # live answers

    async def open_live(self, question: Question) -> Answer:
        """The live answer that begins or goes on. Conflict when the question was answered in another way meanwhile."""
        await self._require_open_round(question)
        found = await self.answers.of_question(question.id)
        if found is not None and not is_open(found):
            raise Conflict("This question has been answered in another way in the meantime.", code="answered")
        return found or await self.answers.add(Answer(question_id=question.id, kind="live"))

    async def add_segments(self, answer: Answer, segments: Sequence[HeardSegment]) -> None:
        """Keep segments of a live answer; those that are known already stay as they are."""
        known = {segment.number for segment in await self.answers.segments(answer.id)}
        self.session.add_all(
            TranscriptSegment(
                answer_id=answer.id,
                number=segment.number,
                text=segment.text,
                start=segment.start,
                end=segment.end,
                words=_stored(segment.words),
                confidence=segment.confidence,
                engine=segment.engine,
            )
            for segment in segments
            if segment.number not in known
        )
        await self.session.flush()

    def end_live(self, answer: Answer) -> None:
        """The candidate is done with a live answer: it takes no more audio and only has to be closed."""
        if is_open(answer):
            answer.status = "processing"

    async def close_live(
        self, question: Question, answer: Answer, heard: HeardAnswer, sound: StoredFile | None
    ) -> bool:
        """Everything that is known of a live answer becomes final; may be repeated. Returns whether it was open."""
        await self.add_segments(answer, heard.segments)
        if sound is not None:
            await self._attach(question, sound)
            answer.duration = round(sound.seconds, 3)
        was_open = answer.status != "completed"
        if was_open:
            _fill(answer, heard)
        question.skipped_at = None
        await self._changed(question, answer)
        return was_open

    # what they share

    async def _require_open_round(self, question: Question, *, received_at: datetime | None = None) -> None:
        """Conflict when the question belongs to a round that is over, and was when the answer was received."""
        if question.round_id is not None:
            row = await RoundRepository(self.session).by_id(question.round_id)
            if row is not None and row.completed_at is not None and (received_at or now()) > row.completed_at:
                raise Conflict(f"Round {row.number} ({row.name}) is completed: its answers stay.", code="round_closed")

    async def _replace(self, interview: InterviewSession, question: Question) -> None:
        """Make room for a new answer. Conflict in a screening, where the first one counts."""
        if interview.kind == "screening":
            answer = await self.answers.of_question(question.id)
            if answer is not None and not is_open(answer):
                raise _answered_once()
        await self.withdraw(question)
        question.skipped_at = None

    async def _attach(self, question: Question, sound: StoredFile) -> Recording:
        """The row of a recording, instead of an earlier one. Its new file is the caller's until the commit."""
        old = await self.recordings.of_question(question.id)
        if old is not None:
            await self._drop(old)
        return await add_recording(self.session, question.session_id, question.id, sound, is_answer=True)

    async def _drop(self, recording: Recording) -> None:
        await self.recordings.delete(recording)
        await JobRepository(self.session).delete_files(recording.keys)

    async def _of_recording(self, question: Question) -> Answer:
        answer = await self.answers.of_question(question.id)
        return answer or await self.answers.add(Answer(question_id=question.id, kind="audio"))

    async def _changed(self, question: Question, answer: Answer) -> None:
        """What was concluded from an earlier text does not hold for this one."""
        answer.own_view = ()
        await EvaluationRepository(self.session).retire(answer.id)
        await self.answers.withdraw_results(question.session_id)
        await self.session.flush()


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in signs, spaces and capitals at most."""
    return _WORDS.findall(one.casefold()) == _WORDS.findall(other.casefold())


def _fill(answer: Answer, heard: HeardAnswer) -> None:
    typed = None if heard.typed is None or same_words(heard.typed, heard.text) else heard.typed
    answer.text = typed or heard.text
    answer.original_text, answer.corrected_at = (heard.text, now()) if typed else (None, None)
    answer.words = _stored(heard.words)
    answer.hesitations = [[begin, end] for begin, end in heard.whole.hesitations] if heard.whole else []
    answer.confidence = mean_probability(heard.words)
    answer.language = heard.language
    answer.engine = heard.segments[-1].engine if heard.segments else heard.engine.name
    answer.engine_version = heard.engine.version
    answer.keeps_fillers, answer.basic_accuracy = heard.engine.keeps_fillers, heard.engine.basic_accuracy
    failed = heard.failure is not None and not answer.text
    answer.status = "failed" if failed else "completed"
    answer.reason = heard.failure or (None if answer.text else NO_SPEECH)


def _stored(words: Sequence[TimedWord]) -> list[list[object]]:
    return [[word.text, word.start, word.end, word.probability] for word in words]
