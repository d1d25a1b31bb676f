"""Who calls the kiosk's REST, and what is counted against whom.

The document's limits are for attackers behind an address. A classroom has one address too, so whoever is recognised
counts for themselves: administrators by their account, candidates by their interview. Only what nobody is recognised
by counts for the address: wrong codes and unknown interviews, each kind apart.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Request, Security

from app.engines.pool import on_behalf_of
from app.errors import NotAuthenticated, NotFound
from app.runtime.runtime import Runtime
from app.services.accounts.rate_limits import Action
from app.services.accounts.subject import Account, CodeHolder
from app.services.interviews.question_service import Place
from app.web.before_body import before_body
from app.web.credentials import TokenCookie
from app.web.dependencies import CALLER, authenticated, client_address, counting_wrong, require_account

T = TypeVar("T")
COOKIE = TokenCookie("greenroom_kiosk")
"""The administrator's session. Pages of other origins cannot use it (`web.credentials`)."""


async def _require_admin(request: Request) -> None:
    limits = request.app.state.runtime.rate_limits
    try:
        await require_account(request)
    except NotAuthenticated:
        await limits.hit("kiosk_admin", client_address(request))
        raise
    await limits.hit("kiosk_admin", f"account {request.scope[CALLER].key}")


@before_body(_require_admin)
async def get_admin(request: Request, _marked: Annotated[None, Security(authenticated)]) -> Account:
    account: Account = request.scope[CALLER]
    return account


Admin = Annotated[Account, Depends(get_admin)]
"""Who is logged in; what they may do, services say."""


class Candidates:
    """Finds out which candidate calls. Wrong ids count for the address, and right ones are never refused for them: an
    interview's UUID cannot be guessed at any speed."""

    def __init__(self, request: Request, action: Action) -> None:
        self.runtime: Runtime = request.app.state.runtime
        self._action, self._request = action, request

    async def of_session(self, session_id: str) -> CodeHolder:
        """The candidate of an interview, by its id. NotFound for any that was not started with a code."""
        async with counting_wrong(self._request, "kiosk_interview"):
            holder = CodeHolder(interview_ref(session_id, UUID))
            async with self.runtime.services.reading() as reads:
                await reads.interviews.get(holder, holder.interview_id)
        return await self.recognised(holder)

    async def question(self, holder: CodeHolder, number: int) -> int:
        """The key of a question of the candidate's interview, by its place there."""
        async with self.runtime.services.reading() as reads:
            interview = await reads.interviews.get(holder, holder.interview_id)
            return (await reads.questions.get(interview, Place(number))).id

    async def recognised(self, holder: CodeHolder) -> CodeHolder:
        """Count the request for the candidate."""
        on_behalf_of.set(holder.share)
        await self.runtime.rate_limits.hit(self._action, f"interview {holder.interview_id}")
        return holder

    async def require_id_first(self) -> None:
        """TooManyRequests where wrong ids came from this address too often: a file whose interview is not known yet is
        not received then."""
        await self.runtime.rate_limits.check("kiosk_interview", client_address(self._request))


def candidates(action: Action) -> Callable[..., Awaitable[Candidates]]:
    """A dependency."""

    async def find(request: Request) -> Candidates:
        return Candidates(request, action)

    return find


def interview_ref(text: str, parse: Callable[[str], T]) -> T:
    """The id of an interview; NotFound for what is none."""
    try:
        return parse(text)
    except ValueError as error:
        raise NotFound.of("Session") from error
