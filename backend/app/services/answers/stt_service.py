"""Transcripts of recordings, made behind the scenes: load, listen without a session, store."""

from uuid import UUID

from app.database import Database, WriteSession
from app.engines.audio import AudioError
from app.engines.stt.base import Overloaded, SttEngine, SttError, Transcription, UnsupportedLanguage
from app.errors import AppError, FieldError, NotFound, Unavailable, Unprocessable
from app.models import Answer, Job, Priority, Question, Recording
from app.repositories.base import Ref
from app.repositories.recordings import RecordingRepository
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService
from app.services.recordings.recording_service import RecordingService
from app.services.recordings.rows import ask_to_transcribe


class SttService:
    """Has recordings transcribed."""

    def __init__(self, database: Database, stt: SttEngine, recordings: RecordingService) -> None:
        self.database = database
        self.stt = stt
        self.recordings = recordings

    async def ask(self, subject: Subject, interview_ref: Ref, question_ref: Ref, *, language: str | None) -> Job:
        """Have the question's recording transcribed. NotFound without one."""
        await self.recordings.of_question(subject, interview_ref, question_ref)
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            recording = await RecordingRepository(session).of_question(question.id)
            if recording is None:
                raise NotFound("This question has no recording any more. Upload one.", code="recording_not_found")
            await AnswerService(session, self.recordings.storage).start_transcription(question)
            payload = {"language": language}
            return await ask_to_transcribe(session, interview, recording, priority=Priority.ASKED, payload=payload)

    async def hear(self, recording: Recording, question: Question, *, language: str | None) -> Transcription:
        """What the engine hears, holding no session.

        Unprocessable for a recording or language that the engine cannot take, Unavailable while it cannot work.
        """
        try:
            async with self.recordings.local_copy(recording) as path:
                return await self.stt.transcribe(path, language=language, hot_words=tuple(question.keywords))
        except (AudioError, SttError) as error:
            raise _as_app_error(error) from error

    async def store(self, session: WriteSession, recording: Recording, heard: Transcription) -> Answer:
        """Keep what was heard. Conflict when the recording was replaced meanwhile; the new one counts."""
        question = await QuestionService(session).by_key(recording.question_id or 0)
        return await AnswerService(session, self.recordings.storage).transcribed(question, recording, heard)

    async def failed(self, session: WriteSession, recording_id: UUID, reason: str) -> None:
        """The recording could not be transcribed; nothing happens when it is not there any more."""
        recording = await RecordingRepository(session).by_ref(recording_id)
        if recording is not None:
            question = await QuestionService(session).by_key(recording.question_id or 0)
            await AnswerService(session, self.recordings.storage).transcription_failed(question, reason)


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
