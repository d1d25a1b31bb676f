"""Background work: `/api/v1/jobs`, and how routes answer that have something done behind the scenes."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from app.errors import NotFound
from app.models import Job, JobState
from app.routers import present, present_jobs
from app.routers.errors import documented
from app.runtime.services import Services
from app.schemas.common import Envelope, wrap
from app.schemas.job import JobList, JobOut, JobStateName
from app.services.jobs.job_service import error_of
from app.web.dependencies import CurrentAccount, CurrentSubject, ServicesDep
from app.web.prefix import public

LOOK_AGAIN = 1
"""Seconds after which a client should look at a job again."""
STREAM_SECONDS = 600.0
"""The longest that one stream of events lasts; browsers connect again by themselves."""

router = APIRouter(prefix="/api/v1/jobs", tags=["Jobs"])
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The work waits its turn, or the client prefers not to wait: look at `Location`",
        "headers": {"Location": {"schema": {"type": "string"}, "description": "The job"}},
    }
}


async def done(services: Services, job: Job, patience: float) -> Job | Response:
    """The job once it is completed, or the response that says where to look for it.

    Raises what the job has failed with. A failed attempt is told, too; that another one follows is not waited for.
    """
    found = await services.jobs.wait(job, patience)
    if found is None:
        raise NotFound.of("Session")
    if found.state == JobState.COMPLETED:
        return found
    if found.failure is not None and (error := error_of(found)) is not None:
        raise error
    headers = {"Location": public(f"/api/v1/jobs/{found.public_id}"), "Retry-After": str(LOOK_AGAIN)}
    return Response(status_code=202, headers=headers)


@router.get("", responses=documented(403))
async def list_jobs(
    account: CurrentAccount,
    services: ServicesDep,
    state: JobStateName | None = None,
    everyone: Annotated[bool, Query(description="Those of all accounts, for administrators")] = False,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Envelope[JobList]:
    """The caller's background work, newest first; `state=failed` is what was given up."""
    jobs, total = await services.jobs.page(account, everyone=everyone, state=state, page=page, per_page=per_page)
    pagination = present.page_info(page, per_page, total)
    return wrap(JobList(jobs=[present_jobs.job(job) for job in jobs], pagination=pagination))


@router.get("/{job_id}", responses=documented(404))
async def get_job(job_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Envelope[JobOut]:
    """How far a piece of work is."""
    return wrap(present_jobs.job(await services.jobs.get(subject, job_id)))


@router.get(
    "/{job_id}/events",
    responses={**documented(404), 200: {"content": {"text/event-stream": {}}}},
    response_class=StreamingResponse,
)
async def watch_job(job_id: UUID, subject: CurrentSubject, services: ServicesDep) -> StreamingResponse:
    """The same as server-sent events: one `job` at each change, until it has ended."""
    job = await services.jobs.get(subject, job_id)

    async def events() -> AsyncIterator[str]:
        async for change in services.jobs.watch(job, STREAM_SECONDS):
            yield f"event: job\ndata: {present_jobs.job(change).model_dump_json()}\n\n" if change else ": waiting\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


@router.post("/{job_id}/retry", responses=documented(404, 409))
async def retry_job(job_id: UUID, subject: CurrentSubject, services: ServicesDep) -> Envelope[JobOut]:
    """Try again what was given up."""
    return wrap(present_jobs.job(await services.jobs.retry(subject, job_id)))
