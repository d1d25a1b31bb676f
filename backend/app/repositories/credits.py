"""Changes of credits, and the keys of requests that create interviews."""

from sqlalchemy import select

from app.models import CreditEntry, IdempotencyKey
from app.repositories.base import Repository


class CreditRepository(Repository[CreditEntry]):
    model = CreditEntry

    async def page(self, user_id: int, *, page: int, per_page: int) -> tuple[list[CreditEntry], int]:
        """One page of the changes of a user's credits, newest first, and how many there are."""
        statement = select(CreditEntry).where(CreditEntry.user_id == user_id).order_by(CreditEntry.id.desc())
        rows, total = await self._page(statement, page=page, per_page=per_page)
        return [row[0] for row in rows], total


class IdempotencyKeyRepository(Repository[IdempotencyKey]):
    model = IdempotencyKey

    async def of(self, user_id: int, key: str) -> IdempotencyKey | None:
        """The earlier request of the user with this key."""
        return await self._one(
            select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
        )
