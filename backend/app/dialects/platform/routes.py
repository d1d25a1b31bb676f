"""The platform's REST: accounts, interviews and feedback under `/api`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app.dialects.platform import present
from app.dialects.platform import schemas as s
from app.services.accounts.logins import WITHOUT_REFRESH
from app.services.interviews.completion import feedback_id
from app.web.credentials import TokenCookie
from app.web.dependencies import (
    CallerDep,
    CurrentAccount,
    Reading,
    ServicesDep,
    Writing,
    limit_account,
    limit_address,
)
from app.web.prefix import absolute
from app.web.shapes import LoginRequest, documented_by

COOKIE = TokenCookie("greenroom_session", "/api")
"""The login of browsers: what `access_token` is to programs."""

router = APIRouter(prefix="/api")
documented = documented_by(s.ErrorResponse)


@router.post(
    "/auth/signup", tags=["Auth"], responses=documented(429), dependencies=[Depends(limit_address("register"))]
)
async def signup(
    body: s.SignupRequest, request: Request, response: Response, services: ServicesDep, caller: CallerDep
) -> s.LoggedIn:
    """Create an account and log in."""
    found = await services.auth.register(**body.model_dump(), user_agent=caller.user_agent, rules=WITHOUT_REFRESH)
    COOKIE.give(request, response, found.tokens.access_token, found.tokens.expires_in)
    return present.logged_in(found)


@router.post(
    "/auth/login", tags=["Auth"], responses=documented(401, 429), dependencies=[Depends(limit_address("login"))]
)
async def login(
    body: LoginRequest, request: Request, response: Response, services: ServicesDep, caller: CallerDep
) -> s.LoggedIn:
    """Log in: the token comes in the body and, for browsers, as a cookie."""
    found = await services.auth.login(email=body.email, password=body.password, caller=caller, rules=WITHOUT_REFRESH)
    COOKIE.give(request, response, found.tokens.access_token, found.tokens.expires_in)
    return present.logged_in(found)


@router.post("/auth/logout", tags=["Auth"])
async def logout(request: Request, response: Response, account: CurrentAccount, services: ServicesDep) -> s.Message:
    """End this login."""
    await services.auth.logout(account)
    COOKIE.take(request, response)
    return s.Message(message="Logged out successfully")


@router.get("/user/profile", tags=["User"])
async def get_profile(account: CurrentAccount, reads: Reading) -> s.Profile:
    """The caller's own account."""
    return s.Profile.model_validate(await reads.users.me(account))


@router.patch("/user/profile", tags=["User"])
async def update_profile(body: s.ProfileChanges, account: CurrentAccount, writes: Writing) -> s.User:
    """Change the caller's profile."""
    changes = body.model_dump(exclude_unset=True)
    return s.User.model_validate(await writes.users.update(account, account.key, changes))


@router.post(
    "/interviews/create",
    tags=["Interviews"],
    status_code=201,
    responses=documented(403, 429, 503),
    dependencies=[Depends(limit_account("interview_start"))],
)
async def create_interview(
    body: s.NewInterview,
    account: CurrentAccount,
    services: ServicesDep,
    idempotency_key: Annotated[
        s.IdempotencyKey | None, Header(description="The same key gives the same interview, which is paid once")
    ] = None,
) -> s.Created:
    """Begin an interview; it takes one of the interviews that remain."""
    values = {
        "title": f"{body.role}, {body.interview_type.replace('_', ' ')} interview",
        "target_role": body.role,
        "interview_type": body.interview_type,
        "duration_minutes": body.duration_minutes,
    }
    found = await services.creation.create(account, values, idempotency_key=idempotency_key)
    return present.created(account, found)


@router.get("/interviews/history", tags=["Interviews"])
async def get_history(
    account: CurrentAccount,
    reads: Reading,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> s.History:
    """The caller's interviews, newest first."""
    rows, total = await reads.interviews.listed(account, limit=limit, offset=offset)
    return present.history(rows, total, limit, offset)


@router.get("/interviews/{session_id}", tags=["Interviews"], responses=documented(404))
async def get_interview(
    session_id: s.SessionId, request: Request, account: CurrentAccount, reads: Reading, services: ServicesDep
) -> s.Interview:
    """An interview with what was said in it."""
    found = await reads.interviews.get(account, session_id)
    conversation = await reads.conversation.of(found)
    link = await services.recordings.link_to_interview(account, found)
    url = (link.url or absolute(request, f"/api/v1/media/{link.token}")) if link else None
    return present.interview(found, conversation, url)


@router.post(
    "/interviews/{session_id}/complete",
    tags=["Interviews"],
    responses=documented(404, 429),
    dependencies=[Depends(limit_account("feedback"))],
)
async def complete_interview(session_id: s.SessionId, account: CurrentAccount, writes: Writing) -> s.Completed:
    """End an interview and have its feedback written. May be called again."""
    interview, is_pending = await writes.interviews.complete_again(account, session_id)
    status = "generating" if is_pending else "completed"
    return s.Completed(message="Interview completed", feedback_id=feedback_id(interview), status=status)


@router.get("/feedback/{session_id}", tags=["Feedback"], responses=documented(404))
async def get_feedback(session_id: s.SessionId, account: CurrentAccount, services: ServicesDep) -> s.Feedback:
    """The feedback on an interview; `status` says whether it is there yet."""
    return present.feedback(await services.overview.get(account, session_id))
