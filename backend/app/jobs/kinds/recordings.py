"""A complete upload becomes a recording, which gets what players need and, if it is a film, is looked at.

See `services/recordings`.
"""

from app.database import WriteSession
from app.jobs.kind import Kind, Run
from app.models import Job, JobKind
from app.repositories.recordings import RecordingRepository, UploadRepository
from app.runtime.services import Services


async def _finish_upload(run: Run) -> None:
    await run.services.uploads.finish(run.target)


async def _process(run: Run) -> None:
    await run.services.processing.process(run.target)


async def _look(run: Run) -> None:
    await run.services.films.look(run.target)


async def _not_processed(_services: Services, session: WriteSession, job: Job, reason: str) -> None:
    recording = await RecordingRepository(session).by_ref(job.target) if job.target else None
    if recording is not None and recording.status != "completed":
        recording.status, recording.reason = "failed", reason


async def _not_finished(_services: Services, session: WriteSession, job: Job, reason: str) -> None:
    if job.target is not None:
        await UploadRepository(session).give_up(job.target, reason)


FINISH_UPLOAD = Kind(
    name=JobKind.FINISH_UPLOAD, run=_finish_upload, at_once=lambda _: 2, attempts=20, given_up=_not_finished
)
PROCESS_RECORDING = Kind(name=JobKind.PROCESS_RECORDING, run=_process, at_once=lambda _: 2, given_up=_not_processed)
LOOK_AT_FILM = Kind(name=JobKind.LOOK_AT_FILM, run=_look)
