"""Accounts and logins: `/api/v1/users`."""

from uuid import UUID

from fastapi import APIRouter, Depends

from app.routers import present
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
from app.web.dependencies import Auth, Caller, Users, limit_address
from app.web.errors import documented

router = APIRouter(prefix="/api/v1/users", tags=["Users"], responses=documented(413, 422, 429))
AUTHENTICATED = documented(401)
FOUND = documented(401, 404)


@router.post("/register", status_code=201, responses=documented(409), dependencies=[Depends(limit_address("register"))])
async def register_user(body: RegisterRequest, auth: Auth) -> Envelope[LoginOut]:
    """Create an account and log in."""
    user = await auth.register(email=body.email, password=body.password, full_name=body.full_name)
    return wrap(present.login(user, await auth.open_session(user)))


@router.post("/login", responses=AUTHENTICATED, dependencies=[Depends(limit_address("login"))])
async def login_user(body: LoginRequest, auth: Auth) -> Envelope[LoginOut]:
    """Get tokens for an account. Ten wrong passwords in a row close it for a quarter of an hour."""
    user = await auth.login(email=body.email, password=body.password)
    return wrap(present.login(user, await auth.open_session(user)))


@router.post("/refresh", responses=AUTHENTICATED, dependencies=[Depends(limit_address("refresh"))])
async def refresh_tokens(body: RefreshRequest, auth: Auth) -> Envelope[TokensOut]:
    """Exchange a refresh token for new tokens. Each is good once; an old one shown again ends the login."""
    return wrap(present.tokens(await auth.refresh(body.refresh_token)))


@router.post("/logout", responses=AUTHENTICATED)
async def logout_user(caller: Caller, auth: Auth) -> Envelope[Message]:
    """End this login: its access and refresh tokens stop working."""
    await auth.logout(caller)
    return wrap(Message(message="Logged out"))


@router.get("/me", responses=AUTHENTICATED)
async def get_me(caller: Caller, users: Users) -> Envelope[UserOut]:
    """The caller's own account."""
    return wrap(UserOut.model_validate(await users.me(caller)))


@router.put("/me", responses=AUTHENTICATED)
async def update_me(body: UpdateUserRequest, caller: Caller, users: Users) -> Envelope[UserOut]:
    """Change the caller's profile."""
    user = await users.update(await users.me(caller), body.model_dump(exclude_unset=True))
    return wrap(UserOut.model_validate(user))


@router.get("/{user_id}", responses=FOUND)
async def get_user(user_id: UUID, caller: Caller, users: Users) -> Envelope[UserOut]:
    """An account by id: one's own, or any for an admin."""
    return wrap(UserOut.model_validate(await users.get(caller, user_id)))


@router.delete("/{user_id}", responses=FOUND)
async def delete_user(user_id: UUID, caller: Caller, users: Users) -> Envelope[Message]:
    """Delete an account with all interviews, recordings and results. This cannot be undone."""
    await users.delete(await users.get(caller, user_id))
    return wrap(Message(message="Account deleted with everything that belonged to it"))


@router.put("/{user_id}/skills", responses=FOUND)
async def update_skills(user_id: UUID, body: SkillsRequest, caller: Caller, users: Users) -> Envelope[UserOut]:
    """Replace the skills of an account."""
    user = await users.set_skills(await users.get(caller, user_id), body.skills)
    return wrap(UserOut.model_validate(user))
