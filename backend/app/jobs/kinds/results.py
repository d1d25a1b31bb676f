"""Feedback and report of an interview, each stored as a whole; the scores that they need are computed first."""

from typing import Any, Protocol

from app.errors import Conflict
from app.jobs.kind import Kind, Later, Run
from app.models import JobKind, Priority
from app.repositories.base import Ref
from app.repositories.jobs import JobRepository
from app.services.accounts.subject import Background, Subject
from app.services.interviews.completion import Part
from app.services.results.overview import BEFORE

SOON = 1.0
"""Seconds after which to look again."""


class Make(Protocol):
    """Makes one of the results. What somebody had made meanwhile stays, unless it is to be made `anew`."""

    async def __call__(self, subject: Subject, ref: Ref, *, anew: bool) -> Any: ...


async def _run(run: Run) -> None:
    key = run.job.interview_id
    assert key is not None  # noqa: S101 - asked for with one
    nobody_waits = run.job.priority > Priority.ASKED
    async with run.database.reading() as session:
        unfinished = await JobRepository(session).unfinished_of(key)
    if nobody_waits and any(job.kind in BEFORE for job in unfinished):
        raise Later(SOON)
    make: dict[Part, Make] = {"feedback": run.services.feedback.generate, "report": run.services.reports.write}
    parts: list[Part] = run.job.payload["make"]
    for number, part in enumerate(parts):
        await run.progress(10 + 80 * number // len(parts), part)
        try:
            await make[part](Background(key), key, anew=not nobody_waits)
        except Conflict as error:
            if error.code != "no_answers" or not nobody_waits:
                raise
            return  # an interview in which nothing was said has no results, and nobody has asked for them


RESULTS = Kind(name=JobKind.RESULTS, run=_run, at_once=lambda _: 2)
