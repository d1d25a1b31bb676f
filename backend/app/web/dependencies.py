"""What routes of every face ask for, as aliases: a signature reads as a sentence."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.openapi.models import HTTPBearer as BearerModel
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from app.engines.pool import on_behalf_of
from app.errors import InvalidRequest, NotAuthenticated, NotFound
from app.runtime.runtime import Runtime
from app.runtime.services import Reads, Services, Writes
from app.services.accounts.login_throttle import Caller
from app.services.accounts.rate_limits import Action, network_of
from app.services.accounts.subject import Account, CodeHolder
from app.texts import clean_line
from app.web.before_body import Check, before_body
from app.web.faces import face_of

CALLER = "greenroom.caller"
"""Where the scope of a request carries who is calling, once that is known."""


def _runtime(request: Request) -> Runtime:
    """For what nearly every request needs: each dependency of a dependency costs the framework more than this call."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def get_runtime(request: Request) -> Runtime:
    return _runtime(request)


RuntimeDep = Annotated[Runtime, Depends(get_runtime)]


async def get_services(request: Request) -> Services:
    return _runtime(request).services


ServicesDep = Annotated[Services, Depends(get_services)]
"""Services that open their own transactions: what computes for long."""


async def get_reading(request: Request) -> AsyncIterator[Reads]:
    async with _runtime(request).services.reading() as reads:
        yield reads


async def get_writing(request: Request) -> AsyncIterator[Writes]:
    async with _runtime(request).services.writing() as writes:
        yield writes


Reading = Annotated[Reads, Depends(get_reading, scope="function")]
"""For routes that change nothing."""
Writing = Annotated[Writes, Depends(get_writing, scope="function")]
"""For routes that change something: one transaction, committed before the response is sent."""


class _Authenticated(SecurityBase):
    """Marks routes that need a token. Which ways to send one there are, the face says; `web.docs` writes them down."""

    scheme_name = "authenticated"
    model = BearerModel()

    async def __call__(self) -> None:
        return None


authenticated = _Authenticated()


def _token_of(request: Request) -> str:
    token = face_of(request).token(request)
    if token is None:
        raise NotAuthenticated("Send an access token: Authorization: Bearer <token>")
    return token


async def require_account(request: Request) -> None:
    """Find out who is calling, once for each request."""
    if isinstance(request.scope.get(CALLER), Account):
        return
    account = await _runtime(request).guard.account_of(_token_of(request))
    on_behalf_of.set(account.share)
    request.scope[CALLER] = account


async def _require_subject(request: Request) -> None:
    """The same where candidates with an access code may call, too."""
    if CALLER in request.scope:
        return
    subject = await _runtime(request).guard.subject_of(_token_of(request))
    on_behalf_of.set(subject.share)
    request.scope[CALLER] = subject


@before_body(require_account)
async def get_account(request: Request, _marked: Annotated[None, Security(authenticated)]) -> Account:
    account: Account = request.scope[CALLER]
    return account


@before_body(_require_subject)
async def get_subject(request: Request, _marked: Annotated[None, Security(authenticated)]) -> Account | CodeHolder:
    subject: Account | CodeHolder = request.scope[CALLER]
    return subject


CurrentAccount = Annotated[Account, Depends(get_account)]
"""Whoever is logged in."""
CurrentSubject = Annotated[Account | CodeHolder, Depends(get_subject)]
"""Whoever is logged in, or a candidate with an access code, whose token is the UUID of their interview."""


async def get_some_account(request: Request) -> Account | None:
    token = face_of(request).token(request)
    try:
        return await _runtime(request).guard.account_of(token) if token else None
    except NotAuthenticated:
        return None


SomeAccount = Annotated[Account | None, Depends(get_some_account)]
"""Whoever is logged in, or nobody: for routes that anybody may call."""


def client_address(connection: HTTPConnection) -> str:
    """The address by which a client is counted; behind a proxy uvicorn has put the forwarded one here."""
    return network_of(connection.client.host if connection.client else "unknown")


async def get_caller(request: Request) -> Caller:
    return Caller(client_address(request), clean_line(request.headers.get("user-agent", "")) or None)


CallerDep = Annotated[Caller, Depends(get_caller)]
"""Where a request comes from, for what is counted by address and shown to the account's owner."""


def limit_address(action: Action) -> Callable[..., Awaitable[None]]:
    """A dependency that counts the request against the client's address: for routes that anybody may call."""

    async def count(request: Request) -> None:
        await _runtime(request).rate_limits.hit(action, client_address(request))

    @before_body(count)
    async def check() -> None:
        return None

    return check


@asynccontextmanager
async def counting_wrong(request: Request, action: Action) -> AsyncIterator[None]:
    """Count what turns out to be wrong inside, a code or an id that somebody guesses, against the client's address.

    What is right is never refused, whatever others behind the address do, so this limits what guesses cost the server.
    That nobody finds a code or an id is due to their length (docs/design.md, "Rate limits").
    """
    try:
        yield
    except (InvalidRequest, NotFound):
        await _runtime(request).rate_limits.hit(action, client_address(request))
        raise


def limit_account(action: Action) -> Callable[..., Awaitable[None]]:
    """A dependency that counts the request against the account, however many share its address. Requests without a
    token count against the address."""

    @before_body(_counted_by_caller(action, require_account))
    async def check() -> None:
        return None

    return check


def limit_subject(action: Action) -> Callable[..., Awaitable[None]]:
    """The same for routes that candidates with an access code may call, too."""

    @before_body(_counted_by_caller(action, _require_subject))
    async def check() -> None:
        return None

    return check


def _counted_by_caller(action: Action, find_caller: Check) -> Check:
    async def count(request: Request) -> None:
        if face_of(request).token(request) is None:
            await _runtime(request).rate_limits.hit(action, client_address(request))
        await find_caller(request)
        await _runtime(request).rate_limits.hit(action, str(request.scope[CALLER].share))

    return count
