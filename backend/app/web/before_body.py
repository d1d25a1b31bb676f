"""Who is calling, and how often, is found out before the body of a request is read.

The framework reads a body, an upload on disk included, before it asks the dependencies of a route. So a dependency that
is marked here is asked first, and a stranger's upload is refused unread.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

Check = Callable[[Request], Awaitable[None]]
Dependency = TypeVar("Dependency", bound=Callable[..., Any])
_checks: dict[Callable[..., Any], Check] = {}


def before_body(check: Check) -> Callable[[Dependency], Dependency]:
    """Marks a dependency: routes that have it run `check` before they read anything. It raises as a dependency does."""

    def mark(dependency: Dependency) -> Dependency:
        _checks[dependency] = check
        return dependency

    return mark


def check_before_body(route: BaseRoute) -> None:
    """Have a route run the checks of its dependencies first, in the order in which it has them. May be called twice."""
    if isinstance(route, APIRoute) and not isinstance(route.app, _Checked):
        checks = list(dict.fromkeys(_checks_of(route.dependant)))
        if checks:
            route.app = _Checked(route.app, checks)


class _Checked:
    """The application of a route, behind its checks."""

    def __init__(self, app: ASGIApp, checks: list[Check]) -> None:
        self._app = app
        self._checks = checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        for check in self._checks:
            await check(request)
        await self._app(scope, receive, send)


def _checks_of(dependant: Dependant) -> Iterator[Check]:
    """Those of what a dependency needs come before its own."""
    for inner in dependant.dependencies:
        yield from _checks_of(inner)
        if inner.call is not None and (check := _checks.get(inner.call)) is not None:
            yield check
