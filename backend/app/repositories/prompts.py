"""Prompt templates."""

from sqlalchemy import select, update

from app.models import PromptTemplate
from app.repositories.base import Repository


class PromptRepository(Repository[PromptTemplate]):
    model = PromptTemplate

    async def all(self) -> list[PromptTemplate]:
        """Every template, oldest first."""
        return await self._all(select(PromptTemplate).order_by(PromptTemplate.id))

    async def default(self) -> PromptTemplate | None:
        """The template that hints are written with."""
        return await self._one(select(PromptTemplate).where(PromptTemplate.is_default))

    async def make_default(self, template: PromptTemplate) -> None:
        """Make this the default in the place of another. The caller has locked the table."""
        await self.session.execute(update(PromptTemplate).where(PromptTemplate.is_default).values(is_default=False))
        template.is_default = True
        await self.session.flush()
