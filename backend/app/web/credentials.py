"""Where a client carries its access token: each face lists the ways that its document knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypedDict

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from app.web.origins import is_trusted
from app.web.prefix import public


class Credential(Protocol):
    """One way to send a token, for requests and sockets alike."""

    @property
    def name(self) -> str:
        """Its name among the security schemes of the OpenAPI document."""
        ...

    @property
    def scheme(self) -> dict[str, Any]:
        """Its security scheme in the OpenAPI document."""
        ...

    def token(self, connection: HTTPConnection) -> str | None:
        """The token, if the client sent one this way."""
        ...


@dataclass(frozen=True, slots=True)
class Bearer:
    """`Authorization: Bearer <token>`."""

    name: str = "HTTPBearer"
    description: str = "The `token` of register or login"

    @property
    def scheme(self) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": self.description}

    def token(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class TokenCookie:
    """A cookie that holds the token, for pages that may act for who is logged in; from other pages it is ignored.

    `path` is where browsers send it, below the prefix of a proxy.
    """

    cookie: str
    path: str = "/"

    @property
    def name(self) -> str:
        return "cookie"

    @property
    def scheme(self) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": self.cookie}

    def token(self, connection: HTTPConnection) -> str | None:
        found = connection.cookies.get(self.cookie) or None
        return found if found and is_trusted(connection) else None

    def give(self, request: Request, response: Response, token: str, seconds: int) -> None:
        """Have the browser send the token from now on for so many seconds, unless the page is not to be trusted."""
        if is_trusted(request):
            response.set_cookie(self.cookie, token, max_age=seconds, **self._place(request))

    def take(self, request: Request, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.cookie, **self._place(request))

    def _place(self, request: Request) -> _Place:
        """Not for scripts, not for other sites, and over TLS only where the server is reached by it."""
        secure = request.url.scheme == "https"
        return {"path": public(self.path), "httponly": True, "samesite": "lax", "secure": secure}


class _Place(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["lax"]
    secure: bool


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """A header of its own that holds the token."""

    header: str

    @property
    def name(self) -> str:
        return "header"

    @property
    def scheme(self) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": self.header}

    def token(self, connection: HTTPConnection) -> str | None:
        return connection.headers.get(self.header) or None
