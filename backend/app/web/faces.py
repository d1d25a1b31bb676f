"""A face: one documented API over the shared services. To add one is to add a folder with a `Face` in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from app.config import Settings
from app.errors import ErrorType, FieldError
from app.repositories.base import LARGEST_KEY, Ref
from app.web.before_body import check_before_body
from app.web.credentials import Bearer, Credential

SCOPES = ("http", "websocket")
MULTIPART_BYTES = 64 * 1024
"""What a multipart form adds around a file; the file's own limit is checked while it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error before it has a face's shape. `code` is the stable name for programs, `message` says what to do."""

    status: int
    code: ErrorType
    message: str
    details: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Mounted(Protocol):
    """An ASGI application of its own within a face, such as a Socket.IO server."""

    @property
    def path(self) -> str:
        """Where it is mounted."""
        ...

    @property
    def app(self) -> ASGIApp: ...

    async def close(self) -> None:
        """Let its clients go, when the server stops."""
        ...


def public_id(text: str) -> Ref:
    """The id style of faces that show UUIDs. ValueError for what is none."""
    return UUID(text)


def integer_key(text: str) -> Ref:
    """The id style of faces that show integer keys. ValueError for what is none."""
    key = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= key <= LARGEST_KEY:
        raise ValueError(f"not an id: {text!r}")
    return key


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """What the web floor has to know of one documented API.

    paths: what it owns, by whole segments (`/api/v1` owns `/api/v1/users`); errors that no route makes come in its
        shape there. The longest path of all faces wins.
    error_body: turns a problem into the body of its error responses, an `error_model`.
    body_limits: patterns of paths that take more than an ordinary body, with their limits in bytes.
    parse_id: turns an id as the face shows it into a reference; ValueError for what is none.
    credentials: the ways to send an access token, the first found counts.
    validation_status: the status of a request whose fields are wrong.
    statuses: statuses, or codes, whose status its document does not know, and those that it has instead.
    mount: makes an application of its own beside the routes, such as a Socket.IO server.
    """

    name: str
    title: str
    description: str
    paths: tuple[str, ...]
    routers: tuple[APIRouter, ...]
    error_body: Callable[[Problem], BaseModel]
    error_model: type[BaseModel]
    body_limits: Callable[[Settings], Mapping[re.Pattern[str], int]] = lambda _settings: {}
    parse_id: Callable[[str], Ref] = public_id
    credentials: tuple[Credential, ...] = (Bearer(),)
    validation_status: int = 422
    statuses: Mapping[int | str, int] = field(default_factory=dict)
    mount: Callable[[Settings], Mounted] | None = None

    def token(self, connection: HTTPConnection) -> str | None:
        """The access token that came with a request or socket."""
        return next((token for way in self.credentials if (token := way.token(connection))), None)


def operation_id(route: APIRoute) -> str:
    """The name of the handler: generated clients get `create_session()` instead of a path in words."""
    return route.name


def path_of(scope: Scope) -> str:
    """The path of a request within the application, without the prefix of a proxy."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "")
    return path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path


def _is_within(path: str, owned: str) -> bool:
    return path == owned or path.startswith(f"{owned}/")


class Faces:
    """The faces of one application. What belongs to none of them is the first one's."""

    def __init__(self, faces: Sequence[Face]) -> None:
        self.all = tuple(faces)
        if len({face.name for face in faces}) < len(faces):
            raise ValueError("two faces have the same name")
        owned = [(path, face) for face in faces for path in face.paths]
        if len({path for path, _ in owned}) < len(owned):
            raise ValueError("two faces own the same path")
        self._owned = sorted(owned, key=lambda pair: -len(pair[0]))

    def owner(self, path: str) -> Face:
        """The face whose path this is."""
        return next((face for owned, face in self._owned if _is_within(path, owned)), self.all[0])

    def is_owned(self, path: str) -> bool:
        """Whether the path is one of a face."""
        return any(_is_within(path, owned) for owned, _ in self._owned)

    def are_served(self, app: FastAPI) -> Callable[[str], bool]:
        """Tells whether the application has anything at a path."""

        @lru_cache(maxsize=1024)
        def is_served(path: str) -> bool:
            scopes: tuple[Scope, ...] = tuple(
                {"type": kind, "path": path, "root_path": "", "method": "GET", "headers": []} for kind in SCOPES
            )
            return any(route.matches(scope)[0] != Match.NONE for route in app.routes for scope in scopes)

        return is_served

    def body_limits(self, settings: Settings) -> dict[re.Pattern[str], int]:
        """The limits of all faces together."""
        return {pattern: limit for face in self.all for pattern, limit in face.body_limits(settings).items()}

    def install(self, app: FastAPI, settings: Settings) -> list[Mounted]:
        """Add routes and mounted applications to the application; returns the latter, which are to be closed."""
        mounted = []
        for face in self.all:
            for router in face.routers:
                # Not include_router: with it FastAPI matches every route twice, a tenth of the time of a short request.
                app.router.routes.extend(router.routes)
                for route in router.routes:
                    check_before_body(route)
            if face.mount is not None:
                inner = face.mount(settings)
                app.mount(inner.path, inner.app)
                mounted.append(inner)
        app.state.faces = self
        return mounted


def face_of(connection: HTTPConnection) -> Face:
    """The face that a request or socket is for."""
    faces: Faces = connection.app.state.faces
    return faces.owner(path_of(connection.scope))
