"""Credits: interviews that remain to an account on faces where creating one takes a credit."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.routers import present
from app.routers.errors import documented
from app.schemas.common import Envelope, wrap
from app.schemas.credit import CreditEntryOut, CreditList, CreditsOut, GrantRequest
from app.web.dependencies import CurrentAccount, Reading, Writing

router = APIRouter(prefix="/api/v1", tags=["Credits"])


@router.post("/admin/users/{user_id}/credits", responses=documented(403, 404, 409))
async def grant_credits(
    user_id: UUID, body: GrantRequest, account: CurrentAccount, writes: Writing
) -> Envelope[CreditsOut]:
    """Give an account more interviews, or take some back; for administrators."""
    user = await writes.credits.grant(user_id, body.interviews, granted_by=account, note=body.note)
    return wrap(CreditsOut(user_id=user.public_id, interviews_remaining=user.interviews_remaining))


@router.get("/users/{user_id:uuid}/credits", responses=documented(404))
async def list_credits(
    user_id: UUID,
    account: CurrentAccount,
    reads: Reading,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Envelope[CreditList]:
    """How the credits of an account changed, newest first: one's own, or any for an admin."""
    entries, total = await reads.credits.page(account, user_id, page=page, per_page=per_page)
    pagination = present.page_info(page, per_page, total)
    return wrap(CreditList(entries=[CreditEntryOut.model_validate(row) for row in entries], pagination=pagination))
