"""The state of the server and who looked at what, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from app.routers import present_recordings
from app.routers.errors import documented
from app.routers.paging import PageDep
from app.routers.present import page_info
from app.runtime import system
from app.schemas.common import Envelope, wrap
from app.schemas.recording import AuditList
from app.schemas.system import SystemOut
from app.web.dependencies import CurrentAccount, RuntimeDep, ServicesDep
from app.web.text import CleanLine

router = APIRouter(prefix="/api/v1/admin", tags=["Administration"], responses=documented(403))
ActionName = Annotated[str, StringConstraints(max_length=48), CleanLine]


@router.get("/audit-events")
async def list_audit_events(
    account: CurrentAccount,
    services: ServicesDep,
    page: PageDep,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    action: Annotated[ActionName | None, Query(examples=["session_viewed"])] = None,
) -> Envelope[AuditList]:
    """What administrators and recruiters did with the data of others, newest first."""
    events, total = await services.audit.page(
        account, actor_id=actor_id, subject_id=subject_id, action=action, page=page
    )
    shown = [present_recordings.audit_event(event) for event in events]
    return wrap(AuditList(events=shown, pagination=page_info(page.number, page.size, total)))


@router.get("/system")
async def get_system(account: CurrentAccount, runtime: RuntimeDep) -> Envelope[SystemOut]:
    """What is live, what waits, and how much room there is."""
    return wrap(SystemOut.model_validate(await system.describe(runtime, account)))
