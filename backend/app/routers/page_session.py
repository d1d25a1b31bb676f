"""Logins of the web page, whose tokens stay in cookies that no script can read: `/api/v1/web`."""

from fastapi import APIRouter, Depends, Request, Response

from app.config import Settings
from app.models import User
from app.routers.errors import documented
from app.schemas.common import Envelope, Message, wrap
from app.schemas.user import LoginRequest, PageSessionOut, RegisterRequest, UserOut
from app.services.accounts.logins import Tokens
from app.web import page_cookies
from app.web.dependencies import (
    CallerDep,
    CurrentAccount,
    Reading,
    RuntimeDep,
    ServicesDep,
    SomeAccount,
    limit_address,
)

router = APIRouter(
    prefix=page_cookies.REFRESH_PATH,
    tags=["Page"],
    responses=documented(403, 429),
    dependencies=[Depends(page_cookies.require_trusted_page)],
)


@router.get("/session")
async def get_page_session(request: Request, account: SomeAccount, reads: Reading) -> Envelope[PageSessionOut]:
    """Who is logged in on this browser."""
    user = await reads.users.me(account) if account is not None else None
    return wrap(_session(user, None, can_refresh=page_cookies.REFRESH.token(request) is not None))


@router.post("/login", responses=documented(401), dependencies=[Depends(limit_address("login"))])
async def login_page(
    body: LoginRequest, request: Request, response: Response, runtime: RuntimeDep, caller: CallerDep
) -> Envelope[PageSessionOut]:
    """Log in with a password."""
    login = await runtime.services.auth.login(email=body.email, password=body.password, caller=caller)
    return wrap(_keep(request, response, runtime.settings, login.user, login.tokens))


@router.post("/register", status_code=201, responses=documented(409), dependencies=[Depends(limit_address("register"))])
async def register_page(
    body: RegisterRequest, request: Request, response: Response, runtime: RuntimeDep, caller: CallerDep
) -> Envelope[PageSessionOut]:
    """Create an account and log in."""
    login = await runtime.services.auth.register(
        email=body.email, password=body.password, full_name=body.full_name, user_agent=caller.user_agent
    )
    return wrap(_keep(request, response, runtime.settings, login.user, login.tokens))


@router.post("/guest", status_code=201, dependencies=[Depends(limit_address("register"))])
async def open_guest(
    request: Request, response: Response, runtime: RuntimeDep, caller: CallerDep
) -> Envelope[PageSessionOut]:
    """Begin as a guest, who may do one practice. What guests do is deleted after a day, unless they sign up."""
    login = await runtime.services.guests.open(caller.user_agent)
    return wrap(_keep(request, response, runtime.settings, login.user, login.tokens))


@router.post("/keep", responses=documented(401, 409), dependencies=[Depends(limit_address("register"))])
async def keep_guest(body: RegisterRequest, account: CurrentAccount, services: ServicesDep) -> Envelope[PageSessionOut]:
    """Sign a guest up; the practice stays."""
    user = await services.guests.keep(account, email=body.email, password=body.password, full_name=body.full_name)
    return wrap(_session(user, None, can_refresh=True))


@router.post("/refresh", responses=documented(401), dependencies=[Depends(limit_address("refresh"))])
async def refresh_page(request: Request, response: Response, runtime: RuntimeDep) -> Envelope[PageSessionOut]:
    """Exchange the refresh cookie for new cookies."""
    tokens = await runtime.services.auth.refresh(page_cookies.REFRESH.token(request) or "")
    account = await runtime.guard.account_of(tokens.access_token)
    async with runtime.services.reading() as reads:
        user = await reads.users.me(account)
    return wrap(_keep(request, response, runtime.settings, user, tokens))


@router.post("/logout")
async def logout_page(
    request: Request, response: Response, account: SomeAccount, services: ServicesDep
) -> Envelope[Message]:
    """End this login and remove the cookies, whether or not they were still good."""
    if account is not None:
        await services.auth.logout(account)
    elif refresh_token := page_cookies.REFRESH.token(request):
        await services.auth.end_with(refresh_token)
    page_cookies.forget(response)
    return wrap(Message(message="Logged out"))


def _keep(request: Request, response: Response, settings: Settings, user: User, tokens: Tokens) -> PageSessionOut:
    page_cookies.keep(response, tokens, settings, is_https=request.url.scheme == "https")
    return _session(user, tokens.expires_in, can_refresh=True)


def _session(user: User | None, expires_in: int | None, *, can_refresh: bool) -> PageSessionOut:
    shown = UserOut.model_validate(user) if user is not None else None
    return PageSessionOut(user=shown, expires_in=expires_in, can_refresh=can_refresh)
