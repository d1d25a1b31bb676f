"""Prompt templates: what administrators tell the language model that writes hints. Exactly one is the default.

`{question}` and `{transcript}` are all that is filled in; every other brace stays as it is written. The language model
never gets the two texts inside the administrator's sentences (`services/llm/hints.admin_task`); a preview does.
"""

import re

from app.errors import Conflict, NotFound
from app.models import PromptTemplate
from app.repositories.base import AnySession, Ref
from app.repositories.prompts import PromptRepository
from app.services.accounts.subject import Account
from app.services.privacy import audit
from app.services.recruiting.scope import creator

SLOTS = re.compile(r"\{(question|transcript)\}")


class PromptService:
    """The rules of prompt templates within one transaction. Recruiters may read them, administrators change them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.prompts = PromptRepository(session)

    async def all(self, account: Account) -> list[PromptTemplate]:
        """Every template, oldest first."""
        creator(account)
        return await self.prompts.all()

    async def get(self, account: Account, ref: Ref) -> PromptTemplate:
        """One template."""
        creator(account)
        found = await self.prompts.by_ref(ref)
        if found is None:
            raise NotFound.of("Prompt")
        return found

    async def create(
        self, account: Account, *, name: str, text: str, description: str = "", is_default: bool = False
    ) -> PromptTemplate:
        """A new template; as the default it takes the place of another."""
        account.require("configure")
        await self.prompts.lock_table()
        created = await self.prompts.add(
            PromptTemplate(name=name, description=description, text=text, created_by_id=account.key)
        )
        await self._note(account, "prompt_created", created)
        if is_default:
            await self._make_default(account, created)
        return created

    async def update(
        self,
        account: Account,
        ref: Ref,
        *,
        name: str | None = None,
        description: str | None = None,
        text: str | None = None,
        is_default: bool | None = None,
    ) -> PromptTemplate:
        """Change what is given. Conflict for a default that is to be none: another one is to be made the default."""
        account.require("configure")
        await self.prompts.lock_table()
        found = await self.get(account, ref)
        if found.is_default and is_default is False:
            raise Conflict(
                "There must always be a default. Make another template the default instead.", code="default_prompt"
            )
        before = found.name, found.description, found.text
        found.name = found.name if name is None else name
        found.description = found.description if description is None else description
        found.text = found.text if text is None else text
        await self.session.flush()
        if before != (found.name, found.description, found.text):
            await self._note(account, "prompt_changed", found)
        if is_default and not found.is_default:
            await self._make_default(account, found)
        return found

    async def delete(self, account: Account, ref: Ref) -> None:
        """Delete a template. The oldest of the others becomes the default in the place of a deleted one; Conflict for
        the last one."""
        account.require("configure")
        await self.prompts.lock_table()
        found = await self.get(account, ref)
        others = [prompt for prompt in await self.prompts.all() if prompt.id != found.id]
        if not others:
            raise Conflict("This is the last template. Change it instead of deleting it.", code="last_prompt")
        was_default = found.is_default
        await self._note(account, "prompt_deleted", found, before=found.name)
        await self.prompts.delete(found)
        if was_default:
            await self._make_default(account, others[0])

    async def _make_default(self, account: Account, prompt: PromptTemplate) -> None:
        await self.prompts.make_default(prompt)
        await self._note(account, "prompt_made_default", prompt)

    async def _note(self, account: Account, action: str, prompt: PromptTemplate, *, before: str | None = None) -> None:
        await audit.note(self.session, account, action, "prompt", prompt.public_id, before=before)


def render(text: str, *, question: str, transcript: str) -> str:
    """The template with both texts in their places, for a preview. What they contain is not filled in again."""
    texts = {"question": question, "transcript": transcript}
    return SLOTS.sub(lambda slot: texts[slot.group(1)], text)
