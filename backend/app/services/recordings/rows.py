"""The row of a stored recording, and the work that it makes."""

from collections.abc import Mapping

from app.database import WriteSession
from app.models import InterviewSession, Job, JobKind, Priority, Recording
from app.repositories.jobs import JobRepository
from app.repositories.recordings import RecordingRepository
from app.services.recordings.keeper import StoredFile


async def add_recording(
    session: WriteSession, interview_id: int, question_id: int | None, stored: StoredFile, *, is_answer: bool
) -> Recording:
    """Insert the row and ask for the recording to be processed, in the transaction that accepts it."""
    recording = await RecordingRepository(session).add(
        Recording(
            session_id=interview_id,
            question_id=question_id,
            is_answer=is_answer,
            kind=stored.kind,
            key=stored.key,
            format=stored.format,
            duration=round(stored.seconds, 3),
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
        )
    )
    await JobRepository(session).ask(
        JobKind.PROCESS_RECORDING,
        priority=Priority.BATCH,
        interview_id=interview_id,
        target=recording.public_id,
        key=f"process-recording:{recording.public_id}",
    )
    return recording


async def ask_to_transcribe(
    session: WriteSession,
    interview: InterviewSession,
    recording: Recording,
    *,
    priority: Priority,
    payload: Mapping[str, object],
    delay: float = 0.0,
) -> Job:
    """Have a recording transcribed behind the scenes; asked twice, it is done once."""
    return await JobRepository(session).ask(
        JobKind.TRANSCRIBE,
        priority=priority,
        owner_id=interview.owner_id,
        interview_id=interview.id,
        target=recording.public_id,
        payload=payload,
        key=f"transcribe:{recording.public_id}",
        delay=delay,
    )
