"""The kiosk's REST for administrators: their login, codes, question sets, sessions and prompts."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.dialects.kiosk import present, schemas
from app.dialects.kiosk.access import COOKIE, Admin
from app.dialects.kiosk.schemas import Done, ErrorResponse, Status
from app.models import now
from app.repositories.base import Order, Page
from app.repositories.conducted import Wanted
from app.services.accounts.first_admin import address_of
from app.services.recruiting.question_set_service import SetQuestion
from app.web.dependencies import CallerDep, Reading, RuntimeDep, ServicesDep, SomeAccount, Writing, limit_address
from app.web.text import PathKey

router = APIRouter(prefix="/api/admin")
ALL = 100_000


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors that a route can answer with."""
    return {status: {"model": ErrorResponse} for status in (*statuses, 403, 429)}


ANYBODY = [Depends(limit_address("kiosk_admin"))]


@router.post("/login", responses=documented(401), dependencies=ANYBODY, tags=["Admin"])
async def login(
    body: schemas.LoginRequest, request: Request, response: Response, runtime: RuntimeDep, caller: CallerDep
) -> schemas.LoggedIn:
    """Log in, by name or address. The session is a cookie that no script reads and no other site uses."""
    found = await runtime.services.auth.login(
        email=address_of(body.username), password=body.password, caller=caller, right="conduct_interviews"
    )
    lifetime = timedelta(hours=runtime.settings.admin.session_hours)
    token = runtime.guard.signer.prolonged(found.tokens.access_token, lifetime)
    COOKIE.give(request, response, token, int(lifetime.total_seconds()))
    return schemas.LoggedIn(message="Login successful", admin=present.admin(found.user))


@router.post("/logout", responses=documented(), dependencies=ANYBODY, tags=["Admin"])
async def logout(request: Request, response: Response, account: SomeAccount, services: ServicesDep) -> Done:
    """End the session; without one nothing happens."""
    if account is not None:
        await services.auth.logout(account)
    COOKIE.take(request, response)
    return Done(message="Logged out successfully")


@router.get(
    "/check-auth", responses=documented(), dependencies=ANYBODY, response_model_exclude_none=True, tags=["Admin"]
)
async def check_auth(account: SomeAccount, reads: Reading) -> schemas.AuthOut:
    """Whether somebody is logged in, and who."""
    found = present.admin(await reads.users.me(account)) if account is not None else None
    return schemas.AuthOut(authenticated=found is not None, admin=found)


@router.post("/codes", status_code=201, responses=documented(404), tags=["Codes"])
async def create_code(body: schemas.NewCode, account: Admin, writes: Writing) -> schemas.CreatedCode:
    """Make a code, or several."""
    expires_at = None if body.expires_in_hours is None else now() + timedelta(hours=body.expires_in_hours)
    views = await writes.codes.create(
        account,
        count=body.count,
        candidate_name=body.candidate_name,
        question_set=body.question_set_id,
        expires_at=expires_at,
    )
    codes = [view.code.code for view in views]
    return schemas.CreatedCode(code=codes[0], codes=codes, expires_at=expires_at)


@router.get("/codes", responses=documented(), tags=["Codes"])
async def list_codes(account: Admin, reads: Reading) -> schemas.CodeList:
    """Every code, the newest first."""
    views, _ = await reads.codes.page(account, page=1, per_page=ALL)
    return schemas.CodeList(codes=[present.code(view) for view in views])


