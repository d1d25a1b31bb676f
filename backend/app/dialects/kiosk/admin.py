"""The kiosk's REST for administrators: their login, codes, question sets, sessions and prompts."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.dialects.kiosk import schemas as s
from app.dialects.kiosk.access import COOKIE, Admin, interview_ref
from app.dialects.kiosk.schemas import STATUSES, Done, Status, documented
from app.repositories.base import Order, Page, Ref
from app.repositories.conducted import Wanted
from app.services.accounts.first_admin import address_of
from app.services.interviews.question_service import places
from app.services.recruiting.access_code_service import in_hours
from app.services.recruiting.question_set_service import SetQuestion
from app.web.dependencies import CallerDep, Reading, RuntimeDep, ServicesDep, SomeAccount, Writing, limit_address
from app.web.faces import integer_key
from app.web.text import PathKey

router = APIRouter(prefix="/api/admin", responses=documented(403, 429))
ALL = 100_000
NOT_FOUND = documented(404)
ANYBODY = [Depends(limit_address("kiosk_admin"))]


@router.post("/login", responses=documented(401), dependencies=ANYBODY, tags=["Admin"])
async def login(
    body: s.LoginRequest, request: Request, response: Response, runtime: RuntimeDep, caller: CallerDep
) -> s.LoggedIn:
    """Log in, by name or address. The session is a cookie that no script reads and no other site uses."""
    found = await runtime.services.auth.login(
        email=address_of(body.username), password=body.password, caller=caller, right="conduct_interviews"
    )
    lifetime = timedelta(hours=runtime.settings.admin.session_hours)
    token = runtime.guard.signer.prolonged(found.tokens.access_token, lifetime)
    COOKIE.give(request, response, token, int(lifetime.total_seconds()))
    return s.LoggedIn(message="Login successful", admin=s.AdminOut.model_validate(found.user))


@router.post("/logout", dependencies=ANYBODY, tags=["Admin"])
async def logout(request: Request, response: Response, account: SomeAccount, services: ServicesDep) -> Done:
    """End the session; without one nothing happens."""
    if account is not None:
        await services.auth.logout(account)
    COOKIE.take(request, response)
    return Done(message="Logged out successfully")


@router.get("/check-auth", dependencies=ANYBODY, response_model_exclude_none=True, tags=["Admin"])
async def check_auth(account: SomeAccount, reads: Reading) -> s.AuthOut:
    """Whether somebody is logged in, and who."""
    found = await reads.users.me(account) if account is not None else None
    return s.AuthOut.model_validate({"authenticated": found is not None, "admin": found})


@router.post("/codes", status_code=201, responses=NOT_FOUND, tags=["Codes"])
async def create_code(body: s.NewCode, account: Admin, writes: Writing) -> s.CreatedCode:
    """Make a code, or several."""
    expires_at = in_hours(body.expires_in_hours)
    wishes = body.model_dump(by_alias=True, exclude={"expires_in_hours"})
    codes = [view.code.code for view in await writes.codes.create(account, **wishes, expires_at=expires_at)]
    return s.CreatedCode(code=codes[0], codes=codes, expires_at=expires_at)


@router.get("/codes", tags=["Codes"])
async def list_codes(account: Admin, reads: Reading) -> s.CodeList:
    """Every code, the newest first."""
    views, _ = await reads.codes.page(account, page=1, per_page=ALL)
    return s.CodeList.model_validate({"codes": views})


@router.delete("/codes/{code_id}", responses=NOT_FOUND, tags=["Codes"])
async def delete_code(code_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a code: nobody enters with it any more. An interview that was started with it goes on and stays."""
    await writes.codes.delete(account, code_id)
    return Done(message="Code deleted successfully")


