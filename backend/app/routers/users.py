"""Accounts and logins: `/api/v1/users`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from app.routers import present_accounts as present
from app.routers import present_recordings
from app.routers.errors import documented
from app.schemas.common import Envelope, Message, wrap
from app.schemas.recording import DeletionOut
from app.schemas.user import (
    ChangePasswordRequest,
    ForgotPasswordRequest,
    LoginList,
    LoginOut,
    LoginRequest,
    RefreshRequest,
    RegisterRequest,
    ResetPasswordRequest,
    SkillsRequest,
    TokensOut,
    UpdateUserRequest,
    UserOut,
)
from app.web.dependencies import CallerDep, CurrentAccount, Reading, ServicesDep, Writing, limit_address
from app.web.files import file_content, zip_file

router = APIRouter(prefix="/api/v1/users", tags=["Users"], responses=documented(429))
AUTHENTICATED = documented(401)
FOUND = documented(401, 404)


@router.post("/register", status_code=201, responses=documented(409), dependencies=[Depends(limit_address("register"))])
async def register_user(body: RegisterRequest, services: ServicesDep, caller: CallerDep) -> Envelope[LoginOut]:
    """Create an account and log in."""
    login = await services.auth.register(
        email=body.email, password=body.password, full_name=body.full_name, user_agent=caller.user_agent
    )
    return wrap(present.login(login))


@router.post("/login", responses=AUTHENTICATED, dependencies=[Depends(limit_address("login"))])
async def login_user(body: LoginRequest, services: ServicesDep, caller: CallerDep) -> Envelope[LoginOut]:
    """Get tokens for an account. After five wrong passwords from one address, each makes it wait twice as long."""
    return wrap(present.login(await services.auth.login(email=body.email, password=body.password, caller=caller)))


@router.post("/refresh", responses=AUTHENTICATED, dependencies=[Depends(limit_address("refresh"))])
async def refresh_tokens(body: RefreshRequest, services: ServicesDep) -> Envelope[TokensOut]:
    """Exchange a refresh token for new tokens. Each is good once; any old one shown again ends the login."""
    return wrap(present.tokens(await services.auth.refresh(body.refresh_token)))


@router.post("/logout", responses=AUTHENTICATED)
async def logout_user(
    account: CurrentAccount,
    services: ServicesDep,
    everywhere: Annotated[bool, Query(description="End every login of the account")] = False,
) -> Envelope[Message]:
    """End this login: its access and refresh tokens stop working."""
    await services.auth.logout(account, everywhere=everywhere)
    return wrap(Message(message="Logged out everywhere" if everywhere else "Logged out"))


@router.post(
    "/password/forgot", status_code=202, responses=documented(503), dependencies=[Depends(limit_address("login"))]
)
async def forgot_password(body: ForgotPasswordRequest, services: ServicesDep) -> Envelope[Message]:
    """Have a code for a new password sent by mail. The answer is the same whether or not there is such an account."""
    await services.passwords.forgot(body.email)
    return wrap(Message(message="If there is an account with this address, a mail is on its way."))


@router.post("/password/reset", dependencies=[Depends(limit_address("login"))])
async def reset_password(body: ResetPasswordRequest, services: ServicesDep) -> Envelope[Message]:
    """Set a new password with the code of the mail. Every login of the account ends."""
    await services.passwords.reset(body.token, body.new_password)
    return wrap(Message(message="The password was changed. Log in with the new one."))


@router.post("/me/password", responses=AUTHENTICATED)
async def change_password(
    body: ChangePasswordRequest, account: CurrentAccount, services: ServicesDep, caller: CallerDep
) -> Envelope[Message]:
    """Change the caller's password. Every other login of the account ends."""
    await services.passwords.change(account, current=body.current_password, new=body.new_password, caller=caller)
    return wrap(Message(message="The password was changed, and all other logins ended."))


@router.get("/me/logins", responses=AUTHENTICATED)
async def list_logins(account: CurrentAccount, services: ServicesDep) -> Envelope[LoginList]:
    """Where the caller is logged in, the last used first."""
    logins = await services.auth.logins_of(account)
    return wrap(LoginList(logins=[present.login_summary(login, account) for login in logins]))


@router.delete("/me/logins/{login_id}", responses=FOUND)
async def end_login(login_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[Message]:
    """End one of the caller's logins: its tokens stop working."""
    await services.auth.end_login(account, login_id)
    return wrap(Message(message="The login was ended"))


@router.get("/me", responses=AUTHENTICATED)
async def get_me(account: CurrentAccount, reads: Reading) -> Envelope[UserOut]:
    """The caller's own account."""
    return wrap(UserOut.model_validate(await reads.users.me(account)))


@router.put("/me", responses=AUTHENTICATED)
async def update_me(body: UpdateUserRequest, account: CurrentAccount, writes: Writing) -> Envelope[UserOut]:
    """Change the caller's profile."""
    changes = body.model_dump(exclude_unset=True)
    return wrap(UserOut.model_validate(await writes.users.update(account, account.key, changes)))


@router.get(
    "/me/export",
    responses={**AUTHENTICATED, 200: file_content("application/zip")[200]},
    response_class=StreamingResponse,
)
async def export_me(account: CurrentAccount, services: ServicesDep) -> StreamingResponse:
    """Everything that is kept of the caller, as a ZIP: JSON, recordings, and an index to read."""
    archive = await services.exports.archive(account)
    return zip_file(archive.name, archive.pieces)


@router.get("/{user_id:uuid}", responses=FOUND)
async def get_user(user_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[UserOut]:
    """An account by id: one's own, or any for an admin."""
    return wrap(UserOut.model_validate(await services.administration.profile(account, user_id)))


@router.delete("/{user_id:uuid}", responses=documented(401, 404, 409))
async def delete_user(user_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[DeletionOut]:
    """Delete an account with all interviews, recordings and results. This cannot be undone."""
    receipt = await writes.deletion.account(account, user_id)
    return wrap(present_recordings.deletion(receipt, "Account deleted with everything that belonged to it"))


@router.put("/{user_id:uuid}/skills", responses=FOUND)
async def update_skills(
    user_id: UUID, body: SkillsRequest, account: CurrentAccount, writes: Writing
) -> Envelope[UserOut]:
    """Replace the skills of an account."""
    return wrap(UserOut.model_validate(await writes.users.set_skills(account, user_id, body.skills)))
