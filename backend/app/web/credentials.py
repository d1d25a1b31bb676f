"""Where a client carries its access token: each face lists the ways that its document knows."""

from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import HTTPConnection


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
    """A cookie that holds the token."""

    cookie: str

    @property
    def name(self) -> str:
        return "cookie"

    @property
    def scheme(self) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": self.cookie}

    def token(self, connection: HTTPConnection) -> str | None:
        return connection.cookies.get(self.cookie) or None


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
