"""Files that no row names any more are deleted. What is left is a receipt: how many there were."""

from app.jobs.kind import Kind, Run
from app.models import JobKind


async def _run(run: Run) -> None:
    names: list[str] = run.job.payload["names"]
    await run.runtime.storage.delete_all(names)
    run.result["files"] = len(names)
    async with run.database.writing():
        run.finish(payload={})


DELETE_FILES = Kind(name=JobKind.DELETE_FILES, run=_run, attempts=20)
