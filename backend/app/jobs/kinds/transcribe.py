"""A recording becomes a transcript, and then goes to the judge where nobody has asked for that yet."""

from app.config import Settings
from app.database import WriteSession
from app.errors import Conflict
from app.jobs.kind import Kind, Run
from app.models import Job, JobKind, Priority
from app.repositories.recordings import RecordingRepository
from app.runtime.services import Services
from app.services.accounts.subject import Background
from app.services.answers.evaluation_service import ask_to_judge
from app.services.interviews.completion import remake
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import QuestionService


async def _run(run: Run) -> None:
    transcripts = run.services.transcripts
    async with run.database.reading() as session:
        recording = await RecordingRepository(session).by_ref(run.target)
        if recording is None or recording.question_id is None:
            return  # replaced or withdrawn since
        question = await QuestionService(session).by_key(recording.question_id)
    heard = await transcripts.hear(recording, question, language=run.job.payload.get("language"))
    is_asked_for = not run.job.payload.get("evaluate")
    async with run.database.writing() as session:
        try:
            answer = await transcripts.store(session, recording, heard)
        except Conflict:
            if is_asked_for:
                raise
            return  # replaced meanwhile, and nobody waits: the new one has a job of its own
        interview = await InterviewService(session).get(Background(question.session_id), question.session_id)
        if not is_asked_for:
            await ask_to_judge(session, interview, answer, priority=Priority.BATCH)
        await remake(session, interview)
        run.finish()


async def _given_up(services: Services, session: WriteSession, job: Job, reason: str) -> None:
    assert job.target is not None  # noqa: S101 - asked for with one
    await services.transcripts.failed(session, job.target, reason)


def _at_once(settings: Settings) -> int:
    """One more than the engine hears at once, which is loaded or stored meanwhile."""
    return settings.stt.workers + 1


TRANSCRIBE = Kind(name=JobKind.TRANSCRIBE, run=_run, given_up=_given_up, at_once=_at_once)
