"""Transcripts: from a recording through the speech engine, corrected by the candidate, or typed."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.database import commit
from app.engines.audio import AudioError
from app.engines.stt.base import Overloaded, SttEngine, SttError, Transcription, UnsupportedLanguage
from app.errors import AppError, Conflict, FieldError, NotFound, Unavailable, Unprocessable
from app.models import Answer, InterviewSession, Question
from app.repositories.answers import AnswerRepository, EvaluationRepository
from app.services.answers.recording_service import RecordingService
from app.services.interviews.interview_service import InterviewService


class SttService:
    """Owns the text of answers."""

    def __init__(self, session: AsyncSession, stt: SttEngine, recordings: RecordingService) -> None:
        self.session = session
        self.stt = stt
        self.recordings = recordings
        self.answers = AnswerRepository(session)

    async def transcribe(self, question: Question, *, language: str | None) -> Answer:
        """Transcribe the question's recording. Conflict when it was replaced meanwhile; the new one counts."""
        recording, path = await self.recordings.get(question)
        answer = await self._answer(question)
        answer.status, answer.reason = "processing", None
        await commit(self.session)
        try:
            heard = await self.stt.transcribe(path, language=language, hot_words=tuple(question.keywords))
        except (AudioError, SttError) as error:
            await self._fail(question, error.message)
            raise _as_app_error(error) from error
        current = await self.recordings.recordings.of_question(question.id)
        if current is None or current.name != recording.name:
            raise Conflict("The recording was replaced while it was transcribed. Transcribe the new one.")
        answer = await self._answer(question)
        store_transcription(answer, heard)
        await self._withdraw(question, answer)
        return answer

    async def get(self, question: Question) -> Answer:
        """The transcript of a question's answer."""
        answer = await self.answers.of_question(question.id)
        if answer is None or (answer.status != "completed" and not answer.text):
            raise NotFound("There is no transcript yet. Upload a recording and transcribe it.", code="no_transcript")
        return answer

    async def correct(self, interview: InterviewSession, question: Question, text: str) -> Answer:
        """Take the candidate's own wording while the interview is open; what was heard stays beside it."""
        InterviewService.require_open(interview)
        answer = await self.answers.of_question(question.id)
        if answer is None:
            await InterviewService(self.session, self.recordings.storage).begin(interview)
            answer = await self.answers.add(Answer(question_id=question.id, kind="text"))
            question.skipped_at = None
        elif answer.original_text is None and answer.engine is not None:
            answer.original_text = answer.text
        answer.text, answer.status, answer.reason = text, "completed", None
        await self._withdraw(question, answer)
        return answer

    async def type(
        self, interview: InterviewSession, question: Question, text: str, time_spent: float | None
    ) -> Answer:
        """A typed answer instead of a spoken one; it takes the place of what was there."""
        if await self.recordings.recordings.of_question(question.id) is not None:
            raise Conflict("This question has a recording. Correct its transcript instead of typing an answer.")
        await InterviewService(self.session, self.recordings.storage).begin(interview)
        await self.answers.withdraw(question)
        question.skipped_at = None
        return await self.answers.add(
            Answer(question_id=question.id, kind="text", status="completed", text=text, time_spent=time_spent)
        )

    async def _answer(self, question: Question) -> Answer:
        answer = await self.answers.of_question(question.id)
        return answer or await self.answers.add(Answer(question_id=question.id, kind="audio"))

    async def _fail(self, question: Question, reason: str) -> None:
        answer = await self._answer(question)
        answer.status, answer.reason = "failed", reason
        await commit(self.session)

    async def _withdraw(self, question: Question, answer: Answer) -> None:
        """What was concluded from an earlier text does not hold for this one."""
        await EvaluationRepository(self.session).retire(answer.id)
        await self.answers.withdraw_results(question.session_id)
        await self.session.flush()


def _as_app_error(error: AudioError | SttError) -> AppError:
    """What a client is told when its recording could not be transcribed."""
    if isinstance(error, AudioError):
        return Unprocessable(error.message, code=error.code)
    if isinstance(error, UnsupportedLanguage):
        return Unprocessable(
            error.message, code="unsupported_language", details=[FieldError("language", error.message)]
        )
    wait = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, Overloaded) else None
    return Unavailable(error.message, code="transcription_unavailable", headers=wait)


def store_transcription(answer: Answer, heard: Transcription) -> None:
    """Write what an engine heard into an answer."""
    answer.text = heard.text
    answer.original_text = None
    answer.words = [[word.text, word.start, word.end, word.probability] for word in heard.words]
    answer.language, answer.language_probability = heard.language, heard.language_probability
    answer.confidence, answer.duration = heard.confidence, heard.duration
    answer.engine, answer.engine_version = heard.engine, heard.engine_version
    answer.keeps_fillers, answer.basic_accuracy = heard.keeps_fillers, heard.basic_accuracy
    answer.status, answer.reason = "completed", None if heard.text else "No speech was found in the recording."
