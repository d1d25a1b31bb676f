"""Accounts and logins: `/api/v1/users`."""

from uuid import UUID

from fastapi import APIRouter, Depends

from app.routers import present
from app.routers.errors import documented
from app.schemas.common import Envelope, Message, wrap
from app.schemas.user import (
    LoginOut,
    LoginRequest,
    RefreshRequest,
    RegisterRequest,
    SkillsRequest,
    TokensOut,
    UpdateUserRequest,
    UserOut,
)
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing, limit_address

router = APIRouter(prefix="/api/v1/users", tags=["Users"], responses=documented(429))
AUTHENTICATED = documented(401)
FOUND = documented(401, 404)


@router.post("/register", status_code=201, responses=documented(409), dependencies=[Depends(limit_address("register"))])
async def register_user(body: RegisterRequest, services: ServicesDep) -> Envelope[LoginOut]:
    """Create an account and log in."""
    login = await services.auth.register(email=body.email, password=body.password, full_name=body.full_name)
    return wrap(present.login(login))


@router.post("/login", responses=AUTHENTICATED, dependencies=[Depends(limit_address("login"))])
async def login_user(body: LoginRequest, services: ServicesDep) -> Envelope[LoginOut]:
    """Get tokens for an account. Ten wrong passwords in a row close it for a quarter of an hour."""
    return wrap(present.login(await services.auth.login(email=body.email, password=body.password)))


@router.post("/refresh", responses=AUTHENTICATED, dependencies=[Depends(limit_address("refresh"))])
async def refresh_tokens(body: RefreshRequest, services: ServicesDep) -> Envelope[TokensOut]:
    """Exchange a refresh token for new tokens. Each is good once; an old one shown again ends the login."""
    return wrap(present.tokens(await services.auth.refresh(body.refresh_token)))


@router.post("/logout", responses=AUTHENTICATED)
async def logout_user(account: CurrentAccount, services: ServicesDep) -> Envelope[Message]:
    """End this login: its access and refresh tokens stop working."""
    await services.auth.logout(account)
    return wrap(Message(message="Logged out"))


@router.get("/me", responses=AUTHENTICATED)
async def get_me(account: CurrentAccount, reads: Reading) -> Envelope[UserOut]:
    """The caller's own account."""
    return wrap(UserOut.model_validate(await reads.users.me(account)))


@router.put("/me", responses=AUTHENTICATED)
async def update_me(body: UpdateUserRequest, account: CurrentAccount, writes: Writing) -> Envelope[UserOut]:
    """Change the caller's profile."""
    changes = body.model_dump(exclude_unset=True)
    return wrap(UserOut.model_validate(await writes.users.update(account, account.key, changes)))


@router.get("/{user_id:uuid}", responses=FOUND)
async def get_user(user_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[UserOut]:
    """An account by id: one's own, or any for an admin."""
    return wrap(UserOut.model_validate(await reads.users.get(account, user_id)))


@router.delete("/{user_id:uuid}", responses=FOUND)
async def delete_user(user_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[Message]:
    """Delete an account with all interviews, recordings and results. This cannot be undone."""
    await writes.deletion.account(account, user_id)
    return wrap(Message(message="Account deleted with everything that belonged to it"))


@router.put("/{user_id:uuid}/skills", responses=FOUND)
async def update_skills(
    user_id: UUID, body: SkillsRequest, account: CurrentAccount, writes: Writing
) -> Envelope[UserOut]:
    """Replace the skills of an account."""
    return wrap(UserOut.model_validate(await writes.users.set_skills(account, user_id, body.skills)))