@router.delete("/codes/{code_id}", responses=documented(404), tags=["Codes"])
async def delete_code(code_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a code: nobody enters with it any more. An interview that was started with it goes on and stays."""
    await writes.codes.delete(account, code_id)
    return Done(message="Code deleted successfully")


@router.post("/question-sets", status_code=201, responses=documented(), tags=["Sets"])
async def create_question_set(body: schemas.NewSet, account: Admin, writes: Writing) -> schemas.CreatedSet:
    """Create a set; the first one becomes active."""
    view = await writes.question_sets.create(
        account, name=body.name, description=body.description or "", questions=[_question(q) for q in body.questions]
    )
    return schemas.CreatedSet(question_set_id=view.question_set.id, message="Question set created successfully")


@router.get("/question-sets", responses=documented(), tags=["Sets"])
async def list_question_sets(account: Admin, reads: Reading) -> schemas.SetList:
    """Every set with its questions."""
    views = await reads.question_sets.all(account)
    return schemas.SetList(question_sets=[present.question_set(view) for view in views])


@router.put("/question-sets/{set_id}/activate", responses=documented(404), tags=["Sets"])
async def activate_question_set(set_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Have the candidates of codes without a set of their own asked these questions from now on."""
    await writes.question_sets.activate(account, set_id)
    return Done(message="Question set activated successfully")


@router.delete("/question-sets/{set_id}", responses=documented(400, 404), tags=["Sets"])
async def delete_question_set(set_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a set. Interviews keep their questions; the newest of the other sets takes the place of the active one."""
    await writes.question_sets.delete(account, set_id)
    return Done(message="Question set deleted successfully")


@router.get("/sessions", responses=documented(), tags=["Sessions"])
async def list_sessions(
    account: Admin,
    services: ServicesDep,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> schemas.SessionList:
    """Interviews that were started with codes, the newest first."""
    statuses = tuple(known for known, shown in present.STATUSES.items() if shown == status)
    rows, total = await services.conducted.page(
        account, Wanted(by_code=True, statuses=statuses), order=Order("created_at"), page=Page(1, limit, offset)
    )
    sessions = [present.session(row) for row in rows]
    return schemas.SessionList(sessions=sessions, total=total, limit=limit, offset=offset)


@router.get("/sessions/{session_id}/details", responses=documented(404), tags=["Sessions"])
async def get_session_details(session_id: str, account: Admin, services: ServicesDep) -> schemas.Details:
    """The interview of a code, by its UUID or its number, with everything that was said and recorded in it."""
    return present.details(await services.conducted.get(account, present.session_ref(session_id), by_code=True))


@router.get("/ai-prompts", responses=documented(), tags=["Prompts"])
async def list_prompts(account: Admin, reads: Reading) -> schemas.PromptList:
    """Every template; hints are written with the default."""
    return schemas.PromptList(
        prompts=[schemas.PromptOut.model_validate(prompt) for prompt in await reads.prompts.all(account)]
    )


@router.post("/ai-prompts", status_code=201, responses=documented(), tags=["Prompts"])
async def create_prompt(body: schemas.NewPrompt, account: Admin, writes: Writing) -> schemas.CreatedPrompt:
    """Create a template; as the default it takes the place of another."""
    created = await writes.prompts.create(
        account,
        name=body.name,
        description=body.description or "",
        text=body.prompt_text,
        is_default=body.is_default,
    )
    return schemas.CreatedPrompt(prompt_id=created.id, message="AI prompt created successfully")


@router.put("/ai-prompts/{prompt_id}", responses=documented(400, 404), tags=["Prompts"])
async def update_prompt(prompt_id: PathKey, body: schemas.PromptChanges, account: Admin, writes: Writing) -> Done:
    """Change what is given."""
    await writes.prompts.update(
        account,
        prompt_id,
        name=body.name,
        description=body.description,
        text=body.prompt_text,
        is_default=body.is_default,
    )
    return Done(message="AI prompt updated successfully")


@router.delete("/ai-prompts/{prompt_id}", responses=documented(400, 404), tags=["Prompts"])
async def delete_prompt(prompt_id: PathKey, account: Admin, writes: Writing) -> Done:
    """Delete a template. The oldest of the others takes the place of the default; the last one stays."""
    await writes.prompts.delete(account, prompt_id)
    return Done(message="AI prompt deleted successfully")


def _question(question: schemas.NewQuestion) -> SetQuestion:
    return SetQuestion(
        text=question.text,
        time_limit=question.time_limit,
        hints=[line.strip() for line in (question.hints or "").splitlines() if line.strip()],
        expected_points=question.expected_points,
        category=question.category,
    )
