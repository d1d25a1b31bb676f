"""Question sets and their questions."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from app.database import WriteSession
from app.models import QuestionSet, QuestionSetItem
from app.repositories.base import Ref, Repository, matches


@dataclass(frozen=True, slots=True)
class QuestionSetView:
    """A set with its questions in order."""

    question_set: QuestionSet
    items: Sequence[QuestionSetItem]


class QuestionSetRepository(Repository[QuestionSet]):
    model = QuestionSet

    async def of(self, ref: Ref, created_by: int | None) -> QuestionSet | None:
        """The set, of this user where one is named. In a transaction nobody else changes it until that ends."""
        statement = select(QuestionSet).where(matches(QuestionSet, ref))
        if created_by is not None:
            statement = statement.where(QuestionSet.created_by_id == created_by)
        return await self._one(statement.with_for_update() if isinstance(self.session, WriteSession) else statement)

    async def asked(self, named: int | None) -> QuestionSet | None:
        """The set with this key, or else the active one; it is not deleted until the transaction ends."""
        for condition in ([QuestionSet.id == named] if named is not None else []) + [QuestionSet.is_active]:
            statement = select(QuestionSet).where(condition).with_for_update(read=True, key_share=True)
            if (found := await self._one(statement)) is not None:
                return found
        return None

    async def all_of(self, created_by: int | None) -> list[QuestionSetView]:
        """Every set, oldest first; those of one user where one is named."""
        statement = select(QuestionSet).order_by(QuestionSet.id)
        if created_by is not None:
            statement = statement.where(QuestionSet.created_by_id == created_by)
        return await self._views(await self._all(statement))

    async def names(self, created_by: int | None) -> list[str]:
        """The name of every set; of those of one user where one is named."""
        statement = select(QuestionSet.name)
        if created_by is not None:
            statement = statement.where(QuestionSet.created_by_id == created_by)
        return list((await self.session.execute(statement)).scalars())

    async def view(self, question_set: QuestionSet) -> QuestionSetView:
        """The set with its questions."""
        return (await self._views([question_set]))[0]

    async def active(self) -> QuestionSet | None:
        """The set that is asked where a code names none."""
        return await self._one(select(QuestionSet).where(QuestionSet.is_active))

    async def newest(self) -> QuestionSet | None:
        """The set that was made last."""
        return await self._one(select(QuestionSet).order_by(QuestionSet.id.desc()).limit(1))

    async def activate(self, question_set: QuestionSet) -> None:
        """Make this the active set in the place of another. The caller has locked the table."""
        await self.session.execute(update(QuestionSet).where(QuestionSet.is_active).values(is_active=False))
        question_set.is_active = True
        await self.session.flush()

    async def delete_items(self, keys: Collection[int]) -> None:
        """Remove these questions."""
        await self.session.execute(delete(QuestionSetItem).where(QuestionSetItem.id.in_(keys)))

    async def _views(self, sets: Sequence[QuestionSet]) -> list[QuestionSetView]:
        items = defaultdict(list)
        statement = (
            select(QuestionSetItem)
            .where(QuestionSetItem.question_set_id.in_([found.id for found in sets]))
            .order_by(QuestionSetItem.question_set_id, QuestionSetItem.number)
        )
        for item in (await self.session.execute(statement)).scalars():
            items[item.question_set_id].append(item)
        return [QuestionSetView(found, items[found.id]) for found in sets]
