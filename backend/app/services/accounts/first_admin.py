"""The administrator that a start makes sure of: ADMIN_USERNAME with ADMIN_PASSWORD, or with one that is made up once.

Accounts are known by their addresses. A name such as `admin` stands for `admin@localhost`, by which every face knows
the same account.
"""

import secrets

from sqlalchemy.exc import IntegrityError

from app.config import Settings, StartError
from app.database import Database
from app.errors import Unprocessable
from app.models import User
from app.repositories.users import UserRepository
from app.services.accounts.addresses import normal_address
from app.services.accounts.auth_service import AuthService, check_password
from app.services.accounts.passwords import hash_password, verify_password

HOST = "@localhost"
GENERATED_BYTES = 15
"""20 letters and signs."""


def address_of(username: str) -> str:
    """The address of an account, by its address or its name."""
    name = username.strip()
    return (name if "@" in name else name + HOST).lower()


def name_of(address: str) -> str:
    """What an account with this address is called: its name where it has no address but that."""
    return address.removesuffix(HOST)


async def ensure_admin(auth: AuthService, settings: Settings) -> str | None:
    """Make sure of the administrator; returns the password that was made up, to be shown once, else None.

    While ADMIN_PASSWORD is set, it is the password. Without it, an administrator is made where there is none, except in
    tests. Raises StartError for a name or a password that cannot be used.
    """
    given = settings.admin.password
    try:
        address = normal_address(address_of(settings.admin.username))
    except ValueError as error:
        raise StartError(f"ADMIN_USERNAME={settings.admin.username}: {error}") from error
    if given is not None:
        await _set(auth, address, _checked(given.get_secret_value(), address, settings))
        return None
    if settings.environment == "test":
        return None
    async with auth.database.reading() as session:
        if await UserRepository(session).has_admin():
            return None
    password = secrets.token_urlsafe(GENERATED_BYTES)
    return password if await _add(auth.database, address, password) else None


def _checked(password: str, address: str, settings: Settings) -> str:
    """In production a password that anybody would guess ends the start; the documents' own examples use one."""
    try:
        if settings.environment == "production":
            check_password(password, address)
    except Unprocessable as error:
        raise StartError(f"ADMIN_PASSWORD: {error.details[0].message}") from error
    return password


async def _set(auth: AuthService, address: str, password: str) -> None:
    async with auth.database.reading() as session:
        user = await UserRepository(session).by_email(address)
    if user is None:
        await _add(auth.database, address, password)
        return
    if user.role != "admin":
        raise StartError(f"ADMIN_USERNAME: {name_of(address)} is an account without the role. Choose another name.")
    fits, _ = await verify_password(password, user.password_hash)
    if not fits:
        password_hash = await hash_password(password)
        async with auth.database.writing() as session:
            row = await UserRepository(session).locked(user.id)
            if row is not None:
                row.password_hash = password_hash
                await auth.logins(session).end_all(user.id)


async def _add(database: Database, address: str, password: str) -> bool:
    """Whether the account was added; false when another process has done so."""
    user = User(email=address, password_hash=await hash_password(password), full_name="Administrator", role="admin")
    try:
        async with database.writing() as session:
            await UserRepository(session).add(user)
    except IntegrityError:
        return False
    return True
