"""Transcripts of recordings: load, listen without a session, store."""

from app.database import Database
from app.engines.audio import AudioError
from app.engines.stt.base import Overloaded, SttEngine, SttError, UnsupportedLanguage
from app.errors import AppError, FieldError, Unavailable, Unprocessable
from app.models import Answer
from app.repositories.base import Ref
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService
from app.services.answers.recording_service import RecordingService
from app.services.interviews.question_service import QuestionService


class SttService:
    """Has recordings transcribed."""

    def __init__(self, database: Database, stt: SttEngine, recordings: RecordingService) -> None:
        self.database = database
        self.stt = stt
        self.recordings = recordings

    async def transcribe(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref, *, language: str | None
    ) -> Answer:
        """Transcribe the question's recording. Conflict when it was replaced meanwhile; the new one counts.

        Unprocessable for a recording or language that the engine cannot take, Unavailable while it cannot work.
        """
        recording, question, path = await self.recordings.get(subject, interview_ref, question_ref)
        async with self.database.writing() as session:
            await AnswerService(session, self.recordings.storage).start_transcription(question)
        try:
            heard = await self.stt.transcribe(path, language=language, hot_words=tuple(question.keywords))
        except (AudioError, SttError) as error:
            async with self.database.writing() as session:
                question = await QuestionService(session).by_key(question.id)
                await AnswerService(session, self.recordings.storage).transcription_failed(question, error.message)
            raise _as_app_error(error) from error
        async with self.database.writing() as session:
            question = await QuestionService(session).by_key(question.id)
            return await AnswerService(session, self.recordings.storage).transcribed(question, recording, heard)


def _as_app_error(error: AudioError | SttError) -> AppError:
    """What a client is told when its recording could not be transcribed."""
    if isinstance(error, AudioError) and error.code == "busy":
        return Unavailable(error.message, code="transcription_unavailable", headers={"Retry-After": "5"})
    if isinstance(error, AudioError):
        return Unprocessable(error.message, code=error.code)
    if isinstance(error, UnsupportedLanguage):
        return Unprocessable(
            error.message, code="unsupported_language", details=[FieldError("language", error.message)]
        )
    wait = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, Overloaded) else None
    return Unavailable(error.message, code="transcription_unavailable", headers=wait)
