"""Access codes and question sets, and entering with a code."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.models.values.kinds import Category, CodeState, Difficulty
from app.routers import present, present_recruiting
from app.routers.errors import documented
from app.routers.paging import PageDep, Search
from app.schemas.common import Envelope, Message, wrap
from app.schemas.recruiting import (
    BankQuestionList,
    BankQuestionOut,
    CodeList,
    CodeOut,
    CreateCodeRequest,
    CreateCodesRequest,
    CreateSetRequest,
    JoinOut,
    JoinRequest,
    NewCodesOut,
    QuestionSetList,
    QuestionSetOut,
    UpdateSetRequest,
)
from app.services.accounts.subject import CodeHolder
from app.services.recruiting import question_bank
from app.services.recruiting.access_code_service import in_hours
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing, counting_wrong

router = APIRouter(prefix="/api/v1", tags=["Recruiting"])
STAFF = documented(403)
FOUND = documented(403, 404)


@router.post("/join", responses=documented(400, 429))
async def join_with_code(request: Request, body: JoinRequest, services: ServicesDep) -> Envelope[JoinOut]:
    """Enter with an access code, without an account. The same code and name lead back to the same interview until it is
    over."""
    async with counting_wrong(request, "join"):
        entry = await services.entry.enter(body.code, candidate_name=body.candidate_name)
    token = entry.interview.public_id
    async with services.reading() as reads:
        found = await reads.interviews.get_with_counts(CodeHolder(token), token)
        views = await reads.questions.views(found.interview)
    questions = [present.question(view) for view in views]
    return wrap(JoinOut(token=token, session=present.interview(found), questions=questions))


@router.post("/admin/codes", status_code=201, responses=FOUND)
async def create_code(
    request: Request, body: CreateCodeRequest, account: CurrentAccount, writes: Writing
) -> Envelope[CodeOut]:
    """A code that lets one candidate into one interview, with the address to send to them."""
    (view,) = await writes.codes.create(
        account,
        candidate_name=body.candidate_name,
        question_set=body.question_set_id,
        expires_at=in_hours(body.expires_in_hours),
        kind=body.kind,
        label=body.label,
    )
    return wrap(present_recruiting.code(view, request))


@router.post("/admin/codes/bulk", status_code=201, responses=FOUND)
async def create_codes(
    request: Request, body: CreateCodesRequest, account: CurrentAccount, writes: Writing
) -> Envelope[NewCodesOut]:
    """Many codes at once: so many, or one for each of these names."""
    views = await writes.codes.create_many(
        account,
        names=body.candidate_names or [None] * body.count,
        question_set=body.question_set_id,
        expires_at=in_hours(body.expires_in_hours),
        kind=body.kind,
        label=body.label,
    )
    return wrap(NewCodesOut(codes=[present_recruiting.code(view, request) for view in views]))


@router.get("/admin/codes", responses=STAFF)
async def list_codes(
    request: Request,
    account: CurrentAccount,
    reads: Reading,
    page: PageDep,
    state: CodeState | None = None,
    search: Annotated[Search | None, Query(description="In code, label, candidate and question set")] = None,
) -> Envelope[CodeList]:
    """The caller's codes, newest first; an administrator sees all."""
    views, total = await reads.codes.page(
        account, page=page.number, per_page=page.size, state=state, search=search or None
    )
    shown = [present_recruiting.code(view, request) for view in views]
    active = present_recruiting.code_set(await reads.codes.active_set(account))
    pagination = present.page_info(page.number, page.size, total)
    return wrap(CodeList(codes=shown, active_set=active, pagination=pagination))


@router.get("/admin/codes/{code_id}", responses=FOUND)
async def get_code(request: Request, code_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[CodeOut]:
    """One code, and whether somebody has entered with it."""
    return wrap(present_recruiting.code(await reads.codes.get(account, code_id), request))


@router.delete("/admin/codes/{code_id}", responses=FOUND)
async def delete_code(code_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[Message]:
    """Delete a code: nobody enters with it any more. An interview that was begun with it stays."""
    await writes.codes.delete(account, code_id)
    return wrap(Message(message="Code deleted"))


@router.get("/admin/bank-questions", responses=STAFF)
async def list_bank_questions(
    account: CurrentAccount,
    page: PageDep,
    search: Annotated[Search | None, Query(description="Words of the question, or skills")] = None,
    category: Category | None = None,
    difficulty: Difficulty | None = None,
) -> Envelope[BankQuestionList]:
    """Questions of the bank, to be taken into a set."""
    found, total = question_bank.find(account, search=search or "", category=category, difficulty=difficulty, page=page)
    shown = [BankQuestionOut.model_validate(question) for question in found]
    return wrap(BankQuestionList(questions=shown, pagination=present.page_info(page.number, page.size, total)))


@router.post("/admin/question-sets", status_code=201, responses=documented(403, 409))
async def create_question_set(
    body: CreateSetRequest, account: CurrentAccount, writes: Writing
) -> Envelope[QuestionSetOut]:
    """A new set of questions, under a name that no other of the caller's has.

    Only administrators `activate` one; left out, their first one becomes the active one.
    """
    questions = [present_recruiting.set_question(question) for question in body.questions]
    view = await writes.question_sets.create(
        account, name=body.name, description=body.description, questions=questions, activate=body.activate
    )
    return wrap(present_recruiting.question_set(view))


@router.get("/admin/question-sets", responses=STAFF)
async def list_question_sets(account: CurrentAccount, reads: Reading) -> Envelope[QuestionSetList]:
    """The caller's sets, oldest first; an administrator sees all."""
    views = await reads.question_sets.all(account)
    return wrap(QuestionSetList(question_sets=[present_recruiting.question_set(view) for view in views]))


@router.get("/admin/question-sets/{set_id}", responses=FOUND)
async def get_question_set(set_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[QuestionSetOut]:
    """One set with its questions."""
    return wrap(present_recruiting.question_set(await reads.question_sets.get(account, set_id)))


@router.put("/admin/question-sets/{set_id}", responses=documented(403, 404, 409))
async def update_question_set(
    set_id: UUID, body: UpdateSetRequest, account: CurrentAccount, writes: Writing
) -> Envelope[QuestionSetOut]:
    """Change a set. Interviews that were begun keep the questions that they were begun with."""
    changes = body.model_dump(exclude_unset=True, exclude={"questions"})
    if "questions" in body.model_fields_set:
        changes["questions"] = [present_recruiting.set_question(question) for question in body.questions]
    return wrap(present_recruiting.question_set(await writes.question_sets.update(account, set_id, **changes)))


@router.post("/admin/question-sets/{set_id}/activate", responses=FOUND)
async def activate_question_set(set_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[QuestionSetOut]:
    """Have this set asked where a code names none; for administrators."""
    return wrap(present_recruiting.question_set(await writes.question_sets.activate(account, set_id)))


@router.delete("/admin/question-sets/{set_id}", responses=documented(403, 404, 409))
async def delete_question_set(set_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[Message]:
    """Delete a set to which no unused code leads."""
    await writes.question_sets.delete(account, set_id)
    return wrap(Message(message="Question set deleted"))
