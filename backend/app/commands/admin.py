"""Accounts, from the server's own machine."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import private_files
from app.commands.acting import address, all_users, named
from app.config import Settings
from app.errors import InvalidRequest
from app.models import User
from app.models.values.kinds import ROLES, Role
from app.runtime.runtime import guard_for, open_database
from app.services.accounts.auth_service import AuthService
from app.services.accounts.credits import CreditService
from app.services.accounts.password_service import PasswordService
from app.texts import clean_line

MAXIMUM_NAME, MAXIMUM_NOTE = 120, 200
GENERATED_BYTES = 15
"""20 letters and signs."""


async def create_privileged(settings: Settings, *, email: str, name: str, role: str, password: str) -> None:
    """Create an account with a role. Raises AppError for a bad address, name, role or password."""
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")
    full_name = clean_line(name).strip()
    if not 1 <= len(full_name) <= MAXIMUM_NAME:
        raise InvalidRequest(f"The name must have 1 to {MAXIMUM_NAME} characters.")
    known_as = address(email)
    async with _auth(settings) as auth:
        await auth.register(email=known_as, password=password, full_name=full_name, role=role)


async def accounts(settings: Settings, *, everybody: bool) -> list[User]:
    """Accounts with rights over others, or all."""
    roles: tuple[Role | None, ...] = (None,) if everybody else ("admin", "recruiter")
    async with open_database(settings, is_used=True) as database, database.reading() as session:
        return [user for role in roles for user in await all_users(session, role)]


async def grant_credits(settings: Settings, *, email: str, amount: int, note: str = "") -> int:
    """Give an account more interviews, or with a negative amount fewer; returns how many remain. Raises AppError."""
    async with open_database(settings, is_used=True) as database, database.writing() as session:
        user = await named(session, email)
        short = clean_line(note).strip()[:MAXIMUM_NOTE]
        return (await CreditService(session).grant(user.id, amount, granted_by=None, note=short)).interviews_remaining


async def reset_password(settings: Settings, *, email: str, password: str | None) -> str:
    """Give an account this password, or a new random one; all its logins end. Returns the password.

    Raises AppError for an account that does not exist and a password that cannot be chosen.
    """
    known_as, new = address(email), password or secrets.token_urlsafe(GENERATED_BYTES)
    async with _auth(settings) as auth:
        await PasswordService(auth, None, settings.smtp).set(known_as, new)
    return new


@asynccontextmanager
async def _auth(settings: Settings) -> AsyncIterator[AuthService]:
    private_files.keep_private()
    async with open_database(settings, is_used=True) as database:
        yield AuthService(database, guard_for(settings, database), settings)
