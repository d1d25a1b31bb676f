"""Rounds of interviews."""

from sqlalchemy import select

from app.models import Round
from app.repositories.base import Repository


class RoundRepository(Repository[Round]):
    model = Round

    async def of_session(self, interview_id: int) -> list[Round]:
        """The rounds of an interview in order."""
        return await self._all(select(Round).where(Round.session_id == interview_id).order_by(Round.number))
