"""Accounts made from the server's own machine."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import private_files
from app.config import Settings
from app.errors import InvalidRequest
from app.models.values.kinds import ROLES
from app.runtime.runtime import guard_for, open_database
from app.services.accounts.addresses import normal_address
from app.services.accounts.auth_service import AuthService
from app.services.accounts.password_service import PasswordService
from app.texts import clean_line

MAXIMUM_NAME = 120


GENERATED_BYTES = 15
"""20 letters and signs."""


async def create_privileged(settings: Settings, *, email: str, name: str, role: str, password: str) -> None:
    """Create an account with a role. Raises AppError for a bad address, name, role or password."""
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")
    full_name = clean_line(name).strip()
    if not 1 <= len(full_name) <= MAXIMUM_NAME:
        raise InvalidRequest(f"The name must have 1 to {MAXIMUM_NAME} characters.")
    address = _address(email)
    async with _auth(settings) as auth:
        await auth.register(email=address, password=password, full_name=full_name, role=role)


async def reset_password(settings: Settings, *, email: str, password: str | None) -> str:
    """Give an account this password, or a new random one; all its logins end. Returns the password.

    Raises AppError for an account that does not exist and a password that cannot be chosen.
    """
    address, new = _address(email), password or secrets.token_urlsafe(GENERATED_BYTES)
    async with _auth(settings) as auth:
        await PasswordService(auth, None, settings.smtp).set(address, new)
    return new


@asynccontextmanager
async def _auth(settings: Settings) -> AsyncIterator[AuthService]:
    private_files.keep_private()
    async with open_database(settings, is_used=True) as database:
        yield AuthService(database, guard_for(settings, database), settings)


def _address(text: str) -> str:
    try:
        return normal_address(text.strip())
    except ValueError as error:
        raise InvalidRequest(str(error)) from error
