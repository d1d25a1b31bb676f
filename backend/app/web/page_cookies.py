"""The cookies of the web page, so that no script can read its tokens.

The refresh token goes only where tokens are exchanged, the access token to the whole of v1 (sound, film and sockets
cannot send headers). A cookie counts only for pages that `Origins` trusts.

The interview of an access code goes only where the page asks which it is. What the page then does in it carries the
interview's UUID, as from any client of v1, so that it works beside a login on the same browser.
"""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from app.config import Settings
from app.errors import Forbidden
from app.services.accounts.logins import Tokens
from app.web.before_body import before_body
from app.web.credentials import TokenCookie
from app.web.origins import origins_of
from app.web.prefix import public

ACCESS = TokenCookie("greenroom_access")
REFRESH = TokenCookie("greenroom_refresh")
INTERVIEW = TokenCookie("greenroom_interview")
"""The interview that somebody without an account entered with an access code."""
ACCESS_PATH = "/api/v1"
REFRESH_PATH = "/api/v1/web"
INTERVIEW_SECONDS = 24 * 3600
"""How long a browser leads back to an interview without the code."""


class PageCookie:
    """The access cookie as a credential: it counts for this server's own pages, and others that may act for users."""

    name = ACCESS.name
    scheme: dict[str, Any] = ACCESS.scheme

    def token(self, connection: HTTPConnection) -> str | None:
        """The token, if a page that is trusted sent one."""
        return ACCESS.token(connection) if is_from_trusted_page(connection) else None


def is_from_trusted_page(connection: HTTPConnection) -> bool:
    """Whether the request comes from a page that may act for who is logged in, or from no page."""
    headers = connection.headers
    return origins_of(connection).trusts(headers.get("origin"), headers.get("host"))


async def _check(request: Request) -> None:
    if not is_from_trusted_page(request):
        raise Forbidden("This page cannot sign anybody in here.")


@before_body(_check)
async def require_trusted_page() -> None:
    """A dependency that refuses pages of others."""


def keep(response: Response, tokens: Tokens, settings: Settings, *, is_https: bool) -> None:
    """Store the tokens in the browser. The cookies live as long as the login may."""
    age = settings.auth.refresh_days * 24 * 3600
    _set(response, ACCESS.cookie, tokens.access_token, ACCESS_PATH, tokens.expires_in, settings, is_https)
    _set(response, REFRESH.cookie, tokens.refresh_token, REFRESH_PATH, age, settings, is_https)


def forget(response: Response) -> None:
    """Remove the cookies."""
    for cookie, path in ((ACCESS.cookie, ACCESS_PATH), (REFRESH.cookie, REFRESH_PATH)):
        _delete(response, cookie, path)


def keep_interview(response: Response, interview_id: UUID, settings: Settings, *, is_https: bool) -> None:
    """Have the browser lead back to an interview that was entered with a code, also after a refresh."""
    _set(response, INTERVIEW.cookie, str(interview_id), REFRESH_PATH, INTERVIEW_SECONDS, settings, is_https)


def forget_interview(response: Response) -> None:
    """Remove that cookie."""
    _delete(response, INTERVIEW.cookie, REFRESH_PATH)


def _delete(response: Response, name: str, path: str) -> None:
    response.delete_cookie(name, path=public(path), httponly=True, samesite="strict")


def _set(
    response: Response, name: str, value: str, path: str, seconds: int, settings: Settings, is_https: bool
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=public(path),
        secure=is_https or settings.environment == "production",
        httponly=True,
        samesite="strict",
    )
