"""Access codes: a recruiter makes them, a candidate enters with one and gets an interview without an account."""

import secrets
from datetime import datetime

from app.database import WriteSession
from app.errors import NotFound
from app.models import AccessCode, InterviewSession, now
from app.models.access_code import CODE_LENGTH
from app.repositories.access_codes import AccessCodeRepository
from app.repositories.interviews import InterviewRepository

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Capitals and digits that nobody mistakes for each other (no I, O, 0, 1)."""


class AccessCodeService:
    """Makes codes and lets their holders in, within one transaction."""

    def __init__(self, session: WriteSession) -> None:
        self.session = session
        self.codes = AccessCodeRepository(session)

    async def issue(
        self, *, created_by: int | None = None, candidate_name: str | None = None, expires_at: datetime | None = None
    ) -> AccessCode:
        """A new code; `candidate_name` binds it to one person."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        return await self.codes.add(
            AccessCode(code=code, created_by_id=created_by, candidate_name=candidate_name, expires_at=expires_at)
        )

    async def enter(self, code: str, *, candidate_name: str, title: str) -> InterviewSession:
        """Start an interview with a code. NotFound for a code that does not exist, has expired, or is somebody else's:
        whoever guesses learns nothing from the difference."""
        found = await self.codes.by_code(code.strip().upper())
        if (
            found is None
            or (found.expires_at is not None and found.expires_at <= now())
            or (found.candidate_name is not None and found.candidate_name.casefold() != candidate_name.casefold())
        ):
            raise NotFound("This access code is not valid. Check it, or ask for a new one.", code="code_not_found")
        return await InterviewRepository(self.session).add(
            InterviewSession(access_code_id=found.id, candidate_name=candidate_name, title=title, kind="screening")
        )
