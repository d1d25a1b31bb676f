"""How the platform's clients stay logged in: a bearer token, or a cookie that browsers keep by themselves."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.services.accounts.logins import Login
from app.services.accounts.subject import Account
from app.web.credentials import Bearer, TokenCookie
from app.web.dependencies import CurrentAccount, RuntimeDep

COOKIE = TokenCookie("greenroom_session", "/api")


def open_session(request: Request, response: Response, login: Login) -> Login:
    """Have the browser, if it is one, keep the login."""
    COOKIE.give(request, response, login.tokens.access_token, login.tokens.expires_in)
    return login


async def get_signed_in(request: Request, response: Response, account: CurrentAccount, runtime: RuntimeDep) -> Account:
    """The document has no call for a new token, so a cookie that is in use gets one before it ends."""
    token = COOKIE.token(request)
    if token is not None and Bearer().token(request) is None:
        signer = runtime.guard.signer
        if (renewed := signer.renewed(token)) is not None:
            COOKIE.give(request, response, renewed, int(signer.access_lifetime.total_seconds()))
    return account


SignedIn = Annotated[Account, Depends(get_signed_in)]
"""Whoever is logged in."""