@router.post("/question-sets", status_code=201, tags=["Sets"])
async def create_question_set(body: s.NewSet, account: Admin, writes: Writing) -> s.CreatedSet:
    """Create a set; the first one becomes active."""
    questions = [_question(question) for question in body.questions]
    values = body.model_dump(include={"name", "description"}, exclude_none=True)
    view = await writes.question_sets.create(account, **values, questions=questions, allow_same_name=True)
    return s.CreatedSet(question_set_id=view.question_set.id, message="Question set created successfully")


@router.get("/question-sets", tags=["Sets"])
async def list_question_sets(account: Admin, reads: Reading) -> s.SetList:
    """Every set with its questions."""
    return s.SetList.model_validate({"question_sets": await reads.question_sets.all(account)})


@router.put("/question-sets/{set_id}/activate", responses=NOT_FOUND, tags=["Sets"])
async def activate_question_set(set_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Have the candidates of codes without a set of their own asked these questions from now on."""
    await writes.question_sets.activate(account, set_id)
    return Done(message="Question set activated successfully")


@router.delete("/question-sets/{set_id}", responses=documented(400, 404), tags=["Sets"])
async def delete_question_set(set_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a set. Interviews keep their questions; the newest of the other sets takes the place of the active one."""
    await writes.question_sets.delete(account, set_id)
    return Done(message="Question set deleted successfully")


@router.get("/sessions", tags=["Sessions"])
async def list_sessions(
    account: Admin,
    services: ServicesDep,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> s.SessionList:
    """Interviews that were started with codes, the newest first."""
    statuses = tuple(known for known, shown in STATUSES.items() if shown == status)
    rows, total = await services.conducted.page(
        account, Wanted(by_code=True, statuses=statuses), order=Order("created_at"), page=Page(1, limit, offset)
    )
    return s.SessionList.model_validate({"sessions": rows, "total": total, "limit": limit, "offset": offset})


@router.get("/sessions/{session_id}/details", responses=NOT_FOUND, tags=["Sessions"])
async def get_session_details(session_id: str, account: Admin, services: ServicesDep) -> s.Details:
    """The interview of a code, by its UUID or its number, with everything that was said and recorded in it."""
    ref: Ref = interview_ref(session_id, integer_key if session_id.isdigit() else UUID)
    found = await services.conducted.get(account, ref, by_code=True)
    return s.Details.model_validate(found, context=places(row.question for row in found.questions))


@router.get("/ai-prompts", tags=["Prompts"])
async def list_prompts(account: Admin, reads: Reading) -> s.PromptList:
    """Every template; hints are written with the default."""
    return s.PromptList.model_validate({"prompts": await reads.prompts.all(account)})


@router.post("/ai-prompts", status_code=201, tags=["Prompts"])
async def create_prompt(body: s.NewPrompt, account: Admin, writes: Writing) -> s.CreatedPrompt:
    """Create a template; as the default it takes the place of another."""
    created = await writes.prompts.create(account, **body.model_dump(by_alias=True, exclude_none=True))
    return s.CreatedPrompt(prompt_id=created.id, message="AI prompt created successfully")


@router.put("/ai-prompts/{prompt_id}", responses=documented(400, 404), tags=["Prompts"])
async def update_prompt(prompt_id: PathKey, body: s.PromptChanges, account: Admin, writes: Writing) -> Done:
    """Change what is given."""
    await writes.prompts.update(account, prompt_id, **body.model_dump(by_alias=True))
    return Done(message="AI prompt updated successfully")


@router.delete("/ai-prompts/{prompt_id}", responses=documented(400, 404), tags=["Prompts"])
async def delete_prompt(prompt_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a template. The oldest of the others takes the place of the default; the last one stays."""
    await writes.prompts.delete(account, prompt_id)
    return Done(message="AI prompt deleted successfully")


def _question(question: s.NewQuestion) -> SetQuestion:
    hints = [line.strip() for line in (question.hints or "").splitlines() if line.strip()]
    return SetQuestion(**question.model_dump(exclude={"hints"}), hints=hints)
