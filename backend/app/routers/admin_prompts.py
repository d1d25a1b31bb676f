"""Prompt templates: what the language model that writes hints is told. Recruiters read, administrators change them."""

from uuid import UUID

from fastapi import APIRouter

from app.routers import present_recruiting
from app.routers.errors import documented
from app.schemas.common import Envelope, Message, wrap
from app.schemas.recruiting import (
    CreatePromptRequest,
    PreviewPromptRequest,
    PromptList,
    PromptOut,
    PromptPreviewOut,
    UpdatePromptRequest,
)
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing

router = APIRouter(prefix="/api/v1/admin/prompts", tags=["Recruiting"], responses=documented(403))


@router.get("")
async def list_prompts(account: CurrentAccount, reads: Reading) -> Envelope[PromptList]:
    """Every template, oldest first; exactly one is the default."""
    rows = await reads.prompts.all(account)
    return wrap(PromptList(prompts=[present_recruiting.prompt(row) for row in rows]))


@router.post("", status_code=201)
async def create_prompt(body: CreatePromptRequest, account: CurrentAccount, writes: Writing) -> Envelope[PromptOut]:
    """A new template."""
    return wrap(present_recruiting.prompt(await writes.prompts.create(account, **body.model_dump())))


@router.get("/{prompt_id}", responses=documented(404))
async def get_prompt(prompt_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[PromptOut]:
    """One template."""
    return wrap(present_recruiting.prompt(await reads.prompts.get(account, prompt_id)))


@router.put("/{prompt_id}", responses=documented(404, 409))
async def update_prompt(
    prompt_id: UUID, body: UpdatePromptRequest, account: CurrentAccount, writes: Writing
) -> Envelope[PromptOut]:
    """Change a template, or make it the default."""
    changes = body.model_dump(exclude_unset=True)
    return wrap(present_recruiting.prompt(await writes.prompts.update(account, prompt_id, **changes)))


@router.delete("/{prompt_id}", responses=documented(404, 409))
async def delete_prompt(prompt_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[Message]:
    """Delete a template; the last one stays."""
    await writes.prompts.delete(account, prompt_id)
    return wrap(Message(message="Prompt deleted"))


@router.post("/{prompt_id}/preview", responses=documented(404))
async def preview_prompt(
    prompt_id: UUID, body: PreviewPromptRequest, account: CurrentAccount, services: ServicesDep
) -> Envelope[PromptPreviewOut]:
    """The template, or a text in its place that is not saved, with a question and an answer filled in, and the hint
    that comes of it: by the language model where there is one, else the built-in one."""
    preview = await services.help.preview(
        account,
        prompt_id,
        text=body.text,
        question=body.question,
        transcript=body.transcript,
        expected_points=body.expected_points,
        hints=body.hints,
    )
    hint = preview.hint
    return wrap(
        PromptPreviewOut(
            rendered=preview.rendered, hint=hint.value.message, engine=hint.engine, problems=list(hint.problems)
        )
    )
