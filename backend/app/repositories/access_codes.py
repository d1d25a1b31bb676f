"""Access codes."""

from sqlalchemy import select

from app.models import AccessCode
from app.repositories.base import Repository


class AccessCodeRepository(Repository[AccessCode]):
    model = AccessCode

    async def by_code(self, code: str) -> AccessCode | None:
        """The code as it was handed out, in capitals."""
        return await self._one(select(AccessCode).where(AccessCode.code == code))
