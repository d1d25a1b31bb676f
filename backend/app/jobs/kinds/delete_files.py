"""Files that no row names any more are deleted; a deletion that somebody asked for has a receipt of its own."""

from app.jobs.kind import Kind, Run
from app.models import JobKind


async def _run(run: Run) -> None:
    keys: list[str] = run.job.payload["names"]
    await run.runtime.storage.delete(keys)
    run.result["files"] = len(keys)
    async with run.database.writing():
        run.finish(payload={})


async def _finish(run: Run) -> None:
    await run.services.remover.finish(run.target)


DELETE_FILES = Kind(name=JobKind.DELETE_FILES, run=_run, attempts=20)
FINISH_DELETION = Kind(name=JobKind.FINISH_DELETION, run=_finish, attempts=50)
