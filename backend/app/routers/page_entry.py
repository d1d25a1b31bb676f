"""Entering with an access code on the web page, without an account: `/api/v1/web/join`.

The browser keeps the interview in a cookie, so that a refresh leads back to it; no script needs to store anything.
"""

from fastapi import APIRouter, Depends, Request, Response

from app.routers import present_recruiting
from app.routers.errors import documented
from app.schemas.common import Envelope, Message, wrap
from app.schemas.recruiting import JoinRequest, PageInterviewOut
from app.web import page_cookies
from app.web.dependencies import RuntimeDep, ServicesDep, limit_address

router = APIRouter(
    prefix=page_cookies.REFRESH_PATH,
    tags=["Page"],
    responses=documented(403, 429),
    dependencies=[Depends(page_cookies.require_trusted_page)],
)


@router.post("/join", responses=documented(400), dependencies=[Depends(limit_address("join"))])
async def join_page(
    body: JoinRequest, request: Request, response: Response, runtime: RuntimeDep
) -> Envelope[PageInterviewOut]:
    """Enter with an access code. The same code and name lead back to the same interview until it is over."""
    entry = runtime.services.entry
    interview = (await entry.enter(body.code, candidate_name=body.candidate_name)).interview
    is_https = request.url.scheme == "https"
    page_cookies.keep_interview(response, interview.public_id, runtime.settings, is_https=is_https)
    return wrap(present_recruiting.page_interview(await entry.entered(str(interview.public_id))))


@router.get("/interview")
async def get_page_interview(request: Request, services: ServicesDep) -> Envelope[PageInterviewOut]:
    """The interview that was entered with a code on this browser, also when it is over."""
    token = page_cookies.INTERVIEW.token(request)
    return wrap(present_recruiting.page_interview(await services.entry.entered(token) if token else None))


@router.post("/leave")
async def leave_page_interview(response: Response) -> Envelope[Message]:
    """Have this browser forget the interview. The code and the name lead back to it until it is over."""
    page_cookies.forget_interview(response)
    return wrap(Message(message="This browser does not lead to the interview any more"))
