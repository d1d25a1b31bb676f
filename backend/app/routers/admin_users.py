"""Accounts as administrators manage them: `/api/v1/admin/users`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.models.values.kinds import Role
from app.repositories.base import Order
from app.repositories.users import UserSort
from app.routers import present_admin
from app.routers.errors import documented
from app.routers.paging import Direction, PageDep, Search
from app.routers.present import page_info
from app.schemas.admin import (
    AssignedPasswordOut,
    AssignPasswordRequest,
    ManagedUserList,
    ManagedUserOut,
    ManageUserRequest,
)
from app.schemas.common import Envelope, wrap
from app.web.dependencies import CurrentAccount, ServicesDep

router = APIRouter(prefix="/api/v1/admin/users", tags=["Administration"], responses=documented(403))


@router.get("")
async def list_users(
    account: CurrentAccount,
    services: ServicesDep,
    page: PageDep,
    search: Annotated[Search | None, Query(description="In address and name")] = None,
    role: Role | None = None,
    disabled: bool | None = None,
    guests: Annotated[bool, Query(description="Guests instead, who have not signed up")] = False,
    sort: UserSort = "created_at",
    order: Direction = "desc",
) -> Envelope[ManagedUserList]:
    """Accounts, newest first."""
    users, total = await services.administration.page(
        account,
        search=search,
        role=role,
        disabled=disabled,
        guests=guests,
        order=Order(sort, order == "asc"),
        page=page,
    )
    shown = [present_admin.user(user) for user in users]
    return wrap(ManagedUserList(users=shown, pagination=page_info(page.number, page.size, total)))


@router.get("/{user_id}", responses=documented(404))
async def get_managed_user(user_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[ManagedUserOut]:
    """One account."""
    return wrap(present_admin.user(await services.administration.get(account, user_id)))


@router.put("/{user_id}", responses=documented(404, 409))
async def manage_user(
    user_id: UUID, body: ManageUserRequest, account: CurrentAccount, services: ServicesDep
) -> Envelope[ManagedUserOut]:
    """Give an account another role, or disable or enable it. The last administrator stays one."""
    changes = body.model_dump(exclude_unset=True)
    return wrap(present_admin.user(await services.administration.change(account, user_id, **changes)))


@router.post("/{user_id}/reset-password", responses=documented(404, 409))
async def assign_password(
    user_id: UUID, account: CurrentAccount, services: ServicesDep, body: AssignPasswordRequest | None = None
) -> Envelope[AssignedPasswordOut]:
    """Give somebody else a new password; all their logins end. Tell them another way than by this server."""
    chosen = await services.administration.reset_password(account, user_id, body.new_password if body else None)
    return wrap(AssignedPasswordOut(new_password=chosen))
