"""Under which path the world sees this server: `ROOT_PATH`, or what a trusted proxy says with `X-Forwarded-Prefix`."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

HEADER = b"x-forwarded-prefix"
WELL_FORMED = re.compile(r"(?:/[A-Za-z0-9._~-]{1,64}){1,8}")
_prefix: ContextVar[str] = ContextVar("prefix", default="")


def public(path: str) -> str:
    """A path of this server as the client of the present request or socket has to write it."""
    return f"{_prefix.get()}{path}"


def absolute(request: Request, path: str) -> str:
    """A path of this server as a whole address, at which the client of this request reaches it."""
    return f"{request.url.scheme}://{request.url.netloc}{public(path)}"


class BehindProxies:
    """ASGI middleware: takes from trusted proxies the client's address, the scheme and the path prefix.

    Proxies differ in whether they remove the prefix from the path that they pass on. Both are understood; the rest of
    the application sees paths with it, and `root_path`, as ASGI has it. `is_known` tells which paths are served: with
    a prefix such as `/api` it says which of the two a path means.
    """

    def __init__(self, app: ASGIApp, *, trusted: str, prefix: str, is_known: Callable[[str], bool]) -> None:
        self._app = cast("ASGIApp", ProxyHeadersMiddleware(cast("Any", app), trusted)) if trusted else app
        self._trusted = getattr(self._app, "trusted_hosts", ())
        self._prefix = prefix
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        prefix = self._forwarded(scope) or self._prefix or scope.get("root_path", "")
        token = _prefix.set(prefix)
        try:
            await self._app(self._with_prefix(scope, prefix) if prefix else scope, receive, send)
        finally:
            _prefix.reset(token)

    def _forwarded(self, scope: Scope) -> str:
        client = scope.get("client")
        if (client[0] if client else None) not in self._trusted:
            return ""
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == HEADER]
        prefix = "".join(part.strip().rstrip("/") for value in given for part in value.split(","))
        return prefix if WELL_FORMED.fullmatch(prefix) else ""

    def _with_prefix(self, scope: Scope, prefix: str) -> Scope:
        path: str = scope["path"]
        inner = path.removeprefix(prefix) if path == prefix or path.startswith(f"{prefix}/") else None
        if inner is None or (self._is_known(path) and not self._is_known(inner)):
            raw = scope.get("raw_path") or path.encode()
            return {**scope, "root_path": prefix, "path": prefix + path, "raw_path": prefix.encode() + raw}
        return {**scope, "root_path": prefix, "path": path if inner else f"{path}/"}
